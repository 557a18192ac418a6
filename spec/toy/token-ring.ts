/**
 * A token goes round a ring, and who has it may enter: Dijkstra's self-stabilizing ring of K-state machines
 * ("Self-stabilizing Systems in Spite of Distributed Control", 1974).
 *
 * There is no token in flight that could get lost: each node has a counter, and has the token if its counter differs
 * from that of the node before it; the first node, if it is the same as the last one's. With `--start anyhow` the
 * counters start as they like, there may be several tokens, and mutual exclusion fails; but tokens meet, and from some
 * time on there is one.
 *
 * What to learn here: the four forms of liveness, each where it belongs. Who wants to enter does (`leadsTo`); the token
 * comes round again and again (`alwaysEventually`); in the end there is one token (`eventuallyAlways`): that is how "it
 * stabilizes" is said. And what is not so: that a node enters at all (`eventually`), since none need want to. Weak
 * fairness is enough: a node keeps the only token until it has entered, and passes it on when it leaves.
 *
 * The set is `ordered`, since a ring has a first node and each node one before it.
 */
import {
  choice,
  disabled,
  integer,
  model,
  nameOf,
  names,
  type OrderedMember,
  ordered,
  perMember,
  type StateOf,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";

/** Where a node is. */
type Location = "rest" | "want" | "critical";

const parameters = {
  nodes: integer("nodes of the ring, and values of a counter", { default: 3, min: 2, max: 5 }),
  start: choice("the counters start all the same, which makes one token, or anyhow", "one-token", "anyhow"),
};
const nodes = ordered("node", { prefix: "N", size: "nodes" });
type Node = OrderedMember<"node">;
const first = nodes.member(0);

const variables = () => ({ location: perMember(nodes, "rest" as Location), counter: perMember(nodes, 0) });
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, always, alwaysEventually, eventually, eventuallyAlways, goal, leadsTo, noDeadlock, reachable } =
  vocabulary<State>();

/** Returns the node before node `i`; the last node is before the first. */
function before(state: State, i: Node): Node {
  const ring = state.members(nodes);
  return ring.at(ring.indexOf(i) - 1)!;
}

function hasToken(state: State, i: Node): boolean {
  const same = state.counter(i) === state.counter(before(state, i));
  return i === first ? same : !same;
}

const request = action(
  "Request",
  { i: nodes },
  (state, { i }) => (state.location(i) === "rest" ? state.withLocation(i, "want") : disabled),
  { environment: true },
);

const enter = action(
  "Enter",
  { i: nodes },
  (state, { i }) => (state.location(i) === "want" && hasToken(state, i) ? state.withLocation(i, "critical") : disabled),
  { says: "await the token", fair: "weak" },
);

/** Passes the token on: the first node counts on, and each other node takes over the counter of the node before it. */
function passed(state: State, i: Node): State {
  const previous = state.counter(before(state, i));
  return state.withCounter(i, i === first ? (previous + 1) % state.parameters.nodes : previous);
}

/** A node that leaves passes the token on. If the token could come back to it instead, others would starve. */
const leave = action(
  "Leave",
  { i: nodes },
  (state, { i }) => {
    if (state.location(i) !== "critical") return disabled;
    const left = state.withLocation(i, "rest");
    return hasToken(left, i) ? passed(left, i) : left;
  },
  { says: "the token is passed on", fair: "weak" },
);

const pass = action(
  "Pass",
  { i: nodes },
  (state, { i }) => (state.location(i) === "rest" && hasToken(state, i) ? passed(state, i) : disabled),
  { says: "who does not want to enter passes the token on", fair: "weak" },
);

/** Returns the states with all ways to set the counters. */
function anyhow(declared: State): State[] {
  const values = Array.from({ length: declared.parameters.nodes }, (_, value) => value);
  return declared
    .members(nodes)
    .reduce((states, i) => states.flatMap((state) => values.map((value) => state.withCounter(i, value))), [declared]);
}

const withToken = (state: State) => state.members(nodes).filter((i) => hasToken(state, i));
const at = (state: State, location: Location) => state.members(nodes).filter((i) => state.location(i) === location);

const mutualExclusion = always({
  name: "mutual exclusion",
  says: "at most one node is in its critical section",
  for: {},
  holds: (state) => at(state, "critical").length <= 1,
  explain: (state) => `in their critical sections: ${names(at(state, "critical"))}`,
});

const someToken = always({
  name: "a token",
  says: "the token does not get lost: at least one node has one",
  for: {},
  holds: (state) => withToken(state).length > 0,
  explain: () => "no node has a token",
});

const somebodyMoves = noDeadlock({
  name: "no deadlock",
  says: "some node can always take a step",
  stuck: () => true,
  explain: (state) => `nobody can move; with a token: ${names(withToken(state))}`,
});

const everybodyEnters = reachable({
  name: "everybody enters",
  says: "each node is in its critical section in some state",
  goals: [goal("some node enters", { i: nodes }, (state, { i }) => state.location(i) === "critical")],
});

const whoWantsGetsIn = leadsTo({
  name: "who wants gets in",
  says: "a node that wants to enter does so in the end, whatever the others do",
  for: { i: nodes },
  from: (state, { i }) => state.location(i) === "want",
  to: (state, { i }) => state.location(i) === "critical",
  explain: (state, { i }) => `${nameOf(i)} wants to enter; with a token: ${names(withToken(state))}`,
});

const comesRound = alwaysEventually({
  name: "the token comes round",
  says: "each node has the token again and again",
  for: { i: nodes },
  holds: (state, { i }) => hasToken(state, i),
  explain: (state, { i }) => `not ${nameOf(i)} has a token, but ${names(withToken(state))}`,
});

const stabilizes = eventuallyAlways({
  name: "the ring stabilizes",
  says: "from some time on exactly one node has a token, however the counters started",
  for: {},
  holds: (state) => withToken(state).length === 1,
  explain: (state) => `with a token: ${names(withToken(state))}`,
});

const exclusionInTheEnd = eventuallyAlways({
  name: "mutual exclusion in the end",
  says: "from some time on at most one node at a time is in its critical section",
  for: {},
  holds: (state) => at(state, "critical").length <= 1,
  explain: (state) => `in their critical sections: ${names(at(state, "critical"))}`,
});

const settles = eventuallyAlways({
  name: "the token settles",
  says: "from some time on a node has the token for good; refuted, since it is passed on",
  for: { i: nodes },
  holds: (state, { i }) => hasToken(state, i),
  explain: (state, { i }) => `not ${nameOf(i)} has a token, but ${names(withToken(state))}`,
});

const enters = eventually({
  name: "a node enters",
  says: "each node enters some time; refuted, since it need not want to",
  for: { i: nodes },
  holds: (state, { i }) => state.location(i) === "critical",
  explain: (state, { i }) => `${nameOf(i)} is at "${state.location(i)}"`,
});

const entersAgain = alwaysEventually({
  name: "a node enters again and again",
  says: "each node enters infinitely often; refuted, since it need not want to",
  for: { i: nodes },
  holds: (state, { i }) => state.location(i) === "critical",
  explain: (state, { i }) => `${nameOf(i)} is at "${state.location(i)}"`,
});

export const tokenRing = model({
  name: "token-ring",
  about:
    "Dijkstra's self-stabilizing token ring (1974): whoever has the token may enter, and in the end there is one token",
  parameters,
  variables,
  initial: (declared) => (declared.parameters.start === "anyhow" ? anyhow(declared) : [declared]),
  actions: () => [request, enter, leave, pass],
  properties: () => [
    mutualExclusion,
    someToken,
    somebodyMoves,
    everybodyEnters,
    whoWantsGetsIn,
    comesRound,
    stabilizes,
    exclusionInTheEnd,
    settles,
    enters,
    entersAgain,
  ],
  standings: { location: ["rest", "want", "critical"] },
});
