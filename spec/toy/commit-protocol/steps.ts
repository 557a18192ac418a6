/** The steps of the commit protocol: of the driver, of a worker from stage to stage, and the faults. */
import { Map as ImmutableMap } from "immutable";
import { disabled, vocabulary } from "popcheck/model";
import {
  Attempt,
  at,
  Driver,
  driver,
  goneOn,
  hasOutput,
  isOf,
  Job,
  type Level,
  levelFrom,
  levels,
  Manifest,
  newName,
  reporting,
  type Stage,
  type State,
  type Task,
  tasks,
  theQueue,
  type Worker,
  withFile,
  workers,
} from "./state.js";

const { action } = vocabulary<State>();

/** Whether the queue has leased a worker the task on which it is. */
function hasLease(state: State, w: Worker, level: Level, task: Task): boolean {
  const { stage, holder } = state.job(level, task);
  return stage === "leased" && holder === w;
}

const waiting = new Job({ stage: "waiting" });

const enqueue = action(
  "Enqueue",
  { t: tasks },
  (state, { t }) => {
    const { level, queued } = state.driver();
    if (level === null || hasOutput(state, level, t) || state.job(level, t).stage !== "none") return disabled;
    const next = state.withJob(level, t, waiting);
    if (state.parameters.barrier === "manifests") return next;
    return queued.has(t) ? disabled : next.withDriver(state.driver().set("queued", queued.add(t)));
  },
  { says: "the driver queues a task that has no manifest", fair: "weak", by: driver },
);

/** Returns the first level with a task that has no manifest; null if there is none. */
const firstOpen = (state: State): Level | null =>
  state.members(levels).find((l) => state.members(tasks).some((t) => !hasOutput(state, l, t))) ?? null;

const endLevel = action(
  "EndLevel",
  {},
  (state) => {
    const { level, queued } = state.driver();
    if (level === null) return disabled;
    const isOver = (t: Task) =>
      state.parameters.barrier === "manifests"
        ? hasOutput(state, level, t)
        : (queued.has(t) || hasOutput(state, level, t)) && state.job(level, t).stage === "none";
    if (!state.members(tasks).every(isOver)) return disabled;
    return state.withDriver(new Driver({ level: levelFrom(state, level, 1) ?? null }));
  },
  { says: "the driver goes on to the next level", fair: "weak", by: driver },
);

const take = action(
  "Take",
  { w: workers, l: levels, t: tasks },
  (state, { w, l, t }) => {
    if (state.worker(w).stage !== "take" || state.job(l, t).stage !== "waiting") return disabled;
    const name = state.parameters.names === "counted" ? newName(state, l, t) : null;
    return state
      .withJob(l, t, new Job({ stage: "leased", holder: w }))
      .withWorker(w, goneOn(state, new Attempt({ level: l, task: t, name })));
  },
  { says: "the queue leases a task to a worker, for a new attempt", fair: "weak", by: "w" },
);

/** A step of a worker in one of its stages. */
const work = (name: string, stage: Stage, says: string, next: (state: State, attempt: Attempt, w: Worker) => State) =>
  action(
    name,
    { w: workers },
    (state, { w }) => (state.worker(w).stage === stage ? next(state, state.worker(w), w) : disabled),
    { says, fair: "weak", by: "w" },
  );

/**
 * All inputs are looked up in one step: the manifests of a level that has ended are all there, and stay. Where they do
 * not, the protocol is wrong already.
 */
const begin = work("Begin", "begin", "it looks up its inputs, and begins to write", (state, attempt, w) => {
  const [level, task] = at(attempt);
  const before = levelFrom(state, level, -1);
  const inputs = ImmutableMap<Task, number | null>(
    before ? state.members(tasks).map((t) => [t, state.manifest(before, t)?.name ?? null]) : [],
  );
  const begun = attempt.merge({ inputs, isWhole: false });
  return withFile(state, level, task, attempt.name, false).withWorker(w, goneOn(state, begun));
});

const write = work("Write", "write", "its file is written to the end, and flushed", (state, attempt, w) => {
  const [level, task] = at(attempt);
  return withFile(state, level, task, attempt.name, true).withWorker(w, goneOn(state, attempt.set("isWhole", true)));
});

const check = work("Check", "check", "it looks whether its task has a manifest", (state, attempt, w) =>
  state.withWorker(w, state.manifest(...at(attempt)) === null ? goneOn(state, attempt) : reporting(attempt)),
);

/** The manifest of its task says what an attempt has written, and how. */
function committed(state: State, attempt: Attempt, w: Worker): State {
  const [level, task] = at(attempt);
  const { inputs, isWhole, isForgotten } = attempt;
  const name = attempt.name ?? newName(state, level, task);
  const manifest = new Manifest({ name, inputs, isWhole, isForgotten });
  return state.withManifest(level, task, manifest).withWorker(w, goneOn(state, attempt.set("name", name)));
}

const commit = work(
  "Commit",
  "commit",
  "it commits its file, or finds that another attempt has",
  (state, attempt, w) => {
    const [level, task] = at(attempt);
    const { commit } = state.parameters;
    const isExclusive = commit === "linked" || commit === "opened";
    if (isExclusive && state.manifest(level, task) !== null) return state.withWorker(w, reporting(attempt));
    if (commit !== "opened") return committed(state, attempt, w);
    return state.withManifest(level, task, new Manifest()).withWorker(w, goneOn(state, attempt));
  },
);

const fill = work("Fill", "fill", "it writes into the manifest that it has created", committed);

const report = work("Report", "report", "it tells the queue, which heeds who has the lease", (state, attempt, w) => {
  const [level, task] = at(attempt);
  const free = state.withWorker(w, new Attempt());
  return hasLease(state, w, level, task) ? free.withJob(level, task, new Job()) : free;
});

/** Queues a task again whose lease ends, if its holder still works at it, or if not. */
const leaseEnds = (state: State, l: Level, t: Task, isAlive: boolean) => {
  const { stage, holder } = state.job(l, t);
  if (stage !== "leased" || isOf(state.worker(holder!), l, t) !== isAlive) return disabled;
  return state.withJob(l, t, waiting);
};

const expire = action("Expire", { l: levels, t: tasks }, (state, { l, t }) => leaseEnds(state, l, t, false), {
  says: "the lease of a worker that has died runs out",
  fair: "weak",
  by: theQueue,
});

const stall = action("Stall", { l: levels, t: tasks }, (state, { l, t }) => leaseEnds(state, l, t, true), {
  says: "fault: the lease of a worker runs out that only is slow",
  environment: true,
  by: theQueue,
});

const die = action(
  "Die",
  { w: workers },
  (state, { w }) => (state.worker(w).stage === "take" ? disabled : state.withWorker(w, new Attempt())),
  { says: "fault: a worker dies, and another one starts in its place", environment: true, by: "w" },
);

/** The queue forgets its jobs and leases and, if it counts attempts, which names it gave away. */
const forget = action(
  "Forget",
  {},
  (state) => {
    const [ls, ts] = [state.members(levels), state.members(tasks)];
    const empty = ls.reduce((next, l) => ts.reduce((each, t) => each.withJob(l, t, new Job()), next), state);
    if (state.parameters.names === "unique") return empty;
    const attempts = state.members(workers).reduce((next, w) => {
      const { stage } = state.worker(w);
      const isNamed = stage !== "take" && stage !== "report";
      return isNamed ? next.withWorker(w, state.worker(w).set("isForgotten", true)) : next;
    }, empty);
    return ls.reduce(
      (next, l) =>
        ts.reduce((each, t) => {
          const manifest = state.manifest(l, t);
          return manifest ? each.withManifest(l, t, manifest.set("isForgotten", true)) : each;
        }, next),
      attempts,
    );
  },
  { says: "fault: the queue forgets everything", environment: true, by: theQueue },
);

const restart = action("Restart", {}, (state) => state.withDriver(new Driver({ level: firstOpen(state) })), {
  says: "fault: the driver dies, and begins again where a manifest is missing",
  environment: true,
  by: driver,
});

/** Returns the faults that may happen. */
export const faults = ({ leasesRunOut, workersDie, queueForgets, driverDies }: State["parameters"]) => [
  ...(leasesRunOut ? [stall] : []),
  ...(workersDie ? [die] : []),
  ...(queueForgets ? [forget] : []),
  ...(driverDies ? [restart] : []),
];

/** Returns all steps that may happen. */
export const stepsOf = (given: State["parameters"]) => [
  enqueue,
  endLevel,
  take,
  begin,
  write,
  ...(given.commit === "checked" ? [check] : []),
  commit,
  ...(given.commit === "opened" ? [fill] : []),
  report,
  ...(given.workersDie ? [expire] : []),
  ...faults(given),
];
