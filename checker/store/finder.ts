/** Looking up rows that a store is known to have, without inserting anything: for what looks at the graph once it is explored. */
import { BLOCK_BITS, BLOCK_ROWS, SHARD_BITS, SLOT_GROUP, TAG_SHIFT } from "../wasm/sizes.js";
import { referenceOf, type ShardedStore } from "./shards.js";

/** No reference: a shard has fewer rows. */
export const NOT_FOUND = 0xffffffff;

export class Finder {
  /** So that no compiler takes the loads that it comes from for useless. */
  touched = 0;

  constructor(private readonly store: ShardedStore) {}

  /**
   * Finds the rows of some records, all of one shard, in an exact store: the record number `which[i]` begins in `words` at so many times
   * `recordWords`, with its hash, and `head` bytes on has the row's words. Their references go to the same places of `references`; NOT_FOUND
   * for a row that is not there.
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
    // Loops of their own, so that the cache misses overlap.
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
