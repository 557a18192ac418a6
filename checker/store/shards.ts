/**
 * The visited set: rows of value ids in shards, spread over one or more memories that all threads share. A row's
 * *reference* is its number within its shard, in the order of discovery, times the number of shards, plus the shard.
 * Parents are kept as references, so a trace costs four bytes per state.
 *
 * The set is exact by default. With fingerprints only 64-bit hashes are kept, and rows only until they have been
 * expanded.
 */
import { MemoryExceeded } from "../errors.js";
import { recordBytes } from "../wasm/context.js";
import {
  BLOCK_BITS,
  BLOCK_ROWS,
  HASH_MARGIN,
  PRIORITY_ROWS_BITS,
  SHARD_BITS,
  SHARDS,
  STAGE_ROWS,
} from "../wasm/sizes.js";
import { Shard, StoreHeader, strideOf } from "../wasm/store-memory.js";
import {
  FIRST_HASHES,
  FIRST_TABLE,
  firstTable,
  PAGE,
  pagesOf,
  type SharedStore,
  type StoreOptions,
  stageBytes,
  stageRowsOf,
  stagesOf,
  tableBytes,
} from "./store-layout.js";

/** A store of fingerprints no longer has the row: it was expanded, and only its hash is kept. */
export class RowForgotten extends Error {
  override readonly name = "RowForgotten";
}

interface StoreExports {
  insert(shard: number, stage: number, count: number): number;
  insertMixed(stage: number, count: number): number;
  endLevel(shard: number, first: number): void;
  rehashShard(shard: number): void;
  prepare(shard: number, rows: number, firstNew: number, kept: number): number;
  sizeHashes(shard: number, slots: number): number;
}

export interface ShardSizes {
  readonly rows: number;
  readonly firstNew: number;
  /** Slots of the table of hashes; 0 for an exact store. */
  readonly slots: number;
}

/** By shard: the rows with numbers from `from` up to, not including, `to`. */
export interface Range {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

export class ShardedStore {
  readonly options: StoreOptions;
  readonly memories: readonly WebAssembly.Memory[];
  readonly stride: number;
  private readonly bytesOf: readonly Uint8Array[];
  private readonly halves: readonly Uint16Array[];
  private readonly headers: readonly StoreHeader[];
  private readonly shards: readonly Shard[];
  private readonly exports: readonly StoreExports[];
  /** Byte address, in each memory, of this thread's stages. */
  private readonly stages: number;
  private readonly stageRows: number;
  /** By bin: how many records wait in its stage. */
  private readonly staged = new Int32Array(SHARDS);
  /** By bin: the most records that have waited in its stage so far. */
  private readonly mostStaged = new Int32Array(SHARDS);
  /**
   * Whether a bin holds rows of all shards of one memory, rather than of one shard. It may change only while no record
   * waits.
   */
  mixed = false;

  /** @param thread the thread that uses this instance, which decides where its stages lie */
  constructor(
    module: WebAssembly.Module,
    readonly shared: SharedStore,
    private readonly thread: number,
  ) {
    this.options = shared.options;
    this.memories = shared.memories;
    this.stride = strideOf(this.options.words);
    this.bytesOf = this.memories.map(({ buffer }) => new Uint8Array(buffer));
    this.halves = this.memories.map(({ buffer }) => new Uint16Array(buffer));
    const wordsOf = this.memories.map(({ buffer }) => new Int32Array(buffer));
    this.headers = wordsOf.map((words) => new StoreHeader(words));
    this.shards = Array.from({ length: SHARDS }, (_, shard) => new Shard(wordsOf[this.memoryOf(shard)]!, shard));
    this.exports = this.memories.map(
      (memory) => new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as StoreExports,
    );
    this.stages = stagesOf(this.options, thread);
    this.stageRows = stageRowsOf(this.options);
  }

  private memoryOf(shard: number): number {
    return shard & (this.memories.length - 1);
  }

  /**
   * Takes the `count` records that begin at `from` in `bytes`. They wait in a stage until it is full or `insertStaged`
   * is called.
   * @param bin the shard of the records or, if `mixed`, the memory of their shards
   * @returns false if there is no room; then none was taken
   */
  append(bin: number, bytes: Uint8Array, from: number, count: number): boolean {
    if (this.staged[bin]! + count > this.stageRows && !this.insertStage(bin)) return false;
    const record = recordBytes(this.options.words);
    const to = this.stageAt(bin) + this.staged[bin]! * record;
    this.bytesOf[this.memoryOf(bin)]!.set(bytes.subarray(from, from + count * record), to);
    this.staged[bin]! += count;
    const grown = this.staged[bin]! - this.mostStaged[bin]!;
    if (grown > 0) {
      this.mostStaged[bin]! += grown;
      this.headers[0]!.noteStaged(this.thread, grown * record);
    }
    return true;
  }

  /** Inserts all records that wait. Returns false if there is no room for all. */
  insertStaged(): boolean {
    const bins = this.mixed ? this.memories.length : SHARDS;
    // At the end of a level all threads do this at once. Each begins at another shard, so that they do not wait for
    // each other's locks.
    const first = Math.floor((this.thread * bins) / this.options.threads);
    for (let i = 0; i < bins; i++) if (!this.insertStage((first + i) % bins)) return false;
    return true;
  }

  private insertStage(bin: number): boolean {
    const count = this.staged[bin]!;
    if (count === 0) return true;
    const memory = this.memoryOf(bin);
    const stage = this.stageAt(bin);
    const { insert, insertMixed } = this.exports[memory]!;
    if (!this.mixed) {
      if (insert(bin, stage, count) < 0) return false;
      this.staged[bin] = 0;
      return true;
    }
    const inserted = insertMixed(stage, count);
    const record = recordBytes(this.options.words);
    this.bytesOf[memory]!.copyWithin(stage, stage + inserted * record, stage + count * record);
    this.staged[bin] = count - inserted;
    return inserted === count;
  }

  private stageAt(bin: number): number {
    return this.stages + Math.floor(bin / this.memories.length) * stageBytes(this.options);
  }

  /** How many rows a shard has. */
  countOf(shard: number): number {
    return this.shards[shard]!.count;
  }

  get counts(): number[] {
    return Array.from({ length: SHARDS }, (_, shard) => this.countOf(shard));
  }

  /** How many distinct states there are. */
  get count(): number {
    let sum = 0;
    for (let shard = 0; shard < SHARDS; shard++) sum += this.countOf(shard);
    return sum;
  }

  /**
   * Ends a level: rows found from now on belong to the next one. A store of fingerprints forgets rows before
   * `looked[shard]`, by whole blocks.
   */
  endLevel(looked: readonly number[]): void {
    for (let shard = 0; shard < SHARDS; shard++) this.exports[this.memoryOf(shard)]!.endLevel(shard, looked[shard]!);
  }

  /** Ends a level of an exact store in one shard: its rows found from now on belong to the next one. */
  endLevelOf(shard: number): void {
    this.exports[this.memoryOf(shard)]!.endLevel(shard, 0);
  }

  /** The number of the first row of a shard that was found since its last level ended. */
  firstNewOf(shard: number): number {
    return this.shards[shard]!.firstNew;
  }

  /**
   * Copies the rows with numbers from `from` up to `to` to `words`, from index `at` on, each followed by its reference.
   * @returns the index behind the last word written
   */
  copyRows(shard: number, from: number, to: number, words: Int32Array, at: number): number {
    const { words: own } = this.shards[shard]!;
    const width = this.options.words;
    let into = at;
    for (let row = from; row < to; row++) {
      // The rows of one block are contiguous.
      let start = this.addressOf(shard, row) >>> 2;
      for (const end = Math.min(to, (row | (BLOCK_ROWS - 1)) + 1); ; row++) {
        for (let w = 0; w < width; w++) words[into + w] = own[start + w]!;
        words[into + width] = referenceOf(shard, row);
        into += width + 1;
        start += width + 1;
        if (row + 1 >= end) break;
      }
    }
    return into;
  }

  /** Copies one row to `words`, from index `at` on. */
  copyRow(reference: number, words: Int32Array, at: number): void {
    const { words: own } = this.shards[reference & (SHARDS - 1)]!;
    const start = this.addressOf(reference & (SHARDS - 1), reference >>> SHARD_BITS) >>> 2;
    for (let w = 0; w < this.options.words; w++) words[at + w] = own[start + w]!;
  }

  /**
   * Copies the rows with numbers from `from` on to `words`, from index `at` on, as records of four words: the row,
   * padded to two words; its parent; and the parent's priority. Rows must have at most two words. Returns how many rows
   * there are.
   */
  extract(shard: number, from: number, words: Int32Array, at: number): number {
    const { words: own } = this.shards[shard]!;
    const width = this.options.words;
    const count = this.countOf(shard);
    let into = at;
    for (let row = from; row < count; row++, into += 4) {
      const start = this.addressOf(shard, row) >>> 2;
      words[into] = own[start]!;
      words[into + 1] = width > 1 ? own[start + 1]! : 0;
      words[into + 2] = own[start + width]!;
      words[into + 3] = this.priorityOf(shard, row);
    }
    return count - from;
  }

  /** The priority of a row's parent. The row must have been found since the last level ended. */
  priorityOf(shard: number, row: number): number {
    return this.shards[shard]!.priorityOf(row);
  }

  /**
   * Yields the contents of a shard, as views of the store's memory: the rows with numbers from `kept` on, block by
   * block; the priorities of rows found since the last level ended; and, of fingerprints, the table of hashes.
   */
  *dump(shard: number, kept: number): Generator<Uint8Array> {
    const head = this.shards[shard]!;
    const bytes = this.bytesOf[this.memoryOf(shard)]!;
    const rows = head.count;
    for (let row = kept; row < rows; row = (row | (BLOCK_ROWS - 1)) + 1) {
      const start = this.addressOf(shard, row);
      yield bytes.subarray(start, start + (Math.min(rows, (row | (BLOCK_ROWS - 1)) + 1) - row) * this.stride);
    }
    if (this.options.priorities) {
      const left = rows - head.firstNew;
      for (let done = 0; done < left; done += 1 << PRIORITY_ROWS_BITS) {
        const start = head.priorityBlockOf(done);
        yield bytes.subarray(start, start + 4 * Math.min(left - done, 1 << PRIORITY_ROWS_BITS));
      }
    }
    if (this.options.fingerprints) {
      yield bytes.subarray(head.table, head.table + 8 * head.tableSize + HASH_MARGIN);
    }
  }

  /** The sizes that `restore` needs to fill the shard again. */
  sizesOf(shard: number): ShardSizes {
    const { count, firstNew, tableSize } = this.shards[shard]!;
    return { rows: count, firstNew, slots: this.options.fingerprints ? tableSize : 0 };
  }

  /**
   * Fills an empty shard with what `dump` has yielded.
   * @param read fills its argument with the next bytes of the dump
   * @throws MemoryExceeded if the rows do not fit
   */
  restore(shard: number, { rows, firstNew, slots }: ShardSizes, kept: number, read: (into: Uint8Array) => void): void {
    const exports = this.exports[this.memoryOf(shard)]!;
    if (slots > 0 && !exports.sizeHashes(shard, slots)) throw noRoom();
    if (!exports.prepare(shard, rows, firstNew, kept)) throw noRoom();
    for (const bytes of this.dump(shard, kept)) read(bytes);
    if (!this.options.fingerprints) exports.rehashShard(shard);
  }

  /** Forgets the records of this thread that wait. */
  forgetStaged(): void {
    this.staged.fill(0);
  }

  /**
   * Forgets all rows; rows inserted from now on have `words` words. No thread may run.
   * @throws Error if a record waits: it would be inserted later, among rows that it does not belong to
   */
  clear(words: number): void {
    if (this.staged.some((count) => count > 0)) throw new Error("a store is cleared while records wait to be inserted");
    for (const head of this.shards) {
      // Blocks may have been made in advance, for records that turned out not to be new.
      const rows = head.count + STAGE_ROWS;
      const [directory, priorities, table] = [head.directory >>> 2, head.priorities >>> 2, head.table >>> 2];
      head.words.fill(0, directory, directory + (rows >>> BLOCK_BITS) + 2);
      head.words.fill(0, priorities, priorities + (rows >>> PRIORITY_ROWS_BITS) + 2);
      const [used, first] = this.options.fingerprints ? [head.tableSize, FIRST_HASHES] : [0, FIRST_TABLE];
      head.words.fill(0, table, table + (tableBytes(this.options, used || first) >>> 2));
      head.tableSize = first;
      head.count = 0;
      head.firstNew = 0;
    }
    for (const header of this.headers) {
      header.emptyHeap();
      header.rowWords = words;
      header.used = pagesOf((SHARDS / this.memories.length) * firstTable(this.options).bytes);
    }
  }

  private addressOf(shard: number, row: number): number {
    const block = this.shards[shard]!.blockOf(row);
    if (block === 0) throw new RowForgotten(`row ${row} of shard ${shard} is not kept any more`);
    return block + (row & (BLOCK_ROWS - 1)) * this.stride;
  }

  /** A stored row followed by its parent, as a view of the store's memory, which may change. */
  bytesAt(shard: number, row: number): Uint8Array {
    const start = this.addressOf(shard, row);
    return this.bytesOf[this.memoryOf(shard)]!.subarray(start, start + this.stride);
  }

  /** The memory of a shard, as value ids. */
  halvesOf(shard: number): Uint16Array {
    return this.halves[this.memoryOf(shard)]!;
  }

  /** Where the value ids of a row begin in `halvesOf`. */
  halfOf(shard: number, row: number): number {
    return this.addressOf(shard, row) >>> 1;
  }

  /** A copy of a stored row. */
  rowAt(reference: number): Uint32Array {
    const [shard, row] = placeOf(reference);
    const start = this.addressOf(shard, row);
    return new Uint32Array(this.bytesOf[this.memoryOf(shard)]!.slice(start, start + 4 * this.options.words).buffer);
  }

  /**
   * For an exact store: where a shard's table and the directory of its blocks begin, as word indices into `own`, and
   * the binary logarithm `log` of the table's slots.
   */
  tableOf(shard: number) {
    const { words: own, table, directory, tableSize: log } = this.shards[shard]!;
    return { own, table: table >>> 2, directory: directory >>> 2, log };
  }

  /** The reference of a row's parent; NO_PARENT for an initial state. */
  parentOf(reference: number): number {
    return this.parentAt(...placeOf(reference));
  }

  parentAt(shard: number, row: number): number {
    const at = this.addressOf(shard, row) + 4 * this.options.words;
    return this.shards[shard]!.words[at >>> 2]! >>> 0;
  }

  /** Bytes that rows, parents and tables take. */
  get bytes(): number {
    return this.headers.reduce((sum, { used }) => sum + used * PAGE, 0);
  }

  /** How many bytes of its stages `thread` has written to so far. */
  stagedBytes(thread: number): number {
    return this.headers[0]!.stagedBytes(thread);
  }

  /** Whether the store still has the row. */
  keeps(shard: number, row: number): boolean {
    return this.shards[shard]!.blockOf(row) !== 0;
  }

  /** Whether room was refused since the budget was last set. */
  get isFull(): boolean {
    return this.headers.some(({ full }) => full);
  }

  /** Sets how many bytes rows, parents and tables may take. */
  setBudget(bytes: number): void {
    for (const header of this.headers) {
      header.budget = pagesOf(bytes / this.memories.length);
      header.full = false;
    }
  }
}

/** The shard of a row, and its number there. */
export function placeOf(reference: number): [shard: number, row: number] {
  return [reference & (SHARDS - 1), reference >>> SHARD_BITS];
}

export function referenceOf(shard: number, row: number): number {
  return ((row << SHARD_BITS) | shard) >>> 0;
}

function noRoom(): MemoryExceeded {
  return new MemoryExceeded("the states of the checkpoint do not fit");
}
