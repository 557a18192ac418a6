/**
 * The transitions of all states, kept in memory: seven or eight bytes each. One pass over the states makes them. Their
 * next states are looked up many at a time and shard by shard, so that the look-ups fall into a part of the visited set
 * that the cache holds. If there is no room for them, transitions are made again whenever they are asked for
 * (graph.ts). That takes several times as long, since the search for components visits states in no order that suits a
 * cache.
 */

import { Finder, NOT_FOUND } from "../store/finder.js";
import type { ShardedStore } from "../store/shards.js";
import { SHARDS } from "../wasm/sizes.js";
import { shardOfHash, type TransitionRecords } from "../wasm/transition-records.js";

/**
 * How many transitions have their next states looked up together at the most: enough that much of a shard is looked at
 * while the cache holds it.
 */
const BATCH = 1 << 19;
/** The words of a hash. Until it is looked up, the hash of a record is kept, followed by the words of its row. */
const HASH_WORDS = 2;
/** The most labels that the 16 bits of a label are used for. */
export const MOST_LABELS = 0xffff;

export class Adjacency {
  /** By reference: the place of its first transition. */
  readonly first: Uint32Array;
  readonly targets: Uint32Array;
  readonly renamings: Uint8Array | Uint16Array;
  readonly labels: Uint16Array;
  private used = 0;
  private readonly pending: Int32Array;
  private readonly finder: Finder;
  private readonly batch: number;
  /** The words that are kept of a record until it is looked up. */
  private readonly width: number;
  private waiting = 0;

  /**
   * Returns the bytes for references below `size` and `transitions` transitions.
   * @param renamings the number of renamings
   */
  static bytesFor(size: number, transitions: number, renamings: number): number {
    return 4 * (size + 1) + transitions * (6 + (renamings <= 256 ? 1 : 2));
  }

  constructor(store: ShardedStore, size: number, transitions: number, renamings: number) {
    this.first = new Uint32Array(size + 1);
    this.targets = new Uint32Array(transitions);
    this.renamings = renamings <= 256 ? new Uint8Array(transitions) : new Uint16Array(transitions);
    this.labels = new Uint16Array(transitions);
    this.batch = Math.min(BATCH, Math.ceil(transitions / 4) + 1);
    this.finder = new Finder(store);
    this.width = HASH_WORDS + store.options.words;
    this.pending = new Int32Array(this.batch * this.width);
  }

  /** Begins the transitions of `reference`, which are added from here on. Each reference is begun, in order. */
  begin(reference: number): void {
    this.first[reference] = this.used;
  }

  /** Adds the transition that `record` describes. */
  add(records: TransitionRecords, record: number, renaming: number, label: number): void {
    if (this.used >= this.targets.length) throw new Error("there are more transitions than the search has generated");
    if (this.waiting === this.batch) this.lookUp();
    const { pending, width } = this;
    const to = this.waiting++ * width;
    const { words } = records;
    const [hash, row] = [records.hashAt(record), records.rowAt(record) - HASH_WORDS];
    for (let w = 0; w < HASH_WORDS; w++) pending[to + w] = words[hash + w]!;
    for (let w = HASH_WORDS; w < width; w++) pending[to + w] = words[row + w]!;
    this.renamings[this.used] = renaming;
    this.labels[this.used++] = label;
  }

  /** Ends the pass, after all states were added. @param references how many references were begun */
  end(references: number): void {
    this.lookUp();
    // References without a state have no transitions.
    this.first.fill(this.used, references);
    if (this.used !== this.targets.length) throw new Error("there are fewer transitions than the search has generated");
  }

  private lookUp(): void {
    const { pending, width, waiting, finder } = this;
    const first = this.used - waiting;
    const begins = new Int32Array(SHARDS + 1);
    for (let i = 0; i < waiting; i++) begins[shardOfHash(pending, i * width) + 1]!++;
    for (let shard = 0; shard < SHARDS; shard++) begins[shard + 1]! += begins[shard]!;
    const next = begins.slice();
    const order = new Int32Array(waiting);
    for (let i = 0; i < waiting; i++) order[next[shardOfHash(pending, i * width)]!++] = i;
    const records = { words: pending, recordWords: width, head: 4 * HASH_WORDS };
    for (let shard = 0; shard < SHARDS; shard++)
      finder.findAll(shard, records, order.subarray(begins[shard], begins[shard + 1]), this.targets, first);
    refuseUnknown(this.targets, first, this.used);
    this.waiting = 0;
  }
}

/** @throws Error if one of `targets` from `from` up to `to` was not found: then the search was not complete */
export function refuseUnknown(targets: Uint32Array, from: number, to: number): void {
  for (let i = from; i < to; i++)
    if (targets[i] === NOT_FOUND) throw new Error("a successor is not among the states: the search was not complete");
}
