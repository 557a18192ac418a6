/**
 * The transitions of all states, kept: seven or eight bytes each. They are made in one pass over the states, in batches whose next states are looked
 * up shard by shard, so that the look-ups fall into a part of the visited set that the cache holds. Where there is no room for them, they are
 * made again whenever they are asked for (graph.ts), ten times as slow, since searches visit states in no order that a cache could know.
 */

import { SHARD_BITS, SHARDS, T_HASH, TRANSITION_HEAD } from "../kernel/layout.js";
import type { ShardedStore } from "../store/shards.js";

/** Transitions whose next states are looked up together. */
const BATCH = 1 << 16;
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
  private waiting = 0;

  /** Bytes for so many references below `size` and so many transitions. */
  static bytesFor(size: number, transitions: number, renamings: number): number {
    return 4 * (size + 1) + transitions * (6 + (renamings <= 256 ? 1 : 2));
  }

  /** @param recordWords words of a transition's record */
  constructor(
    private readonly store: ShardedStore,
    size: number,
    transitions: number,
    renamings: number,
    private readonly recordWords: number,
  ) {
    this.first = new Uint32Array(size + 1);
    this.targets = new Uint32Array(transitions);
    this.renamings = renamings <= 256 ? new Uint8Array(transitions) : new Uint16Array(transitions);
    this.labels = new Uint16Array(transitions);
    this.pending = new Int32Array((BATCH + 1) * recordWords);
  }

  /** The transitions of a state, of the next reference, are added from here on. */
  begin(reference: number): void {
    this.first[reference] = this.used;
  }

  /** Adds a transition, whose record stands at a place. */
  add(words: Int32Array, at: number, renaming: number, label: number): void {
    if (this.used >= this.targets.length) throw new Error("there are more transitions than the search has generated");
    if (this.waiting === BATCH) this.lookUp();
    const to = this.waiting++ * this.recordWords;
    for (let w = 0; w < this.recordWords; w++) this.pending[to + w] = words[at + w]!;
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
    const { pending, recordWords, waiting } = this;
    const high = (T_HASH >>> 2) + 1;
    const counts = new Int32Array(SHARDS + 1);
    for (let i = 0; i < waiting; i++) counts[(pending[i * recordWords + high]! >>> (32 - SHARD_BITS)) + 1]!++;
    for (let shard = 0; shard < SHARDS; shard++) counts[shard + 1]! += counts[shard]!;
    const order = new Int32Array(waiting);
    for (let i = 0; i < waiting; i++) order[counts[pending[i * recordWords + high]! >>> (32 - SHARD_BITS)]!++] = i;
    const first = this.used - waiting;
    for (const i of order) {
      const target = this.store.find(pending, i * recordWords, TRANSITION_HEAD);
      if (target === undefined) throw new Error("a successor is not among the states: the search was not complete");
      this.targets[first + i] = target;
    }
    this.waiting = 0;
  }
}
