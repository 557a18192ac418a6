/**
 * A small model with something for every kind of mutant: a node asks the others for the turn, with a time stamp; who
 * asks, too, and has the earlier stamp, says No; who has the turn, lets the message wait.
 */
import { Record, Set } from "immutable";
import {
  Bag,
  disabled,
  type Floor,
  impossible,
  integer,
  type Member,
  model,
  names,
  type OrdinalValue,
  ordinal,
  perMember,
  perPair,
  type ReceiveTable,
  type StateOf,
  scalarset,
  single,
  type ValuesOf,
  vocabulary,
} from "../../checker/model/index.js";
import type { AnyModel } from "../../checker/model/model.js";

const parameters = { nodes: integer("nodes", { default: 2, min: 2, max: 3 }) };
export const nodes = scalarset("node", { prefix: "N", size: "nodes" });
export const stamps = ordinal("t");

type At = "Idle" | "Asking" | "Holding";
type Kind = "Ask" | "Yes" | "No";

export class Message extends Record({ kind: "Ask" as Kind, stamp: null as OrdinalValue | null, first: false }) {
  override toString(): string {
    return `${this.kind}${this.stamp ? ` ${this.stamp}` : ""}${this.first ? " first" : ""}`;
  }
}

export class Node extends Record({
  at: "Idle" as At,
  stamp: null as OrdinalValue | null,
  /** Who said Yes last. */
  friend: null as Member<"node"> | null,
  /** Whether it has ever asked. */
  asked: false,
  awaiting: Set<Member<"node">>(),
  /** It has had the turn with this stamp. */
  past: stamps.floor() as Floor,
}) {
  override toString(): string {
    const { at, stamp, friend, asked, awaiting, past } = this;
    const waits = awaiting.isEmpty() ? [] : [`awaits ${names(awaiting)}`];
    const said = friend === null ? [] : [`friend ${friend.description}`];
    return [at, stamp ?? "-", asked ? "asked" : "new", ...waits, ...said, ...(past.rank < 0 ? [] : [past])].join(" ");
  }
}

const variables = () => ({
  node: perMember(nodes, new Node()),
  link: perPair(nodes, Bag.of<Message>()),
  clock: single(stamps.first as OrdinalValue),
});
export type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, receive, rule, always, noDeadlock, reachable, goal } = vocabulary<State>();

interface Received {
  readonly state: State;
  readonly from: Member<"node">;
  readonly to: Member<"node">;
  readonly message: Message;
}

const send = (state: State, from: Member<"node">, to: Member<"node">, message: Message) =>
  state.withLink(from, to, state.link(from, to).put(message));
const say = (kind: Kind, { state, from, to }: Received) => send(state, to, from, new Message({ kind }));

const notAsked = impossible("an answer comes only to who has asked");
const table: ReceiveTable<At, Kind, Received, State> = {
  name: "turns",
  rows: ["Idle", "Asking", "Holding"],
  columns: ["Ask", "Yes", "No"],
  cells: {
    Idle: { Ask: rule("Yes", (received) => say("Yes", received)), Yes: notAsked, No: notAsked },
    Asking: {
      Ask: rule("the later one gets No", (received) => {
        const { state, to, message } = received;
        return say(message.stamp!.isBefore(state.node(to).stamp!) ? "Yes" : "No", received);
      }),
      Yes: rule("when all have said so, it has the turn", ({ state, from, to }) => {
        const node = state.node(to);
        const awaiting = node.awaiting.remove(from);
        return state.withNode(
          to,
          node.merge({ at: awaiting.isEmpty() ? "Holding" : "Asking", awaiting, friend: from }),
        );
      }),
      No: rule("it may ask again", ({ state, to }) =>
        state.withNode(to, state.node(to).merge({ at: "Idle", stamp: null, awaiting: Set() })),
      ),
    },
    Holding: { Ask: rule("it waits", () => disabled), Yes: notAsked, No: notAsked },
  },
};

const ask = action(
  "Ask",
  { at: nodes },
  (state, { at }) => {
    const node = state.node(at);
    if (node.at !== "Idle" || !node.past.permitsAbove(state.clock())) return disabled;
    const stamp = state.clock().justAfter();
    const awaiting = Set(state.others(at));
    const asking = state.withClock(stamp).withNode(at, node.merge({ at: "Asking", stamp, asked: true, awaiting }));
    const message = new Message({ kind: "Ask", stamp, first: !node.asked });
    return state.others(at).reduce((next, other) => send(next, at, other, message), asking);
  },
  { environment: true },
);

const release = action("Release", { at: nodes }, (state, { at }) => {
  const node = state.node(at);
  if (node.at !== "Holding") return disabled;
  return state.withNode(at, node.merge({ at: "Idle", stamp: null, past: stamps.floor(node.stamp!) }));
});

const deliver = receive(
  "Receive",
  { from: nodes, to: nodes },
  {
    channel: (state, { from, to }) => state.link(from, to),
    table,
    row: (state, { to }) => state.node(to).at,
    column: (message: Message) => message.kind,
    context: (state, { from, to }, message: Message) => ({ state, from, to, message }),
  },
);

export const turns = model({
  name: "turns",
  about: "nodes ask each other for the turn",
  parameters,
  variables,
  actions: () => [ask, release, deliver],
  properties: () => [
    always({
      name: "one at a time",
      says: "two nodes never have the turn",
      for: { a: nodes, b: nodes },
      holds: (state, { a, b }) => a === b || state.node(a).at !== "Holding" || state.node(b).at !== "Holding",
      explain: () => "two have it",
    }),
    noDeadlock({
      name: "no deadlock",
      says: "who asks is answered",
      stuck: (state) => state.members(nodes).some((node) => state.node(node).at === "Asking"),
      explain: () => "somebody waits",
    }),
    reachable({
      name: "the turn is had",
      says: "some node has it",
      goals: [goal("Holding", { a: nodes }, (state, { a }) => state.node(a).at === "Holding")],
    }),
  ],
  headline: { node: "at" },
}) as unknown as AnyModel;
