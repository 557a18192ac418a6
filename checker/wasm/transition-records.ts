/**
 * The transitions of one state, as records that the expander writes to where the bins begin. A record has a 64-bit hash
 * of the next row; the tree, the place among the leaf's next states and the renaming, which tell transitions apart; and
 * the next row.
 */

import type { Expander } from "./expander.js";
import {
  BIN_ROWS,
  RECORD_HEAD,
  SHARD_BITS,
  SHARDS,
  T_HASH,
  T_NTH,
  T_RENAMING,
  T_TREE,
  TRANSITION_HEAD,
} from "./layout.js";

export class TransitionRecords {
  /** The words of all records. */
  readonly words: Int32Array;
  readonly recordWords: number;
  /** Bytes of a record before the next row. */
  readonly head = TRANSITION_HEAD;
  /** How many records there is room for. */
  readonly room: number;

  constructor({ words, bins, storedWords }: Expander) {
    this.recordWords = (TRANSITION_HEAD >>> 2) + storedWords;
    this.room = Math.floor((SHARDS * BIN_ROWS * (RECORD_HEAD + 4 * storedWords)) / (4 * this.recordWords));
    const start = bins.address >>> 2;
    this.words = words.subarray(start, start + this.room * this.recordWords);
  }

  /** The index in `words` of a record's hash, which has two words. */
  hashAt(record: number): number {
    return record * this.recordWords + (T_HASH >>> 2);
  }

  /** The index in `words` of a record's next row. */
  rowAt(record: number): number {
    return record * this.recordWords + (TRANSITION_HEAD >>> 2);
  }

  shardOf(record: number): number {
    return shardOfHash(this.words, this.hashAt(record));
  }

  /** The tree that the transition comes from. */
  treeOf(record: number): number {
    return this.words[record * this.recordWords + (T_TREE >>> 2)]!;
  }

  /** Which of its leaf's next states it leads to, counted from 0. */
  nthOf(record: number): number {
    return this.words[record * this.recordWords + (T_NTH >>> 2)]!;
  }

  /** The number of the permutation that made the next row canonical, counted from 1; 0 if there was none. */
  renamingOf(record: number): number {
    return this.words[record * this.recordWords + (T_RENAMING >>> 2)]!;
  }
}

/** The shard of a row whose hash is the two words from `words[at]` on. */
export function shardOfHash(words: Int32Array, at: number): number {
  return words[at + 1]! >>> (32 - SHARD_BITS);
}
