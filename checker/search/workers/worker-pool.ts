/** The threads of an exhaustive search beside the first, as the first one sees them. */

import { Worker } from "node:worker_threads";
import { ThreadLost } from "../../errors.js";
import { compiledFile } from "../../package.js";
import { Expander } from "../../wasm/expander.js";
import { ANYWHERE, type Control, FULL, GO_ON, IDLE, LOADING, LOST, PAUSED, RUNNING } from "./control.js";
import type { SharedSearch } from "./expansion-loop.js";
import type { WorkerData } from "./worker.js";

/** How long the first thread waits at a time for news from the others, in milliseconds. */
const WAIT = 5;

/** Levels with fewer states than this are for one thread: they are over before others wake up. */
const LEVEL_FOR_THREADS = 4096;

/**
 * The first level with as many states as this starts the threads, so that they are loaded when they are needed; the
 * first thread learns meanwhile. Smaller models need none.
 */
const LEVEL_TO_START = 1024;

export class WorkerPool {
  private readonly workers: Worker[] = [];
  private readonly expanders: Expander[] = [];
  /**
   * The loss of a thread, noted by the events of workers. They know nothing else of the pool: an event that is yet to
   * come would keep the whole search's memory, while the first thread waits for the system to take it back.
   */
  private readonly loss: { of?: string } = {};
  /**
   * A thread that is stopped from outside cannot report it. If no thread shows a sign of life in this many milliseconds
   * of waiting, the search counts as having lost a thread.
   */
  patience = 60_000;
  /** What the other threads' statuses and counters were at the last look for signs of life. */
  private pulse = "";
  /**
   * How many waits in a row have brought no sign of life. Waits are counted rather than time, since the whole process
   * may be stopped for hours.
   */
  private waits = 0;

  constructor(
    private readonly shared: SharedSearch,
    private readonly control: Control,
  ) {}

  get size(): number {
    return this.workers.length;
  }

  /**
   * Sends the idle threads to the open level, and starts them when it is time.
   * @param states how many states the level has
   * @param levelForThreads how many it must have for several threads; if it is given, they are waited for
   */
  sendTo(states: number, levelForThreads?: number): void {
    const least = levelForThreads ?? LEVEL_FOR_THREADS;
    if (this.size === 0 && states >= Math.min(LEVEL_TO_START, least)) this.start();
    if (states < least) return;
    if (levelForThreads !== undefined) this.waitUntil(() => this.loaded);
    this.send();
  }

  /** Starts the threads. Each takes part once it is loaded. */
  private start(): void {
    const { shared, control, loss } = this;
    for (let thread = 1; thread < shared.contexts.length; thread++) {
      const workerData: WorkerData = { shared, control: control.buffer, thread };
      const worker = new Worker(workerFile, { workerData });
      worker.unref();
      worker.on("error", (error) => {
        loss.of ??= `search thread ${thread} failed: ${error.message}`;
      });
      worker.on("exit", () => {
        if (!control.ended) loss.of ??= `search thread ${thread} ended unexpectedly`;
      });
      this.workers.push(worker);
      this.expanders.push(new Expander(shared.modules.expand, shared.engineMemory, shared.contexts[thread]!));
    }
  }

  private send(): void {
    for (const thread of this.threads) if (this.control.statusOf(thread) === IDLE) this.control.release(thread);
  }

  private get threads(): number[] {
    return this.workers.map((_, i) => i + 1);
  }

  private get loaded(): boolean {
    return this.with(LOADING).length === 0;
  }

  /** Whether any thread works on the level, or waits in the midst of it. */
  get busy(): boolean {
    return this.threads.some((thread) => ![IDLE, LOADING].includes(this.control.statusOf(thread)));
  }

  /** @throws ThreadLost if a thread has ended */
  checkAlive(): void {
    if (this.loss.of !== undefined) throw new ThreadLost(this.loss.of);
    const dead = this.with(LOST)[0];
    if (dead !== undefined) throw new ThreadLost(`search thread ${dead} failed`);
  }

  /**
   * Looks for signs of life; called after each wait.
   * @throws ThreadLost if a thread has ended, or if there was no sign of life for `patience`
   */
  private watch(): void {
    this.checkAlive();
    const pulse = this.expanders
      .map(({ context }, i) => [this.control.statusOf(i + 1), context.at, context.generated].join())
      .join(" ");
    this.waits = pulse === this.pulse ? this.waits + 1 : 0;
    this.pulse = pulse;
    if (this.waits * WAIT > this.patience) throw new ThreadLost("a search thread does not answer any more");
  }

  /** The threads that wait for room in the store. */
  get full(): number[] {
    return this.with(FULL);
  }

  /** Whether no thread has a chunk in its hands. */
  get settled(): boolean {
    return this.threads.every((thread) => [IDLE, LOADING, PAUSED].includes(this.control.statusOf(thread)));
  }

  private with(status: number): number[] {
    return this.threads.filter((thread) => this.control.statusOf(thread) === status);
  }

  release(thread: number): void {
    this.control.release(thread);
  }

  /** Lets all threads that wait for room in the store go on. */
  releaseFull(): void {
    for (const thread of this.full) this.release(thread);
  }

  /**
   * Runs `task` while no other thread runs. Threads that wait for the first go on waiting.
   * @throws ThreadLost if a thread is lost
   */
  whileStopped(task: () => void): void {
    const before = this.control.pause;
    this.control.pause = ANYWHERE;
    this.waitUntil(() => this.with(RUNNING).length === 0);
    task();
    this.goOn(before);
  }

  /** Lets paused threads go on. @param pause what is asked of the threads from then on */
  goOn(pause = GO_ON): void {
    this.control.pause = pause;
    for (const thread of this.with(PAUSED)) this.release(thread);
  }

  /**
   * Waits for news until `condition` holds, calling `attend` before each look at it.
   * @throws ThreadLost if a thread is lost
   */
  waitUntil(condition: () => boolean, attend: () => void = () => {}): void {
    for (;;) {
      const seen = this.control.news;
      attend();
      if (condition()) return;
      this.control.waitForNews(seen, WAIT);
      this.watch();
    }
  }

  /** Waits for a report after `seen`, for a few milliseconds at the most. @throws ThreadLost if a thread is lost */
  wait(seen: number): void {
    this.control.waitForNews(seen, WAIT);
    this.watch();
  }

  /** Ends all threads. */
  end(): void {
    this.control.end();
    for (const worker of this.workers) void worker.terminate();
    this.workers.length = 0;
  }
}

const workerFile = compiledFile("checker/search/workers/worker.js");
