/** A home lends a line to one cache at a time, unless it is impatient: the example of docs/how-to/model-a-home.md. */
import { is, Record } from "immutable";
import {
  Bag,
  disabled,
  flag,
  type Member,
  model,
  nameOf,
  perMember,
  type StateOf,
  scalarset,
  single,
  singleProcess,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";

const parameters = { impatient: flag("the home lends a line that is lent", true) };
const caches = scalarset("cache", { prefix: "C", size: 2 });
type Cache = Member<"cache">;
const home = singleProcess("home");

class Up extends Record({ kind: "Get" as "Get" | "Return" }) {}
class Down extends Record({ kind: "Line" as const }) {}

const variables = () => ({
  cache: perMember(caches, "idle" as "idle" | "waits" | "has"),
  home: single("free" as "free" | "lent"),
  up: perMember(caches, Bag.of<Up>()),
  down: perMember(caches, Bag.of<Down>()),
});
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, always } = vocabulary<State>();

const toHome = (state: State, c: Cache, kind: Up["kind"]) => state.withUp(c, state.up(c).put(new Up({ kind })));

const ask = action("Ask", { c: caches }, (state, { c }) =>
  state.cache(c) === "idle" && state.up(c).isEmpty() ? toHome(state.withCache(c, "waits"), c, "Get") : disabled,
);

const giveBack = action("GiveBack", { c: caches }, (state, { c }) =>
  state.cache(c) === "has" ? toHome(state.withCache(c, "idle"), c, "Return") : disabled,
);

const fill = action("Fill", { c: caches }, (state, { c }) =>
  state.down(c).isEmpty() ? disabled : state.withDown(c, Bag.of<Down>()).withCache(c, "has"),
);

const lend = action("Lend", { c: caches }, (state, { c }) => {
  const get = new Up({ kind: "Get" });
  if (
    !state
      .up(c)
      .takeable()
      .some((message) => is(message, get))
  )
    return disabled;
  if (state.home() === "lent" && !state.parameters.impatient) return disabled;
  return state.withUp(c, state.up(c).take(get)).withHome("lent").withDown(c, state.down(c).put(new Down()));
});

const takeBack = action("TakeBack", { c: caches }, (state, { c }) => {
  const back = new Up({ kind: "Return" });
  if (
    !state
      .up(c)
      .takeable()
      .some((message) => is(message, back))
  )
    return disabled;
  return state.withUp(c, state.up(c).take(back)).withHome("free");
});

const oneHasIt = always({
  name: "one has it",
  says: "the line is lent to one cache at a time",
  for: { c: caches, d: caches },
  holds: (state, { c, d }) => c === d || state.cache(c) !== "has" || state.cache(d) !== "has",
  explain: (_state, { c, d }) => `${nameOf(c)} and ${nameOf(d)} have the line`,
});

export default model({
  name: "lending-home",
  about: "A home lends a line to caches, one at a time",
  parameters,
  variables,
  actions: () => [ask, giveBack, fill, lend, takeBack],
  properties: () => [oneHasIt],
  processes: [caches, home],
  channels: {
    up: { from: "index", to: home },
    down: { from: home, to: "index" },
  },
});
