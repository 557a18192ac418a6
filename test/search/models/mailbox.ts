/**
 * A protocol in the style of TLA+: all messages that were ever sent lie in one set, and what a node knows in one map.
 * Messages mention no node, one, two in order, and two in no order; some bear a time stamp.
 */
import { List, Map, Record, Set } from "immutable";
import {
  choice,
  disabled,
  integer,
  type Member,
  model,
  nameOf,
  type OrdinalValue,
  ordinal,
  perMember,
  type StateOf,
  scalarset,
  single,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";

const parameters = {
  nodes: integer("nodes", { default: 3, min: 1, max: 4 }),
  colours: integer("colours", { default: 2, min: 1, max: 3 }),
  stamps: choice("whether messages are stamped", "none", "stamped"),
  closes: choice("what the mailbox becomes when it is closed", "empty", "null"),
};
export const nodes = scalarset("node", { prefix: "N", size: "nodes" });
export const colours = scalarset("colour", { prefix: "C", size: "colours" });
type Node = Member<"node">;
type Colour = Member<"colour">;
const times = ordinal("t");

export class Message extends Record({
  kind: "ask" as "ask" | "tell" | "pair" | "stamp" | "end",
  from: null as Node | null,
  to: null as Node | null,
  colour: null as Colour | null,
  both: Set<Node>(),
  at: null as OrdinalValue | null,
}) {}

const variables = () => ({
  mail: single<Set<Message> | null>(Set()),
  knows: perMember(nodes, Map<Node, "told" | "seen">()),
  log: single(List<string>()),
  painted: perMember(colours, false),
  now: single(times.first),
});
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, always, eventually, goal, reachable } = vocabulary<State>();

const mailOf = (s: State) => s.mail() ?? Set<Message>();
const sent = (s: State, fields: Partial<Message>) => s.withMail(mailOf(s).add(new Message(fields)));

const ask = action("Ask", { from: nodes, colour: colours }, (s, { from, colour }) =>
  mailOf(s).has(new Message({ kind: "ask", from, colour })) || s.log().size > 0
    ? disabled
    : sent(s, { kind: "ask", from, colour }).withPainted(colour, true),
);
const tell = action("Tell", { from: nodes, to: nodes }, (s, { from, to }) =>
  from !== to && !s.knows(from).has(to) && mailOf(s).some((m) => m.kind === "ask" && m.from === from)
    ? sent(s, { kind: "tell", from, to }).withKnows(from, s.knows(from).set(to, "told"))
    : disabled,
);
const hear = action("Hear", { to: nodes }, (s, { to }) =>
  mailOf(s)
    .toArray()
    .flatMap((m) =>
      m.kind === "tell" && m.to === to && s.knows(to).get(m.from!) !== "seen"
        ? [sent(s, { kind: "pair", both: Set([m.from!, to]) }).withKnows(to, s.knows(to).set(m.from!, "seen"))]
        : [],
    ),
);
const write = action("Write", {}, (s) => {
  const pairs = mailOf(s).filter((m) => m.kind === "pair");
  if (s.log().size >= 2) return disabled;
  return [...pairs].map((m) => s.withMail(mailOf(s).delete(m)).withLog(s.log().push(`pair ${s.log().size}`)));
});
const stamp = action("Stamp", {}, (s) => {
  if (s.parameters.stamps === "none" || mailOf(s).some((m) => m.at === s.now())) return disabled;
  const now = s.now().justAfter();
  return sent(s, { kind: "stamp", at: now }).withNow(now);
});
const end = action("End", {}, (s) => {
  if (s.log().size < 2) return disabled;
  return s.parameters.closes === "null" ? s.withMail(null) : s.withMail(Set([new Message({ kind: "end" })]));
});

export default model({
  name: "mailbox",
  about: "all messages in one set",
  parameters,
  variables,
  actions: () => [ask, tell, hear, write, stamp, end],
  properties: () => [
    always({
      name: "nobody is told twice",
      says: "a node that knows another is not told by it",
      for: { a: nodes, b: nodes },
      holds: (s, { a, b }) =>
        a === b || !(s.knows(a).get(b) === "seen" && mailOf(s).has(new Message({ kind: "tell", from: a, to: b }))),
      explain: (_, { a, b }) => `${nameOf(a)} was told of ${nameOf(b)}, and told it`,
    }),
    always({
      name: "every ask is of a painted colour",
      says: "nobody asks for a colour that is not painted",
      for: {},
      holds: (s) => mailOf(s).every((m) => m.kind !== "ask" || s.painted(m.colour!)),
      explain: () => "a colour is asked for that is not painted",
    }),
    eventually({
      name: "all colours",
      says: "every colour is painted at last",
      for: { c: colours },
      holds: (s, { c }) => s.painted(c),
      explain: (_, { c }) => `${nameOf(c)} is not painted`,
    }),
    reachable({
      name: "the log fills",
      says: "two pairs are written",
      goals: [
        goal("full", {}, (s) => s.log().get(1) === "pair 1"),
        goal("two pairs lie there", {}, (s) => mailOf(s).count((m) => m.kind === "pair") > 1),
      ],
    }),
  ],
});
