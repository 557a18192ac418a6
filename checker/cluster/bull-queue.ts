/**
 * The queue that gives tasks to workers: BullMQ on a Redis server, which may be lost at any time with all that it
 * knows. A job is a task. A worker holds its job by a lease, which it renews; a job whose lease runs out is given to
 * another worker.
 */
import { Queue, QueueEvents, Worker } from "bullmq";
import { Redis } from "ioredis";
import { UsageError } from "../errors.js";
import type { TaskQueue } from "./driver.js";
import { nameOf, type Task } from "./run-files.js";

/** The name of the queue, the same for all runs. */
const QUEUE = "popcheck";
/** How long a driver waits for news before it looks at the storage, in milliseconds. */
const PATIENCE = 1000;

/** A task of a run. */
export interface Assignment {
  readonly run: string;
  /** The id of the run, which another one of that name does not have. */
  readonly id: string;
  readonly task: Task;
}

/**
 * Connects to a Redis server, and again whenever the connection is lost: a command waits until it is.
 * @param url `redis://[:PASSWORD@]HOST[:PORT][/NUMBER]`, or `rediss://…` for TLS
 */
function connected(url: string): Redis {
  return new Redis(url, { maxRetriesPerRequest: null, enableReadyCheck: true });
}

/** How long a server may take to answer at the beginning, in milliseconds, and the time between two attempts. */
const TO_ANSWER = 10_000;
const BETWEEN_ATTEMPTS = 250;

/** Waits until a Redis server answers. @throws UsageError if it does not within ten seconds */
export async function reach(url: string): Promise<void> {
  const until = performance.now() + TO_ANSWER;
  for (;;) {
    const connection = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
    connection.on("error", forgive);
    try {
      await connection.connect();
      await connection.ping();
      return;
    } catch (error) {
      const { message } = error as Error;
      if (performance.now() > until)
        throw new UsageError(`no Redis server answers at ${withoutPassword(url)}: ${message}`, { cause: error });
    } finally {
      connection.disconnect();
    }
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_ATTEMPTS));
  }
}

/** Returns the URL of a server as it may be shown. */
export function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}

/** Leaves it to the next attempt to succeed: whoever waits for a connection is told by what does not come. */
function forgive(): void {}

export class BullQueue implements TaskQueue {
  private readonly queue: Queue;
  private readonly events: QueueEvents;
  private readonly connections: Redis[];
  private heard: () => void = forgive;
  /** The number of workers that are connected, as it was when the tasks of a level were offered last. */
  workers = 0;

  /**
   * @param run the words that names of the run's files begin with
   * @param id the id of the run
   */
  constructor(
    url: string,
    private readonly run: string,
    private readonly id: string,
  ) {
    this.connections = [connected(url), connected(url)];
    const [one, another] = this.connections as [Redis, Redis];
    this.queue = new Queue(QUEUE, { connection: one });
    this.events = new QueueEvents(QUEUE, { connection: another });
    this.queue.on("error", forgive);
    this.events.on("error", forgive);
    for (const connection of this.connections) connection.on("error", forgive);
    for (const event of ["completed", "failed"] as const) this.events.on(event, () => this.heard());
  }

  async offer(tasks: readonly Task[]): Promise<void> {
    await this.queue.addBulk(
      tasks.map((task) => ({
        name: nameOf(task),
        data: { run: this.run, id: this.id, task } satisfies Assignment,
        // What is done is known by its output; what failed is offered again.
        opts: { jobId: `${this.id}.${task.level}.${nameOf(task)}`, removeOnComplete: true, removeOnFail: true },
      })),
    );
    this.workers = (await this.queue.getWorkers()).length;
  }

  async news(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.heard = resolve;
      timer = setTimeout(resolve, PATIENCE);
    });
    clearTimeout(timer);
  }

  async close(): Promise<void> {
    for (const connection of this.connections) connection.disconnect();
    await Promise.allSettled([this.queue.close(), this.events.close()]);
  }
}

export interface TaskWorker {
  /** Takes no more tasks. The one at hand is left to its lease. */
  close(): Promise<void>;
}

/**
 * Takes tasks, one at a time, and has them done.
 * @param work does a task; if it throws, the task is offered again
 * @param leaseSeconds after how many seconds without a sign of life a task is given to another worker
 */
export function takeTasks(
  url: string,
  work: (assignment: Assignment) => Promise<void>,
  leaseSeconds: number,
): TaskWorker {
  const connection = connected(url);
  const worker = new Worker(QUEUE, async ({ data }) => work(data as Assignment), {
    connection,
    concurrency: 1,
    lockDuration: 1000 * leaseSeconds,
    stalledInterval: 1000 * leaseSeconds,
    // A lease may run out as often as it likes: an output counts once, however many attempts there are.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    drainDelay: 5,
  });
  worker.on("error", forgive);
  connection.on("error", forgive);
  return {
    close: async () => {
      await worker.close(true);
      connection.disconnect();
    },
  };
}
