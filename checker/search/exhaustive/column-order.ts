/**
 * The order in which the columns of rows stand in trees of pairs (checker/wasm/assembly/pairs.ts). Each subtree stands
 * for the values of the columns below it; where columns that depend on each other stand together, it has few. The order
 * is found on a sample of the rows that a search has met. It decides what rows take, and nothing else: with any order
 * equal rows have equal trees.
 */
import { subtreesOf } from "../../wasm/pair-tables.js";
import { Dice } from "../random/dice.js";

/** How many rows the sample has at the most. More of them led to no better orders. */
export const SAMPLED_ROWS = 8_192;
/**
 * From how many states on an order is chosen, when a level ends. The search begins anew with it, which takes a second
 * or two; fewer states are done with in less.
 */
export const ORDERED_FROM = 2 ** 17;
/** How many hashes of values the sample has at the most, so that wide rows take no more memory than others. */
const SAMPLED_VALUES = 2 ** 21;
/** How often the values of a subtree are counted. The fewer subtrees there are, the more orders are tried. */
const COUNTS = 12_000;
/** How much worse an order may be, as a share, that is gone on from; that sinks to nothing. */
const WORSE = 0.03;

/** A subtree: its places, and how many values it has in the sample. */
interface Subtree {
  /** Its first place, and the one behind its last. */
  readonly from: number;
  readonly to: number;
  /** By row of the sample: the sum of the hashes of its columns. */
  readonly sums: Int32Array;
  values: number;
}

/**
 * Returns an order in which subtrees have few values: by place, the column that stands there. It is the better of the
 * rows' own order and of those that simulated annealing comes by, which exchanges two columns, or two words, at a time.
 * @param rows value ids; those behind the last column are zero
 * @param words 32-bit words of a row, of two columns each
 */
export function columnOrder(rows: readonly Uint16Array[], words: number): number[] {
  const sample = rows.slice(0, Math.max(64, Math.floor(SAMPLED_VALUES / (2 * words))));
  const annealing = new Annealing(sample, words);
  annealing.run();
  return annealing.best;
}

class Annealing {
  /** The best order so far. */
  best: number[];
  private readonly order: number[];
  /** By column: a hash of its value in each row of the sample. */
  private readonly hashes: readonly Int32Array[];
  private readonly subtrees: readonly Subtree[];
  /** A hash table in which values are counted; an entry counts if it has the number of the count at hand. */
  private readonly table: Int32Array;
  private readonly counted: Int32Array;
  private counts = 0;
  private readonly dice = new Dice(1, 1);

  constructor(sample: readonly Uint16Array[], words: number) {
    this.order = Array.from({ length: 2 * words }, (_, column) => column);
    this.best = [...this.order];
    this.hashes = this.order.map((column) => Int32Array.from(sample, (row) => hashOf(row[column] ?? 0, column)));
    const places = 2 ** Math.ceil(Math.log2(2 * sample.length + 2));
    this.table = new Int32Array(places);
    this.counted = new Int32Array(places);
    this.subtrees = subtreesOf(words).map(({ from, to }) => {
      const subtree = { from: 2 * from, to: 2 * to, sums: new Int32Array(sample.length), values: 0 };
      for (let place = subtree.from; place < subtree.to; place++) add(subtree.sums, this.hashes[place]!, 1);
      subtree.values = this.valuesOf(subtree.sums);
      return subtree;
    });
  }

  run(): void {
    let now = this.subtrees.reduce((sum, { values }) => sum + values, 0);
    let least = now;
    const words = this.order.length / 2;
    while (this.counts < COUNTS && this.subtrees.length > 0) {
      const heat = WORSE * (1 - this.counts / COUNTS);
      const whole = this.dice.below(2) === 0;
      const [i, j] = [this.dice.below(whole ? words : 2 * words), this.dice.below(whole ? words : 2 * words)];
      const exchange = () => {
        if (!whole) return this.exchange(i, j);
        return this.exchange(2 * i, 2 * j) + this.exchange(2 * i + 1, 2 * j + 1);
      };
      const more = exchange();
      if (more > 0 && this.dice.next() / 2 ** 32 >= Math.exp(-more / now / heat)) {
        exchange();
        continue;
      }
      now += more;
      if (now >= least) continue;
      least = now;
      this.best = [...this.order];
    }
  }

  /** Exchanges the columns at two places, and returns how many more values the subtrees have than before. */
  private exchange(i: number, j: number): number {
    const { order, hashes } = this;
    // Each exchange counts as one, so that those that change no subtree come to an end.
    this.counts++;
    let more = 0;
    for (const subtree of this.subtrees) {
      const holds = (place: number) => place >= subtree.from && place < subtree.to;
      if (holds(i) === holds(j)) continue;
      const [out, into] = holds(i) ? [i, j] : [j, i];
      add(subtree.sums, hashes[order[into]!]!, 1);
      add(subtree.sums, hashes[order[out]!]!, -1);
      const values = this.valuesOf(subtree.sums);
      more += values - subtree.values;
      subtree.values = values;
    }
    [order[i], order[j]] = [order[j]!, order[i]!];
    return more;
  }

  /** How many different numbers `sums` holds. */
  private valuesOf(sums: Int32Array): number {
    const { table, counted } = this;
    const count = ++this.counts;
    const mask = table.length - 1;
    let values = 0;
    for (const sum of sums) {
      let at = Math.imul(sum, 0x9e3779b1) >>> 7;
      for (at &= mask; counted[at] === count && table[at] !== sum; ) at = (at + 1) & mask;
      if (counted[at] === count) continue;
      counted[at] = count;
      table[at] = sum;
      values++;
    }
    return values;
  }
}

function add(sums: Int32Array, hashes: Int32Array, sign: 1 | -1): void {
  for (let row = 0; row < sums.length; row++) sums[row] = sums[row]! + sign * hashes[row]!;
}

/** Returns 32 bits that depend on a value and on its column, without a pattern. */
function hashOf(value: number, column: number): number {
  let hash = Math.imul(value + 1, 0x85ebca6b) ^ Math.imul(column + 1, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return hash ^ (hash >>> 15);
}
