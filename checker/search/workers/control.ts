/**
 * What the threads of a search tell each other: words in shared memory. The first thread is the one that runs authors' functions and decides;
 * the others work on the level that it has opened, and ask it for what the expander lacks.
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
/** Where the level begins in its file: two words. */
const START = 8;
const THREADS = 16;
const FROM = 128;
/** How many rows of the level lie in the shards before each. */
const BEFORE = FROM + SHARDS;
const WORDS = BEFORE + SHARDS + 1;

export const MOST_THREADS = 16;

/** What a thread is at. At first it is being loaded. */
export const LOADING = 0;
export const RUNNING = 1;
/** It waits for an answer to what its expander asks for. */
export const ASKING = 2;
/** It waits for room in the store. */
export const FULL = 3;
export const PAUSED = 4;
/** It waits for a level. */
export const IDLE = 5;
/** It has ended by an error. */
export const LOST = 6;

/** How a thread is to stop. */
export const GO_ON = 0;
/** Anywhere: tables are to be moved. */
export const ANYWHERE = 1;
/** With its chunk finished and its bins empty, so that what is stored is all there is. */
export const BETWEEN_CHUNKS = 2;

/** Rows of one shard. */
export interface RowRange {
  readonly shard: number;
  readonly from: number;
  readonly to: number;
}

/** Where a level's rows are. */
export interface LevelSource {
  readonly kind: "store" | "archive" | "levels";
  /** Of a level in a file: the number of its first key there. */
  readonly start: number;
}

const SOURCES = ["store", "archive", "levels"] as const;

/** Levels of so many rows are large: their next states wait in a bin for each shard, and are inserted some at a time under one lock. */
const LARGE_LEVEL = 1 << 11;

export class Control {
  private readonly words: Int32Array;

  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(4 * WORDS)) {
    this.words = new Int32Array(buffer);
  }

  /** Opens a level for all threads. `done` chunks of it have been expanded before. Call it only while no thread runs. */
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
    for (let thread = 1; thread < MOST_THREADS; thread++) Atomics.notify(this.words, THREADS + thread);
  }

  get ended(): boolean {
    return Atomics.load(this.words, END) === 1;
  }

  /** Takes the next chunk of the level, some rows of one or more shards; undefined if there is none. */
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

  /** Chunks of the level that were taken, and all. */
  get chunks(): { readonly taken: number; readonly all: number } {
    const all = this.words[CHUNKS]!;
    return { taken: Math.min(all, Atomics.load(this.words, CURSOR)), all };
  }

  /** Whether the level lies beyond the depth limit. */
  get beyond(): boolean {
    return this.words[BEYOND] === 1;
  }

  get source(): LevelSource {
    return { kind: SOURCES[this.words[SOURCE]!]!, start: this.words[START + 1]! * 2 ** 31 + this.words[START]! };
  }

  /** Whether the level is large. */
  get large(): boolean {
    return this.words[LARGE] === 1;
  }

  statusOf(thread: number): number {
    return Atomics.load(this.words, THREADS + thread);
  }

  /** Says what this thread is at, and wakes the first. */
  report(thread: number, status: number): void {
    Atomics.store(this.words, THREADS + thread, status);
    Atomics.add(this.words, WAKE, 1);
    Atomics.notify(this.words, WAKE);
  }

  /** Says what this thread is at, and waits until the first lets it go on. */
  reportAndWait(thread: number, status: number): void {
    this.report(thread, status);
    while (this.statusOf(thread) === status && !this.ended) Atomics.wait(this.words, THREADS + thread, status, 1000);
  }

  /** Lets a waiting thread go on. */
  release(thread: number): void {
    Atomics.store(this.words, THREADS + thread, RUNNING);
    Atomics.notify(this.words, THREADS + thread);
  }

  /** What threads have told so far; to wait for more. */
  get news(): number {
    return Atomics.load(this.words, WAKE);
  }

  /** Waits for news since `seen`, so many milliseconds at the most. */
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
