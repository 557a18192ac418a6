/** The state of the commit protocol: the driver, the queue, the workers with their attempts, and the storage. */
import { Map as ImmutableMap, Set as ImmutableSet, Record } from "immutable";
import {
  choice,
  flag,
  integer,
  type Member,
  matrix,
  type OrderedMember,
  ordered,
  perMember,
  type StateOf,
  scalarset,
  single,
  singleProcess,
  type ValuesOf,
} from "popcheck/model";

export const parameters = {
  workers: integer("workers, each with one task at a time", { default: 2, min: 1, max: 4 }),
  tasks: integer("tasks of a level, each with one output", { default: 2, min: 1, max: 4 }),
  levels: integer("levels; the tasks of one read all outputs of the one before", { default: 2, min: 1, max: 3 }),
  commit: choice(
    "a manifest is linked, or opened and then filled, unless there is one; or renamed into place, after a look or without",
    "linked",
    "opened",
    "checked",
    "renamed",
  ),
  barrier: choice(
    "a level ends when every task has a manifest, or when all were queued and the queue has none left",
    "manifests",
    "drained",
  ),
  order: choice("the manifest is created after the data has been flushed, or before", "data-first", "manifest-first"),
  names: choice(
    "no two attempts ever write to the same file; or the queue counts the attempts of a task, until it forgets",
    "unique",
    "counted",
  ),
  leasesRunOut: flag("fault: a lease runs out while its worker is alive, which makes a zombie of it", true),
  workersDie: flag("fault: a worker dies, and another one starts in its place", true),
  queueForgets: flag("fault: the queue forgets everything", true),
  driverDies: flag("fault: the driver dies, and begins again from the manifests", true),
};

export const workers = scalarset("worker", { prefix: "W", size: "workers" });
export const tasks = scalarset("task", { prefix: "T", size: "tasks" });
export const levels = ordered("level", { prefix: "L", size: "levels" });
export type Worker = Member<"worker">;
export type Task = Member<"task">;
export type Level = OrderedMember<"level">;
export const driver = singleProcess("driver");
export const theQueue = singleProcess("queue", "job");
export const storage = singleProcess("storage", "manifest");

/** What an attempt has read: the name of an output for each task of the level before; null for one without. */
export type Inputs = ImmutableMap<Task, number | null>;

/** What a worker does next. */
export type Stage = "take" | "begin" | "write" | "check" | "commit" | "fill" | "report";

/** An attempt of a task, which writes to a file of its own name. */
export class Attempt extends Record({
  stage: "take" as Stage,
  level: null as Level | null,
  task: null as Task | null,
  /** With unique names it is given at the commit: nobody else knows it before. */
  name: null as number | null,
  inputs: ImmutableMap() as Inputs,
  /** Whether the file is whole: written to its end, and flushed. */
  isWhole: false,
  /** Whether the queue has forgotten that it gave the name away. */
  isForgotten: false,
}) {}

/** What the storage says of a task: which attempt's file is its output. One without a name is still empty. */
export class Manifest extends Record({
  name: null as number | null,
  inputs: ImmutableMap() as Inputs,
  isWhole: false,
  isForgotten: false,
}) {}

export class Job extends Record({ stage: "none" as "none" | "waiting" | "leased", holder: null as Worker | null }) {}

export class Driver extends Record({
  /** The level at which the driver is; null when all have ended. */
  level: levels.member(0) as Level | null,
  /** With `--barrier drained`: the tasks that it has queued. */
  queued: ImmutableSet<Task>(),
}) {}

export const variables = () => ({
  driver: single(new Driver()),
  job: matrix(levels, tasks, new Job()),
  worker: perMember(workers, new Attempt()),
  manifest: matrix(levels, tasks, null as Manifest | null),
});
export type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;

/** Returns what an attempt goes through, in order. */
function stagesOf({ commit, order }: State["parameters"]): readonly Stage[] {
  const commits: Stage[] =
    commit === "checked" ? ["check", "commit"] : commit === "opened" ? ["commit", "fill"] : ["commit"];
  return order === "data-first"
    ? ["take", "begin", "write", ...commits, "report"]
    : ["take", "begin", ...commits, "write", "report"];
}

/** Returns the attempt at its next stage. What is left to report is the task; nobody needs the rest any more. */
export function goneOn(state: State, attempt: Attempt): Attempt {
  const stages = stagesOf(state.parameters);
  const stage = stages[stages.indexOf(attempt.stage) + 1]!;
  return stage === "report" ? reporting(attempt) : attempt.set("stage", stage);
}

export const reporting = ({ level, task }: Attempt) => new Attempt({ stage: "report", level, task });

/** Returns the level that is `steps` after another one, or before; undefined if there is none. */
export function levelFrom(state: State, level: Level, steps: 1 | -1): Level | undefined {
  const all = state.members(levels);
  const place = all.indexOf(level) + steps;
  return place < 0 ? undefined : all[place];
}

export const isOf = (attempt: Attempt, level: Level, task: Task) => attempt.level === level && attempt.task === task;

export const at = (attempt: Attempt) => [attempt.level!, attempt.task!] as const;

export const hasEnded = (state: State, l: Level) => {
  const { level } = state.driver();
  return level === null || state.precedes(l, level);
};

/** A manifest that is still empty names no output. */
export const hasOutput = (state: State, l: Level, t: Task) => (state.manifest(l, t)?.name ?? null) !== null;

/** Returns the least number that names no file of a task that anybody knows. */
export function newName(state: State, level: Level, task: Task): number {
  const attempts = state.members(workers).map((w) => state.worker(w));
  const next = levelFrom(state, level, 1);
  const own = [state.manifest(level, task), ...attempts.filter((each) => isOf(each, level, task))];
  const readers = next
    ? [...state.members(tasks).map((t) => state.manifest(next, t)), ...attempts.filter((each) => each.level === next)]
    : [];
  const known = new Set([
    ...own.map((file) => (file?.isForgotten ? null : file?.name)),
    ...readers.map((reader) => reader?.inputs.get(task)),
  ]);
  return Array.from({ length: known.size + 1 }, (_, i) => i + 1).find((name) => !known.has(name))!;
}

/** Returns the state in which a file is whole, or is not, for all who know it. */
export function withFile(state: State, level: Level, task: Task, name: number | null, isWhole: boolean): State {
  if (name === null) return state;
  const manifest = state.manifest(level, task);
  const changed = manifest?.name === name ? state.withManifest(level, task, manifest.set("isWhole", isWhole)) : state;
  return state.members(workers).reduce((next, w) => {
    const other = state.worker(w);
    const isSame = isOf(other, level, task) && other.name === name && other.stage !== "begin";
    return isSame ? next.withWorker(w, other.set("isWhole", isWhole)) : next;
  }, changed);
}
