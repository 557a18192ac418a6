/** Sorts and merges keys of one shard at a time, by the WebAssembly module `merge`, in a memory of its own. */
import type { Modules } from "../wasm/modules.js";

interface MergeExports {
  sortRecords(at: number, count: number, scratch: number, counts: number): void;
  sortKeys(at: number, count: number, scratch: number, counts: number): void;
  unique(at: number, count: number): number;
  unmark(at: number, count: number): void;
  subtract(at: number, count: number, first: number, keys: number, keyCount: number): number;
  blockOf(firstKeys: number, blocks: number, at: number, record: number): number;
  skipTo(firstKeys: number, block: number, at: number, count: number, first: number): number;
  split(at: number, count: number, keys: number, parents: number): number;
}

/** The most keys that are read from the disk at once, and as many as usually are. */
export const BLOCK_KEYS = 8192;
export const RECORD_BYTES = 16;
export const KEY_BYTES = 8;

const COUNTS = 1024;
const BLOCK = 65536;
const FIRST_KEYS = BLOCK + 8 * BLOCK_KEYS;
const MOST_FIRST_KEYS = 1 << 17;
const BASE = FIRST_KEYS + 8 * MOST_FIRST_KEYS;
const PAGES = 65535;

/** Sorted keys of one shard on disk, in blocks as the sorter has them, with the first key of each block. */
export interface SortedKeys {
  readonly count: number;
  readonly firstKeys: BigUint64Array;
  read(firstKey: number, into: Uint8Array): void;
}

/** What sorting `count` elements of `bytes` bytes each takes: they are sorted to and fro between two places. */
export function bytesToSort(count: number, bytes: number): number {
  return 2 * bytes * count;
}

export class Sorter {
  private readonly memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
  private readonly exports: MergeExports;
  readonly bytes = new Uint8Array(this.memory.buffer);
  /** The memory as 32-bit words; records go to where `records` says. */
  readonly words = new Int32Array(this.memory.buffer);
  private readonly longs = new BigUint64Array(this.memory.buffer, 0, (PAGES * 65536) / 8);

  /** @param blockKeys how many keys a block has, at most BLOCK_KEYS; fewer make no difference but in time */
  constructor(
    { merge }: Modules,
    readonly blockKeys = BLOCK_KEYS,
  ) {
    this.exports = new WebAssembly.Instance(merge, { env: { memory: this.memory } }).exports as unknown as MergeExports;
  }

  /** The word index where records begin. */
  readonly records = BASE >>> 2;

  /** The bytes that a sorter takes before it has sorted anything. */
  static readonly leastBytes = BASE;

  /** The bytes of the memory that were written to so far, from its start. */
  touched = BASE;

  /** How many records can be sorted at once. */
  static readonly room = Math.floor((PAGES * 65536 - BASE) / (2 * RECORD_BYTES));

  /** Sorts the first `count` records, keeps one per key, and returns how many remain. */
  sortUnique(count: number): number {
    this.touched = Math.max(this.touched, BASE + bytesToSort(count, RECORD_BYTES));
    this.exports.sortRecords(BASE, count, BASE + RECORD_BYTES * count, COUNTS);
    return this.exports.unique(BASE, count);
  }

  /** Marks those of the first `count` records, which must be sorted, whose keys are among `others`. */
  subtract(count: number, others: readonly SortedKeys[]): void {
    this.exports.unmark(BASE, count);
    for (const keys of others) if (keys.count > 0) this.subtractOne(count, keys);
  }

  private subtractOne(count: number, keys: SortedKeys): void {
    const blocks = keys.firstKeys.length;
    this.longs.set(keys.firstKeys, FIRST_KEYS >>> 3);
    for (let record = 0; record < count; ) {
      const block = this.exports.blockOf(FIRST_KEYS, blocks, BASE, record);
      if (block < 0) {
        record = this.exports.skipTo(FIRST_KEYS, 0, BASE, count, record);
        continue;
      }
      const first = block * this.blockKeys;
      const size = Math.min(this.blockKeys, keys.count - first);
      keys.read(first, this.bytes.subarray(BLOCK, BLOCK + 8 * size));
      record = this.exports.subtract(BASE, count, record, BLOCK, size);
      // Records between the last key of this block and the first key of the next are in neither.
      if (record < count) {
        if (block + 1 >= blocks) return;
        record = this.exports.skipTo(FIRST_KEYS, block + 1, BASE, count, record);
      }
    }
  }

  /**
   * Returns the keys and the parents of the unmarked ones among the first `count` records, as views that the next call
   * overwrites, and the first key of each block of keys.
   */
  kept(count: number): { readonly keys: Uint8Array; readonly parents: Uint8Array; readonly firstKeys: BigUint64Array } {
    const keys = BASE + RECORD_BYTES * count;
    const parents = keys + 8 * count;
    const kept = this.exports.split(BASE, count, keys, parents);
    return {
      keys: this.bytes.subarray(keys, keys + 8 * kept),
      parents: this.bytes.subarray(parents, parents + 4 * kept),
      firstKeys: this.firstKeysOf(keys, kept),
    };
  }

  /**
   * Sorts `count` keys, which stand where records begin. Returns them as a view that the next call overwrites, and the
   * first key of each block of keys.
   */
  sortKeys(count: number): { readonly keys: Uint8Array; readonly firstKeys: BigUint64Array } {
    this.touched = Math.max(this.touched, BASE + bytesToSort(count, KEY_BYTES));
    this.exports.sortKeys(BASE, count, BASE + 8 * count, COUNTS);
    return { keys: this.bytes.subarray(BASE, BASE + 8 * count), firstKeys: this.firstKeysOf(BASE, count) };
  }

  private firstKeysOf(at: number, count: number): BigUint64Array {
    return BigUint64Array.from(
      { length: Math.ceil(count / this.blockKeys) },
      (_, i) => this.longs[(at >>> 3) + i * this.blockKeys]!,
    );
  }
}
