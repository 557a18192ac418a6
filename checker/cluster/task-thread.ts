/**
 * A thread that does tasks: the hot loops keep it busy for seconds, while the worker's first thread renews leases. It
 * keeps what it holds of one run.
 */
import { parentPort, workerData } from "node:worker_threads";
import { LimitReached } from "../errors.js";
import type { Assignment } from "./bull-queue.js";
import { FolderStorage } from "./folder-storage.js";
import { NotSeenYet, RunFiles } from "./run-files.js";
import { instanceOf, readRequest } from "./run-request.js";
import { OtherAnswers, Overtaken, SharedEngine } from "./shared-engine.js";
import type { Storage } from "./storage.js";
import { TaskRunner } from "./task-runner.js";

/** What a thread is given. */
export interface TaskThreadData {
  readonly dir: string;
  /** How many bytes the visited states may take. */
  readonly budget: number;
}

/** What a thread answers to a task: undefined if it is done. */
export interface TaskAnswer {
  /** Why this worker can take no part in the run. */
  readonly refused?: string;
  /** Why the run cannot go on. */
  readonly stopped?: string;
}

const { dir, budget } = workerData as TaskThreadData;
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

async function done(assignment: Assignment): Promise<TaskAnswer> {
  for (let attempt = 1; ; attempt++) {
    try {
      await (await runnerOf(assignment))?.do(assignment.task);
      return {};
    } catch (error) {
      // What the engine has learnt is half of a task's: the next one begins with what the storage says.
      current = undefined;
      if (error instanceof Overtaken) continue;
      if (isPassing(error) && attempt < MOST_ATTEMPTS) {
        await new Promise((resolve) => setTimeout(resolve, BETWEEN_ATTEMPTS));
        continue;
      }
      const { message } = error as Error;
      if (error instanceof OtherAnswers || (error as Error).name === "UsageError") return { refused: message };
      const isLimit = error instanceof LimitReached;
      const reason = isLimit ? error.heading + message : message;
      await new RunFiles(storage, assignment.run).stop(reason, isLimit);
      return { stopped: reason };
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
