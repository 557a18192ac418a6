/**
 * A spin lock: a flag that is tested and set in one step, as the hardware's test-and-set does. `naive-mutex.ts` is what
 * comes of two steps.
 *
 * What to learn here: that nothing bad happens (safety) is not that something good does (liveness), and liveness
 * depends on what is assumed of the steps. A step that is *weakly* fair happens if it stays possible; one that is
 * *strongly* fair happens if it becomes possible again and again. Who waits for this lock finds it free again and
 * again, but not for good: under weak fairness others may always be faster, and it starves. The counterexample is a
 * *lasso*: a way into a cycle, and the cycle. Under `--fairness strong` everybody gets in. Real locks have no such luck
 * by themselves: tickets and queues are how it is made.
 *
 * A wish to enter is the environment's and is never forced, so no property may count on it: `the lock is used` fails
 * because there may be no need.
 */
import {
  choice,
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

/** Where a process is. */
type Location = "rest" | "wait" | "critical";

const parameters = {
  processes: integer("processes that share the lock", { default: 2, min: 1, max: 6 }),
  fairness: choice("what is assumed of the step that acquires the lock", "weak", "strong"),
};
const processes = scalarset("process", { prefix: "P", size: "processes" });

const variables = () => ({ location: perMember(processes, "rest" as Location), locked: single(false) });
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, always, alwaysEventually, eventually, eventuallyAlways, goal, leadsTo, noDeadlock, reachable } =
  vocabulary<State>();

const request = action(
  "Request",
  { i: processes },
  (state, { i }) => (state.location(i) === "rest" ? state.withLocation(i, "wait") : disabled),
  { environment: true },
);

const acquire = (fair: "weak" | "strong") =>
  action(
    "Acquire",
    { i: processes },
    (state, { i }) =>
      state.location(i) === "wait" && !state.locked() ? state.withLocked(true).withLocation(i, "critical") : disabled,
    { says: "await test-and-set(locked)", fair },
  );

const leave = action(
  "Leave",
  { i: processes },
  (state, { i }) => (state.location(i) === "critical" ? state.withLocked(false).withLocation(i, "rest") : disabled),
  { says: "locked := false", fair: "weak" },
);

const at = (state: State, location: Location) => state.members(processes).filter((i) => state.location(i) === location);

const mutualExclusion = always({
  name: "mutual exclusion",
  says: "at most one process is in its critical section",
  for: { i: processes, j: processes },
  holds: (state, { i, j }) => i === j || state.location(i) !== "critical" || state.location(j) !== "critical",
  explain: (_state, { i, j }) => `${nameOf(i)} and ${nameOf(j)} are both in their critical sections`,
});

const somebodyMoves = noDeadlock({
  name: "no deadlock",
  says: "if a process waits, some process can take a step",
  stuck: (state) => at(state, "wait").length > 0,
  explain: (state) => `waiting for a lock that nobody will release: ${names(at(state, "wait"))}`,
});

const somebodyEnters = reachable({
  name: "a process enters",
  says: "the critical section is reached, so that mutual exclusion says something",
  goals: [goal("a process enters", { i: processes }, (state, { i }) => state.location(i) === "critical")],
});

const noStarvation = leadsTo({
  name: "who waits gets in",
  says: "a process that waits for the lock acquires it in the end, whatever the others do",
  for: { i: processes },
  from: (state, { i }) => state.location(i) === "wait",
  to: (state, { i }) => state.location(i) === "critical",
  explain: (state, { i }) => `${nameOf(i)} waits; in the critical section: ${names(at(state, "critical"))}`,
});

const progress = leadsTo({
  name: "somebody gets in",
  says: "if processes wait, one of them, or another, is in the critical section in the end",
  for: {},
  from: (state) => at(state, "wait").length > 0,
  to: (state) => at(state, "critical").length > 0,
  explain: (state) => `waiting: ${names(at(state, "wait"))}`,
});

const freeAgain = alwaysEventually({
  name: "the lock is free again and again",
  says: "nobody keeps the lock for ever",
  for: {},
  holds: (state) => !state.locked(),
  explain: (state) => `held by ${names(at(state, "critical"))}`,
});

const waitingEnds = alwaysEventually({
  name: "waiting ends",
  says: "no process waits for ever",
  for: { i: processes },
  holds: (state, { i }) => state.location(i) !== "wait",
  explain: (_state, { i }) => `${nameOf(i)} waits`,
});

const quiet = eventuallyAlways({
  name: "in the end nobody waits",
  says: "the lock is no longer wanted from some time on; refuted, since processes may come back for ever",
  for: {},
  holds: (state) => at(state, "wait").length === 0,
  explain: (state) => `waiting: ${names(at(state, "wait"))}`,
});

const used = eventually({
  name: "the lock is used",
  says: "some process acquires the lock; refuted, since none need want it",
  for: {},
  holds: (state) => state.locked(),
  explain: () => "the lock is free",
});

export const starvingMutex = model({
  name: "starving-mutex",
  about:
    "A test-and-set lock: a process that waits for it starves under weak fairness, and gets in under strong fairness",
  parameters,
  variables,
  actions: ({ fairness }) => [request, acquire(fairness), leave],
  properties: () => [
    mutualExclusion,
    somebodyMoves,
    somebodyEnters,
    noStarvation,
    progress,
    freeAgain,
    waitingEnds,
    quiet,
    used,
  ],
  standings: { location: ["rest", "wait", "critical"] },
});
