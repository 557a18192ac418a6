/**
 * Shortens a run that a random search has found: to the fewest of the run's own states that lead to its end. No loop is
 * left, and no detour for which the run itself shows a shorter way; there may still be a shorter run through other
 * states.
 */
import type { Values } from "../../model/instance.js";
import type { RenewableEngine } from "../engine/renewable-engine.js";

/**
 * Returns a shortest path through states of `path` from an initial state to the last one.
 * @param path canonical states, each a successor of the one before
 */
export function shortened(engine: RenewableEngine, path: readonly Values[]): Values[] {
  const states: Values[] = [];
  const placeOf = new Map<string, number>();
  let target = 0;
  for (const state of path) {
    const key = engine.keyOf(state);
    target = placeOf.get(key) ?? states.length;
    if (target < states.length) continue;
    placeOf.set(key, target);
    states.push(state);
  }
  const { instance } = engine.inspector;
  const initial = instance.initial.flatMap((values) => placeOf.get(engine.keyOf(values)) ?? []);
  // The order is that of the path, so that the choice does not depend on the order in which the engine takes steps.
  const queue = [...new Set(initial)].sort((a, b) => a - b);
  const parents = new Map<number, number>(queue.map((place) => [place, -1]));
  for (const place of queue) {
    if (place === target) break;
    const next = engine.successorsOf(states[place]!).flatMap((key) => placeOf.get(key) ?? []);
    for (const found of next.sort((a, b) => a - b)) {
      if (parents.has(found)) continue;
      parents.set(found, place);
      queue.push(found);
    }
  }
  // A function is impure; whoever follows the path will find that out.
  if (!parents.has(target)) return [...path];
  const result: Values[] = [];
  for (let at = target; at !== -1; at = parents.get(at)!) result.push(states[at]!);
  return result.reverse();
}
