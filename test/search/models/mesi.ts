/** MESI with a blocking directory, three caches, unordered channels. */
import { Record, Set } from "immutable";
import {
  Bag,
  choice,
  disabled,
  everyCell,
  impossible,
  integer,
  type Member,
  model,
  nameOf,
  type OrdinalValue,
  ordinal,
  perMember,
  type ReceiveTable,
  type StateOf,
  scalarset,
  single,
  singleProcess,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";

const parameters = {
  caches: integer("caches", { default: 3, min: 2, max: 5 }),
  upgrade: choice("what an Inv does to a cache that waits for its upgrade", "repaired", "ignored", "impossible"),
};
type Options = ValuesOf<typeof parameters>;

const caches = scalarset("cache", { prefix: "C", size: "caches" });
type CacheId = Member<"cache">;
const home = singleProcess("home");
const versions = ordinal("v", { keep: 1 });

const cacheStates = ["I", "S", "E", "M", "IS_D", "IM_D", "SM_W", "MI_A", "II_A"] as const;
type CacheState = (typeof cacheStates)[number];
const toCacheKinds = ["DataS", "DataE", "DataM", "UpgAck", "Inv", "FwdS", "FwdM", "PutAck"] as const;
type ToCache = (typeof toCacheKinds)[number];
const homeStates = ["I", "S", "X", "WaitWB", "WaitAcks", "WaitDone"] as const;
type HomeState = (typeof homeStates)[number];
const toHomeKinds = ["GetS", "GetM", "Upg", "Put", "InvAck", "WB", "Done"] as const;
type ToHome = (typeof toHomeKinds)[number];

class Down extends Record({ kind: "Inv" as ToCache, data: null as OrdinalValue | null }) {}
class Up extends Record({ kind: "GetS" as ToHome, data: null as OrdinalValue | null }) {}

class Cache extends Record({
  at: "I" as CacheState,
  data: null as OrdinalValue | null,
  /** Ghost: a store was done on stale data. */
  lost: false,
}) {
  to(at: CacheState): Cache {
    return this.set("at", at);
  }
}
class Home extends Record({
  at: "I" as HomeState,
  owner: null as CacheId | null,
  sharers: Set<CacheId>(),
  requester: null as CacheId | null,
  request: "GetS" as ToHome,
  acks: Set<CacheId>(),
  memory: versions.first as OrdinalValue,
}) {
  to(at: HomeState): Home {
    return this.set("at", at);
  }
}

const variables = () => ({
  cache: perMember(caches, new Cache()),
  home: single(new Home()),
  down: perMember(caches, Bag.of<Down>()),
  up: perMember(caches, Bag.of<Up>()),
  latest: single(versions.first),
});
type State = StateOf<ReturnType<typeof variables>, Options>;
const { action, receive, rule, always, leadsTo, noDeadlock, reachable } = vocabulary<State>();

const toCache = (state: State, c: CacheId, kind: ToCache, data: OrdinalValue | null = null) =>
  state.withDown(c, state.down(c).put(new Down({ kind, data })));
const toHome = (state: State, c: CacheId, kind: ToHome, data: OrdinalValue | null = null) =>
  state.withUp(c, state.up(c).put(new Up({ kind, data })));

// ---- processor

const load = action(
  "Load",
  { c: caches },
  (state, { c }) =>
    state.cache(c).at === "I" ? toHome(state.withCache(c, state.cache(c).to("IS_D")), c, "GetS") : disabled,
  { says: "a load miss sends GetS", environment: true },
);

function write(state: State, c: CacheId, cache: Cache): State {
  const version = state.latest().justAfter();
  return state
    .withLatest(version)
    .withCache(c, cache.merge({ at: "M", data: version, lost: cache.data !== state.latest() }));
}

const store = action(
  "Store",
  { c: caches },
  (state, { c }) => {
    const cache = state.cache(c);
    if (cache.at === "I") return toHome(state.withCache(c, cache.to("IM_D")), c, "GetM");
    if (cache.at === "S") return toHome(state.withCache(c, cache.to("SM_W")), c, "Upg");
    if (cache.at === "E" || cache.at === "M") return write(state, c, cache);
    return disabled;
  },
  { says: "a store hits in E and M, upgrades in S, misses in I", environment: true },
);

const evict = action(
  "Evict",
  { c: caches },
  (state, { c }) => {
    const cache = state.cache(c);
    if (cache.at === "E" || cache.at === "M") return toHome(state.withCache(c, cache.to("MI_A")), c, "Put", cache.data);
    if (cache.at === "S") return state.withCache(c, cache.merge({ at: "I", data: null }));
    return disabled;
  },
  { says: "eviction", environment: true },
);

// ---- cache controller

interface AtCache {
  readonly c: CacheId;
  readonly state: State;
  readonly cache: Cache;
  readonly message: Down;
  readonly next: (cache: Cache, answer?: ToHome, data?: OrdinalValue | null) => State;
}
type CacheTable = ReceiveTable<CacheState, ToCache, AtCache, State>;

const unasked = impossible("the home answers only who has asked");
const notOwner = impossible("the home forwards only to the owner");
const noData = { DataS: unasked, DataE: unasked, DataM: unasked, UpgAck: unasked } as const;
const noForward = { FwdS: notOwner, FwdM: notOwner } as const;

const ackOnly = rule<AtCache>("a stale Inv is acknowledged", ({ cache, next }) => next(cache, "InvAck"));
const drop = rule<AtCache>("Inv: drop the copy", ({ cache, next }) =>
  next(cache.merge({ at: "I", data: null }), "InvAck"),
);
const fill = (at: CacheState) =>
  rule<AtCache>(`data fills the line: ${at}`, ({ cache, message, next }) =>
    next(cache.merge({ at, data: message.data }), "Done"),
  );
const fillAndWrite = rule<AtCache>("data for a store: write", ({ c, cache, message, next }) =>
  write(next(cache, "Done"), c, cache.set("data", message.data)),
);
const downgrade = rule<AtCache>("FwdS: write back, keep it shared", ({ cache, next }) =>
  next(cache.to("S"), "WB", cache.data),
);
const giveUp = rule<AtCache>("FwdM: write back, invalid", ({ cache, next }) =>
  next(cache.merge({ at: "I", data: null }), "WB", cache.data),
);

function cacheTable({ upgrade }: Options): CacheTable {
  const owner = { ...noData, Inv: impossible("no Inv to an owner"), FwdS: downgrade, FwdM: giveUp, PutAck: unasked };
  const invInUpgrade =
    upgrade === "repaired"
      ? rule<AtCache>("an upgrade that meets an Inv becomes a miss", ({ cache, next }) =>
          next(cache.merge({ at: "IM_D", data: null }), "InvAck"),
        )
      : upgrade === "ignored"
        ? rule<AtCache>("RACE: an upgrade that meets an Inv acknowledges it, and goes on", ({ cache, next }) =>
            next(cache, "InvAck"),
          )
        : impossible("RACE: nobody thought of it");
  return {
    name: "cache",
    rows: cacheStates,
    columns: toCacheKinds,
    cells: {
      I: { ...noData, Inv: ackOnly, ...noForward, PutAck: unasked },
      S: { ...noData, Inv: drop, ...noForward, PutAck: unasked },
      E: owner,
      M: owner,
      IS_D: { ...noData, DataS: fill("S"), DataE: fill("E"), Inv: ackOnly, ...noForward, PutAck: unasked },
      IM_D: { ...noData, DataM: fillAndWrite, UpgAck: unasked, Inv: ackOnly, ...noForward, PutAck: unasked },
      SM_W: {
        ...noData,
        UpgAck: rule("the upgrade is granted: write", ({ c, cache, next }) => write(next(cache, "Done"), c, cache)),
        Inv: invInUpgrade,
        ...noForward,
        PutAck: unasked,
      },
      MI_A: {
        ...noData,
        Inv: impossible("no Inv to an owner"),
        FwdS: rule("Put and FwdS cross: the Put is the answer", ({ cache, next }) =>
          next(cache.merge({ at: "II_A" }), "WB", cache.data),
        ),
        FwdM: rule("Put and FwdM cross: the Put is the answer", ({ cache, next }) =>
          next(cache.merge({ at: "II_A" }), "WB", cache.data),
        ),
        PutAck: rule("evicted", ({ cache, next }) => next(cache.merge({ at: "I", data: null }))),
      },
      II_A: {
        ...noData,
        Inv: ackOnly,
        ...noForward,
        PutAck: rule("evicted", ({ cache, next }) => next(cache.merge({ at: "I", data: null }))),
      },
    },
  };
}

const cacheReceives = (options: Options) =>
  receive(
    "Cache",
    { c: caches },
    {
      channel: (state, { c }) => state.down(c),
      table: cacheTable(options),
      row: (state, { c }) => state.cache(c).at,
      column: (message: Down) => message.kind,
      context: (state, { c }, message: Down) => ({
        c,
        state,
        cache: state.cache(c),
        message,
        next: (cache: Cache, answer?: ToHome, data: OrdinalValue | null = null) => {
          const changed = state.withCache(c, cache);
          return answer ? toHome(changed, c, answer, data) : changed;
        },
      }),
    },
    { fair: "weak" },
  );

// ---- home

interface AtHome {
  readonly from: CacheId;
  readonly state: State;
  readonly home: Home;
  readonly message: Up;
}
type HomeTable = ReceiveTable<HomeState, ToHome, AtHome, State>;

/** The home has what it needs: grant, and wait for Done. */
function grant(state: State, home: Home, upgradeToo: boolean): State {
  const c = home.requester!;
  const granted = home.merge({ at: "WaitDone" });
  if (home.request === "GetS") {
    if (home.sharers.isEmpty()) return toCache(state.withHome(granted.merge({ owner: c })), c, "DataE", home.memory);
    return toCache(state.withHome(granted.merge({ sharers: home.sharers.add(c) })), c, "DataS", home.memory);
  }
  const still = home.sharers.has(c);
  const mine = granted.merge({ owner: c, sharers: Set<CacheId>() });
  if (home.request === "Upg" && (still || upgradeToo)) return toCache(state.withHome(mine), c, "UpgAck");
  return toCache(state.withHome(mine), c, "DataM", home.memory);
}

function homeTable({ upgrade }: Options): HomeTable {
  const upgradeToo = upgrade === "ignored";
  const stall = rule<AtHome>("the home is busy: the request waits", () => disabled);
  const notNow = impossible("nothing of that kind is awaited");
  const begin = (says: string) =>
    rule<AtHome>(says, ({ from, state, home, message }) => {
      const begun = home.merge({ requester: from, request: message.kind });
      if (home.at === "X") {
        const owner = home.owner!;
        return toCache(state.withHome(begun.to("WaitWB")), owner, message.kind === "GetS" ? "FwdS" : "FwdM");
      }
      const others = message.kind === "GetS" ? Set<CacheId>() : home.sharers.remove(from);
      if (others.isEmpty()) return grant(state, begun, upgradeToo);
      return others.reduce(
        (next, c) => toCache(next, c, "Inv"),
        state.withHome(begun.merge({ at: "WaitAcks", acks: others })),
      );
    });
  const stalePut = rule<AtHome>("a Put that is late", ({ from, state }) => toCache(state, from, "PutAck"));
  const busy = { GetS: stall, GetM: stall, Upg: stall, Put: stall };
  const idle = { InvAck: notNow, WB: notNow, Done: notNow };
  return {
    name: "home",
    rows: homeStates,
    columns: toHomeKinds,
    cells: {
      I: { GetS: begin("GetS on I"), GetM: begin("GetM on I"), Upg: begin("Upg on I"), Put: stalePut, ...idle },
      S: { GetS: begin("GetS on S"), GetM: begin("GetM on S"), Upg: begin("Upg on S"), Put: stalePut, ...idle },
      X: {
        GetS: begin("GetS on X: ask the owner"),
        GetM: begin("GetM on X: ask the owner"),
        Upg: begin("Upg on X: ask the owner"),
        Put: rule("the owner evicts", ({ from, state, home, message }) =>
          home.owner === from
            ? toCache(state.withHome(home.merge({ at: "I", owner: null, memory: message.data! })), from, "PutAck")
            : toCache(state, from, "PutAck"),
        ),
        ...idle,
      },
      WaitWB: {
        ...busy,
        InvAck: notNow,
        Done: notNow,
        WB: rule("the owner has written back", ({ state, home, message }) => {
          const sharers = home.request === "GetS" ? Set([home.owner!]) : Set<CacheId>();
          return grant(state, home.merge({ memory: message.data!, owner: null, sharers }), upgradeToo);
        }),
      },
      WaitAcks: {
        ...busy,
        WB: notNow,
        Done: notNow,
        InvAck: rule("one ack less", ({ from, state, home }) => {
          const left = home.merge({ acks: home.acks.remove(from), sharers: home.sharers.remove(from) });
          return left.acks.isEmpty() ? grant(state, left, upgradeToo) : state.withHome(left);
        }),
      },
      WaitDone: {
        ...busy,
        InvAck: notNow,
        WB: notNow,
        Done: rule("the requester is done", ({ state, home }) =>
          state.withHome(home.merge({ at: home.owner === null ? "S" : "X", requester: null, request: "GetS" })),
        ),
      },
    },
  };
}

const homeReceives = (options: Options) =>
  receive(
    "Home",
    { from: caches },
    {
      channel: (state, { from }) => state.up(from),
      table: homeTable(options),
      row: (state) => state.home().at,
      column: (message: Up) => message.kind,
      context: (state, { from }, message: Up) => ({ from, state, home: state.home(), message }),
    },
    { fair: "strong" },
  );

// ---- properties

const swmr = always({
  name: "SWMR",
  says: "E or M excludes every other valid copy",
  for: { a: caches, b: caches },
  holds: (state, { a, b }) => {
    if (a === b) return true;
    const [x, y] = [state.cache(a).at, state.cache(b).at];
    return !(x === "E" || x === "M") || !(y === "S" || y === "E" || y === "M");
  },
  explain: (state, { a, b }) => `${nameOf(a)} is ${state.cache(a).at}, ${nameOf(b)} is ${state.cache(b).at}`,
});
const value = always({
  name: "data value",
  says: "a readable copy holds the latest write",
  for: { c: caches },
  holds: (state, { c }) => !["S", "E", "M"].includes(state.cache(c).at) || state.cache(c).data === state.latest(),
  explain: (state, { c }) =>
    `${nameOf(c)} in ${state.cache(c).at} holds ${state.cache(c).data}, latest is ${state.latest()}`,
});
const noLost = always({
  name: "no lost update",
  says: "a store is done on the latest data",
  for: { c: caches },
  holds: (state, { c }) => !state.cache(c).lost,
  explain: (_state, { c }) => `${nameOf(c)} stored on top of stale data`,
});
const waits: readonly CacheState[] = ["IS_D", "IM_D", "SM_W", "MI_A", "II_A"];
const served = leadsTo({
  name: "stores are served",
  says: "who wants to store gets M",
  for: { c: caches },
  from: (state, { c }) => ["IM_D", "SM_W"].includes(state.cache(c).at),
  to: (state, { c }) => state.cache(c).at === "M",
  explain: (state, { c }) => `${nameOf(c)} is in ${state.cache(c).at}`,
});
const dead = noDeadlock({
  name: "no deadlock",
  says: "who waits is not left waiting",
  stuck: (state) => state.members(caches).some((c) => waits.includes(state.cache(c).at)),
  explain: (state) =>
    state
      .members(caches)
      .map((c) => `${nameOf(c)} ${state.cache(c).at}`)
      .join(", "),
});

export default model({
  name: "mesi",
  about: "MESI with a blocking directory",
  parameters,
  variables,
  actions: (options) => [load, store, evict, cacheReceives(options), homeReceives(options)],
  properties: (options) => [
    swmr,
    value,
    noLost,
    {
      kind: "no unspecified reception",
      name: "no unspecified reception",
      says: "no message meets a state without a rule",
    },
    dead,
    served,
    reachable({ name: "every cache cell", says: "no dead cell", goals: everyCell(cacheTable(options)) }),
    reachable({ name: "every home cell", says: "no dead cell", goals: everyCell(homeTable(options)) }),
  ],
  table: cacheTable,
  headline: { cache: "at", home: "at" },
  processes: [caches, home],
  channels: { up: { from: "index", to: home }, down: { from: home, to: "index" } },
});
