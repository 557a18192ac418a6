/**
 * One page, some caches, and a home that keeps the page's directory. A cache asks the home for the page, to read it or
 * to write it; before the home lets one cache write, it has all other copies invalidated. Change it, and run
 * `npx popcheck check protocol.ts` again.
 */
import { Set as ImmutableSet, Record } from "immutable";
import {
  Bag,
  type Channel,
  disabled,
  flag,
  impossible,
  integer,
  type Member,
  model,
  nameOf,
  type OrdinalValue,
  ordinal,
  perMember,
  Queue,
  type StateOf,
  scalarset,
  single,
  singleProcess,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";

// ---- What there is: parameters, processes, messages, variables -------------------------------------------------------

/** Parameters are options of the command line: `--caches 2`, `--no-ordered`. */
const parameters = {
  caches: integer("how many caches", { default: 3, min: 1, max: 6 }),
  ordered: flag("messages from the home to a cache arrive in the order in which they were sent", true),
};
type Parameters = ValuesOf<typeof parameters>;

/** Caches are interchangeable: states that differ only in which cache is which count as one. */
export const caches = scalarset("cache", { prefix: "C", size: "caches" });
type CacheName = Member<"cache">;

const home = singleProcess("home");

/** Versions of the page's data. Only their order means something, so that there can be any number of writes. */
const versions = ordinal("v");

/** What the page can be in a cache: the rows of the cache's receive table. */
export const pages = ["Invalid", "Reading", "Shared", "Writing", "Modified"] as const;

/** A cache's copy of the page; its data is null unless it may be used. */
export class Copy extends Record({ page: "Invalid" as (typeof pages)[number], data: null as OrdinalValue | null }) {}

/** What the home knows. While it is Busy, it waits for acknowledges, and then lets `requester` have the page. */
export class Directory extends Record({
  page: "Idle" as "Idle" | "Busy",
  requester: null as CacheName | null,
  /** Whether the request is one to write; of an Idle home, whether its holder may write. */
  write: false,
  awaiting: ImmutableSet<CacheName>(),
  /** The caches that may have a copy. */
  holders: ImmutableSet<CacheName>(),
  data: versions.first,
}) {}

/** From a cache to the home. An Ack of a Modified copy brings its data back. */
export class ToHome extends Record({
  kind: "Ack" as "GetRead" | "GetWrite" | "Ack",
  data: null as OrdinalValue | null,
}) {}

/** From the home to a cache. Read and Write bring the page's data. */
export class ToCache extends Record({
  kind: "Invalidate" as "Read" | "Write" | "Invalidate",
  data: null as OrdinalValue | null,
}) {}

const variables = ({ ordered }: Parameters) => ({
  cache: perMember(caches, new Copy()),
  home: single(new Directory()),
  /** The data that was written last: no process knows it; the invariants do. */
  latest: single(versions.first),
  up: perMember(caches, Bag.of<ToHome>()),
  down: perMember<Channel<ToCache>, CacheName>(caches, ordered ? Queue.of<ToCache>() : Bag.of<ToCache>()),
});
export type State = StateOf<ReturnType<typeof variables>, Parameters>;

/** The functions that declare things, for states of this type. */
const { action, receive, rule, always, leadsTo } = vocabulary<State>();

const toHome = (state: State, c: CacheName, fields: ConstructorParameters<typeof ToHome>[0]) =>
  state.withUp(c, state.up(c).put(new ToHome(fields)));
const toCache = (state: State, c: CacheName, fields: ConstructorParameters<typeof ToCache>[0]) =>
  state.withDown(c, state.down(c).put(new ToCache(fields)));

// ---- What the application does ---------------------------------------------------------------------------------------

const read = action(
  "Read",
  { c: caches },
  (state, { c }) =>
    state.cache(c).page === "Invalid"
      ? toHome(state.withCache(c, new Copy({ page: "Reading" })), c, { kind: "GetRead" })
      : disabled,
  { says: "a read of a page that is not there asks the home", environment: true },
);

const write = action(
  "Write",
  { c: caches },
  (state, { c }) =>
    state.cache(c).page === "Invalid" || state.cache(c).page === "Shared"
      ? toHome(state.withCache(c, state.cache(c).set("page", "Writing")), c, { kind: "GetWrite" })
      : disabled,
  { says: "a write to a page that may not be written asks the home", environment: true },
);

const store = action(
  "Store",
  { c: caches },
  (state, { c }) => {
    if (state.cache(c).page !== "Modified") return disabled;
    const data = state.latest().justAfter();
    return state.withCache(c, state.cache(c).set("data", data)).withLatest(data);
  },
  { says: "a page that may be written is written without asking", environment: true, by: "c" },
);

// ---- What a cache does with a message --------------------------------------------------------------------------------

/** What a rule is given: the state, in which the message has been taken from its channel, and whose message it was. */
interface AtCache {
  readonly state: State;
  readonly c: CacheName;
  readonly message: ToCache;
}

const notAsked = impossible("the home answers only who has asked");
const noCopy = impossible("the home invalidates only who may have a copy");

const becomes = (page: "Shared" | "Modified") =>
  rule<AtCache>("the page's data has come", ({ state, c, message }) =>
    state.withCache(c, new Copy({ page, data: message.data })),
  );

export const cacheTable = {
  name: "cache",
  rows: pages,
  columns: ["Read", "Write", "Invalidate"] as const,
  cells: {
    Invalid: { Read: notAsked, Write: notAsked, Invalidate: noCopy },
    Reading: { Read: becomes("Shared"), Write: notAsked, Invalidate: noCopy },
    Shared: {
      Read: notAsked,
      Write: notAsked,
      Invalidate: rule<AtCache>("a copy is given up, and an Ack says so", ({ state, c }) =>
        toHome(state.withCache(c, new Copy()), c, { kind: "Ack" }),
      ),
    },
    Writing: {
      Read: notAsked,
      Write: becomes("Modified"),
      Invalidate: rule<AtCache>("another cache writes first: this one goes on waiting, without data", ({ state, c }) =>
        toHome(state.withCache(c, new Copy({ page: "Writing" })), c, { kind: "Ack" }),
      ),
    },
    Modified: {
      Read: notAsked,
      Write: notAsked,
      Invalidate: rule<AtCache>("what was written goes back to the home", ({ state, c }) =>
        toHome(state.withCache(c, new Copy()), c, { kind: "Ack", data: state.cache(c).data }),
      ),
    },
  },
};

const cacheReceives = receive(
  "Cache",
  { c: caches },
  {
    channel: (state, { c }) => state.down(c),
    table: cacheTable,
    row: (state, { c }) => state.cache(c).page,
    column: (message) => message.kind,
    context: (state, { c }, message) => ({ state, c, message }),
  },
  // What stays possible happens: a message that has come is received some time.
  { fair: "weak" },
);

// ---- What the home does with a message -------------------------------------------------------------------------------

interface AtHome {
  readonly state: State;
  readonly c: CacheName;
  readonly message: ToHome;
}

/** Begins to serve a request: if other copies are in its way, they are invalidated first. */
const serve = (write: boolean) =>
  rule<AtHome>("a request is served once the copies that are in its way are invalidated", ({ state, c }) => {
    const { holders, data, write: isWritten } = state.home();
    const awaiting = write || isWritten ? holders.remove(c) : ImmutableSet<CacheName>();
    const asked = awaiting.reduce((next, holder) => toCache(next, holder, { kind: "Invalidate" }), state);
    const busy = new Directory({ page: "Busy", requester: c, write, awaiting, holders, data });
    return granted(asked.withHome(busy));
  });

/** Lets the requester have the page, once nobody is waited for. */
function granted(state: State): State {
  const { requester, write, awaiting, holders, data } = state.home();
  if (requester === null || !awaiting.isEmpty()) return state;
  const idle = new Directory({ write, data, holders: write ? ImmutableSet.of(requester) : holders.add(requester) });
  return toCache(state.withHome(idle), requester, { kind: write ? "Write" : "Read", data });
}

/** A rule that is disabled leaves the message in its channel: the request is stalled until the home is Idle again. */
const stall = rule<AtHome>("the home serves one request at a time", () => disabled);

export const homeTable = {
  name: "home",
  rows: ["Idle", "Busy"] as const,
  columns: ["GetRead", "GetWrite", "Ack"] as const,
  cells: {
    Idle: { GetRead: serve(false), GetWrite: serve(true), Ack: impossible("an Idle home waits for no Ack") },
    Busy: {
      GetRead: stall,
      GetWrite: stall,
      Ack: rule<AtHome>("the last Ack lets the requester have the page", ({ state, c, message }) => {
        const home = state.home();
        const rest = { awaiting: home.awaiting.remove(c), holders: home.holders.remove(c) };
        return granted(state.withHome(home.merge({ ...rest, data: message.data ?? home.data })));
      }),
    },
  },
};

const homeReceives = receive(
  "Home",
  { c: caches },
  {
    channel: (state, { c }) => state.up(c),
    table: homeTable,
    row: (state) => state.home().page,
    column: (message) => message.kind,
    context: (state, { c }, message) => ({ state, c, message }),
  },
  // What is possible again and again happens: a request that is stalled now and then is served some time. With "weak",
  // others could be served for ever, and the liveness property below fails.
  { fair: "strong" },
);

// ---- What must be true -----------------------------------------------------------------------------------------------

const mayBeRead = (state: State, c: CacheName) =>
  state.cache(c).page === "Shared" || state.cache(c).page === "Modified";

export const swmr = always({
  name: "SWMR",
  says: "single writer, multiple readers: while a cache may write, no other may read or write",
  for: { writer: caches, other: caches },
  holds: (state, { writer, other }) =>
    writer === other || state.cache(writer).page !== "Modified" || !mayBeRead(state, other),
  explain: (state, { writer, other }) =>
    `${nameOf(writer)} is Modified while ${nameOf(other)} is ${state.cache(other).page}`,
});

export const lastWrite = always({
  name: "a reader sees the last write",
  says: "a page that may be read holds the data that was written last",
  for: { c: caches },
  holds: (state, { c }) => !mayBeRead(state, c) || state.cache(c).data === state.latest(),
  explain: (_state, { c }) => `${nameOf(c)} reads data that is not the last that was written`,
});

export const answered = leadsTo({
  name: "who asks is answered",
  says: "a cache that waits for the page gets it",
  for: { c: caches },
  from: (state, { c }) => state.cache(c).page === "Reading" || state.cache(c).page === "Writing",
  to: (state, { c }) => mayBeRead(state, c),
  explain: (state, { c }) => `${nameOf(c)} is ${state.cache(c).page} for ever`,
});

export default model({
  name: "directory",
  about: "one page, some caches, and a home that keeps the page's directory",
  parameters,
  variables,
  actions: () => [read, write, store, cacheReceives, homeReceives],
  properties: () => [swmr, lastWrite, answered],
  // For texts and pictures: what stands for a record in short, the order of its colours, and who sends to whom.
  headline: { cache: "page", home: "page" },
  standings: { cache: pages, home: homeTable.rows },
  processes: [caches, home],
  channels: { up: { from: "index", to: home }, down: { from: home, to: "index" } },
});
