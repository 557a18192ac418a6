/**
 * Two directories, each with a receive table; both tables have the same rows and columns. Caches ask the near one,
 * which sends whom it cannot serve on to the far one. What the far one has given, nobody gives back.
 */
import { Record } from "immutable";
import {
  Bag,
  disabled,
  everyCell,
  impossible,
  integer,
  type Member,
  model,
  perMember,
  type ReceiveTable,
  type StateOf,
  scalarset,
  single,
  singleProcess,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";

const parameters = { caches: integer("caches", { default: 2, min: 1, max: 3 }) };
const caches = scalarset("cache", { prefix: "C", size: "caches" });
type CacheId = Member<"cache">;
const near = singleProcess("near");
const far = singleProcess("far");

const directoryStates = ["free", "given"] as const;
const requestKinds = ["Get", "Put"] as const;

class Request extends Record({ kind: "Get" as (typeof requestKinds)[number], cache: null as CacheId | null }) {}
class Grant extends Record({ kind: "Grant" as const, by: "near" as "near" | "far" }) {}
class Cache extends Record({ at: "idle" as "idle" | "waits" | "near" | "far" }) {}
class Directory extends Record({ at: "free" as (typeof directoryStates)[number] }) {}

const variables = () => ({
  cache: perMember(caches, new Cache()),
  near: single(new Directory()),
  far: single(new Directory()),
  toNear: single(Bag.of<Request>()),
  toFar: single(Bag.of<Request>()),
  toCache: perMember(caches, Bag.of<Grant>()),
});
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, coverage, receive, rule } = vocabulary<State>();

interface Asked {
  readonly state: State;
  readonly message: Request;
}
type Table = ReceiveTable<(typeof directoryStates)[number], (typeof requestKinds)[number], Asked, State>;

const grant = (state: State, { cache }: Request, by: Grant["by"]) =>
  state.withToCache(cache!, state.toCache(cache!).put(new Grant({ by })));
const shared = { rows: directoryStates, columns: requestKinds };

const nearTable: Table = {
  ...shared,
  name: "near",
  cells: {
    free: {
      Get: rule("near: it gives", ({ state, message }) =>
        grant(state.withNear(new Directory({ at: "given" })), message, "near"),
      ),
      Put: impossible("near: nobody has it"),
    },
    given: {
      Get: rule("near: it sends on", ({ state, message }) => state.withToFar(state.toFar().put(message))),
      Put: rule("near: it takes back", ({ state }) => state.withNear(new Directory())),
    },
  },
};

const farTable: Table = {
  ...shared,
  name: "far",
  cells: {
    free: {
      Get: rule("far: it gives", ({ state, message }) =>
        grant(state.withFar(new Directory({ at: "given" })), message, "far"),
      ),
      Put: impossible("far: nobody has it"),
    },
    given: {
      Get: impossible("far: there is one too few"),
      Put: rule("far: it takes back", ({ state }) => state.withFar(new Directory())),
    },
  },
};

const column = ({ kind }: Request) => kind;
const context = (state: State, _: object, message: Request): Asked => ({ state, message });

const nearReceives = receive(
  "Near",
  {},
  { channel: (state) => state.toNear(), table: nearTable, row: (state) => state.near().at, column, context },
  { by: near },
);
const farReceives = receive(
  "Far",
  {},
  { channel: (state) => state.toFar(), table: farTable, row: (state) => state.far().at, column, context },
  { by: far },
);

const toNear = (state: State, cache: CacheId, kind: Request["kind"], at: Cache["at"]) =>
  state.withCache(cache, new Cache({ at })).withToNear(state.toNear().put(new Request({ kind, cache })));

const ask = action(
  "Ask",
  { c: caches },
  (state, { c }) => (state.cache(c).at === "idle" ? toNear(state, c, "Get", "waits") : disabled),
  { environment: true },
);
const giveBack = action(
  "GiveBack",
  { c: caches },
  (state, { c }) => (state.cache(c).at === "near" ? toNear(state, c, "Put", "idle") : disabled),
  { environment: true },
);
const take = action("Take", { c: caches }, (state, { c }) => {
  const [message] = state.toCache(c).takeable();
  if (message === undefined) return disabled;
  return state.withToCache(c, state.toCache(c).take(message)).withCache(c, new Cache({ at: message.by }));
});

export default model({
  name: "near-and-far",
  about: "Caches that ask two directories",
  parameters,
  variables,
  actions: () => [ask, giveBack, take, nearReceives, farReceives],
  properties: () => [
    coverage({ name: "near cells", says: "no rule could be left out", goals: everyCell(nearTable) }),
    coverage({ name: "far cells", says: "no rule could be left out", goals: everyCell(farTable) }),
    coverage({ name: "all cells", says: "no rule could be left out", goals: [nearTable, farTable].flatMap(everyCell) }),
  ],
  headline: { cache: "at", near: "at", far: "at" },
  processes: [caches, near, far],
  channels: {
    toNear: { from: ({ cache }) => cache, to: near },
    toFar: { from: near, to: far },
    toCache: { from: ({ by }) => (by === "near" ? near : far), to: "index" },
  },
});
