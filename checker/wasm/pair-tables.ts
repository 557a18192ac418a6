/** The tables of tree compression (assembly/pairs.ts): pairs by number, places that find them, roots found lately. */
import type { Arena } from "./arena.js";
import { MOST_PAIRS_OF_ROWS, MOST_ROOTS } from "./layout.js";

/** Bytes of a pair. */
export const PAIR_BYTES = 8;
/** Bytes of a place of the table that finds pairs, with those of the root for each two places, as long as there are. */
export const PLACE_BYTES = 4 + 8 / 2;

/** Bytes that are left to other tables. */
const LEFT = 2 ** 28;
/** How full the last table of places may be that there is room for. */
const FULL = 0.8;

/**
 * Reserves the tables, for as many pairs as there is room for.
 * @param places how many places there are at first, a power of two
 * @param atMost the largest number of pairs, a power of two
 * @throws RegionFull if the memory has no room for any
 */
export function reservePairTables(arena: Arena, places: number, atMost: number = MOST_PAIRS_OF_ROWS - 1): void {
  const { header } = arena;
  const limitOf = (most: number) => Math.min(atMost, Math.floor(FULL * most));
  const rootsOf = (most: number) => 8 * Math.min(most / 2, MOST_ROOTS);
  const bytesFor = (most: number) => PAIR_BYTES * (limitOf(most) + 1) + 4 * most + rootsOf(most);
  let most = 2 ** Math.ceil(Math.log2(2 * atMost));
  while (most > places && bytesFor(most) + LEFT > arena.left) most /= 2;
  header.nodes = arena.region("pairs of compressed rows", PAIR_BYTES * (limitOf(most) + 1)).start;
  header.nodeTable = arena.region("table of pairs", 4 * most).start;
  header.roots = arena.region("roots of rows compressed lately", rootsOf(most)).start;
  header.nodeLimit = limitOf(most);
  header.nodeMostPlaces = most;
  header.nodePlaces = places;
}

/**
 * Has the columns of rows stand in trees of pairs in an order of their own.
 * @param order by place in the tree, the column that stands there: twice as many as a row has words
 */
export function orderColumns(arena: Arena, order: readonly number[]): void {
  const { header, halves } = arena;
  if (header.order === 0) header.order = arena.region("order of columns in trees", 2 * order.length).start;
  halves.set(order, header.order >>> 1);
}

/**
 * Returns the subtrees of the trees that rows of `words` words become, except leaves and whole trees: each with the
 * first of its words, and the one behind its last (`beginPairs` and `lookUp` in assembly/pairs.ts).
 */
export function subtreesOf(words: number): { readonly from: number; readonly to: number }[] {
  const subtrees = [];
  for (let count = 2; count < words; count *= 2) {
    for (let i = 0; i < count; i++) {
      const [from, to] = [Math.floor((i * words) / count), Math.floor(((i + 1) * words) / count)];
      if (to - from > 1) subtrees.push({ from, to });
    }
  }
  return subtrees;
}

/** The bytes that the tables take. */
export function pairTableBytes({ header }: Arena): number {
  if (header.nodeCount === 0) return 0;
  const roots = Math.min(header.nodePlaces / 2, MOST_ROOTS);
  return PAIR_BYTES * (header.nodeCount + 1) + 4 * header.nodePlaces + 8 * roots;
}
