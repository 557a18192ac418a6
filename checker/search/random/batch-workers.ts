/**
 * Who runs the batches of a random search: this thread alone, or threads of their own, which take batches in turns.
 * Each thread's batches grow until one takes long enough to be worth a report.
 */

import type { Worker } from "node:worker_threads";
import { type ErrorData, errorOf } from "../../errors.js";
import type { BatchReport, BatchRunner } from "./batches.js";

/** The milliseconds that a batch takes at the least once it has grown, and the parts that it has at the most. */
const WORTH = 40;
const MOST = 4096;
/** Milliseconds between two looks at whether to stop. */
const SLICE = 25;

/** What has been done so far, the batches under way included. */
export interface BatchProgress {
  readonly parts: number;
  readonly steps: number;
  readonly states: number;
}

export interface BatchWorkers {
  readonly threads: number;
  readonly done: BatchProgress;
  /**
   * Works, or waits, for about `milliseconds`, and returns what was reported meanwhile.
   * @throws Error if a thread is lost
   */
  work(milliseconds: number): Promise<readonly BatchReport[]>;
  /** Ends all threads, and returns the reports on what they have done and not reported before. */
  end(): Promise<readonly BatchReport[]>;
  /** Ends all threads at once; what they have done and not reported is lost. */
  drop(): void;
}

/** Takes batches, and runs them. */
class BatchTaker {
  private from = 0;
  private size = 1;
  private began = 0;
  private busy = false;

  /**
   * @param next takes the next `size` parts, and returns the number of the first of them
   * @param limit the number after the last part's
   */
  constructor(
    readonly parts: BatchRunner,
    private readonly next: (size: number) => number,
    private readonly limit: number,
  ) {}

  /**
   * Works until the time `until`. Returns a report if a batch is done, undefined if none is, and null if no part is
   * left.
   */
  work(until: number): BatchReport | undefined | null {
    if (!this.busy) {
      this.from = this.next(this.size);
      if (this.from >= this.limit) return null;
      this.parts.begin(this.from, Math.min(this.from + this.size, this.limit));
      this.began = performance.now();
      this.busy = true;
    }
    if (!this.parts.work(until)) return undefined;
    this.busy = false;
    if (performance.now() - this.began < WORTH) this.size = Math.min(2 * this.size, MOST);
    return this.parts.report();
  }

  /** Ends the batch under way, if there is one, and returns its report. */
  unfinished(): BatchReport[] {
    if (!this.busy) return [];
    this.parts.abandon();
    return [this.parts.report()];
  }
}

/** Runs the batches on this thread alone. */
export class LocalBatchWorker implements BatchWorkers {
  readonly threads = 1;
  private readonly taker: BatchTaker;
  private next = 0;

  constructor(
    private readonly parts: BatchRunner,
    limit: number,
  ) {
    const take = (size: number) => {
      const from = this.next;
      this.next += size;
      return from;
    };
    this.taker = new BatchTaker(parts, take, limit);
  }

  get done(): BatchProgress {
    return this.parts.done;
  }

  async work(milliseconds: number): Promise<readonly BatchReport[]> {
    const report = this.taker.work(performance.now() + milliseconds);
    await new Promise((resolve) => setImmediate(resolve));
    return report ? [report] : [];
  }

  async end(): Promise<readonly BatchReport[]> {
    return this.taker.unfinished();
  }

  drop(): void {}
}

/**
 * What the threads share: the words NEXT, the next part to be taken, and STOP, whether to stop; and from the number at
 * DONE_AT on, what each thread has done, in DONE_WORDS numbers.
 */
const NEXT = 0;
const STOP = 1;
const DONE_AT = 1;
const DONE_WORDS = 3;

/** What a thread needs in order to run batches. */
export interface BatchAssignment {
  /** The memory that the threads share. */
  readonly shared: SharedArrayBuffer;
  readonly thread: number;
  readonly limit: number;
}

export type BatchMessage =
  | { readonly kind: "report"; readonly report: BatchReport }
  | { readonly kind: "end"; readonly unfinished: readonly BatchReport[] }
  | { readonly kind: "error"; readonly error: ErrorData };

/**
 * Runs batches on a thread of its own, until no part is left or the thread is told to stop.
 * @param tell sends a message to the first thread
 */
export function serveBatches(
  parts: BatchRunner,
  { shared, thread, limit }: BatchAssignment,
  tell: (message: BatchMessage) => void,
): void {
  const words = new Int32Array(shared, 0, 2);
  const done = new Float64Array(shared, 8 * (DONE_AT + DONE_WORDS * thread), DONE_WORDS);
  // Past the limit the number stays as it is, so that it cannot overflow.
  const take = (size: number) => (Atomics.load(words, NEXT) >= limit ? limit : Atomics.add(words, NEXT, size));
  const taker = new BatchTaker(parts, take, limit);
  for (;;) {
    const report = taker.work(performance.now() + SLICE);
    done.set([parts.done.parts, parts.done.steps, parts.done.states]);
    if (report) tell({ kind: "report", report });
    if (report === null || Atomics.load(words, STOP) === 1) break;
  }
  tell({ kind: "end", unfinished: taker.unfinished() });
}

/** Runs the batches on threads of their own. */
export class BatchThreads implements BatchWorkers {
  private readonly workers: Worker[];
  private readonly shared: SharedArrayBuffer;
  private reports: BatchReport[] = [];
  private readonly ended = new Set<Worker>();
  private lost: Error | undefined;
  private wake: () => void = () => {};

  /** @param start starts a thread, which is to call `serveBatches` */
  constructor(
    readonly threads: number,
    limit: number,
    start: (assignment: BatchAssignment) => Worker,
  ) {
    this.shared = new SharedArrayBuffer(8 * (DONE_AT + DONE_WORDS * threads));
    this.workers = Array.from({ length: threads }, (_, thread) => start({ shared: this.shared, thread, limit }));
    for (const worker of this.workers) {
      worker.on("message", (message: BatchMessage) => this.hear(worker, message));
      worker.on("error", (error) => this.lose(error));
      worker.on("exit", () => {
        if (!this.ended.has(worker)) this.lose(new Error("a search thread ended unexpectedly"));
      });
    }
  }

  private hear(worker: Worker, message: BatchMessage): void {
    if (message.kind === "report") this.reports.push(message.report);
    else if (message.kind === "error") this.lose(errorOf(message.error));
    else {
      this.reports.push(...message.unfinished);
      this.ended.add(worker);
    }
    this.wake();
  }

  private lose(error: Error): void {
    this.lost ??= error;
    this.wake();
  }

  get done(): BatchProgress {
    const all = new Float64Array(this.shared, 8 * DONE_AT);
    const sum = (i: number) => this.workers.reduce((total, _, thread) => total + all[DONE_WORDS * thread + i]!, 0);
    return { parts: sum(0), steps: sum(1), states: sum(2) };
  }

  async work(milliseconds: number): Promise<readonly BatchReport[]> {
    if (this.reports.length === 0 && this.lost === undefined) await this.news(milliseconds);
    return this.taken();
  }

  private taken(): BatchReport[] {
    if (this.lost) {
      this.drop();
      throw this.lost;
    }
    return this.reports.splice(0);
  }

  /** Waits until a message comes, for `milliseconds` at the most. */
  private async news(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(resolve, milliseconds);
    });
    clearTimeout(timer);
    this.wake = () => {};
  }

  async end(): Promise<readonly BatchReport[]> {
    Atomics.store(new Int32Array(this.shared, 0, 2), STOP, 1);
    while (this.ended.size < this.threads && this.lost === undefined) await this.news(1000);
    const reports = this.taken();
    this.drop();
    return reports;
  }

  drop(): void {
    for (const worker of this.workers) {
      this.ended.add(worker);
      void worker.terminate();
    }
  }
}
