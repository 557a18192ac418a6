/**
 * Mirage: B. Fleisch, G. Popek, "Mirage: A Coherent Distributed Shared Memory Design", SOSP 1989. A *library site*
 * takes all requests for the page, queues them, and processes one at a time; the read requests that wait are granted
 * together. The *clock site* has the most recent copy: it is the writer, or one of the readers. It keeps the page for a
 * *time window* Δ: an order of the library to give the page up that comes earlier is refused, and comes again. After
 * it, the clock site invalidates the other readers and sends the page to those who are to have it. A writer may become
 * a reader when others read (downgrade); a reader that writes is not sent the page (upgrade).
 *
 * Δ is a permission here: the clock site may refuse any order that takes its page or its right to write away, and does
 * not refuse for ever. Readers that are added take nothing away, and a clock site that upgrades itself does not refuse.
 *
 * Reconstructed: each site that has got the page or the right tells the library, which begins with the next request
 * then; invalidations are acknowledged to the clock site before it sends the page. The library is a site of its own.
 */
import { List, Record, Set } from "immutable";
import {
  Bag,
  choice,
  chooseAny,
  disabled,
  flag,
  impossible,
  model,
  type OrdinalValue,
  perMember,
  perPair,
  type ReceiveTable,
  type StateOf,
  single,
  singleProcess,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";
import { everyCellThatTakes } from "./delayed.js";
import { someInFlight } from "./in-flight.js";
import {
  type AccessKind,
  accessesOf,
  type Kernel,
  kernels,
  kernelsParameter,
  type PageView,
  versions,
} from "./page.js";
import { everyCellUsed, everyStanding } from "./reached.js";

const parameters = {
  kernels: kernelsParameter,
  window: flag("the clock site may refuse to give the page up, as within its time window Δ (else: Δ is 0)", true),
  downgrade: flag("the writer keeps a copy to read when others read (else: it gives the page up)", true),
  batch: flag("all read requests that wait are granted together (else: one at a time)", true),
  wrong: choice(
    "a mistake: the clock site hands the page over and does not invalidate other readers; or a writer that hands it over still reads it",
    "nothing",
    "readers-not-invalidated",
    "writer-keeps-copy",
  ),
};
type Parameters = ValuesOf<typeof parameters>;

/** A copy; a clock site that collects acknowledgements for a writer still reads. */
const pages = ["Invalid", "Reader", "Writer", "Collecting"] as const;
type Page = (typeof pages)[number];

class Copy extends Record({
  page: "Invalid" as Page,
  data: null as OrdinalValue | null,
  /** The access that a thread waits for, and whether it has been asked for. */
  access: null as AccessKind | null,
  /** While the clock site collects: for whom, whether that site has a copy, and how many have not acknowledged. */
  writer: null as Kernel | null,
  isUpgrade: false,
  missing: 0,
}) {}

class Request extends Record({ by: null as Kernel | null, access: "read" as AccessKind }) {}

const orderKinds = ["AddReaders", "Downgrade", "GiveUp"] as const;
/** An order to the clock site: which sites are to have the page, and which read it until then. */
class Order extends Record({
  kind: "" as (typeof orderKinds)[number],
  sites: Set<Kernel>(),
  readers: Set<Kernel>(),
}) {}

class Library extends Record({
  queue: List<Request>(),
  readers: Set<Kernel>(),
  writer: null as Kernel | null,
  clock: null as Kernel | null,
  /** The order by which a request is processed; null if none is. */
  order: null as Order | null,
  /** The clock site after it, and the sites that have not told yet that they have what they asked for. */
  nextClock: null as Kernel | null,
  awaited: Set<Kernel>(),
}) {}

const upKinds = ["ReadRequest", "WriteRequest", "Refused", "Done"] as const;
class Up extends Record({ kind: "" as (typeof upKinds)[number] }) {}

const siteKinds = ["Page", "Upgrade", "Invalidate", "Ack"] as const;
class Message extends Record({ kind: "" as (typeof siteKinds)[number], data: null as OrdinalValue | null }) {}

const variables = () => ({
  copy: perMember(kernels, new Copy()),
  library: single(new Library()),
  /** History: the version that was written last. */
  latest: single(versions.first),
  up: perMember(kernels, Bag.of<Up>()),
  down: perMember(kernels, Bag.of<Order>()),
  link: perPair(kernels, Bag.of<Message>()),
});
type State = StateOf<ReturnType<typeof variables>, Parameters>;
export type MirageState = State;
const { action, compassion, receive, rule } = vocabulary<State>();

const library = singleProcess("library");

const refused = new Up({ kind: "Refused" });
const tell = (state: State, at: Kernel, kind: Up["kind"]) => state.withUp(at, state.up(at).put(new Up({ kind })));
const send = (state: State, from: Kernel, to: Kernel, kind: Message["kind"], data: OrdinalValue | null = null) =>
  state.withLink(from, to, state.link(from, to).put(new Message({ kind, data })));

const noOrder = { writer: null, isUpgrade: false, missing: 0 } as const;
const invalid = { page: "Invalid", data: null, ...noOrder } as const;

function written(state: State, at: Kernel): State {
  const latest = state.latest().justAfter();
  const copy = state.copy(at).merge({ ...noOrder, page: "Writer", data: latest, access: null });
  return state.withLatest(latest).withCopy(at, copy);
}

/** The access that `at` has asked for is done with the page, or the right, that it has got; the library is told. */
function granted(state: State, at: Kernel, data: OrdinalValue | null): State {
  if (state.copy(at).access === "write") return tell(written(state, at), at, "Done");
  return tell(state.withCopy(at, state.copy(at).merge({ page: "Reader", data, access: null })), at, "Done");
}

const toClock = (state: State, order: Order) => {
  const clock = state.library().clock!;
  return state.withDown(clock, state.down(clock).put(order));
};

const serve = action(
  "Serve",
  {},
  (state) => {
    const { queue, order, writer, readers, clock } = state.library();
    const first = queue.first();
    if (first === undefined || order !== null) return disabled;
    const isServed = ({ by, access }: Request) =>
      by === first.by || (state.parameters.batch && access === "read" && first.access === "read");
    const sites = Set(queue.filter(isServed).map(({ by }) => by!));
    const kind = first.access === "write" ? "GiveUp" : writer === null ? "AddReaders" : "Downgrade";
    const next = new Order({ kind, sites, readers });
    const clockStays = kind === "AddReaders" || (kind === "Downgrade" && state.parameters.downgrade);
    return chooseAny(clockStays ? [clock!] : sites, (nextClock) => {
      const processing = { queue: queue.filterNot(isServed), order: next, nextClock, awaited: sites };
      return toClock(state.withLibrary(state.library().merge(processing)), next);
    });
  },
  { says: "the library processes requests one at a time, and orders the clock site", fair: "weak", by: library },
);

interface AtLibrary {
  readonly state: State;
  readonly from: Kernel;
}

const queued = (access: AccessKind) =>
  rule<AtLibrary>("the library queues requests", ({ state, from }) => {
    const { queue } = state.library();
    return state.withLibrary(state.library().set("queue", queue.push(new Request({ by: from, access }))));
  });
const ordersAgain = rule<AtLibrary>("the library orders again when the rest of the window is over", ({ state }) =>
  toClock(state, state.library().order!),
);
const done = rule<AtLibrary>("the request is done when all who asked have told so", ({ state, from }) => {
  const awaited = state.library().awaited.remove(from);
  const { order, writer, nextClock } = state.library();
  if (!awaited.isEmpty()) return state.withLibrary(state.library().set("awaited", awaited));
  const idle = state.library().merge({ order: null, clock: nextClock, nextClock: null, awaited });
  const { kind, sites, readers } = order!;
  if (kind === "GiveUp") return state.withLibrary(idle.merge({ writer: nextClock, readers: Set<Kernel>() }));
  const before = kind === "AddReaders" ? readers : state.parameters.downgrade ? Set.of(writer!) : Set<Kernel>();
  return state.withLibrary(idle.merge({ writer: null, readers: before.union(sites) }));
});
const nothingOrdered = impossible("the library is answered only while it processes a request");

const libraryTable: ReceiveTable<"idle" | "processes", Up["kind"], AtLibrary, State> = {
  name: "library",
  rows: ["idle", "processes"],
  columns: upKinds,
  cells: {
    idle: {
      ReadRequest: queued("read"),
      WriteRequest: queued("write"),
      Refused: nothingOrdered,
      Done: nothingOrdered,
    },
    processes: { ReadRequest: queued("read"), WriteRequest: queued("write"), Refused: ordersAgain, Done: done },
  },
};

interface Ordered {
  readonly state: State;
  readonly at: Kernel;
  readonly order: Order;
}

/** The clock site carries an order out, or refuses it if it may. */
function unlessRefused({ state, at }: Ordered, mayRefuse: boolean, carriedOut: State): readonly State[] {
  return mayRefuse && state.parameters.window ? [carriedOut, tell(state, at, "Refused")] : [carriedOut];
}

function sendPages(state: State, from: Kernel, sites: Set<Kernel>, data: OrdinalValue | null): State {
  return state.others(from).reduce((next, to) => (sites.has(to) ? send(next, from, to, "Page", data) : next), state);
}

/** The clock site, alone with the next writer, hands the page over, or only the right if that site reads it. */
function handOver(state: State, at: Kernel): State {
  const { writer, isUpgrade, data } = state.copy(at);
  if (writer === at) return granted(state, at, data);
  const left = state.withCopy(at, state.copy(at).merge(invalid));
  return isUpgrade ? send(left, at, writer!, "Upgrade") : send(left, at, writer!, "Page", data);
}

const addsReaders = rule<Ordered>("the clock site sends the page to more readers", ({ state, at, order }) =>
  sendPages(state, at, order.sites, state.copy(at).data),
);
const downgrades = rule<Ordered>("Δ over, the writer sends the page to readers, and may stay a reader", (ordered) => {
  const { state, at, order } = ordered;
  const copy = state.copy(at);
  const left = state.withCopy(at, copy.merge(state.parameters.downgrade ? { page: "Reader" } : invalid));
  return unlessRefused(ordered, true, sendPages(left, at, order.sites, copy.data));
});
const writerGivesUp = rule<Ordered>("Δ over, the writer sends the page to the next writer", (ordered) => {
  const { state, at, order } = ordered;
  const copy = state.copy(at);
  const keeps = state.parameters.wrong === "writer-keeps-copy";
  const left = state.withCopy(at, copy.merge(keeps ? { page: "Reader" } : invalid));
  return unlessRefused(ordered, true, sendPages(left, at, order.sites, copy.data));
});
const readersGiveUp = rule<Ordered>("Δ over, the clock site invalidates the other readers", (ordered) => {
  const { state, at, order } = ordered;
  const writer = state.members(kernels).find((k) => order.sites.has(k))!;
  const isInvalidated = (k: Kernel) => order.readers.has(k) && k !== writer;
  const others = state.parameters.wrong === "readers-not-invalidated" ? [] : state.others(at).filter(isInvalidated);
  const collects = state.copy(at).merge({
    page: "Collecting",
    writer,
    isUpgrade: order.readers.has(writer),
    missing: others.length,
  });
  const asked = others.reduce((next, to) => send(next, at, to, "Invalidate"), state.withCopy(at, collects));
  return unlessRefused(ordered, writer !== at, others.length === 0 ? handOver(asked, at) : asked);
});
const notClock = impossible("the library orders only the clock site, and one order at a time");

const orderTable: ReceiveTable<Page, Order["kind"], Ordered, State> = {
  name: "clock site",
  rows: pages,
  columns: orderKinds,
  cells: {
    Invalid: { AddReaders: notClock, Downgrade: notClock, GiveUp: notClock },
    Reader: { AddReaders: addsReaders, Downgrade: notClock, GiveUp: readersGiveUp },
    Writer: { AddReaders: notClock, Downgrade: downgrades, GiveUp: writerGivesUp },
    Collecting: { AddReaders: notClock, Downgrade: notClock, GiveUp: notClock },
  },
};

interface AtSite {
  readonly state: State;
  readonly at: Kernel;
  readonly from: Kernel;
  readonly message: Message;
}

const hasPage = rule<AtSite>("a site that has got the page tells the library", ({ state, at, message }) =>
  granted(state, at, message.data),
);
const upgraded = rule<AtSite>("upgrade: a reader writes the page that it has", ({ state, at }) =>
  granted(state, at, state.copy(at).data),
);
const invalidated = rule<AtSite>("a reader is invalidated, and acknowledges", ({ state, at, from }) =>
  send(state.withCopy(at, state.copy(at).merge(invalid)), at, from, "Ack"),
);
const acked = rule<AtSite>("the clock site collects the acknowledgements of all readers", ({ state, at }) => {
  const missing = state.copy(at).missing - 1;
  const collected = state.withCopy(at, state.copy(at).set("missing", missing));
  return missing === 0 ? handOver(collected, at) : collected;
});
const notAsked = impossible("a site gets the page, or the right to write it, only when it has none");
const noReader = impossible("the clock site invalidates sites that read, and no other");
const notCollecting = impossible("acknowledgements come to a clock site that waits for them");

const siteTable: ReceiveTable<Page, Message["kind"], AtSite, State> = {
  name: "site",
  rows: pages,
  columns: siteKinds,
  cells: {
    Invalid: { Page: hasPage, Upgrade: notAsked, Invalidate: noReader, Ack: notCollecting },
    Reader: { Page: notAsked, Upgrade: upgraded, Invalidate: invalidated, Ack: notCollecting },
    Writer: { Page: notAsked, Upgrade: notAsked, Invalidate: noReader, Ack: notCollecting },
    Collecting: { Page: notAsked, Upgrade: notAsked, Invalidate: noReader, Ack: acked },
  },
};

const atKernel = { at: kernels };

const appRead = action(
  "App_Read",
  atKernel,
  (state, { at }) => {
    const copy = state.copy(at);
    if (copy.page !== "Invalid" || copy.access !== null) return disabled;
    return tell(state.withCopy(at, copy.set("access", "read")), at, "ReadRequest");
  },
  { says: "a read without a copy is asked of the library", environment: true },
);

const appWrite = action(
  "App_Write",
  atKernel,
  (state, { at }) => {
    const copy = state.copy(at);
    if (copy.access !== null) return disabled;
    if (copy.page === "Writer") return written(state, at);
    return tell(state.withCopy(at, copy.set("access", "write")), at, "WriteRequest");
  },
  { says: "a write is done at once by the writer, and else asked of the library", environment: true, by: "at" },
);

const receives = [
  receive(
    "Library",
    { from: kernels },
    {
      channel: (state, { from }) => state.up(from),
      table: libraryTable,
      row: (state) => (state.library().order === null ? "idle" : "processes"),
      column: ({ kind }: Up) => kind,
      context: (state, { from }): AtLibrary => ({ state, from }),
    },
    { fair: "weak", by: library },
  ),
  receive(
    "Order",
    atKernel,
    {
      channel: (state, { at }) => state.down(at),
      table: orderTable,
      row: (state, { at }) => state.copy(at).page,
      column: ({ kind }: Order) => kind,
      context: (state, { at }, order: Order): Ordered => ({ state, at, order }),
    },
    { fair: "weak", by: "at" },
  ),
  receive(
    "Receive",
    { from: kernels, at: kernels },
    {
      channel: (state, { from, at }) => state.link(from, at),
      table: siteTable,
      row: (state, { at }) => state.copy(at).page,
      column: ({ kind }: Message) => kind,
      context: (state, { from, at }, message: Message): AtSite => ({ state, from, at, message }),
    },
    { fair: "weak", by: "at" },
  ),
];

const windowEnds = compassion({
  name: "the window ends",
  says: "a clock site does not refuse the same order for ever",
  for: atKernel,
  actions: ["Order"],
  whenever: (before, after, { at }) => after.up(at).count(refused) > before.up(at).count(refused),
  answered: (state) => state.library().order === null,
});

export const mirageView: PageView<State> = {
  mayRead: (state, at) => state.copy(at).page !== "Invalid",
  mayWrite: (state, at) => state.copy(at).page === "Writer",
  data: (state, at) => state.copy(at).data,
  latest: (state) => state.latest(),
  waits: (state, at) => state.copy(at).access,
  latestElsewhere: (state) => someInFlight(state, ({ data }) => data === state.latest()),
};

export const mirage = model({
  name: "mirage",
  about: "Mirage's page protocol: a library site, a clock site, a time window (Fleisch and Popek, 1989)",
  parameters,
  variables,
  initial: (declared) =>
    declared
      .members(kernels)
      .map((writer) =>
        declared
          .withLibrary(new Library({ writer, clock: writer }))
          .withCopy(writer, new Copy({ page: "Writer", data: declared.latest() })),
      ),
  actions: () => [appRead, appWrite, serve, ...receives],
  properties: () => [
    // Among two kernels no clock site has to collect acknowledgements.
    everyStanding(["Invalid", "Reader", "Writer"], (state: State, at) => state.copy(at).page),
    everyCellUsed(everyCellThatTakes(libraryTable), everyCellThatTakes(orderTable), everyCellThatTakes(siteTable)),
  ],
  fairness: ({ window }) => (window ? [windowEnds] : []),
  headline: { copy: "page", library: "clock" },
  standings: { copy: pages },
  processes: [kernels, library],
  channels: {
    up: { from: "index", to: library },
    down: { from: library, to: "index" },
    link: { from: "first index", to: "second index" },
  },
  accesses: () => accessesOf(mirageView, "Page"),
  assumptions: () => ["the library is a site of its own, which does not use the page", "channels are in no order"],
});
