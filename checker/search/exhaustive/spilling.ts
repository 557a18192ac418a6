/**
 * How a search goes on on disk: what the store holds is written to an external set, compressed to keys of 64 bits; from
 * then on the store holds only what the current level leads to.
 */
import { join } from "node:path";
import { Buckets } from "../../store/buckets.js";
import type { ExternalSet } from "../../store/external.js";
import { placeOf, type Range, type ShardedStore } from "../../store/shards.js";
import type { Expander } from "../../wasm/expander.js";
import { BLOCK_ROWS, NO_PARENT, SHARDS } from "../../wasm/sizes.js";

/** The rows on disk, and the paths through them. */
export class Spilled {
  constructor(
    readonly set: ExternalSet,
    /**
     * The depth of the level that was being looked at when the memory overflowed. States up to this depth are in the
     * archive, deeper ones in levels.
     */
    readonly archivedDepth: number,
  ) {}

  /**
   * Returns the keys of the states from an initial state to a state at `depth`.
   * @param reference the state's reference in the archive, or its number within its level
   */
  pathTo(reference: number, depth: number): Int32Array[] {
    const keys: Int32Array[] = [];
    let at = reference;
    for (let level = depth - this.archivedDepth - 1; level >= 0; level--) {
      const { key, parent } = this.set.levelKey(level, at);
      keys.push(key);
      at = parent;
    }
    while (at !== NO_PARENT) {
      const { key, parent } = this.set.archivedKey(...placeOf(at));
      keys.push(key);
      at = parent;
    }
    return keys.reverse();
  }

  /** Yields the keys of one in `oneIn` states. */
  *sample(oneIn: number): Generator<Int32Array> {
    let skip = 0;
    for (const [level, rows] of [...this.set.archived, ...this.set.levels].entries()) {
      let row = skip;
      for (; row < rows; row += oneIn) {
        yield level < SHARDS ? this.set.archivedKey(level, row).key : this.set.levelKey(level - SHARDS, row).key;
      }
      skip = row - rows;
    }
  }
}

/**
 * Writes a store to disk: the rows up to the end of the level that is being looked at into the archive, the others as
 * candidates for the next level.
 * @param toKeys has the expander turn its first `rows` input rows into keys
 * @param load has the store hold the rows of `shard`, if it does not hold those of all shards
 * @throws DiskFull if the disk is full; the store is then as it was
 */
export function spill(
  store: ShardedStore,
  level: Range,
  set: ExternalSet,
  expander: Expander,
  toKeys: (rows: number) => void,
  load: (shard: number) => void = () => undefined,
): void {
  const [input, keys] = [expander.input >>> 2, expander.bins.address >>> 2];
  const candidates = new Buckets(join(set.folder, "candidates.buckets"), 4);
  for (let shard = 0; shard < SHARDS; shard++) {
    load(shard);
    const [looked, count] = [level.to[shard]!, store.countOf(shard)];
    for (let from = 0; from < count; from += BLOCK_ROWS) {
      const rows = Math.min(BLOCK_ROWS, count - from);
      store.copyRows(shard, from, from + rows, expander.words, input);
      toKeys(rows);
      for (let i = 0; i < rows; i++) {
        const at = keys + 4 * i;
        const keyShard = expander.words[at + 3]!;
        expander.words[at + 2] = store.parentAt(shard, from + i);
        if (from + i < looked) set.archive(shard, keyShard, expander.words, at);
        else {
          expander.words[at + 3] = store.priorityOf(shard, from + i);
          candidates.add(keyShard, expander.words, at);
        }
      }
    }
  }
  set.closeArchive();
  set.gather((shard, words, at) => candidates.load(shard, words, at));
  candidates.remove();
}
