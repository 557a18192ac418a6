/** The threads beside the first, as the first sees them. */
import { Worker } from "node:worker_threads";
import { Kernel } from "../kernel/kernel.js";
import { ANYWHERE, ASKING, type Control, FULL, GO_ON, IDLE, LOADING, PAUSED, RUNNING } from "./control.js";
import type { SharedSearch } from "./runner.js";
import type { WorkerData } from "./worker.js";

/** A thread ended by mistake: what it had taken is lost, and the search with it. */
export class ThreadLost extends Error {
  override readonly name = "ThreadLost";
}

/** How long the first thread waits at once for news from the others, in milliseconds. */
const WAIT = 5;

export class Crew {
  private readonly workers: Worker[] = [];
  private readonly kernels: Kernel[] = [];
  private lost: string | undefined;

  constructor(
    private readonly shared: SharedSearch,
    private readonly control: Control,
  ) {}

  get size(): number {
    return this.workers.length;
  }

  /** Starts the threads. They take part when they are loaded. */
  start(): void {
    const { shared, control } = this;
    for (let thread = 1; thread < shared.contexts.length; thread++) {
      const workerData: WorkerData = { shared, control: control.buffer, thread };
      const worker = new Worker(workerFile, { workerData });
      worker.unref();
      worker.on("error", (error) => {
        this.lost ??= `search thread ${thread} failed: ${error.message}`;
      });
      worker.on("exit", () => {
        if (!control.ended) this.lost ??= `search thread ${thread} ended unexpectedly`;
      });
      this.workers.push(worker);
      this.kernels.push(new Kernel(shared.modules.expand, shared.engine, shared.contexts[thread]!));
    }
  }

  /** Sends the threads that are ready to the open level. */
  send(): void {
    for (const thread of this.threads) if (this.control.statusOf(thread) === IDLE) this.control.release(thread);
  }

  private get threads(): number[] {
    return this.workers.map((_, i) => i + 1);
  }

  get loaded(): boolean {
    return this.with(LOADING).length === 0;
  }

  /** Threads that work on the level, or wait while they do. */
  get busy(): boolean {
    return this.threads.some((thread) => ![IDLE, LOADING].includes(this.control.statusOf(thread)));
  }

  /** The threads that ask for something, with their kernels. @throws ThreadLost */
  get asking(): { readonly thread: number; readonly kernel: Kernel }[] {
    if (this.lost !== undefined) throw new ThreadLost(this.lost);
    return this.with(ASKING).map((thread) => ({ thread, kernel: this.kernels[thread - 1]! }));
  }

  get full(): boolean {
    return this.with(FULL).length > 0;
  }

  /** No thread has a chunk in its hands. */
  get settled(): boolean {
    return this.threads.every((thread) => [IDLE, LOADING, PAUSED].includes(this.control.statusOf(thread)));
  }

  private with(status: number): number[] {
    return this.threads.filter((thread) => this.control.statusOf(thread) === status);
  }

  release(thread: number): void {
    this.control.release(thread);
  }

  /** Lets all threads that wait for room go on. */
  releaseFull(): void {
    for (const thread of this.with(FULL)) this.release(thread);
  }

  /** Runs `task` while no other thread does. Threads that ask for something go on waiting. @throws ThreadLost */
  whileStopped(task: () => void): void {
    const before = this.control.pause;
    this.control.pause = ANYWHERE;
    this.waitUntil(() => this.with(RUNNING).length === 0);
    task();
    this.goOn(before);
  }

  /** Lets paused threads go on: for good, or to the end of their chunks. */
  goOn(pause = GO_ON): void {
    this.control.pause = pause;
    for (const thread of this.with(PAUSED)) this.release(thread);
  }

  /** Waits for news until a condition holds, and attends to the threads meanwhile. @throws ThreadLost */
  waitUntil(condition: () => boolean, attend: () => void = () => {}): void {
    for (let patience = 0; ; patience++) {
      const seen = this.control.news;
      attend();
      if (condition()) return;
      this.control.waitForNews(seen, WAIT);
      // A thread that has ended is told by an event, which a waiting thread does not hear: after so long something must be wrong.
      if (patience * WAIT > 60_000) throw new ThreadLost("a search thread does not answer any more");
    }
  }

  /** Waits a little for news. */
  wait(seen: number): void {
    this.control.waitForNews(seen, WAIT);
  }

  /** Ends all threads. */
  end(): void {
    this.control.end();
    for (const worker of this.workers) void worker.terminate();
    this.workers.length = 0;
  }
}

/** Compiled, also when this file is not (under vitest). */
const workerFile = new URL(
  import.meta.url.replace(/(dist\/)?checker\/explore\/crew\.[jt]s$/, "dist/checker/explore/worker.js"),
);
