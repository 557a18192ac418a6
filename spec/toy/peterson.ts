/**
 * Peterson's algorithm (G. L. Peterson, "Myths About the Mutual Exclusion Problem", 1981): two processes share a
 * critical section, with nothing but reads and writes. A mutex that works; `naive-mutex.ts` is one that does not.
 *
 * What to learn here: a family of variables, one value for each process; a value that *is* a process (`turn`); steps of
 * the environment, which decides whether a process wants to enter at all; and that a verdict needs company: mutual
 * exclusion holds in a model where nobody moves, so a `reachable` property makes sure that both processes do enter.
 *
 * The set is `ordered`, since these two are told apart: `turn` starts with the first, and the goals name each of them.
 * An action is atomic; what may be interleaved, here every read and write of a shared variable but the test of the
 * await, is an action of its own.
 */
import {
  disabled,
  type Member,
  model,
  nameOf,
  ordered,
  perMember,
  type StateOf,
  single,
  vocabulary,
} from "popcheck/model";

/** What a process does next. */
type Location = "rest" | "give way" | "await" | "critical";

const processes = ordered("process", { prefix: "P", size: 2 });
const [first, second] = [processes.member(0), processes.member(1)];

const variables = () => ({
  location: perMember(processes, "rest" as Location),
  /** Whether the process wants to enter. */
  flag: perMember(processes, false),
  /** The process that goes first if both want to. */
  turn: single(first),
});
type State = StateOf<ReturnType<typeof variables>, Record<never, never>>;
const { action, always, goal, leadsTo, noDeadlock, reachable } = vocabulary<State>();

const other = (process: Member<"process">) => (process === first ? second : first);

const request = action(
  "Request",
  { i: processes },
  (state, { i }) => (state.location(i) === "rest" ? state.withFlag(i, true).withLocation(i, "give way") : disabled),
  { says: "flag[i] := true", environment: true },
);

const giveWay = action(
  "GiveWay",
  { i: processes },
  (state, { i }) => (state.location(i) === "give way" ? state.withTurn(other(i)).withLocation(i, "await") : disabled),
  { says: "turn := the other", fair: "weak" },
);

const enter = action(
  "Enter",
  { i: processes },
  (state, { i }) => {
    if (state.location(i) !== "await") return disabled;
    return !state.flag(other(i)) || state.turn() === i ? state.withLocation(i, "critical") : disabled;
  },
  { says: "await not flag[other] or turn = i", fair: "weak" },
);

const leave = action(
  "Leave",
  { i: processes },
  (state, { i }) => (state.location(i) === "critical" ? state.withFlag(i, false).withLocation(i, "rest") : disabled),
  { says: "flag[i] := false", fair: "weak" },
);

const at = (state: State, location: Location) => [first, second].filter((i) => state.location(i) === location);

const mutualExclusion = always({
  name: "mutual exclusion",
  says: "at most one process is in its critical section",
  for: {},
  holds: (state) => at(state, "critical").length < 2,
  explain: () => "both processes are in their critical sections",
});

const somebodyMoves = noDeadlock({
  name: "no deadlock",
  says: "if a process wants to enter, some process can take a step",
  stuck: (state) => at(state, "rest").length < 2,
  explain: (state) => `waiting for each other: ${at(state, "await").map(nameOf).join(", ")}`,
});

const bothEnter = reachable({
  name: "both enter",
  says: "each process is in its critical section in some state",
  goals: [first, second].map((i) => goal(`${nameOf(i)} enters`, {}, (state) => state.location(i) === "critical")),
});

const whoWantsEnters = leadsTo({
  name: "who wants enters",
  says: "a process that wants to enter does so, whatever the other does",
  for: { i: processes },
  from: (state, { i }) => state.location(i) === "give way",
  to: (state, { i }) => state.location(i) === "critical",
  explain: (state, { i }) => `${nameOf(i)} waits at "${state.location(i)}"`,
});

export const peterson = model({
  name: "peterson",
  about: "Peterson's mutual exclusion of two processes by reads and writes alone (1981)",
  parameters: {},
  variables,
  actions: () => [request, giveWay, enter, leave],
  properties: () => [mutualExclusion, somebodyMoves, bothEnter, whoWantsEnters],
  standings: { location: ["rest", "give way", "await", "critical"] },
});
