/** The threads beside the first, as the first sees them. */

import { Worker } from "node:worker_threads";
import { ThreadLost } from "../../errors.js";
import { compiledFile } from "../../package.js";
import { Expander } from "../../wasm/expander.js";
import { ANYWHERE, ASKING, type Control, FULL, GO_ON, IDLE, LOADING, LOST, PAUSED, RUNNING } from "./control.js";
import type { SharedSearch } from "./expansion-loop.js";
import type { WorkerData } from "./worker.js";

/** How long the first thread waits at once for news from the others, in milliseconds. */
const WAIT = 5;

export class WorkerPool {
  private readonly workers: Worker[] = [];
  private readonly expanders: Expander[] = [];
  private lost: string | undefined;
  /** A thread that has been stopped from outside says nothing: after so many milliseconds without a sign of life it is lost. */
  patience = 60_000;
  private pulse = "";
  /** How often it was waited for a sign. A process may be stopped for hours: only waiting counts. */
  private waits = 0;

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
      this.expanders.push(new Expander(shared.modules.expand, shared.engineMemory, shared.contexts[thread]!));
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

  /** The threads that ask for something, with their expanders. @throws ThreadLost */
  get asking(): { readonly thread: number; readonly expander: Expander }[] {
    this.checkAlive();
    return this.with(ASKING).map((thread) => ({ thread, expander: this.expanders[thread - 1]! }));
  }

  /** @throws ThreadLost if a thread has ended, or gives no sign of life */
  private checkAlive(): void {
    if (this.lost !== undefined) throw new ThreadLost(this.lost);
    const dead = this.with(LOST)[0];
    if (dead !== undefined) throw new ThreadLost(`search thread ${dead} failed`);
  }

  /** Looks for signs of life, while there is nothing to do but to wait. @throws ThreadLost */
  private watch(): void {
    this.checkAlive();
    const pulse = this.expanders
      .map(({ context }, i) => [this.control.statusOf(i + 1), context.at, context.generated].join())
      .join(" ");
    this.waits = pulse === this.pulse ? this.waits + 1 : 0;
    this.pulse = pulse;
    if (this.waits * WAIT > this.patience) throw new ThreadLost("a search thread does not answer any more");
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
    for (;;) {
      const seen = this.control.news;
      attend();
      if (condition()) return;
      this.control.waitForNews(seen, WAIT);
      this.watch();
    }
  }

  /** Waits a little for news. @throws ThreadLost */
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
