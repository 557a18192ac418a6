/**
 * A thread's part in reading transitions: it has states expanded, and writes their transitions to the arrays. Next
 * states are looked up many at a time and shard by shard, so that the look-ups fall into a part of the visited set that
 * the cache holds. Until then they wait in a bin of their shard. It is the same on every thread.
 */
import { Finder, NOT_FOUND } from "../store/finder.js";
import type { ShardedStore } from "../store/shards.js";
import { DONE, type Expander } from "../wasm/expander.js";
import { SHARD_BITS, SHARDS } from "../wasm/sizes.js";
import { TransitionRecords } from "../wasm/transition-records.js";
import type { AdjacencyArrays } from "./adjacency.js";
import { CHUNK, type ReadingControl } from "./reading-control.js";

/** The most next states of one shard that are looked up together. */
const MOST_IN_BIN = 512;
/** The words of a hash. In a bin, it is followed by the words of the row, and the place of the transition. */
const HASH_WORDS = 2;

export class TransitionReader {
  private readonly records: TransitionRecords;
  private readonly finder: Finder;
  private readonly counts: readonly number[];
  private readonly inBin: number;
  private readonly width: number;
  private readonly bins: Int32Array;
  /** By shard: how many records its bin holds. */
  private readonly held = new Int32Array(SHARDS);
  private readonly numbers: Int32Array;
  private readonly found: Uint32Array;

  constructor(
    private readonly expander: Expander,
    private readonly store: ShardedStore,
    private readonly arrays: AdjacencyArrays,
    private readonly control: ReadingControl,
  ) {
    this.records = new TransitionRecords(expander);
    this.finder = new Finder(store);
    this.counts = store.counts;
    this.inBin = Math.min(MOST_IN_BIN, Math.ceil(arrays.targets.length / SHARDS) + 1);
    this.width = HASH_WORDS + store.options.words + 1;
    this.bins = new Int32Array(SHARDS * this.inBin * this.width);
    this.numbers = Int32Array.from({ length: this.inBin }, (_, i) => i);
    this.found = new Uint32Array(this.inBin);
  }

  /** Takes part in the round that is open. States that miss something are put aside. */
  takePart(): void {
    const { control } = this;
    for (let chunk = control.takeChunk(); chunk !== undefined; chunk = control.takeChunk())
      for (const reference of this.statesOf(chunk)) if (!this.read(reference)) control.putAside(reference);
    if (control.isLast) this.lookUpAll();
  }

  /** Returns the references of the states of a chunk, in ascending order. */
  statesOf(chunk: number): number[] {
    const states: number[] = [];
    for (let reference = chunk * CHUNK; reference < (chunk + 1) * CHUNK; reference++)
      if (reference >>> SHARD_BITS < this.counts[reference & (SHARDS - 1)]!) states.push(reference);
    return states;
  }

  private read(reference: number): boolean {
    const { expander, records } = this;
    this.store.copyRow(reference, expander.words, expander.input >>> 2);
    expander.forget();
    if (expander.transitions(records.room) !== DONE) return false;
    return expander.transitionCount <= records.room && this.add(reference, expander.transitionCount);
  }

  /**
   * Adds the transitions of a state, which the expander has written. Returns false, and adds none, if the tables of
   * labels and renamings lack one, or if there is no room for more transitions.
   */
  add(reference: number, count: number): boolean {
    const { records, arrays, width, inBin, bins, held } = this;
    const { words } = records;
    const { labelOfTree, renamingOf } = arrays;
    for (let i = 0; i < count; i++)
      if (!labelOfTree[records.treeOf(i)] || !renamingOf[records.renamingOf(i)]) return false;
    const { length } = arrays.targets;
    if (this.control.used + count > length) return false;
    const first = this.control.takePlaces(count);
    arrays.first[reference] = first;
    arrays.degrees[reference] = count;
    for (let i = 0; i < count; i++) {
      arrays.labels[first + i] = labelOfTree[records.treeOf(i)]! - 1;
      arrays.renamings[first + i] = renamingOf[records.renamingOf(i)]! - 1;
      const shard = records.shardOf(i);
      if (held[shard] === inBin) this.lookUp(shard);
      const to = (shard * inBin + held[shard]!++) * width;
      const [hash, row] = [records.hashAt(i), records.rowAt(i) - HASH_WORDS];
      for (let w = 0; w < HASH_WORDS; w++) bins[to + w] = words[hash + w]!;
      for (let w = HASH_WORDS; w < width - 1; w++) bins[to + w] = words[row + w]!;
      bins[to + width - 1] = first + i;
    }
    return true;
  }

  /** Looks up all next states that are waiting. */
  lookUpAll(): void {
    for (let shard = 0; shard < SHARDS; shard++) this.lookUp(shard);
  }

  private lookUp(shard: number): void {
    const { width, inBin, found, held } = this;
    const count = held[shard]!;
    const words = this.bins.subarray(shard * inBin * width, (shard * inBin + count) * width);
    const records = { words, recordWords: width, head: 4 * HASH_WORDS };
    this.finder.findAll(shard, records, this.numbers.subarray(0, count), found, 0);
    const { targets } = this.arrays;
    for (let i = 0; i < count; i++) {
      if (found[i] === NOT_FOUND) this.control.noteMissing();
      targets[words[i * width + width - 1]! >>> 0] = found[i]!;
    }
    held[shard] = 0;
  }
}
