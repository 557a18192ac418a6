/**
 * The frontier: which stored states are looked at next. It alone tells breadth-first from depth-first search.
 *
 * Breadth first, the frontier is a level: a range of rows in each shard, cut into chunks that threads take in turns.
 * Depth first, it is a stack of references, and all successors of a state are stored before the next state is taken.
 */

import type { ExternalSet } from "../../store/external.js";
import type { History } from "../../store/history.js";
import { placeOf, type Range, referenceOf, type ShardedStore } from "../../store/shards.js";
import { BLOCK_ROWS, SHARDS } from "../../wasm/sizes.js";
import type { Control, LevelSource, RowRange } from "../workers/control.js";
import type { Input } from "../workers/expansion-loop.js";

export interface Frontier extends Input {
  /** Takes in the initial states. */
  begin(store: ShardedStore): void;
  /** Goes on to the next level, once everything found on this one is stored. Returns false if there is none. */
  advance(store: ShardedStore): boolean;
  /** The depth of the states that are being looked at; -1 before the first level. */
  readonly depth: number;
  /** Returns how many states are still to be looked at. */
  size(store: ShardedStore): number;
  /** Returns the greatest depth of any state found. */
  deepest(store: ShardedStore): number;
}

/** How far a breadth-first search has come, as its checkpoint records it. */
export interface FrontierRecord {
  readonly level: Range;
  readonly depth: number;
  readonly levels: readonly number[];
  /** How many chunks of the level have been looked at. */
  readonly done: number;
  readonly source: LevelSource;
  /** The references of rows in these chunks that could not be expanded, since a limit was reached. */
  readonly leftover: readonly number[];
}

const none = Array<number>(SHARDS).fill(0);

/** Breadth first: first in, first out, level by level. */
export class BreadthFirst implements Frontier {
  depth = -1;
  /** The level that is being looked at. */
  level: Range = { from: none, to: none };
  /** By depth: the number of states on each level that was begun. */
  readonly levels: number[] = [];
  /**
   * Keeps the rows that a store of fingerprints forgets once their level was looked at; undefined if they are not kept.
   */
  history: History | undefined;
  /** The references of rows in chunks that were taken, which are still to be expanded. The first thread takes them. */
  leftover: readonly number[] = [];

  constructor(
    readonly control: Control,
    protected readonly maxDepth = Number.POSITIVE_INFINITY,
  ) {}

  begin(store: ShardedStore): void {
    this.advance(store);
  }

  advance(store: ShardedStore): boolean {
    const { to } = this.level;
    const counts = store.counts;
    const found = sum(counts) - sum(to);
    if (found === 0) return false;
    this.history?.keep(store, this.level);
    this.open({ from: to, to: counts }, found);
    store.endLevel(to);
    return true;
  }

  /** Goes on to `level`, which has `states` states. */
  protected open(level: Range, states: number, source?: LevelSource): void {
    this.levels.push(states);
    this.resume(level, this.depth + 1, 0, source);
  }

  /** Goes on where a search was that has recorded how far it had come. */
  restore({ level, depth, levels, done, leftover }: FrontierRecord): void {
    this.levels.splice(0, this.levels.length, ...levels);
    this.resume(level, depth, done);
    this.leftover = leftover;
  }

  /** Takes up `level`, `done` chunks of which were looked at before. */
  resume(level: Range, depth: number, done: number, source?: LevelSource): void {
    this.level = level;
    this.depth = depth;
    this.control.open(level, depth >= this.maxDepth, done, source);
  }

  take(): readonly RowRange[] | undefined {
    if (this.leftover.length === 0) return this.control.takeChunk();
    const rows = this.leftover.slice(0, BLOCK_ROWS);
    this.leftover = this.leftover.slice(BLOCK_ROWS);
    return rows.map((reference) => this.rowOf(reference));
  }

  private rowOf(reference: number): RowRange {
    // The reference of a row in a level on disk is its number there.
    const [shard, row] = this.source.kind === "levels" ? [0, reference] : placeOf(reference);
    return { shard, from: row, to: row + 1 };
  }

  get source(): LevelSource {
    return this.control.source;
  }

  get beyond(): boolean {
    return this.control.beyond;
  }

  get large(): boolean {
    return this.control.large;
  }

  /** The share of the level's chunks that were taken, from 0 to 1. */
  get done(): number {
    const { taken, all } = this.control.chunks;
    return all === 0 ? 1 : taken / all;
  }

  size(store: ShardedStore): number {
    const { from, to } = this.level;
    return store.count - sum(to) + this.leftover.length + Math.round((1 - this.done) * (sum(to) - sum(from)));
  }

  deepest(store: ShardedStore): number {
    return Math.max(0, this.depth + (store.count > sum(this.level.to) ? 1 : 0));
  }
}

/**
 * Breadth first after the memory has overflowed: the visited set and the levels are on disk, and the store holds only
 * what the current level leads to.
 */
export class OnDisk extends BreadthFirst {
  constructor(
    control: Control,
    readonly set: ExternalSet,
    maxDepth: number | undefined,
  ) {
    super(control, maxDepth);
  }

  override advance(store: ShardedStore): boolean {
    const found = this.set.endLevel((shard, words, at) => store.extract(shard, 0, words, at));
    store.clear(2);
    if (found === 0) return false;
    this.open({ from: none, to: [found, ...none.slice(1)] }, found, { kind: "levels", start: this.set.levelStart });
    return true;
  }

  override size(store: ShardedStore): number {
    const { from, to } = this.level;
    return store.count + this.leftover.length + Math.round((1 - this.done) * (sum(to) - sum(from)));
  }

  override deepest(store: ShardedStore): number {
    return this.depth + (store.count > 0 && this.done < 1 ? 1 : 0);
  }
}

/** Depth first: last in, first out. */
export class DepthFirst implements Frontier {
  readonly large = false;
  readonly source = { kind: "store", start: 0 } as const;
  depth = 0;
  private reached = 0;
  private stack = new Uint32Array(1 << 12);
  private depths = new Uint32Array(1 << 12);
  private top = 0;
  protected known: number[] = [...none];

  constructor(private readonly maxDepth = Number.POSITIVE_INFINITY) {}

  begin(store: ShardedStore): void {
    this.push(store, 0, none.keys());
  }

  advance(): boolean {
    return false;
  }

  take(): readonly RowRange[] | undefined {
    if (this.top === 0) return undefined;
    this.depth = this.depths[--this.top]!;
    const [shard, row] = placeOf(this.stack[this.top]!);
    return [{ shard, from: row, to: row + 1 }];
  }

  get beyond(): boolean {
    return this.depth >= this.maxDepth;
  }

  taken(store: ShardedStore, shards: readonly number[]): void {
    this.push(store, this.depth + 1, shards);
  }

  /** Pushes the rows that were found in `shards` since the last call, as states at `depth`. */
  protected push(store: ShardedStore, depth: number, shards: Iterable<number>): void {
    for (const shard of shards) {
      const count = store.countOf(shard);
      for (let row = this.known[shard]!; row < count; row++) this.pushRow(referenceOf(shard, row), depth);
      this.known[shard] = count;
    }
  }

  protected pushRow(reference: number, depth: number): void {
    if (this.top === this.stack.length) {
      this.stack = doubled(this.stack);
      this.depths = doubled(this.depths);
    }
    if (depth > this.reached) this.reached = depth;
    this.stack[this.top] = reference;
    this.depths[this.top++] = depth;
  }

  size(): number {
    return this.top;
  }

  deepest(): number {
    return this.reached;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
