/**
 * What tables will take beside the store. Decision trees are rebuilt when a domain outgrows them. Tree compression has
 * the pairs of rows, and the table that finds them: a search that compresses its rows adds to both all the time; one
 * that goes on on disk makes them at once, of all that is stored, while the store still is in memory. Their room must
 * be left before.
 */
import { Tuples } from "../../observe/tuples.js";
import { referenceOf, type ShardedStore } from "../../store/shards.js";
import { PAIR_BYTES, PLACE_BYTES } from "../../wasm/pair-tables.js";
import { SHARDS } from "../../wasm/sizes.js";
import type { Engine } from "../engine/engine.js";

/** The table of pairs has between two and four places for each pair. */
const MOST_PLACES_EACH = 4;
/** How many rows are looked at, and how much the store grows between two looks. */
const SAMPLE = 1 << 15;
const GROWTH = 1.5;

export class TableForecast {
  /** What going on on disk takes for each byte of the store, as the last look said, and the states there were then. */
  private share = 0;
  private looked = 0;

  /** @param canSpill whether the search goes on on disk when the memory is full */
  constructor(
    private readonly engine: Engine,
    private readonly canSpill: boolean,
  ) {}

  /** The bytes that tables take next: the decision trees when they are rebuilt, and that of pairs when it doubles. */
  get next(): number {
    const { families, model } = this.engine;
    return this.pairsNext + (families.nearlyOutgrown ? model.trees.rebuildBytes : 0);
  }

  private get pairsNext(): number {
    const { header } = this.engine.families.arena;
    const isGrowing = this.engine.folded && header.nodeCount > header.nodePlaces / 4;
    return isGrowing ? PLACE_BYTES * header.nodePlaces : 0;
  }

  /** How many bytes it would take to go on on disk, for each byte that the store takes. */
  get perStoreByte(): number {
    const { engine } = this;
    if (!this.canSpill || engine.folded || engine.families.rowWords <= 2) return 0;
    const { count, bytes } = engine.store;
    if (count < SAMPLE || count < GROWTH * this.looked) return this.share;
    this.looked = count;
    this.share = ((PAIR_BYTES + MOST_PLACES_EACH * PLACE_BYTES) * forecastPairs(engine.store)) / bytes;
    return this.share;
  }
}

/**
 * Returns about how many pairs tree compression makes of the rows in `store`, rather too many than too few. It counts
 * those of a sample, round by round, and assumes that their number goes on growing with that of rows as it did from the
 * first half of the sample to the second: as a power, of which the exponent in truth falls.
 */
export function forecastPairs(store: ShardedStore, sample = SAMPLE): number {
  const { count } = store;
  const step = Math.max(1, Math.floor(count / sample));
  const references = referencesOf(store, step);
  const numbered = new Tuples();
  const numberOf = (left: number, right: number) => {
    numbered.scratch[0] = left;
    numbered.scratch[1] = right;
    const number = numbered.find(2);
    return number < 0 ? numbered.add(2) : number;
  };
  const made: number[] = [];
  const row = new Int32Array(store.options.words);
  const fold = (reference: number) => {
    store.copyRow(reference, row, 0);
    // A word is paired with a number that no pair has, so that words and pairs are told apart.
    for (let w = 0; w < row.length; w++) row[w] = numberOf(-1, row[w]!);
    // The tree is that of checker/wasm/assembly/pairs.ts.
    for (let [round, length] = [0, row.length]; length > 2; round++) {
      const known = numbered.count;
      const half = 2 ** Math.ceil(Math.log2(length) - 1);
      for (let to = 0, w = 0; to < half; to++) {
        const end = Math.floor(((to + 1) * length) / half);
        row[to] = end - w === 2 ? numberOf(row[w]!, row[w + 1]!) : row[w]!;
        w = end;
      }
      made[round] = (made[round] ?? 0) + numbered.count - known;
      length = half;
    }
  };
  for (let i = 0; i < references.length; i += 2) fold(references[i]!);
  const half = [...made];
  for (let i = 1; i < references.length; i += 2) fold(references[i]!);
  return made.reduce((sum, pairs, round) => {
    const exponent = Math.min(1, Math.log2(pairs / (half[round] ?? pairs)));
    return sum + pairs * (count / references.length) ** exponent;
  }, 0);
}

/** Returns the references of one in `step` of the rows. */
function referencesOf(store: ShardedStore, step: number): number[] {
  const references: number[] = [];
  let skip = 0;
  for (let shard = 0; shard < SHARDS; shard++) {
    const rows = store.countOf(shard);
    let row = skip;
    for (; row < rows; row += step) references.push(referenceOf(shard, row));
    skip = row - rows;
  }
  return references;
}
