/**
 * What the threads of a search coordinate by: words in shared memory. The first thread runs authors' functions and
 * decides; the others work on the level that it has opened, and hand over to it the rows for which tables lack entries.
 */

import type { Range } from "../../store/shards.js";
import { BLOCK_ROWS, SHARDS } from "../../wasm/sizes.js";

const END = 0;
const PAUSE = 1;
const CURSOR = 2;
const CHUNKS = 3;
const WAKE = 4;
const BEYOND = 5;
const LARGE = 6;
const SOURCE = 7;
/** The `start` of the level's source, in two words. */
const START = 8;
const FROM = 16;
/** By shard: how many rows of the level lie in the shards before it. */
const BEFORE = FROM + SHARDS;
const THREADS = BEFORE + SHARDS + 1;

/**
 * Each thread has a context of some 8 MB in the memory of the tables, which ends at 4 GiB. With 64 of them, the tables
 * of models with wide rows and those of tree compression still have room. More would also need more than SPARE_NODES.
 */
export const MOST_THREADS = 64;

/**
 * How many rows a thread hands over before the first thread takes them. More would come to the first thread that it had
 * learnt to answer meanwhile, so that the other could have expanded them itself.
 */
export const HANDED_ROWS = 64;
/**
 * By thread, from THREADS on: its status; how many of the rows that it has handed over the first thread has taken; how
 * many it has handed over; and the last of these.
 */
const TAKEN = 1;
const GIVEN = 2;
const HANDED = 3;
const THREAD_WORDS = HANDED + HANDED_ROWS;

/** What a thread is doing. At first it is being loaded. */
export const LOADING = 0;
export const RUNNING = 1;
/** It waits until the first thread takes the rows that it has handed over. */
export const HANDING = 2;
/** It waits for room in the store. */
export const FULL = 3;
export const PAUSED = 4;
/** It waits for a level. */
export const IDLE = 5;
/** It has ended with an error. */
export const LOST = 6;

/** What `pause` asks of the threads: to go on. */
export const GO_ON = 0;
/** To stop anywhere, since tables are to be moved. */
export const ANYWHERE = 1;
/** To stop with their chunks finished and their bins empty, so that the store holds everything that was found. */
export const BETWEEN_CHUNKS = 2;

/** The rows of one shard from `from` up to, but not including, `to`. */
export interface RowRange {
  readonly shard: number;
  readonly from: number;
  readonly to: number;
}

/** Where the rows of a level lie: in the store, in the archive on disk, or in the file of levels on disk. */
export interface LevelSource {
  readonly kind: "store" | "archive" | "levels";
  /** For a level in the file of levels: the number of its first key there. */
  readonly start: number;
}

const SOURCES = ["store", "archive", "levels"] as const;

/**
 * A level with this many rows or more is large: its next states wait in one bin for each shard, so that many are
 * inserted under one lock.
 */
const LARGE_LEVEL = 1 << 11;

export class Control {
  private readonly words: Int32Array;
  /** The references of rows in chunks that were taken, which only the first thread expands. It alone has them. */
  private left: readonly number[] = [];

  readonly buffer: SharedArrayBuffer;
  private readonly threads: number;

  /** @param of the number of threads or, in the other threads, the `buffer` of the first one's */
  constructor(of: number | SharedArrayBuffer) {
    this.buffer = typeof of === "number" ? new SharedArrayBuffer(4 * (THREADS + of * THREAD_WORDS)) : of;
    this.words = new Int32Array(this.buffer);
    this.threads = (this.words.length - THREADS) / THREAD_WORDS;
  }

  /** Where the words of `thread` begin. */
  private placeOf(thread: number): number {
    return THREADS + thread * THREAD_WORDS;
  }

  /**
   * Opens a level for all threads, `done` chunks of which have been expanded before. Call it only while no thread runs.
   * @param beyond whether the level is at the depth limit, so that successors are left out
   */
  open({ from, to }: Range, beyond: boolean, done = 0, source: LevelSource = { kind: "store", start: 0 }): void {
    this.words[SOURCE] = SOURCES.indexOf(source.kind);
    this.words[START] = source.start % 2 ** 31;
    this.words[START + 1] = Math.floor(source.start / 2 ** 31);
    let rows = 0;
    for (let shard = 0; shard < SHARDS; shard++) {
      this.words[FROM + shard] = from[shard]!;
      this.words[BEFORE + shard] = rows;
      rows += to[shard]! - from[shard]!;
    }
    this.words[BEFORE + SHARDS] = rows;
    this.words[CHUNKS] = Math.ceil((rows >>> 0) / BLOCK_ROWS);
    this.words[BEYOND] = beyond ? 1 : 0;
    this.words[LARGE] = rows >= LARGE_LEVEL ? 1 : 0;
    Atomics.store(this.words, CURSOR, done);
  }

  /** Tells all threads but the first to end. */
  end(): void {
    Atomics.store(this.words, END, 1);
    for (let thread = 1; thread < this.threads; thread++) Atomics.notify(this.words, this.placeOf(thread));
  }

  get ended(): boolean {
    return Atomics.load(this.words, END) === 1;
  }

  /** Takes the next chunk of the level, and returns its rows by shards; undefined if no chunk is left. */
  takeChunk(): RowRange[] | undefined {
    const { words } = this;
    if (Atomics.load(words, CURSOR) >= words[CHUNKS]!) return undefined;
    const chunk = Atomics.add(words, CURSOR, 1);
    if (chunk >= words[CHUNKS]!) return undefined;
    const before = (shard: number) => words[BEFORE + shard]! >>> 0;
    let at = chunk * BLOCK_ROWS;
    const end = Math.min(at + BLOCK_ROWS, before(SHARDS));
    let [shard, beyond] = [0, SHARDS];
    while (beyond - shard > 1) {
      const middle = (shard + beyond) >> 1;
      if (before(middle) <= at) shard = middle;
      else beyond = middle;
    }
    const parts: RowRange[] = [];
    for (; at < end; shard++) {
      const last = Math.min(end, before(shard + 1));
      const from = words[FROM + shard]! + at - before(shard);
      if (last > at) parts.push({ shard, from, to: from + last - at });
      at = Math.max(at, last);
    }
    return parts;
  }

  /**
   * Hands the row of `reference` over to the first thread. Returns false, and does not, if HANDED_ROWS rows that
   * `thread` handed over wait already.
   */
  handOver(thread: number, reference: number): boolean {
    const { words } = this;
    const at = this.placeOf(thread);
    const given = words[at + GIVEN]!;
    if (((given - Atomics.load(words, at + TAKEN)) | 0) >= HANDED_ROWS) return false;
    words[at + HANDED + (given & (HANDED_ROWS - 1))] = reference;
    Atomics.store(words, at + GIVEN, (given + 1) | 0);
    // The first thread looks at GIVEN once more before it waits, so it can have missed only the first of several rows.
    if (Atomics.load(words, at + TAKEN) === given) this.wakeFirst();
    return true;
  }

  /** Takes over all rows that other threads have handed over, and lets those go on that wait for it. */
  leaveOver(): void {
    const { words } = this;
    const rows = [...this.left];
    for (let thread = 1; thread < this.threads; thread++) {
      const at = this.placeOf(thread);
      const given = Atomics.load(words, at + GIVEN);
      let taken = words[at + TAKEN]!;
      for (; taken !== given; taken = (taken + 1) | 0)
        rows.push(words[at + HANDED + (taken & (HANDED_ROWS - 1))]! >>> 0);
      Atomics.store(words, at + TAKEN, taken);
      if (this.statusOf(thread) === HANDING) this.release(thread);
    }
    this.left = rows;
  }

  /** The references of rows in chunks that were taken, which the first thread is to expand. Only it may ask. */
  get leftover(): readonly number[] {
    this.leaveOver();
    return this.left;
  }

  set leftover(references: readonly number[]) {
    this.left = references;
  }

  /** Takes the next `most` of the rows that are left over, or fewer. Only the first thread may. */
  takeLeftover(most: number): readonly number[] {
    if (this.left.length === 0) this.leaveOver();
    const rows = this.left.slice(0, most);
    this.left = this.left.slice(most);
    return rows;
  }

  /** Whether rows are left over, or wait to be taken over. */
  get hasLeftover(): boolean {
    const { words } = this;
    if (this.left.length > 0) return true;
    for (let thread = 1; thread < this.threads; thread++) {
      const at = this.placeOf(thread);
      if (Atomics.load(words, at + GIVEN) !== words[at + TAKEN]!) return true;
    }
    return false;
  }

  /** How many chunks of the level were taken, and how many there are. */
  get chunks(): { readonly taken: number; readonly all: number } {
    const all = this.words[CHUNKS]!;
    return { taken: Math.min(all, Atomics.load(this.words, CURSOR)), all };
  }

  /** Whether the level is at the depth limit: its states are looked at, but their successors are left out. */
  get beyond(): boolean {
    return this.words[BEYOND] === 1;
  }

  get source(): LevelSource {
    return { kind: SOURCES[this.words[SOURCE]!]!, start: this.words[START + 1]! * 2 ** 31 + this.words[START]! };
  }

  /** Whether the level has LARGE_LEVEL rows or more. */
  get large(): boolean {
    return this.words[LARGE] === 1;
  }

  statusOf(thread: number): number {
    return Atomics.load(this.words, this.placeOf(thread));
  }

  /** Records that `thread` is at `status`, and wakes the first thread. */
  report(thread: number, status: number): void {
    Atomics.store(this.words, this.placeOf(thread), status);
    this.wakeFirst();
  }

  private wakeFirst(): void {
    Atomics.add(this.words, WAKE, 1);
    Atomics.notify(this.words, WAKE);
  }

  /** Records that `thread` is at `status`, and waits until the first thread releases it. */
  reportAndWait(thread: number, status: number): void {
    this.report(thread, status);
    const at = this.placeOf(thread);
    while (this.statusOf(thread) === status && !this.ended) Atomics.wait(this.words, at, status, 1000);
  }

  /** Lets `thread`, which waits, go on. */
  release(thread: number): void {
    Atomics.store(this.words, this.placeOf(thread), RUNNING);
    Atomics.notify(this.words, this.placeOf(thread));
  }

  /**
   * The number of reports so far, and of times that a thread handed a row over while none of its rows waited;
   * `waitForNews` waits for it to change.
   */
  get news(): number {
    return Atomics.load(this.words, WAKE);
  }

  /** Waits until `news` is no longer `seen`, for `milliseconds` at the most. */
  waitForNews(seen: number, milliseconds: number): void {
    Atomics.wait(this.words, WAKE, seen, milliseconds);
  }

  get pause(): number {
    return Atomics.load(this.words, PAUSE);
  }

  set pause(how: number) {
    Atomics.store(this.words, PAUSE, how);
  }
}
