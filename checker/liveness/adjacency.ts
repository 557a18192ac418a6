/**
 * The transitions of all states, kept: seven or eight bytes each. They are made in one pass over the states, in batches whose next states are looked
 * up shard by shard, so that the look-ups fall into a part of the visited set that the cache holds. Where there is no room for them, they are
 * made again whenever they are asked for (graph.ts), which takes several times as long, since searches visit states in no order that a cache knows.
 */

import { Finder, NOT_FOUND } from "../store/finder.js";
import type { ShardedStore } from "../store/shards.js";
import { SHARDS } from "../wasm/sizes.js";
import { shardOfHash, type TransitionRecords } from "../wasm/transition-records.js";

/** Transitions whose next states are looked up together, at the most: enough that much of a shard is looked at while the cache holds it. */
const BATCH = 1 << 19;
/** Words of a record that are kept until then are those of its hash, and the row's. */
const HASH_WORDS = 2;
/** Labels that fit their place. */
export const MOST_LABELS = 0xffff;

export class Adjacency {
  /** By reference: where its transitions begin. */
  readonly first: Uint32Array;
  readonly targets: Uint32Array;
  readonly renamings: Uint8Array | Uint16Array;
  readonly labels: Uint16Array;
  private used = 0;
  private readonly pending: Int32Array;
  private readonly finder: Finder;
  private readonly batch: number;
  /** Words that are kept of a record. */
  private readonly width: number;
  private waiting = 0;

  /** Bytes for so many references below `size` and so many transitions. */
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

  /** The transitions of a state, of the next reference, are added from here on. */
  begin(reference: number): void {
    this.first[reference] = this.used;
  }

  /** Adds the transition of a record. */
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

  /** All states were added. */
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

/** @throws Error if one of the next states was not found: then the search was not complete */
export function refuseUnknown(targets: Uint32Array, from: number, to: number): void {
  for (let i = from; i < to; i++)
    if (targets[i] === NOT_FOUND) throw new Error("a successor is not among the states: the search was not complete");
}
