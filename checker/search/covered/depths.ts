/** The depths of the states in a store, breadth first: a state is one step further than its parent. */
import { placeOf, referenceOf, type ShardedStore } from "../../store/shards.js";
import { NO_PARENT } from "../../wasm/sizes.js";

export class Depths {
  /** By shard and row: the depth, plus one; 0 if that is not known yet. */
  private readonly known: readonly Uint32Array[];

  constructor(private readonly store: ShardedStore) {
    this.known = store.counts.map((rows) => new Uint32Array(rows));
  }

  /** Returns the depth of a stored state. */
  of(reference: number): number {
    const path: number[] = [];
    let at = reference;
    let depth = -1;
    while (at !== NO_PARENT) {
      const [shard, row] = placeOf(at);
      const known = this.known[shard]![row]!;
      if (known !== 0) {
        depth = known - 1;
        break;
      }
      path.push(referenceOf(shard, row));
      at = this.store.parentAt(shard, row);
    }
    for (const passed of path.reverse()) {
      const [shard, row] = placeOf(passed);
      this.known[shard]![row] = ++depth + 1;
    }
    return depth;
  }
}
