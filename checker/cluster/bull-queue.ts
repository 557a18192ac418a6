/**
 * The queue that gives tasks to workers: BullMQ on a Redis server, which may be lost at any time with all that it
 * knows. A job is a task. A worker holds its job by a lease, which it renews; a job whose lease runs out is given to
 * another worker.
 */
import { Queue, QueueEvents, Worker } from "bullmq";
import type { Redis } from "ioredis";
import type { TaskQueue, WorkersView } from "./driver.js";
import { type Holders, PartHolders } from "./part-holders.js";
import { QueueWatch, type Receipt } from "./queue-watch.js";
import { connected } from "./redis-connection.js";
import { nameOf, type Stop, type Task } from "./run-files.js";

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
  /** Who holds the states of which parts, and is to merge them. */
  readonly holders?: Holders;
}

/** Leaves it to the next attempt to succeed: whoever waits for a connection is told by what does not come. */
function forgive(): void {}

export class BullQueue implements TaskQueue {
  private readonly queue: Queue;
  private readonly events: QueueEvents;
  private readonly connections: Redis[];
  private readonly watch: QueueWatch;
  /** Fails once the server refuses this process. */
  private readonly refused: Promise<never>;
  private heard: () => void = forgive;
  /** By job: when it was offered last. */
  private readonly offered = new Map<string, number>();
  private readonly known = new PartHolders();
  /** The level whose tasks were offered last, who is to merge its parts, and whether merges were offered. */
  private level = { number: -1, holders: {} as Holders, isMerged: false };
  /** The names of the workers that are connected, as they were at a time not long ago. */
  private connected: ReadonlySet<string> = new Set();
  private lookedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param run the words that names of the run's files begin with
   * @param id the id of the run
   */
  constructor(
    url: string,
    private readonly run: string,
    readonly id: string,
  ) {
    let refuse: (why: Error) => void = forgive;
    this.refused = new Promise((_, reject) => {
      refuse = reject;
    });
    // It is heard of where something is waited for.
    this.refused.catch(forgive);
    this.connections = [connected(url, refuse), connected(url, refuse)];
    const [one, another] = this.connections as [Redis, Redis];
    this.queue = new Queue(QUEUE, { connection: one });
    this.events = new QueueEvents(QUEUE, { connection: another });
    this.queue.on("error", forgive);
    this.events.on("error", forgive);
    this.watch = new QueueWatch(this.queue, this.events, id);
    this.events.on("completed", ({ jobId, returnvalue }) => {
      const { worker, merged } = returnvalue as unknown as Receipt;
      if (jobId.startsWith(`${id}.`)) this.known.note(worker, merged);
      this.heard();
    });
    this.events.on("failed", ({ jobId }) => {
      this.offered.delete(jobId);
      this.heard();
    });
  }

  /** @throws UsageError if the server refuses this process */
  async offer(tasks: readonly Task[]): Promise<void> {
    await Promise.race([this.refused, this.add(tasks)]);
  }

  private async add(tasks: readonly Task[]): Promise<void> {
    const now = performance.now();
    // A queue that has forgotten tasks is offered them again, but each news of one task is no reason to.
    for (const [job, at] of this.offered) if (at < now - PATIENCE) this.offered.delete(job);
    const jobs = tasks
      .map((task) => ({ task, jobId: `${this.id}.${task.level}.${nameOf(task)}` }))
      .filter(({ jobId }) => !this.offered.has(jobId));
    if (jobs.length === 0) return;
    if (now > this.lookedAt + PATIENCE) {
      const workers = await this.queue.getWorkers();
      this.connected = new Set(workers.map(({ rawname = "" }) => rawname.replace(/^.*:w:/, "")));
      this.lookedAt = now;
    }
    const { kind, level } = jobs[0]!.task;
    const holders = await this.holdersFor(kind, level);
    await this.queue.addBulk(
      jobs.map(({ task, jobId }) => ({
        name: nameOf(task),
        data: { run: this.run, id: this.id, task, holders } satisfies Assignment,
        // What is done is known by its output; what failed is offered again.
        opts: { jobId, removeOnComplete: true, removeOnFail: true },
      })),
    );
    for (const { jobId } of jobs) this.offered.set(jobId, now);
  }

  /**
   * Returns which worker is to merge which part of a level, the same when the level is expanded as when it is merged. A
   * merge that is offered once more, since it was not done in a while, is left to a worker only if that works on
   * something: it may be gone or stopped.
   */
  private async holdersFor(kind: Task["kind"], number: number): Promise<Holders> {
    if (number !== this.level.number)
      this.level = { number, holders: this.known.among(this.connected), isMerged: false };
    const { holders, isMerged } = this.level;
    if (kind !== "merge") return holders;
    this.level.isMerged = true;
    const active = isMerged ? await this.queue.getActive() : undefined;
    const able = active === undefined ? this.connected : new Set(active.flatMap((job) => job?.processedBy ?? []));
    return Object.fromEntries(Object.entries(holders).filter(([, worker]) => able.has(worker)));
  }

  get workers(): number {
    return this.connected.size;
  }

  /** @throws UsageError if the server refuses this process */
  async news(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const news = new Promise<void>((resolve) => {
      this.heard = resolve;
      timer = setTimeout(resolve, PATIENCE);
    });
    await Promise.race([this.refused, news]).finally(() => clearTimeout(timer));
  }

  /** Why the run cannot go on, as a worker has told. */
  get stopped(): Stop | undefined {
    return this.watch.stopped;
  }

  /** Returns what the workers do. */
  view(): WorkersView {
    return this.watch.view();
  }

  async close(): Promise<void> {
    this.watch.close();
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
 * @param name what the worker is called where it is shown
 * @param work does a task, and returns what it took; if it throws, the task is offered again
 * @param leaseSeconds after how many seconds without a sign of life a task is given to another worker
 * @param refuse is told why the server will never answer, if that is so
 */
export function takeTasks(
  url: string,
  name: string,
  work: (assignment: Assignment) => Promise<Receipt>,
  leaseSeconds: number,
  refuse: (why: Error) => void,
): TaskWorker {
  const connection = connected(url, refuse);
  const worker = new Worker(QUEUE, async ({ data }) => work(data as Assignment), {
    connection,
    name,
    concurrency: 1,
    lockDuration: 1000 * leaseSeconds,
    stalledInterval: 1000 * leaseSeconds,
    // A lease may run out as often as it likes: an output counts once, however many attempts there are.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    drainDelay: 5,
  });
  worker.on("error", forgive);
  return {
    close: async () => {
      await worker.close(true);
      connection.disconnect();
    },
  };
}
