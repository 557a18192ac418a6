/** A worker: it takes tasks of any run from the queue, and has a thread of its own do them. */
import { once } from "node:events";
import { hostname } from "node:os";
import { Worker } from "node:worker_threads";
import { compiledFile } from "../package.js";
import { type Assignment, takeTasks } from "./bull-queue.js";
import type { Receipt } from "./queue-watch.js";
import { nameOf } from "./run-files.js";
import type { TaskAnswer, TaskThreadData } from "./task-thread.js";

export interface WorkerOptions {
  /** The URL of the Redis server. */
  readonly redis: string;
  /** The folder that all machines see. */
  readonly dir: string;
  /** How many bytes the visited states that it holds may take. */
  readonly budget: number;
  /** After how many seconds without a sign of life its task is given to another worker. */
  readonly leaseSeconds: number;
  /** Ends the worker when it aborts; the task at hand is left to others. */
  readonly signal: AbortSignal;
  /** Is told what the worker does. */
  readonly log: (line: string) => void;
}

const threadFile = compiledFile("checker/cluster/task-thread.js");

/**
 * Works until the signal aborts.
 * @throws Error if this machine's model or popcheck is another one than that of a run, or if Redis refuses the worker
 */
export async function work({ redis, dir, budget, leaseSeconds, signal, log }: WorkerOptions): Promise<void> {
  const name = `${hostname()}/${process.pid}`;
  const workerData: TaskThreadData = { dir, budget, name };
  let thread = new Worker(threadFile, { workerData });
  let hasEnded = false;
  let refuse: (why: Error) => void = () => {};
  const refused = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  const doTask = async (assignment: Assignment): Promise<Receipt> => {
    const started = performance.now();
    thread.postMessage(assignment);
    const answer = await answerOf(thread).catch((error: Error) => {
      // The thread is gone with what it held; its successor begins with what the storage says. If it was ended with the
      // worker, it has none: that would keep the process alive.
      if (!hasEnded) thread = new Worker(threadFile, { workerData });
      throw error;
    });
    const seconds = (performance.now() - started) / 1000;
    const { run, task } = assignment;
    log(
      `${run} level ${task.level} ${nameOf(task)}: ${answer.stopped?.reason ?? answer.refused ?? "done"}, ${seconds.toFixed(2)} s`,
    );
    const { figures, stopped } = answer;
    if (answer.refused === undefined) return { worker: name, seconds, ...figures, ...(stopped && { stopped }) };
    refuse(new Error(answer.refused));
    throw new Error(answer.refused);
  };
  const tasks = takeTasks(redis, name, doTask, leaseSeconds, refuse);
  try {
    await Promise.race([refused, signal.aborted ? undefined : once(signal, "abort")]);
  } finally {
    hasEnded = true;
    await thread.terminate();
    await tasks.close();
  }
}

async function answerOf(thread: Worker): Promise<TaskAnswer> {
  const ended = new AbortController();
  const { signal } = ended;
  try {
    return await Promise.race([
      once(thread, "message", { signal }).then(([answer]) => answer as TaskAnswer),
      once(thread, "exit", { signal }).then(([code]): never => {
        throw new Error(`the thread that does tasks has ended with ${code}`);
      }),
    ]);
  } finally {
    ended.abort();
  }
}
