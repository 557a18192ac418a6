/**
 * Caches and two directories, each with an inbox. Messages name their senders. Caches also pull lines from each other,
 * in a channel whose second index sends.
 */
import { Record } from "immutable";
import {
  Bag,
  disabled,
  integer,
  type Member,
  model,
  nameOf,
  perMember,
  perPair,
  type StateOf,
  scalarset,
  single,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";
import { by } from "./did.js";

const parameters = { caches: integer("caches", { default: 2, min: 2, max: 4 }) };
const caches = scalarset("cache", { prefix: "C", size: "caches" });
const directories = scalarset("directory", { prefix: "D", size: 2 });
type Cache = Member<"cache">;
type Directory = Member<"directory">;

class ToDirectory extends Record({ kind: "Get" as "Get" | "Put", cache: null as Cache | null }) {}
class ToCache extends Record({ kind: "Data" as const, directory: null as Directory | null }) {}
class Line extends Record({ kind: "Line" as const }) {}

class CacheState extends Record({ at: "idle" as "idle" | "waits" | "has" }) {}
class DirectoryState extends Record({ at: "free" as "free" | "given", owner: null as Cache | null }) {}

const variables = () => ({
  cache: perMember(caches, new CacheState()),
  directory: perMember(directories, new DirectoryState()),
  atDirectory: perMember(directories, Bag.of<ToDirectory>()),
  atCache: perMember(caches, Bag.of<ToCache>()),
  /** `pull[to][from]`: lines on their way to the first cache. */
  pull: perPair(caches, Bag.of<Line>()),
  did: single(by("")),
});
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action } = vocabulary<State>();

const send = (state: State, cache: Cache, directory: Directory, kind: ToDirectory["kind"]) =>
  state
    .withAtDirectory(directory, state.atDirectory(directory).put(new ToDirectory({ kind, cache })))
    .withDid(by(nameOf(cache)).sends(nameOf(cache), nameOf(directory), kind));

const get = action("Get", { c: caches, d: directories }, (state, { c, d }) =>
  state.cache(c).at === "idle" ? send(state.withCache(c, state.cache(c).set("at", "waits")), c, d, "Get") : disabled,
);

const put = action("Put", { d: directories, c: caches }, (state, { c, d }) =>
  state.cache(c).at === "has" && state.directory(d).owner === c
    ? send(state.withCache(c, state.cache(c).set("at", "idle")), c, d, "Put")
    : disabled,
);

const serve = action("Serve", { c: caches, d: directories }, (state, { c, d }) => {
  const message = state
    .atDirectory(d)
    .takeable()
    .find((each) => each.cache === c);
  if (message === undefined) return disabled;
  const taken = state.withAtDirectory(d, state.atDirectory(d).take(message));
  const did = by(nameOf(d)).receives(nameOf(c), nameOf(d), message.kind);
  if (message.kind === "Put") return taken.withDirectory(d, new DirectoryState()).withDid(did);
  if (state.directory(d).at !== "free") return disabled;
  return taken
    .withDirectory(d, new DirectoryState({ at: "given", owner: c }))
    .withAtCache(c, state.atCache(c).put(new ToCache({ directory: d })))
    .withDid(did.sends(nameOf(d), nameOf(c), "Data"));
});

const fill = action("Fill", { c: caches }, (state, { c }) => {
  const [message] = state.atCache(c).takeable();
  if (message === undefined) return disabled;
  return state
    .withAtCache(c, state.atCache(c).take(message))
    .withCache(c, state.cache(c).set("at", "has"))
    .withDid(by(nameOf(c)).receives(nameOf(message.directory!), nameOf(c), "Data"));
});

/** A directory forgets an owner: nothing but its variable tells whose step that is. */
const forget = action("Forget", { c: caches, d: directories }, (state, { c, d }) =>
  state.directory(d).owner === c && state.cache(c).at === "idle"
    ? state.withDirectory(d, new DirectoryState()).withDid(by(nameOf(d)))
    : disabled,
);

const offer = action("Offer", { to: caches, from: caches }, (state, { to, from }) =>
  to !== from && state.cache(from).at === "has" && state.pull(to, from).isEmpty()
    ? state
        .withPull(to, from, state.pull(to, from).put(new Line()))
        .withDid(by(nameOf(from)).sends(nameOf(from), nameOf(to), "Line"))
    : disabled,
);

const accept = action("Accept", { to: caches, from: caches }, (state, { to, from }) =>
  to !== from && !state.pull(to, from).isEmpty()
    ? state.withPull(to, from, Bag.of<Line>()).withDid(by(nameOf(to)).receives(nameOf(from), nameOf(to), "Line"))
    : disabled,
);

export const twoDirectories = model({
  name: "two-directories",
  about: "Caches that ask two directories",
  parameters,
  variables,
  actions: () => [get, put, serve, fill, forget, offer, accept],
  properties: () => [],
  headline: { cache: "at", directory: "at" },
  processes: [caches, directories],
  channels: {
    atDirectory: { from: (message) => message.cache, to: "index" },
    atCache: { from: (message) => message.directory, to: "index" },
    pull: { from: "second index", to: "first index" },
  },
});
