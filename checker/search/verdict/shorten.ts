/**
 * Shortens a run that a random search has found: to the fewest of the run's own states that lead to its end. No loop is
 * left, and no detour for which the run itself shows a shorter way; there may still be a shorter run through other
 * states.
 */
import type { Inspector } from "../engine/inspector.js";

/**
 * Returns a shortest path through rows of `path` from an initial row to the last one.
 * @param path canonical rows, each a successor of the one before
 */
export function shortened(inspector: Inspector, path: readonly Uint16Array[]): Uint16Array[] {
  const rows: Uint16Array[] = [];
  const placeOf = new Map<string, number>();
  for (const row of path) {
    const key = row.join();
    if (placeOf.has(key)) continue;
    placeOf.set(key, rows.length);
    rows.push(row);
  }
  const target = placeOf.get(path[path.length - 1]!.join())!;
  const initial = inspector.instance.initial.flatMap((values) => placeOf.get(inspector.rowOf(values).join()) ?? []);
  // The order is that of the path, so that the choice does not depend on the order in which the engine takes steps.
  const queue = [...new Set(initial)].sort((a, b) => a - b);
  const parents = new Map<number, number>(queue.map((place) => [place, -1]));
  for (const place of queue) {
    if (place === target) break;
    const next = inspector.successorsOf(rows[place]!).flatMap(({ row }) => placeOf.get(row.join()) ?? []);
    for (const found of next.sort((a, b) => a - b)) {
      if (parents.has(found)) continue;
      parents.set(found, place);
      queue.push(found);
    }
  }
  // A function is impure; whoever follows the path will find that out.
  if (!parents.has(target)) return [...path];
  const result: Uint16Array[] = [];
  for (let at = target; at !== -1; at = parents.get(at)!) result.push(rows[at]!);
  return result.reverse();
}
