/**
 * A directory protocol with a race that its invariants do not see. A cache that shares a line asks for an upgrade; when
 * it is granted, all others lose their copies, and the cache changes its data. Another one that waits for an upgrade,
 * too, is overlooked: it changes data that is not the latest when its turn comes. The copy that it has then holds what
 * was written last, and it is alone: SWMR and data value hold.
 */
import { Record } from "immutable";
import {
  disabled,
  flag,
  integer,
  type Member,
  model,
  type OrdinalValue,
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
  repaired: flag("who waits for an upgrade loses its copy, too", false),
  exact: flag("all versions are told apart", false),
};
const caches = scalarset("cache", { prefix: "C", size: "caches" });
/** Only the latest version is told apart from older ones, as the protocol does. */
const kept = ordinal("v", { keep: 1 });
/** All versions are told apart. */
const all = ordinal("v");

class Cache extends Record({
  at: "Invalid" as "Invalid" | "Shared" | "Upgrading" | "Modified",
  data: null as OrdinalValue | null,
  /** It has changed data that was not the latest. */
  lost: false,
}) {}

const variables = ({ exact }: { readonly exact: boolean }) => ({
  cache: perMember(caches, new Cache()),
  latest: single((exact ? all : kept).first as OrdinalValue),
});
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, always, goal, noDeadlock, reachable } = vocabulary<State>();

const load = action(
  "Load",
  { c: caches },
  (state, { c }) => {
    if (state.cache(c).at !== "Invalid") return disabled;
    const shared = state
      .members(caches)
      .filter((other) => state.cache(other).at === "Modified")
      .reduce((next, owner) => next.withCache(owner, next.cache(owner).set("at", "Shared")), state);
    return shared.withCache(c, state.cache(c).merge({ at: "Shared", data: state.latest() }));
  },
  { environment: true },
);

const upgrade = action(
  "Upgrade",
  { c: caches },
  (state, { c }) =>
    state.cache(c).at === "Shared" ? state.withCache(c, state.cache(c).set("at", "Upgrading")) : disabled,
  { environment: true },
);

const grant = action("Grant", { c: caches }, (state, { c }) => {
  const cache = state.cache(c);
  if (cache.at !== "Upgrading") return disabled;
  const loses = (other: Member<"cache">) => state.parameters.repaired || state.cache(other).at !== "Upgrading";
  const version = state.latest().justAfter();
  return state
    .others(c)
    .filter(loses)
    .reduce((next, other) => next.withCache(other, next.cache(other).merge({ at: "Invalid", data: null })), state)
    .withLatest(version)
    .withCache(c, cache.merge({ at: "Modified", data: version, lost: cache.data !== state.latest() }));
});

const swmr = always({
  name: "SWMR",
  says: "who may write is alone",
  for: { a: caches, b: caches },
  holds: (state, { a, b }) =>
    a === b || state.cache(a).at !== "Modified" || !["Shared", "Modified"].includes(state.cache(b).at),
  explain: () => "two have it",
});
const value = always({
  name: "data value",
  says: "a readable copy holds what was written last",
  for: { c: caches },
  holds: (state, { c }) =>
    !["Shared", "Modified"].includes(state.cache(c).at) || state.cache(c).data === state.latest(),
  explain: () => "it is old",
});
const noLostUpdate = always({
  name: "no lost update",
  says: "what is changed is what was written last",
  for: { c: caches },
  holds: (state, { c }) => !state.cache(c).lost,
  explain: () => "a write was lost",
});
const dead = noDeadlock({
  name: "no deadlock",
  says: "an upgrade is granted",
  stuck: (state) => state.members(caches).some((c) => state.cache(c).at === "Upgrading"),
  explain: () => "somebody waits",
});
const reached = reachable({
  name: "a cache writes",
  says: "it can be Modified",
  goals: [goal("Modified", { c: caches }, (state, { c }) => state.cache(c).at === "Modified")],
});

const directory = model({
  name: "weak-directory",
  about: "a directory with a race that SWMR and data value do not see",
  parameters,
  variables,
  actions: () => [load, upgrade, grant],
  properties: () => [swmr, value, dead, reached],
  headline: { cache: "at" },
});

/** With the invariants that everybody writes first. */
export const weakDirectory = directory as unknown as AnyModel;
/** With one more, which sees the race. */
export const strongDirectory = withProperties(directory, () => [
  ...[swmr, value, dead, reached],
  noLostUpdate,
]) as unknown as AnyModel;
