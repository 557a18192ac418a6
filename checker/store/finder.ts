/** Looks up rows in a store without inserting anything, for the analysis of a graph that has been explored. */
import { BLOCK_BITS, BLOCK_ROWS, SHARD_BITS, SLOT_GROUP, TAG_SHIFT } from "../wasm/sizes.js";
import { referenceOf, type ShardedStore } from "./shards.js";

/** Stands for a row that is not in the store. No row has this reference. */
export const NOT_FOUND = 0xffffffff;

export class Finder {
  /** A sum of prefetched words, public so that no compiler removes the loads as useless. */
  touched = 0;

  constructor(private readonly store: ShardedStore) {}

  /**
   * Finds the references of rows, all of one shard, in an exact store. Record number r, which begins in `words` at
   * index r * recordWords, has the row's hash, and `head` bytes on the row. For each record number r in `which`, the
   * row's reference, or NOT_FOUND, goes to `references[first + r]`.
   */
  findAll(
    shard: number,
    { words, recordWords, head }: { words: Int32Array; recordWords: number; head: number },
    which: Int32Array,
    references: Uint32Array,
    first: number,
  ): void {
    const { own, table, directory, log } = this.store.tableOf(shard);
    const mask = (1 << log) - 1;
    const width = this.store.options.words;
    const stride = this.store.stride >>> 2;
    const shift = 32 - SHARD_BITS - log;
    const home = mask & ~(SLOT_GROUP - 1);
    // The first two loops only load what the third one needs, so that the cache misses overlap.
    let sum = 0;
    for (let k = 0; k < which.length; k++)
      sum += own[table + ((words[which[k]! * recordWords + 1]! >>> shift) & home)]!;
    for (let k = 0; k < which.length; k++) {
      const at = which[k]! * recordWords;
      const tag = ((words[at + 1]! << (32 - TAG_SHIFT)) | (words[at]! >>> TAG_SHIFT)) << log;
      let i = table + ((words[at + 1]! >>> shift) & home);
      const end = i + SLOT_GROUP;
      while (i < end && (own[i]! & ~mask) !== tag) i++;
      const number = Math.max((own[i < end ? i : end - 1]! & mask) - 1, 0);
      sum += own[(own[directory + (number >>> BLOCK_BITS)]! >>> 2) + (number & (BLOCK_ROWS - 1)) * stride]!;
    }
    this.touched = sum;
    for (let k = 0; k < which.length; k++) {
      const at = which[k]! * recordWords;
      const [low, high] = [words[at]!, words[at + 1]!];
      const tag = ((high << (32 - TAG_SHIFT)) | (low >>> TAG_SHIFT)) << log;
      const row = at + (head >>> 2);
      let found = NOT_FOUND;
      for (let i = (high >>> shift) & home; ; i = (i + 1) & mask) {
        const entry = own[table + i]!;
        if (entry === 0) break;
        if ((entry & ~mask) !== tag) continue;
        const number = (entry & mask) - 1;
        const start = (own[directory + (number >>> BLOCK_BITS)]! >>> 2) + (number & (BLOCK_ROWS - 1)) * stride;
        let w = 0;
        while (w < width && own[start + w] === words[row + w]) w++;
        if (w < width) continue;
        found = referenceOf(shard, number);
        break;
      }
      references[first + which[k]!] = found;
    }
  }
}
