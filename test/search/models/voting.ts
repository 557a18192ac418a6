/**
 * Lamport's Voting, as in the TLA+ module Voting of Paxos: acceptors vote in ballots, and a value is chosen if a quorum
 * has voted for it in one ballot. The votes are a table of acceptors and ballots, the quorums a constant.
 */
import { Set } from "immutable";
import {
  choice,
  constant,
  disabled,
  format,
  integer,
  type Member,
  matrix,
  model,
  type OrderedMember,
  oneOf,
  ordered,
  perMember,
  type StateOf,
  scalarset,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";

const parameters = {
  acceptors: integer("acceptors", { default: 3, min: 1, max: 4 }),
  ballots: integer("ballots", { default: 2, min: 1, max: 3 }),
  quorums: choice("what is a quorum", "majorities", "single acceptors", "the first and another"),
};
type Options = ValuesOf<typeof parameters>;
const acceptors = scalarset("acceptor", { prefix: "A", size: "acceptors" });
const ballots = ordered("ballot", { prefix: "B", size: "ballots" });
type Acceptor = Member<"acceptor">;
type Ballot = OrderedMember<"ballot">;
type Value = "v" | "w";

export const quorums = constant("quorums", (members, { quorums }: Options) => {
  const all = members(acceptors);
  const subsets = all.reduce<Set<Acceptor>[]>((some, a) => some.flatMap((of) => [of, of.add(a)]), [Set()]);
  const isQuorum = {
    majorities: (of: Set<Acceptor>) => 2 * of.size > all.length,
    "single acceptors": (of: Set<Acceptor>) => of.size === 1,
    "the first and another": (of: Set<Acceptor>) => of.size === 2 && of.has(all[0]!),
  }[quorums];
  return Set(subsets.filter(isQuorum));
});

const variables = () => ({
  promised: perMember(acceptors, null as Ballot | null),
  vote: matrix(acceptors, ballots, null as Value | null),
});
type State = StateOf<ReturnType<typeof variables>, Options>;
const { action, always, goal, reachable } = vocabulary<State>();

const isBefore = (state: State, a: Ballot | null, b: Ballot) => a === null || state.precedes(a, b);

const promise = action("Promise", { a: acceptors, b: ballots }, (state, { a, b }) =>
  isBefore(state, state.promised(a), b) ? state.withPromised(a, b) : disabled,
);

/** Whether a quorum shows that nothing else can have been chosen in an earlier ballot. */
function isSafe(state: State, b: Ballot, value: Value): boolean {
  const earlier = state.members(ballots).filter((c) => state.precedes(c, b));
  return state.constant(quorums).some((quorum) => {
    if (!quorum.every((a) => !isBefore(state, state.promised(a), b))) return false;
    const last = earlier.findLast((c) => quorum.some((a) => state.vote(a, c) !== null));
    return last === undefined || quorum.every((a) => [null, value].includes(state.vote(a, last)));
  });
}

const vote = action("Vote", { a: acceptors, b: ballots, value: oneOf<Value>("v", "w") }, (state, { a, b, value }) => {
  const promised = state.promised(a);
  if (promised !== null && state.precedes(b, promised)) return disabled;
  if (state.vote(a, b) !== null) return disabled;
  if (state.members(acceptors).some((other) => ![null, value].includes(state.vote(other, b)))) return disabled;
  return isSafe(state, b, value) ? state.withPromised(a, b).withVote(a, b, value) : disabled;
});

const chosen = (state: State): Value[] =>
  (["v", "w"] as const).filter((value) =>
    state
      .members(ballots)
      .some((b) => state.constant(quorums).some((quorum) => quorum.every((a) => state.vote(a, b) === value))),
  );

export default model({
  name: "voting",
  about: "Lamport's Voting: acceptors, ballots, quorums",
  parameters,
  constants: [quorums],
  variables,
  actions: () => [promise, vote],
  properties: () => [
    always({
      name: "consistent",
      says: "at most one value is chosen",
      for: {},
      holds: (state) => chosen(state).length < 2,
      explain: (state) => `${format(chosen(state))} are chosen, with the quorums ${format(state.constant(quorums))}`,
    }),
    reachable({
      name: "something is chosen",
      says: "a value is chosen",
      goals: [goal("w", {}, (state) => chosen(state).includes("w"))],
    }),
  ],
});
