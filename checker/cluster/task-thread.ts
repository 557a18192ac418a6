/**
 * A thread that does tasks: the hot loops keep it busy for seconds, while the worker's first thread renews leases. It
 * keeps what it holds of one run.
 */
import { parentPort, workerData } from "node:worker_threads";
import { DiskFull, LimitReached, RunFailed } from "../errors.js";
import type { Assignment } from "./bull-queue.js";
import { FolderStorage } from "./folder-storage.js";
import type { TaskFigures } from "./queue-watch.js";
import { NotSeenYet, RunFiles, type Stop } from "./run-files.js";
import { instanceOf, readRequest } from "./run-request.js";
import { OtherAnswers, Overtaken, SharedEngine } from "./shared-engine.js";
import type { Storage } from "./storage.js";
import { TaskRunner } from "./task-runner.js";

/** What a thread is given. */
export interface TaskThreadData {
  readonly dir: string;
  /** How many bytes the visited states may take. */
  readonly budget: number;
  /** The name of the worker. */
  readonly name: string;
}

/** What a thread answers to a task. */
export interface TaskAnswer {
  /** What it took. */
  readonly figures: TaskFigures;
  /** Why this worker can take no part in the run. */
  readonly refused?: string;
  /** Why the run cannot go on. */
  readonly stopped?: Stop;
}

const { dir, budget, name } = workerData as TaskThreadData;
const storage: Storage = new FolderStorage(dir);
let current: { readonly id: string; readonly runner: TaskRunner } | undefined;

/** Returns what does the tasks of a run; undefined if the run was removed, so that nobody waits for them. */
async function runnerOf({ run, id }: Assignment): Promise<TaskRunner | undefined> {
  if (current?.id === id) return current.runner;
  current = undefined;
  const request = await readRequest(storage, run);
  if (request?.id !== id) return undefined;
  const shared = new SharedEngine(storage, run, await instanceOf(request), request.options);
  current = { id, runner: new TaskRunner(storage, run, shared, request.cut, budget) };
  return current.runner;
}

/** How often a task is tried if what stands in its way may pass, and the milliseconds between two attempts. */
const MOST_ATTEMPTS = 10;
const BETWEEN_ATTEMPTS = 1000;
/** How often a task is tried if the model answers otherwise than the log says. */
const MOST_ATTEMPTS_TO_AGREE = 3;

const NOTHING: TaskFigures = { states: 0, written: 0, read: 0, merged: [] };

/** Has a task done, and returns what that took. */
async function doneBy(runner: TaskRunner | undefined, { task, holders = {} }: Assignment): Promise<TaskFigures> {
  if (runner === undefined) return NOTHING;
  const before = { states: runner.expandedStates, ...runner.files.moved };
  const merged = await runner.do(task, holders, name);
  const { written, read } = runner.files.moved;
  return {
    states: runner.expandedStates - before.states,
    written: written - before.written,
    read: read - before.read,
    merged,
  };
}

async function done(assignment: Assignment): Promise<TaskAnswer> {
  let given = assignment;
  for (let attempt = 1; ; attempt++) {
    try {
      return { figures: await doneBy(await runnerOf(assignment), given) };
    } catch (error) {
      // What the engine has learnt is half of a task's: the next one begins with what the storage says.
      current = undefined;
      if (error instanceof Overtaken) {
        // It was not alone, as it seemed by the parts that it is to merge; else it could be overtaken again and again.
        given = { ...assignment, holders: {} };
        continue;
      }
      // After a crash, what is left of the log may not fit together until a driver has looked at it.
      const attempts = error instanceof OtherAnswers ? MOST_ATTEMPTS_TO_AGREE : isPassing(error) ? MOST_ATTEMPTS : 1;
      if (attempt < attempts) {
        await new Promise((resolve) => setTimeout(resolve, BETWEEN_ATTEMPTS));
        continue;
      }
      const { message } = error as Error;
      if (error instanceof OtherAnswers || (error as Error).name === "UsageError")
        return { figures: NOTHING, refused: message };
      const isLimit = error instanceof LimitReached;
      const isKnown = error instanceof RunFailed || isPassing(error);
      const reason = isLimit ? error.heading + message : isKnown ? message : `popcheck failed in a worker: ${message}`;
      const { run, id } = assignment;
      await new RunFiles(storage, run).stop({ reason, isLimit, id }).catch((error: Error) => {
        // On a full disk there is no room for the note either: then the answer alone tells the driver.
        if (!(error instanceof DiskFull)) throw error;
      });
      return { figures: NOTHING, stopped: { reason, isLimit } };
    }
  }
}

/** Whether a next attempt may succeed: a file is not seen yet, or the storage is out of reach. */
function isPassing(error: unknown): boolean {
  const isOfSystem = typeof (error as NodeJS.ErrnoException).code === "string" && !(error instanceof LimitReached);
  return error instanceof NotSeenYet || isOfSystem;
}

parentPort!.on("message", async (assignment: Assignment) => {
  parentPort!.postMessage(await done(assignment));
});
