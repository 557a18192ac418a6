/**
 * Reads the transitions of all states by all threads, in rounds (reading-control.ts). The first states are read by the
 * first thread alone, meanwhile the others are loaded: so it has met nearly all labels and renamings before them.
 */
import { Worker } from "node:worker_threads";
import { ThreadLost } from "../errors.js";
import { compiledFile } from "../package.js";
import type { ShardedStore } from "../store/shards.js";
import type { SharedStore } from "../store/store-layout.js";
import type { Expander } from "../wasm/expander.js";
import type { Modules } from "../wasm/modules.js";
import type { AdjacencyArrays } from "./adjacency.js";
import { CHUNK, LOADING, LOST, READING, READY, ReadingControl } from "./reading-control.js";
import { TransitionReader } from "./transition-reader.js";

/**
 * Chunks of a round that each thread takes about: few enough for the caller to get a turn now and then. Rounds begin
 * with one, since labels and renamings that nobody has met yet are learnt between rounds.
 */
const PER_THREAD = 16;
/** Chunks that the first thread reads alone at first, and between two breaks while it is alone. */
const ALONE = 4;
/** With fewer states than this, loading threads takes longer than they save. */
const STATES_FOR_THREADS = 1 << 16;
/** How long the first thread waits at a time for the others, in milliseconds, and how long in all. */
const WAIT = 5;
const PATIENCE = 60_000;

export const SUCCESSOR_MISSING = "a successor is not among the states: the search was not complete";

/** The threads that a search has had, whose contexts are free now. */
export interface SearchThreads {
  readonly modules: Modules;
  readonly engineMemory: WebAssembly.Memory;
  readonly store: SharedStore;
  /** By thread: the address of its context in the engine's memory. */
  readonly contexts: readonly number[];
  /** The least number of states that all threads read, and then from the beginning; for tests. */
  readonly least?: number | undefined;
}

export interface ReaderData {
  readonly shared: SearchThreads;
  readonly arrays: AdjacencyArrays;
  readonly control: SharedArrayBuffer;
  readonly thread: number;
}

export class Readers {
  private readonly control = new ReadingControl();
  private readonly workers: Worker[] = [];
  /** How many chunks the first thread reads before the others take part. */
  private alone = ALONE;
  /** The first thread's part. */
  readonly reader: TransitionReader;

  constructor(
    private readonly arrays: AdjacencyArrays,
    expander: Expander,
    private readonly store: ShardedStore,
  ) {
    this.reader = new TransitionReader(expander, store, arrays, this.control);
  }

  /** Starts the threads beside the first, if there are enough states for them. */
  start(shared: SearchThreads): void {
    if (this.store.count < (shared.least ?? STATES_FOR_THREADS)) return;
    for (let thread = 1; thread < shared.contexts.length; thread++) {
      const workerData: ReaderData = { shared, arrays: this.arrays, control: this.control.buffer, thread };
      const worker = new Worker(compiledFile("checker/liveness/reader-worker.js"), { workerData });
      worker.unref();
      // The loss of a thread is told by its status.
      worker.on("error", () => {});
      this.workers.push(worker);
    }
    if (shared.least === undefined) return;
    this.waitWhile(LOADING);
    this.alone = 0;
  }

  /**
   * Reads the transitions of all states. Yields the share of the states that are read, so that the caller gets a turn.
   * @param readHere has the first thread read a state, and answer what it misses
   * @throws ThreadLost if a thread has ended
   */
  *read(readHere: (reference: number) => void): Generator<number, void> {
    const { control, reader } = this;
    const chunks = Math.ceil(this.arrays.first.length / CHUNK);
    const everybody = new Set<number>();
    let perThread = 1;
    for (let at = 0; at < chunks; ) {
      const ready = at < this.alone ? [] : this.threadsAt(READY);
      const to = Math.min(chunks, at + (ready.length === 0 ? ALONE : perThread * (1 + ready.length)));
      if (ready.length === 0) {
        for (; at < to; at++) for (const reference of reader.statesOf(at)) readHere(reference);
      } else {
        control.open(at, to);
        this.round(ready);
        for (const thread of ready) everybody.add(thread);
        for (const reference of control.aside) readHere(reference);
        at = to;
        perThread = Math.min(2 * perThread, PER_THREAD);
      }
      yield at / chunks;
    }
    control.openLast();
    this.round([...everybody]);
    if (control.isAnyMissing) throw new Error(SUCCESSOR_MISSING);
    if (control.used !== this.arrays.targets.length)
      throw new Error("there are fewer transitions than the search has generated");
  }

  /** Has `threads` and this one take part in the round that is open, and waits for its end. */
  private round(threads: readonly number[]): void {
    for (const thread of threads) this.control.send(thread);
    this.reader.takePart();
    this.waitWhile(READING);
  }

  private waitWhile(status: number): void {
    for (let waits = 0; ; waits++) {
      const seen = this.control.news;
      if (this.threadsAt(LOST).length > 0) throw new ThreadLost("a thread that reads transitions failed");
      if (this.threadsAt(status).length === 0) return;
      if (waits * WAIT > PATIENCE) throw new ThreadLost("a thread that reads transitions does not answer any more");
      this.control.waitForNews(seen, WAIT);
    }
  }

  private threadsAt(status: number): number[] {
    return this.workers.map((_, i) => i + 1).filter((thread) => this.control.statusOf(thread) === status);
  }

  /** Ends all threads but this one. */
  end(): void {
    this.control.end();
    for (const worker of this.workers) void worker.terminate();
    this.workers.length = 0;
  }
}
