/**
 * Kerrighed's kDDM (kernel distributed data management; at first "containers"): R. Lottiaux, C. Morin, "Containers: A
 * Sound Basis for a True Single System Image", CCGrid 2001; A. Lèbre, R. Lottiaux, E. Focht, C. Morin, "Reducing Kernel
 * Development Complexity in Distributed Environments", Euro-Par 2008. The states and the rules are those of Kerrighed's
 * public sources, kddm/object_server.c, kddm_get_object.c, kddm_grab_object.c and protocol_action.c, whose functions
 * the sentences below name.
 *
 * Each node has a probable owner for an object, and forwards requests to it; at first it is the default owner, which
 * the object's number tells. The owner has the set of copies. It sends a copy to who reads; to who writes it sends the
 * object, or the right alone if there is a copy, with the set of copies: the new owner waits for the acknowledgements
 * of all of them, some of which may come before the object.
 *
 * Left out: flushes, removals, freezing while an object is used, nodes that come and go; an object is received in one
 * step (INV_FILLING), and a thread that wakes finds the object pinned, so that its access is part of the step.
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
  nameOf,
  type OrdinalValue,
  perMember,
  perPair,
  Queue,
  type ReceiveTable,
  type Rule,
  type StateOf,
  single,
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
  network: choice(
    "messages from one node to another come in order, or in any (SEND_BACK_FIRST_TOUCH has another server than requests)",
    "fifo",
    "bag",
  ),
  shorten: flag("a node that forwards a write takes the writer for the owner (commented out in the sources)", false),
  wrong: choice(
    "a mistake: an owner that hands the object over does not invalidate the copies; or the next forgets acknowledgements that come before the object",
    "nothing",
    "copies-not-invalidated",
    "early-acks-forgotten",
  ),
};
type Parameters = ValuesOf<typeof parameters>;

const objectStates = [
  "INV_OWNER",
  "INV_COPY",
  "READ_COPY",
  "READ_OWNER",
  "WRITE_OWNER",
  "WAIT_OBJ_READ",
  "WAIT_OBJ_WRITE",
  "WAIT_ACK_WRITE",
  "WAIT_ACK_INV",
] as const;
type ObjectState = (typeof objectStates)[number];

const waits: { readonly [S in ObjectState]?: AccessKind } = {
  WAIT_OBJ_READ: "read",
  WAIT_OBJ_WRITE: "write",
  WAIT_ACK_WRITE: "write",
  WAIT_ACK_INV: "write",
};

const nobody = Set<Kernel>();

class Entry extends Record({
  object: "INV_COPY" as ObjectState,
  data: null as OrdinalValue | null,
  probOwner: null as Kernel | null,
  /** At an owner the nodes with a copy; while it waits, those that have acknowledged, or still have to. */
  copyset: nobody,
}) {}

const kinds = ["ReadRequest", "WriteRequest", "FirstTouch", "Object", "WriteAccess", "Invalidate", "Ack"] as const;
class Message extends Record({
  kind: "" as (typeof kinds)[number],
  /** Of a request and of an Invalidate: the node that is to be answered. */
  by: null as Kernel | null,
  data: null as OrdinalValue | null,
  /** Of what makes a node the owner: the set of copies. Null: it makes no owner. */
  copyset: null as Set<Kernel> | null,
}) {}

const variables = ({ network }: Parameters) => ({
  entry: perMember(kernels, new Entry()),
  /** History: the version that was written last. */
  latest: single(versions.first),
  link: perPair<Channel<Message>, Kernel>(kernels, network === "fifo" ? Queue.of<Message>() : Bag.of<Message>()),
  /** The events of each node: messages that it looks at again later, in any order. */
  events: perMember(kernels, Bag.of<Message>()),
});
type State = StateOf<ReturnType<typeof variables>, Parameters>;
export type KddmState = State;
const { action, always, receive, rule } = vocabulary<State>();

const send = (state: State, from: Kernel, to: Kernel, message: Message) =>
  state.withLink(from, to, state.link(from, to).put(message));
const merged = (state: State, at: Kernel, change: Partial<ReturnType<Entry["toObject"]>>) =>
  state.withEntry(at, state.entry(at).merge(change));

/** Kernel `at`, the owner whose copy is the only one, writes. */
function written(state: State, at: Kernel): State {
  const latest = state.latest().justAfter();
  const owner = { object: "WRITE_OWNER", data: latest, probOwner: at, copyset: Set.of(at) } as const;
  return merged(state.withLatest(latest), at, owner);
}

function invalidateAll(state: State, at: Kernel, copyset: Set<Kernel>, by: Kernel): State {
  const message = new Message({ kind: "Invalidate", by });
  return state
    .others(at)
    .reduce((next, to) => (copyset.has(to) && to !== by ? send(next, at, to, message) : next), state);
}

interface Received {
  readonly state: State;
  readonly at: Kernel;
  /** The sender; of an event it is not known, nor needed. */
  readonly from: Kernel | null;
  readonly message: Message;
}

/** A request: the node may be sent its own, since others take it for the owner. */
const request = (says: string, next: (received: Received) => State) =>
  rule<Received>(says, (received) => {
    const { state, at, message } = received;
    if (message.by !== at) return next(received);
    return waits[state.entry(at).object] ? created(state, at) : state;
  });
const forwards = request("forward_object_server_msg: to the probable owner", ({ state, at, message }) => {
  const sent = send(state, at, state.entry(at).probOwner!, message);
  const isWrite = message.kind === "WriteRequest";
  return isWrite && state.parameters.shorten ? merged(sent, at, { probOwner: message.by }) : sent;
});
const queues = request("queue_event: the node is busy with the object, and tries again later", (received) => {
  const { state, at, message } = received;
  return state.withEvents(at, state.events(at).put(message));
});
const stillBusy = delayed<Received, State>("queue_event: the node is still busy with the object");
const firstTouch = rule<Received>(
  "send_back_object_first_touch: who asks creates the object",
  ({ state, at, message }) =>
    merged(send(state, at, message.by!, new Message({ kind: "FirstTouch" })), at, {
      object: "INV_COPY",
      probOwner: message.by,
    }),
);
const copies = rule<Received>("send_copy_on_read: the owner sends a copy", ({ state, at, message }) => {
  const { data, copyset } = state.entry(at);
  const owner = merged(state, at, { object: "READ_OWNER", copyset: copyset.add(message.by!) });
  return send(owner, at, message.by!, new Message({ kind: "Object", data }));
});
const handsOver = rule<Received>(
  "the owner invalidates the copies, and sends the object, or the right (transfer_write_access) to one of them",
  ({ state, at, message }) => {
    const by = message.by!;
    const { data, copyset: all } = state.entry(at);
    const copyset = state.parameters.wrong === "copies-not-invalidated" ? all.intersect([at, by]) : all;
    const left = merged(state, at, { object: "INV_COPY", data: null, probOwner: by, copyset: nobody });
    const sent = copyset.has(by)
      ? new Message({ kind: "WriteAccess", copyset })
      : new Message({ kind: "Object", data, copyset });
    return send(invalidateAll(left, at, copyset, by), at, by, sent);
  },
);
/** object_first_touch: kernel `at`, which waits for the object, creates it, and owns it. */
function created(state: State, at: Kernel): State {
  const owner = { object: "WRITE_OWNER", data: state.latest(), probOwner: at, copyset: Set.of(at) } as const;
  return state.entry(at).object === "WAIT_OBJ_READ" ? merged(state, at, owner) : written(state, at);
}
const creates = rule<Received>("handle_send_back_first_touch_req: the node creates the object", ({ state, at }) =>
  created(state, at),
);
const reads = rule<Received>("handle_object_receive: a copy to read", ({ state, at, from, message }) =>
  merged(state, at, { object: "READ_COPY", data: message.data, probOwner: from! }),
);

/** What a new owner still waits for: the copies but its own and the former owner's, without those that have acked. */
function owns(received: Received, whileWaiting: "WAIT_ACK_INV" | "WAIT_ACK_WRITE"): State {
  const { state, at, from, message } = received;
  const entry = state.entry(at);
  const missing = message.copyset!.subtract(entry.copyset).remove(from!).remove(at);
  if (missing.isEmpty()) return written(state, at);
  const data = whileWaiting === "WAIT_ACK_INV" ? message.data : entry.data;
  return merged(state, at, { object: whileWaiting, data, probOwner: at, copyset: missing });
}
const owned = rule<Received>(
  "handle_object_receive: the object to write, and acknowledgements to wait for",
  (received) => owns(received, "WAIT_ACK_INV"),
);
const mayWrite = rule<Received>(
  "handle_receive_write_access: the right, and acknowledgements to wait for",
  (received) => owns(received, "WAIT_ACK_WRITE"),
);
const invalidates = rule<Received>("handle_object_invalidation: the next owner is told, and remembered", (received) => {
  const { state, at, message } = received;
  const { object } = state.entry(at);
  const next = object === "WAIT_OBJ_WRITE" ? object : "INV_COPY";
  const left = merged(state, at, { object: next, data: null, probOwner: message.by, copyset: nobody });
  return send(left, at, message.by!, new Message({ kind: "Ack" }));
});
const ackedEarly = rule<Received>("handle_invalidation_ack: before the object has come", ({ state, at, from }) =>
  state.parameters.wrong === "early-acks-forgotten"
    ? state
    : merged(state, at, { copyset: state.entry(at).copyset.add(from!) }),
);
const acked = rule<Received>("handle_invalidation_ack: with the last one, the owner writes", ({ state, at, from }) => {
  const missing = state.entry(at).copyset.remove(from!);
  return missing.isEmpty() ? written(state, at) : merged(state, at, { copyset: missing });
});

const notAsked = impossible(
  "STATE_MACHINE_ERROR: an object, or the right to write it, comes to a node that asked for it",
);
const noFirstTouch = impossible("STATE_MACHINE_ERROR: an object is created once");
const noCopy = impossible("without flushes, only nodes with a copy are invalidated");
const inOrder = impossible("the owner that invalidates a copy has sent it before");
const noAck = impossible("without flushes, acknowledgements come to the next owner alone");
const notOwner = impossible("STATE_MACHINE_ERROR: an owner is not invalidated by another");

type ObjectTable<Column extends string> = ReceiveTable<ObjectState, Column, Received, State>;

/** What a node does with a message that has come; the messages of `eventTable` have come before. */
function objectTable({ network }: Parameters, later: Rule<Received, State>): ObjectTable<Message["kind"]> {
  const none = { FirstTouch: noFirstTouch, Object: notAsked, WriteAccess: notAsked };
  const forwarded = { ReadRequest: forwards, WriteRequest: forwards };
  const busy = { ReadRequest: later, WriteRequest: later };
  const owner = { ReadRequest: copies, WriteRequest: handsOver, ...none, Invalidate: notOwner, Ack: noAck };
  return {
    name: "object",
    rows: objectStates,
    columns: kinds,
    cells: {
      INV_OWNER: { ReadRequest: firstTouch, WriteRequest: firstTouch, ...none, Invalidate: notOwner, Ack: noAck },
      INV_COPY: { ...forwarded, ...none, Invalidate: noCopy, Ack: noAck },
      READ_COPY: { ...forwarded, ...none, Invalidate: invalidates, Ack: noAck },
      READ_OWNER: owner,
      WRITE_OWNER: owner,
      WAIT_OBJ_READ: {
        ...forwarded,
        FirstTouch: creates,
        Object: reads,
        WriteAccess: notAsked,
        Invalidate: network === "bag" ? later : inOrder,
        Ack: noAck,
      },
      WAIT_OBJ_WRITE: {
        ...busy,
        FirstTouch: creates,
        Object: owned,
        WriteAccess: mayWrite,
        Invalidate: invalidates,
        Ack: ackedEarly,
      },
      WAIT_ACK_WRITE: { ...busy, ...none, Invalidate: notOwner, Ack: acked },
      WAIT_ACK_INV: { ...busy, ...none, Invalidate: notOwner, Ack: acked },
    },
  };
}

const tableOf = (o: Parameters) => objectTable(o, queues);

const createdOnce = impossible("an object is created once: a node that has been busy with it finds it created");
/** What a node does with its events. In order, no Invalidate comes before the copy that it is about. */
function eventTable(o: Parameters): ObjectTable<Message["kind"]> {
  const table = objectTable(o, stillBusy);
  const INV_OWNER = { ...table.cells.INV_OWNER, ReadRequest: createdOnce, WriteRequest: createdOnce };
  return {
    name: "event",
    rows: objectStates,
    columns: ["ReadRequest", "WriteRequest", ...(o.network === "bag" ? ["Invalidate" as const] : [])],
    cells: { ...table.cells, INV_OWNER },
  };
}

const atKernel = { at: kernels };

const appRead = action(
  "App_Read",
  atKernel,
  (state, { at }) => {
    const { object, probOwner } = state.entry(at);
    if (object === "INV_OWNER")
      return merged(state, at, { object: "READ_OWNER", data: state.latest(), copyset: Set.of(at) });
    if (object !== "INV_COPY") return disabled;
    const asks = merged(state, at, { object: "WAIT_OBJ_READ" });
    return send(asks, at, probOwner!, new Message({ kind: "ReadRequest", by: at }));
  },
  { says: "kddm_get_object: a copy is asked of the probable owner", environment: true },
);

const appWrite = action(
  "App_Write",
  atKernel,
  (state, { at }) => {
    const { object, probOwner, copyset } = state.entry(at);
    if (object === "INV_OWNER" || object === "WRITE_OWNER") return written(state, at);
    if (object === "READ_OWNER") {
      const others = copyset.remove(at);
      if (others.isEmpty()) return written(state, at);
      return invalidateAll(merged(state, at, { object: "WAIT_ACK_WRITE", copyset: others }), at, others, at);
    }
    if (object !== "INV_COPY" && object !== "READ_COPY") return disabled;
    const asks = merged(state, at, { object: "WAIT_OBJ_WRITE", copyset: nobody });
    return send(asks, at, probOwner!, new Message({ kind: "WriteRequest", by: at }));
  },
  {
    says: "kddm_grab_object: the owner invalidates the copies; others ask the probable owner",
    environment: true,
    by: "at",
  },
);

const receiveObject = (o: Parameters) =>
  receive(
    "Receive",
    { from: kernels, at: kernels },
    {
      channel: (state, { from, at }) => state.link(from, at),
      table: tableOf(o),
      row: (state, { at }) => state.entry(at).object,
      column: ({ kind }: Message) => kind,
      context: (state, { from, at }, message: Message): Received => ({ state, from, at, message }),
    },
    { fair: "weak", by: "at" },
  );

const receiveEvent = (o: Parameters) =>
  receive(
    "Event",
    atKernel,
    {
      channel: (state, { at }) => state.events(at),
      table: eventTable(o),
      row: (state, { at }) => state.entry(at).object,
      column: ({ kind }: Message) => kind,
      context: (state, { at }, message: Message): Received => ({ state, at, from: null, message }),
    },
    { fair: "weak", by: "at" },
  );

const readable: readonly ObjectState[] = ["READ_COPY", "READ_OWNER", "WRITE_OWNER", "WAIT_ACK_INV"];
export const kddmView: PageView<State> = {
  mayRead: (state, at) => readable.includes(state.entry(at).object),
  mayWrite: (state, at) => state.entry(at).object === "WRITE_OWNER",
  data: (state, at) => state.entry(at).data,
  latest: (state) => state.latest(),
  waits: (state, at) => waits[state.entry(at).object] ?? null,
  latestElsewhere: (state) =>
    state.members(kernels).some((at) => state.entry(at).object === "INV_OWNER") ||
    someInFlight(state, ({ kind, data }) => kind === "FirstTouch" || data === state.latest()),
};

const noLoop = always({
  name: "no request comes back",
  says: "the probable owners lead to the owner: nobody is sent his own request",
  for: {},
  holds: (state) => !someInFlight(state, ({ kind, by }, to) => kind !== "Invalidate" && by === to),
  explain: (state) =>
    state
      .members(kernels)
      .map((at) => `${nameOf(at)} takes ${nameOf(state.entry(at).probOwner!)} for the owner`)
      .sort()
      .join("; "),
});

export const kddm = model({
  name: "kddm",
  about: "The object protocol of Kerrighed's kDDM, with probable owners, after its public sources",
  parameters,
  variables,
  initial: (declared) =>
    declared.members(kernels).map((owner) =>
      declared
        .members(kernels)
        .reduce((state, at) => merged(state, at, { probOwner: owner }), declared)
        .withEntry(owner, new Entry({ object: "INV_OWNER", probOwner: owner })),
    ),
  actions: (o) => [appRead, appWrite, receiveObject(o), receiveEvent(o)],
  properties: (o) => [
    noLoop,
    // Among two kernels no new owner waits for the acknowledgement of a third.
    everyStanding(
      objectStates.filter((object) => object !== "WAIT_ACK_INV"),
      (state, at) => state.entry(at).object,
    ),
    everyCellUsed(everyCellThatTakes(tableOf(o)), everyCellThatTakes(eventTable(o))),
  ],
  headline: { entry: "object" },
  standings: { entry: objectStates },
  processes: [kernels],
  channels: { link: { from: "first index", to: "second index" }, events: { from: "index", to: "index" } },
  accesses: () => accessesOf(kddmView, "Object"),
  assumptions: ({ network }) => [
    network === "fifo" ? "messages from one node to another come in the order of sending" : "channels are in no order",
  ],
});
