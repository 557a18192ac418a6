/**
 * A search on many machines commits what its tasks write: a level ends when each of its tasks has an output, and the
 * tasks of the next level read these outputs. Workers take tasks as jobs from a queue, which leases them. The storage
 * is the truth, and the queue is disposable: an output counts when its manifest has been created, exclusively, so that
 * the first attempt of a task wins, and what a zombie commits late is harmless. The leases are those of Gray and
 * Cheriton (1989); attempts of which one wins are those of MapReduce (Dean and Ghemawat 2004).
 *
 * What to learn here: faults are the environment's steps, as often as they like, so that nothing is safe because a
 * fault happened only once; and one assumption, that there are finitely many (`compassion` with no answer), is what
 * liveness needs. Names of attempts are numbers that are used again as soon as nobody knows them, so that attempts
 * without bound leave the model finite. Four parameters each make the protocol wrong in the way that one writes first.
 *
 * A level stands for either half of a breadth-first level: `expand` reads what all of `merge` has written, and `merge`
 * what all of `expand` has. What the outputs hold is left out; it matters which of them are read.
 * docs/explanation/commit-protocol.md tells the protocol, the verdicts, and what fails.
 */
import { model, nameOf, vocabulary } from "popcheck/model";
import {
  type Attempt,
  driver,
  hasEnded,
  hasOutput,
  type Level,
  levels,
  parameters,
  type State,
  storage,
  type Task,
  tasks,
  theQueue,
  variables,
  workers,
} from "./state.js";
import { faults, stepsOf } from "./steps.js";

const { always, compassion, coverage, eventually, goal, noDeadlock, reachable } = vocabulary<State>();

const noneMissing = always({
  name: "no output is missing",
  says: "when a level has ended, each of its tasks has an output",
  for: { l: levels, t: tasks },
  holds: (state, { l, t }) => !hasEnded(state, l) || hasOutput(state, l, t),
  explain: (_state, { l, t }) => `${nameOf(l)} has ended, and ${nameOf(t)} has no output in it`,
});

const noneTorn = always({
  name: "no output is torn",
  says: "when a level has ended, the outputs of its tasks are whole, and stay so",
  for: { l: levels, t: tasks },
  holds: (state, { l, t }) => !hasEnded(state, l) || !hasOutput(state, l, t) || state.manifest(l, t)!.isWhole,
  explain: (state, { l, t }) =>
    `${nameOf(l)} has ended, and the output of ${nameOf(t)} in it, file ${state.manifest(l, t)!.name}, is not whole`,
});

/** The output of task `t` of the level before that the output of task `reader` was made of. */
const inputOf = (state: State, l: Level, reader: Task, t: Task) => state.manifest(l, reader)?.inputs.get(t) ?? null;

/** If two tasks cut up the same input, and it is not the same, some of it goes to both, or to none. */
const countedOnce = always({
  name: "each output counts once",
  says: "the outputs of a level were all made of the same output of each task of the level before",
  for: { l: levels, t: tasks, one: tasks, other: tasks },
  holds: (state, { l, t, one, other }) => {
    const [first, second] = [inputOf(state, l, one, t), inputOf(state, l, other, t)];
    return first === null || second === null || first === second;
  },
  explain: (state, { l, t, one, other }) => {
    const said = (reader: Task) => `${nameOf(reader)} has read file ${inputOf(state, l, reader, t)}`;
    return `of the output of ${nameOf(t)} before ${nameOf(l)}, ${said(one)}, and ${said(other)}`;
  },
});

const allHaveEnded = (state: State) => state.driver().level === null;

const somebodyMoves = noDeadlock({
  name: "no deadlock",
  says: "until the last level has ended, somebody can take a step that is no fault",
  stuck: (state) => !allHaveEnded(state),
  explain: (state) => `at ${nameOf(state.driver().level!)}`,
});

const canEnd = reachable({
  name: "a run can end",
  says: "the last level ends in some run",
  goals: [goal("all levels have ended", {}, allHaveEnded)],
});

/** Whether an attempt is yet to commit, and another one of its task has. */
const isLate = (state: State, { stage, level, task }: Attempt) =>
  (stage === "check" || stage === "commit") && state.manifest(level!, task!) !== null;

/** Without it, that a commit is exclusive would say nothing. Without a fault there is no second attempt. */
const lateCommit = coverage({
  name: "a late commit",
  says: "in some run an attempt comes to commit after another one of its task has",
  goals: [goal("a late commit", { w: workers }, (state, { w }) => isLate(state, state.worker(w)))],
});

const ends = eventually({
  name: "every run ends",
  says: "the last level ends in every run with finitely many faults",
  for: {},
  holds: allHaveEnded,
  explain: (state) => `at ${nameOf(state.driver().level!)}`,
});

const finitelyMany = (actions: readonly string[]) =>
  compassion({
    name: "faults end",
    says: "there are finitely many faults",
    for: {},
    actions,
    whenever: () => true,
    answered: () => false,
  });

export const commitProtocol = model({
  name: "commit-protocol",
  about: "Workers commit what their tasks write, level by level, while leases run out and the queue forgets",
  parameters,
  variables,
  actions: stepsOf,
  fairness: (given) => {
    const actions = faults(given).map(({ name }) => name);
    return actions.length === 0 ? [] : [finitelyMany(actions)];
  },
  properties: () => [noneMissing, noneTorn, countedOnce, somebodyMoves, canEnd, lateCommit, ends],
  processes: [driver, theQueue, storage, workers],
  headline: { worker: "stage", job: "stage", driver: "level" },
  standings: { worker: ["take", "begin", "write", "check", "commit", "fill", "report"] },
});
