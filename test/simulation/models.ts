/** Small models of one page, each of another shape: a home with one inbox, a bus without messages, a crowd. */
import { Record } from "immutable";
import {
  type Accesses,
  Bag,
  disabled,
  type Member,
  model,
  ordinal,
  perMember,
  perPair,
  Queue,
  type StateOf,
  scalarset,
  single,
  singleProcess,
  vocabulary,
} from "popcheck/model";

const nodes = scalarset("node", { prefix: "N", size: 3 });
type Node = Member<"node">;
const versions = ordinal("v", { keep: 1 });

// A home that lends the page to one node at a time. It calls the page back for the next one.

const home = singleProcess("home");

class ToHome extends Record({ kind: "Ask" as "Ask" | "Back", by: null as Node | null }) {}

class Home extends Record({ lentTo: null as Node | null, waiting: Queue.of<Node>() }) {}

const variables = () => ({
  node: perMember(nodes, "idle" as "idle" | "waits" | "has"),
  home: single(new Home()),
  /** One inbox for the messages of all: a message names its sender. */
  inbox: single(Bag.of<ToHome>()),
  orders: perMember(nodes, Queue.of<string>()),
  /** Nobody uses it. */
  unused: perPair(nodes, Bag.of<string>()),
  latest: single(versions.first),
  data: perMember(nodes, versions.first),
});
type State = StateOf<ReturnType<typeof variables>>;
const { action, receive, rule } = vocabulary<State>();

const tell = (state: State, at: Node, kind: "Ask" | "Back") =>
  state.withInbox(state.inbox().put(new ToHome({ kind, by: at })));
const order = (state: State, at: Node, what: string) => state.withOrders(at, state.orders(at).put(what));

const ask = action(
  "Ask",
  { at: nodes },
  (state, { at }) => (state.node(at) === "idle" ? tell(state.withNode(at, "waits"), at, "Ask") : disabled),
  { environment: true },
);

const write = action(
  "Write",
  { at: nodes },
  (state, { at }) => {
    if (state.node(at) !== "has") return disabled;
    const next = state.latest().justAfter();
    return state.withLatest(next).withData(at, next);
  },
  { environment: true },
);

const lend = action("Lend", {}, (state) => {
  const { lentTo, waiting } = state.home();
  const [next] = waiting.takeable();
  if (lentTo !== null || next === undefined) return disabled;
  const left = new Home({ lentTo: next, waiting: waiting.take(next) as Queue<Node> });
  const lent = order(state.withHome(left), next, "Page").withData(next, state.latest());
  return left.waiting.isEmpty() ? lent : order(lent, next, "Recall");
});

interface AtHome {
  readonly state: State;
  readonly by: Node;
}
const receiveAtHome = receive(
  "Home_Receive",
  {},
  {
    channel: (state) => state.inbox(),
    row: () => "any",
    column: ({ kind }: ToHome) => kind,
    context: (state, _binding, { by }): AtHome => ({ state, by: by! }),
    table: {
      name: "home",
      rows: ["any"],
      columns: ["Ask", "Back"],
      cells: {
        any: {
          Ask: rule<AtHome>("queued", ({ state, by }) => {
            const { lentTo, waiting } = state.home();
            const queued = state.withHome(state.home().set("waiting", waiting.put(by)));
            return lentTo !== null && waiting.isEmpty() ? order(queued, lentTo, "Recall") : queued;
          }),
          Back: rule<AtHome>("free", ({ state }) => state.withHome(state.home().set("lentTo", null))),
        },
      },
    },
  },
);

const receiveOrder = receive(
  "Receive",
  { at: nodes },
  {
    channel: (state, { at }) => state.orders(at),
    row: () => "any",
    column: (kind: string) => kind as "Page" | "Recall",
    context: (state, { at }) => ({ state, at }),
    table: {
      name: "node",
      rows: ["any"],
      columns: ["Page", "Recall"],
      cells: {
        any: {
          Page: rule<{ state: State; at: Node }>("has it", ({ state, at }) => state.withNode(at, "has")),
          Recall: rule<{ state: State; at: Node }>("gives it back", ({ state, at }) =>
            state.node(at) === "has" ? tell(state.withNode(at, "idle"), at, "Back") : disabled,
          ),
        },
      },
    },
  },
);

const has = (state: State, at: Node) => state.node(at) === "has";

const accesses: Accesses<State, Node> = {
  by: nodes,
  carryPage: ["Page"],
  isLatest: (state, at) => state.data(at) === state.latest(),
  read: { isLocal: has, actions: ["Ask"], isServedBy: (_before, after, at) => has(after, at) },
  write: {
    isLocal: has,
    actions: ["Write", "Ask"],
    isServedBy: (before, after, at) => before.latest() !== after.latest() && after.data(at) === after.latest(),
  },
};

export const lendingHome = model({
  name: "lending",
  about: "a home lends a page to one node at a time",
  parameters: {},
  variables,
  actions: () => [ask, write, lend, receiveAtHome, receiveOrder],
  properties: () => [],
  processes: [nodes, home],
  channels: { inbox: { from: ({ by }: ToHome) => by, to: home }, orders: { from: home, to: "index" } },
  accesses: () => accesses,
});

// A bus: whoever misses takes the page from the others in one step.

const busVariables = () => ({
  line: perMember(nodes, "I" as "I" | "S" | "M"),
  latest: single(versions.first),
  data: perMember(nodes, versions.first),
});
type BusState = StateOf<ReturnType<typeof busVariables>>;
const bus = vocabulary<BusState>();

const busRead = bus.action(
  "Bus_Read",
  { at: nodes },
  (state, { at }) => {
    if (state.line(at) !== "I") return disabled;
    const shared = state.others(at).reduce((next, k) => (next.line(k) === "M" ? next.withLine(k, "S") : next), state);
    return shared.withLine(at, "S").withData(at, state.latest());
  },
  { environment: true },
);

const busWrite = bus.action(
  "Bus_Write",
  { at: nodes },
  (state, { at }) => {
    const next = state.latest().justAfter();
    const alone = state.others(at).reduce((left, k) => left.withLine(k, "I"), state);
    return alone.withLine(at, "M").withData(at, next).withLatest(next);
  },
  { environment: true },
);

export const neverIdle = bus.always({
  name: "never idle",
  says: "some line is not I",
  for: {},
  holds: (state) => state.members(nodes).some((k) => state.line(k) !== "I"),
  explain: () => "all lines are I",
});

export const busModel = model({
  name: "bus",
  about: "MSI on an atomic bus",
  parameters: {},
  variables: busVariables,
  actions: () => [busRead, busWrite],
  properties: () => [],
  accesses: (): Accesses<BusState, Node> => ({
    by: nodes,
    isLatest: (state, at) => state.data(at) === state.latest(),
    read: {
      isLocal: (state, at) => state.line(at) !== "I",
      actions: ["Bus_Read"],
      isServedBy: (_before, after, at) => after.line(at) !== "I",
    },
    write: {
      isLocal: (state, at) => state.line(at) === "M",
      actions: ["Bus_Write"],
      isServedBy: (before, after, at) => before.latest() !== after.latest() && after.data(at) === after.latest(),
    },
  }),
});

// A crowd that draws tickets: a bag with so many stamps that a renumbering changes the order of their names.

const crowd = scalarset("guest", { prefix: "G", size: 8 });
type Guest = Member<"guest">;
const stamps = ordinal("t");

class Ticket extends Record({ stamp: stamps.first, by: null as Guest | null }) {}

const crowdVariables = () => ({
  guest: perMember(crowd, "outside" as "outside" | "waits" | "inside"),
  office: single(stamps.first),
  tickets: single(Bag.of<Ticket>()),
});
type CrowdState = StateOf<ReturnType<typeof crowdVariables>>;
const ofCrowd = vocabulary<CrowdState>();
const office = singleProcess("office");

const draw = ofCrowd.action(
  "Draw",
  { at: crowd },
  (state, { at }) => {
    if (state.guest(at) !== "outside") return disabled;
    const stamp = state.office().justAfter();
    const drawn = state.withOffice(stamp).withTickets(state.tickets().put(new Ticket({ stamp, by: at })));
    return drawn.withGuest(at, "waits");
  },
  { environment: true },
);

const letIn = ofCrowd.receive(
  "Let_In",
  {},
  {
    channel: (state) => state.tickets(),
    row: () => "any",
    column: (_ticket: Ticket) => "Ticket" as const,
    context: (state, _binding, { by }) => ({ state, by: by! }),
    table: {
      name: "office",
      rows: ["any"],
      columns: ["Ticket"],
      cells: {
        any: {
          Ticket: ofCrowd.rule<{ state: CrowdState; by: Guest }>("in", ({ state, by }) =>
            state.withGuest(by, "inside"),
          ),
        },
      },
    },
  },
);

const isInside = (state: CrowdState, at: Guest) => state.guest(at) === "inside";

export const crowdModel = model({
  name: "crowd",
  about: "guests draw tickets with stamps",
  parameters: {},
  variables: crowdVariables,
  actions: () => [draw, letIn],
  properties: () => [],
  processes: [crowd, office],
  channels: { tickets: { from: ({ by }: Ticket) => by, to: office } },
  accesses: (): Accesses<CrowdState, Guest> => ({
    by: crowd,
    isLatest: () => true,
    read: { isLocal: isInside, actions: ["Draw"], isServedBy: (_before, after, at) => isInside(after, at) },
    write: { isLocal: isInside, actions: ["Draw"], isServedBy: (_before, after, at) => isInside(after, at) },
  }),
});
