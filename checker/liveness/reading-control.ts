/**
 * What the threads that read transitions coordinate by: words in shared memory. They read in rounds. The first thread
 * opens a round of some chunks, takes part in it, and waits for the others to have taken all of its chunks. Within a
 * round nobody answers misses, so that no table changes: states that miss something are put aside, and the first thread
 * reads them after the round.
 */

/** References of a chunk. */
export const CHUNK = 1024;
/** The most chunks of a round. */
const MOST_CHUNKS = 1024;

const CURSOR = 0;
const LIMIT = 1;
/** How many places of transitions are taken. */
const USED = 2;
const ASIDE = 3;
const WAKE = 4;
const ENDED = 5;
const MISSING = 6;
const LAST = 7;
const THREADS = 16;
const LIST = 1024;
const WORDS = LIST + MOST_CHUNKS * CHUNK;

export const LOADING = 0;
/** It waits for a round. */
export const READY = 1;
export const READING = 2;
/** It has ended with an error. */
export const LOST = 3;

export class ReadingControl {
  private readonly words: Int32Array;

  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(4 * WORDS)) {
    this.words = new Int32Array(buffer);
  }

  /** Opens a round of the chunks from `from` up to `to`, at most MOST_CHUNKS. Call it only while no thread reads. */
  open(from: number, to: number): void {
    if (to - from > MOST_CHUNKS) throw new Error("a round has too many chunks");
    this.words[LIMIT] = to;
    Atomics.store(this.words, ASIDE, 0);
    Atomics.store(this.words, CURSOR, from);
  }

  /** Opens the last round, which has no chunks: everybody looks up the next states that are left. */
  openLast(): void {
    this.open(0, 0);
    Atomics.store(this.words, LAST, 1);
  }

  get isLast(): boolean {
    return Atomics.load(this.words, LAST) === 1;
  }

  /** Takes the next chunk of the round; undefined if none is left. */
  takeChunk(): number | undefined {
    const chunk = Atomics.add(this.words, CURSOR, 1);
    return chunk < this.words[LIMIT]! ? chunk : undefined;
  }

  /** Takes `count` places of transitions that lie side by side, and returns the first. */
  takePlaces(count: number): number {
    return Atomics.add(this.words, USED, count) >>> 0;
  }

  /** How many places were taken. */
  get used(): number {
    return Atomics.load(this.words, USED) >>> 0;
  }

  /** Puts a state of the round aside. */
  putAside(reference: number): void {
    this.words[LIST + Atomics.add(this.words, ASIDE, 1)] = reference;
  }

  /** The states that were put aside in the round, in ascending order. */
  get aside(): Uint32Array {
    return Uint32Array.from(this.words.subarray(LIST, LIST + Atomics.load(this.words, ASIDE))).sort();
  }

  /** Notes that a next state was not found. */
  noteMissing(): void {
    Atomics.store(this.words, MISSING, 1);
  }

  get isAnyMissing(): boolean {
    return Atomics.load(this.words, MISSING) === 1;
  }

  statusOf(thread: number): number {
    return Atomics.load(this.words, THREADS + thread);
  }

  /** Records that `thread` is at `status`, and wakes the first thread. */
  report(thread: number, status: number): void {
    Atomics.store(this.words, THREADS + thread, status);
    Atomics.add(this.words, WAKE, 1);
    Atomics.notify(this.words, WAKE);
  }

  /** Records that `thread` is ready, and waits for a round. Returns false if there is none any more. */
  waitForRound(thread: number): boolean {
    this.report(thread, READY);
    while (this.statusOf(thread) === READY && !this.ended) Atomics.wait(this.words, THREADS + thread, READY, 1000);
    return !this.ended;
  }

  /** Sends `thread`, which is ready, into the round. */
  send(thread: number): void {
    Atomics.store(this.words, THREADS + thread, READING);
    Atomics.notify(this.words, THREADS + thread);
  }

  /** The number of reports so far; `waitForNews` waits for it to change. */
  get news(): number {
    return Atomics.load(this.words, WAKE);
  }

  /** Waits until the number of reports is no longer `seen`, for `milliseconds` at the most. */
  waitForNews(seen: number, milliseconds: number): void {
    Atomics.wait(this.words, WAKE, seen, milliseconds);
  }

  /** Tells all threads but the first to end. */
  end(): void {
    Atomics.store(this.words, ENDED, 1);
    for (let thread = 1; thread < LIST - THREADS; thread++) Atomics.notify(this.words, THREADS + thread);
  }

  private get ended(): boolean {
    return Atomics.load(this.words, ENDED) === 1;
  }
}
