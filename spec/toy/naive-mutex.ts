/**
 * A lock that is tested and then set, in two steps: the mutex that everybody writes first, and that fails.
 *
 * What to learn here: an action is atomic, so where a program can be interrupted the model has two actions. Test finds
 * the lock free, and before Set locks it, another process may have tested it too; the counterexample is that race. Move
 * the write of `locked` from Set into Test, as the hardware's test-and-set does, and mutual exclusion holds.
 *
 * The processes are a scalarset: nothing tells them apart but who is who, so states that differ by names alone are one
 * (`symmetry`), and the trace of a few processes stands for those of all.
 */
import {
  disabled,
  integer,
  model,
  nameOf,
  names,
  perMember,
  type StateOf,
  scalarset,
  single,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";

/** What a process does next; at `set` it can be overtaken. */
type Location = "rest" | "test" | "set" | "critical";

const parameters = { processes: integer("processes that share the lock", { default: 2, min: 1, max: 6 }) };
const processes = scalarset("process", { prefix: "P", size: "processes" });

const variables = () => ({ location: perMember(processes, "rest" as Location), locked: single(false) });
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, always, goal, noDeadlock, reachable } = vocabulary<State>();

const request = action(
  "Request",
  { i: processes },
  (state, { i }) => (state.location(i) === "rest" ? state.withLocation(i, "test") : disabled),
  { environment: true },
);

const test = action(
  "Test",
  { i: processes },
  (state, { i }) => (state.location(i) === "test" && !state.locked() ? state.withLocation(i, "set") : disabled),
  { says: "await not locked" },
);

const set = action(
  "Set",
  { i: processes },
  (state, { i }) => (state.location(i) === "set" ? state.withLocked(true).withLocation(i, "critical") : disabled),
  { says: "locked := true" },
);

const leave = action(
  "Leave",
  { i: processes },
  (state, { i }) => (state.location(i) === "critical" ? state.withLocked(false).withLocation(i, "rest") : disabled),
  { says: "locked := false" },
);

const mutualExclusion = always({
  name: "mutual exclusion",
  says: "at most one process is in its critical section",
  for: { i: processes, j: processes },
  holds: (state, { i, j }) => i === j || state.location(i) !== "critical" || state.location(j) !== "critical",
  explain: (_state, { i, j }) => `${nameOf(i)} and ${nameOf(j)} are both in their critical sections`,
});

const wanting = (state: State) => state.members(processes).filter((i) => state.location(i) !== "rest");

const somebodyMoves = noDeadlock({
  name: "no deadlock",
  says: "if a process wants to enter, some process can take a step",
  stuck: (state) => wanting(state).length > 0,
  explain: (state) => `waiting for a lock that nobody will release: ${names(wanting(state))}`,
});

const somebodyEnters = reachable({
  name: "a process enters",
  says: "the critical section is reached, so that mutual exclusion says something",
  goals: [goal("a process enters", { i: processes }, (state, { i }) => state.location(i) === "critical")],
});

export const naiveMutex = model({
  name: "naive-mutex",
  about: "A lock that is tested and then set without atomicity: two processes pass the test before either sets it",
  parameters,
  variables,
  actions: () => [request, test, set, leave],
  properties: () => [mutualExclusion, somebodyMoves, somebodyEnters],
  standings: { location: ["rest", "test", "set", "critical"] },
});
