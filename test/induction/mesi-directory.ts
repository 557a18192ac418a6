/**
 * A MESI directory with a race that its invariants do not see. A cache that has the line alone, Exclusive, may write
 * without a message, and is Modified then. The directory, which does not know, answers another reader from the memory,
 * and only has the owner share: what the owner wrote is lost. SWMR holds, and the directory knows who has the line.
 */
import { Set as ImmutableSet, Record } from "immutable";
import {
  Bag,
  disabled,
  flag,
  integer,
  type Member,
  model,
  ordinal,
  perMember,
  type StateOf,
  scalarset,
  single,
  type ValuesOf,
  vocabulary,
} from "../../checker/model/index.js";
import { type AnyModel, withProperties } from "../../checker/model/model.js";

const parameters = {
  caches: integer("caches", { default: 2, min: 2, max: 3 }),
  repaired: flag("an owner writes back what it has before another one reads", false),
};
const caches = scalarset("cache", { prefix: "C", size: "caches" });
const versions = ordinal("v", { keep: 1 });

class Line extends Record({ page: "I" as "I" | "S" | "E" | "M", data: versions.first }) {}
class Directory extends Record({
  owner: null as Member<"cache"> | null,
  sharers: ImmutableSet<Member<"cache">>(),
  memory: versions.first,
}) {}

const variables = () => ({
  cache: perMember(caches, new Line()),
  directory: single(new Directory()),
  latest: single(versions.first),
  asks: perMember(caches, Bag.of<"GetS" | "GetM">()),
});
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, always } = vocabulary<State>();

const ask = (name: string, message: "GetS" | "GetM") =>
  action(
    name,
    { c: caches },
    (state, { c }) =>
      state.cache(c).page === "I" && state.asks(c).isEmpty() ? state.withAsks(c, state.asks(c).put(message)) : disabled,
    { environment: true },
  );

const store = action(
  "Store",
  { c: caches },
  (state, { c }) => {
    if (state.cache(c).page !== "E" && state.cache(c).page !== "M") return disabled;
    const data = state.latest().justAfter();
    return state.withCache(c, new Line({ page: "M", data })).withLatest(data);
  },
  { environment: true },
);

/** Takes the line from all caches but one, or has its owner share it. What an owner wrote goes to the memory. */
function others(state: State, c: Member<"cache">, page: "I" | "S", writesBack: boolean): State {
  const { owner } = state.directory();
  const kept =
    writesBack && owner !== null && state.cache(owner).page === "M"
      ? state.withDirectory(state.directory().set("memory", state.cache(owner).data))
      : state;
  return state
    .others(c)
    .filter((other) => state.cache(other).page !== "I")
    .reduce((next, other) => next.withCache(other, next.cache(other).set("page", page)), kept);
}

const read = action("Read", { c: caches }, (state, { c }) => {
  if (state.asks(c).count("GetS") === 0) return disabled;
  const shared = others(state, c, "S", state.parameters.repaired).withAsks(c, Bag.of());
  const { owner, sharers, memory } = shared.directory();
  const isAlone = owner === null && sharers.isEmpty();
  const holders = (owner === null ? sharers : sharers.add(owner)).add(c);
  return shared
    .withCache(c, new Line({ page: isAlone ? "E" : "S", data: memory }))
    .withDirectory(shared.directory().merge(isAlone ? { owner: c } : { owner: null, sharers: holders }));
});

const write = action("Write", { c: caches }, (state, { c }) => {
  if (state.asks(c).count("GetM") === 0) return disabled;
  const taken = others(state, c, "I", true).withAsks(c, Bag.of());
  const data = state.latest().justAfter();
  return taken
    .withCache(c, new Line({ page: "M", data }))
    .withLatest(data)
    .withDirectory(taken.directory().merge({ owner: c, sharers: ImmutableSet() }));
});

export const swmr = always({
  name: "SWMR",
  says: "who may write is alone",
  for: { a: caches, b: caches },
  holds: (state, { a, b }) => a === b || !["E", "M"].includes(state.cache(a).page) || state.cache(b).page === "I",
  explain: () => "two have it",
});
const dataValue = always({
  name: "data value",
  says: "what may be read is what was written last",
  for: { c: caches },
  holds: (state, { c }) => state.cache(c).page === "I" || state.cache(c).data === state.latest(),
  explain: () => "it is old",
});

const directory = model({
  name: "mesi-directory",
  about: "a MESI directory that forgets that an owner may write without a message",
  parameters,
  variables,
  actions: () => [ask("Load", "GetS"), ask("Want", "GetM"), store, read, write],
  properties: () => [swmr],
  headline: { cache: "page" },
});

export const mesiDirectory = directory as unknown as AnyModel;
export const withDataValue = withProperties(directory, () => [swmr, dataValue]) as unknown as AnyModel;
export { caches };
