/** The tables of tree compression (assembly/pairs.ts): pairs by number, places that find them, roots found lately. */
import type { Arena } from "./arena.js";
import { MOST_ROOTS } from "./layout.js";

/** Bytes of a pair. */
export const PAIR_BYTES = 8;
/** Bytes of a place of the table that finds pairs, with those of the root for each two places, as long as there are. */
export const PLACE_BYTES = 4 + 8 / 2;

/**
 * Reserves the tables.
 * @param most the largest number of pairs; up to twice as many places find them
 * @param places how many places there are at first, a power of two
 * @throws RegionFull if the memory has no room for them
 */
export function reservePairTables(arena: Arena, most: number, places: number): void {
  const { header } = arena;
  header.nodes = arena.region("pairs of compressed rows", PAIR_BYTES * most).start;
  header.nodeTable = arena.region("table of pairs", 2 * 4 * most).start;
  header.roots = arena.region("roots of rows compressed lately", 8 * Math.min(most, MOST_ROOTS)).start;
  header.nodePlaces = places;
  header.nodeLimit = most;
}

/** The bytes that the tables take. */
export function pairTableBytes({ header }: Arena): number {
  if (header.nodeCount === 0) return 0;
  const roots = Math.min(header.nodePlaces / 2, MOST_ROOTS);
  return PAIR_BYTES * (header.nodeCount + 1) + 4 * header.nodePlaces + 8 * roots;
}
