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

/** The bytes that the tables take. */
export function pairTableBytes({ header }: Arena): number {
  if (header.nodeCount === 0) return 0;
  const roots = Math.min(header.nodePlaces / 2, MOST_ROOTS);
  return PAIR_BYTES * (header.nodeCount + 1) + 4 * header.nodePlaces + 8 * roots;
}
