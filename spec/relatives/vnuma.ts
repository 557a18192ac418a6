/**
 * vNUMA's basic page protocol: M. Chapman, G. Heiser, "vNUMA: A Virtual Shared-Memory Multiprocessor", USENIX Annual
 * Technical Conference 2009, of which only abstracts were at hand. Its hypervisor keeps pages coherent by a protocol
 * after IVY's: a *manager* for each page, an owner, invalidation before a write.
 *
 * Reconstructed, all of it: the manager forwards each request to the owner that it knows, takes a writer for the next
 * owner at once, and waits for no confirmation. It numbers what it forwards, so that a kernel handles it in this order,
 * and only when it is the owner. The owner sends copies; to a writer it sends the page, or the ownership alone if that
 * kernel has a copy, with the set of copies, which the new owner invalidates.
 *
 * Left out: write updates, that is pages whose writes are trapped and broadcast to all copies, how these are merged in
 * one order, and how a page changes between the two modes. The manager is a process of its own.
 */
import { Record, Set } from "immutable";
import {
  Bag,
  type Channel,
  choice,
  disabled,
  flag,
  impossible,
  model,
  type OrdinalValue,
  perMember,
  perPair,
  Queue,
  type ReceiveTable,
  type StateOf,
  single,
  singleProcess,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";
import { delayed, everyCellThatTakes } from "./delayed.js";
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
  numbered: flag("a kernel handles what the manager forwards in the order of its numbers (else: in any order)", true),
  wrong: choice(
    "a mistake: an owner that hands the page over forgets the copies; or a reader acknowledges an Invalidate before its copy comes",
    "nothing",
    "copies-not-invalidated",
    "copy-not-awaited",
  ),
};
type Parameters = ValuesOf<typeof parameters>;

/**
 * A copy. A Writer is an owner whose copy is the only one, an Owner one that has sent copies. A kernel waits in Reading
 * and Writing without a copy, in Upgrading with one, and in Collecting as the owner for acknowledgements.
 */
const pages = ["Invalid", "Reader", "Owner", "Writer", "Reading", "Writing", "Upgrading", "Collecting"] as const;
type Page = (typeof pages)[number];

const nobody = Set<Kernel>();

class Copy extends Record({
  page: "Invalid" as Page,
  data: null as OrdinalValue | null,
  /** At an owner the other kernels with a copy; while it collects, those that have not acknowledged. */
  copyset: nobody,
}) {}

class Request extends Record({ kind: "read" as AccessKind }) {}
class Forward extends Record({ kind: "read" as AccessKind, by: null as Kernel | null }) {}

const kinds = ["Copy", "Page", "Ownership", "Invalidate", "Ack"] as const;
class Message extends Record({
  kind: "" as (typeof kinds)[number],
  data: null as OrdinalValue | null,
  copyset: nobody,
}) {}

const variables = ({ numbered }: Parameters) => ({
  copy: perMember(kernels, new Copy()),
  /** The owner that the manager knows. */
  manager: single(null as Kernel | null),
  /** History: the version that was written last. */
  latest: single(versions.first),
  up: perMember(kernels, Bag.of<Request>()),
  down: perMember<Channel<Forward>, Kernel>(kernels, numbered ? Queue.of<Forward>() : Bag.of<Forward>()),
  link: perPair(kernels, Bag.of<Message>()),
});
type State = StateOf<ReturnType<typeof variables>, Parameters>;
export type VnumaState = State;
const { action, receive, rule } = vocabulary<State>();

const manager = singleProcess("manager");

const send = (state: State, from: Kernel, to: Kernel, message: Message) =>
  state.withLink(from, to, state.link(from, to).put(message));
const asks = (state: State, at: Kernel, page: Page, kind: AccessKind) =>
  state.withCopy(at, state.copy(at).set("page", page)).withUp(at, state.up(at).put(new Request({ kind })));

function written(state: State, at: Kernel): State {
  const latest = state.latest().justAfter();
  return state.withLatest(latest).withCopy(at, new Copy({ page: "Writer", data: latest }));
}

/** Kernel `at`, the owner with this data, invalidates the copies, and writes when all have acknowledged. */
function invalidates(state: State, at: Kernel, data: OrdinalValue | null, copies: Set<Kernel>): State {
  const copyset = copies.remove(at);
  if (copyset.isEmpty()) return written(state, at);
  const collects = state.withCopy(at, new Copy({ page: "Collecting", data, copyset }));
  const message = new Message({ kind: "Invalidate" });
  return state.others(at).reduce((next, to) => (copyset.has(to) ? send(next, at, to, message) : next), collects);
}

interface AtManager {
  readonly state: State;
  readonly from: Kernel;
  readonly request: Request;
}

const forwards = rule<AtManager>(
  "the manager forwards a request to the owner, and takes a writer for the next",
  ({ state, from, request: { kind } }) => {
    const owner = state.manager()!;
    const forwarded = state.withDown(owner, state.down(owner).put(new Forward({ kind, by: from })));
    return kind === "write" ? forwarded.withManager(from) : forwarded;
  },
);

const managerTable: ReceiveTable<"manages", AccessKind, AtManager, State> = {
  name: "manager",
  rows: ["manages"],
  columns: ["read", "write"],
  cells: { manages: { read: forwards, write: forwards } },
};

interface Forwarded {
  readonly state: State;
  readonly at: Kernel;
  readonly by: Kernel;
}

const copies = rule<Forwarded>("the owner sends a copy, and remembers who has one", ({ state, at, by }) => {
  const { data, copyset } = state.copy(at);
  const owner = state.withCopy(at, new Copy({ page: "Owner", data, copyset: copyset.add(by) }));
  return send(owner, at, by, new Message({ kind: "Copy", data }));
});
const handsOver = rule<Forwarded>("the owner hands the page over, or the ownership alone", ({ state, at, by }) => {
  const { data, copyset: all } = state.copy(at);
  const copyset = state.parameters.wrong === "copies-not-invalidated" ? nobody : all;
  const message = all.has(by)
    ? new Message({ kind: "Ownership", copyset })
    : new Message({ kind: "Page", data, copyset });
  return send(state.withCopy(at, new Copy()), at, by, message);
});
const notYet = delayed<Forwarded, State>("a kernel that is to be the owner handles requests when it is");
const notOwner = impossible("the manager forwards requests to the owner, or to the one who is to be the next");

const forwardTable: ReceiveTable<Page, AccessKind, Forwarded, State> = {
  name: "owner",
  rows: pages,
  columns: ["read", "write"],
  cells: {
    Invalid: { read: notOwner, write: notOwner },
    Reader: { read: notOwner, write: notOwner },
    Owner: { read: copies, write: handsOver },
    Writer: { read: copies, write: handsOver },
    Reading: { read: notOwner, write: notOwner },
    Writing: { read: notYet, write: notYet },
    Upgrading: { read: notYet, write: notYet },
    Collecting: { read: notYet, write: notYet },
  },
};

interface Received {
  readonly state: State;
  readonly at: Kernel;
  readonly from: Kernel;
  readonly message: Message;
}

const reads = rule<Received>("the copy has come", ({ state, at, message }) =>
  state.withCopy(at, new Copy({ page: "Reader", data: message.data })),
);
const owns = rule<Received>("the page has come: the new owner invalidates the copies", ({ state, at, message }) =>
  invalidates(state, at, message.data, message.copyset),
);
const ownsCopy = rule<Received>("the ownership has come: the new owner invalidates other copies", (received) => {
  const { state, at, message } = received;
  return invalidates(state, at, state.copy(at).data, message.copyset);
});
const isInvalid = (page: Page) =>
  rule<Received>("a copy is invalidated, and the new owner told", ({ state, at, from }) =>
    send(state.withCopy(at, new Copy({ page })), at, from, new Message({ kind: "Ack" })),
  );
const collects = rule<Received>("the owner writes when all copies are invalid", ({ state, at, from }) => {
  const copy = state.copy(at);
  const copyset = copy.copyset.remove(from);
  return copyset.isEmpty() ? written(state, at) : state.withCopy(at, copy.set("copyset", copyset));
});
const copyFirst = delayed<Received, State>("a copy that is under way is invalidated after it has come");
const notAsked = impossible("a kernel is sent what it has asked for");
const noCopy = impossible("the new owner invalidates copies, and no kernel besides");
const notCollecting = impossible("acknowledgements come to an owner that collects them");

function pageTable({ wrong }: Parameters): ReceiveTable<Page, Message["kind"], Received, State> {
  const none = { Copy: notAsked, Page: notAsked, Ownership: notAsked, Invalidate: noCopy, Ack: notCollecting };
  return {
    name: "page",
    rows: pages,
    columns: kinds,
    cells: {
      Invalid: none,
      Reader: { ...none, Invalidate: isInvalid("Invalid") },
      Owner: none,
      Writer: none,
      Reading: { ...none, Copy: reads, Invalidate: wrong === "copy-not-awaited" ? isInvalid("Reading") : copyFirst },
      Writing: { ...none, Page: owns },
      Upgrading: { ...none, Ownership: ownsCopy, Invalidate: isInvalid("Writing") },
      Collecting: { ...none, Ack: collects },
    },
  };
}

const atKernel = { at: kernels };

const appRead = action(
  "App_Read",
  atKernel,
  (state, { at }) => (state.copy(at).page === "Invalid" ? asks(state, at, "Reading", "read") : disabled),
  { says: "a read without a copy is asked of the manager", environment: true },
);

const appWrite = action(
  "App_Write",
  atKernel,
  (state, { at }) => {
    const { page, data, copyset } = state.copy(at);
    if (page === "Writer" || page === "Owner") return invalidates(state, at, data, copyset);
    if (page === "Reader") return asks(state, at, "Upgrading", "write");
    return page === "Invalid" ? asks(state, at, "Writing", "write") : disabled;
  },
  { says: "a write: the owner invalidates the copies; others ask the manager", environment: true, by: "at" },
);

const receives = (o: Parameters) => [
  receive(
    "Manager",
    { from: kernels },
    {
      channel: (state, { from }) => state.up(from),
      table: managerTable,
      row: () => "manages",
      column: ({ kind }: Request) => kind,
      context: (state, { from }, request: Request): AtManager => ({ state, from, request }),
    },
    { fair: "weak", by: manager },
  ),
  receive(
    "Forward",
    atKernel,
    {
      channel: (state, { at }) => state.down(at),
      table: forwardTable,
      row: (state, { at }) => state.copy(at).page,
      column: ({ kind }: Forward) => kind,
      context: (state, { at }, { by }: Forward): Forwarded => ({ state, at, by: by! }),
    },
    { fair: "weak", by: "at" },
  ),
  receive(
    "Receive",
    { from: kernels, at: kernels },
    {
      channel: (state, { from, at }) => state.link(from, at),
      table: pageTable(o),
      row: (state, { at }) => state.copy(at).page,
      column: ({ kind }: Message) => kind,
      context: (state, { from, at }, message: Message): Received => ({ state, from, at, message }),
    },
    { fair: "weak", by: "at" },
  ),
];

const waits: { readonly [P in Page]?: AccessKind } = {
  Reading: "read",
  Writing: "write",
  Upgrading: "write",
  Collecting: "write",
};

export const vnumaView: PageView<State> = {
  mayRead: (state, at) => !["Invalid", "Reading", "Writing"].includes(state.copy(at).page),
  mayWrite: (state, at) => state.copy(at).page === "Writer",
  data: (state, at) => state.copy(at).data,
  latest: (state) => state.latest(),
  waits: (state, at) => waits[state.copy(at).page] ?? null,
  latestElsewhere: (state) => someInFlight(state, ({ data }) => data === state.latest()),
};

export const vnuma = model({
  name: "vnuma",
  about: "vNUMA's basic page protocol, with a manager that numbers what it forwards (reconstructed)",
  parameters,
  variables,
  initial: (declared) =>
    declared
      .members(kernels)
      .map((owner) =>
        declared.withManager(owner).withCopy(owner, new Copy({ page: "Writer", data: declared.latest() })),
      ),
  actions: (o) => [appRead, appWrite, ...receives(o)],
  properties: (o) => [
    everyStanding(pages, (state, at) => state.copy(at).page),
    everyCellUsed(everyCellThatTakes(managerTable), everyCellThatTakes(forwardTable), everyCellThatTakes(pageTable(o))),
  ],
  headline: { copy: "page" },
  standings: { copy: pages },
  processes: [kernels, manager],
  channels: {
    up: { from: "index", to: manager },
    down: { from: manager, to: "index" },
    link: { from: "first index", to: "second index" },
  },
  accesses: () => accessesOf(vnumaView, "Copy", "Page"),
  assumptions: ({ numbered }) => [
    "the manager is a process of its own, which does not use the page",
    numbered
      ? "a kernel handles what the manager forwards in order; other channels are in no order"
      : "channels are in no order",
  ],
});
