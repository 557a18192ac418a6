/** Searches that are to be interrupted at a place that is told in states, not in time. */
import type { Check } from "../../checker/search/check.js";

/** Milliseconds: few, so that a search does not go far past the place. */
const SHORTEST = 0.5;

/**
 * Searches on until `states` have been found, or a little more. A machine may be so slow that the shortest slice is
 * over before anything is done in it: the slices grow until something is.
 * @throws Error if the search ends first
 */
export function searchTo(check: Check, states: number): void {
  const { search } = check;
  const done = () => [search.result.distinct, search.result.generated, search.model.trees.runs].join();
  for (let slice = SHORTEST; search.result.distinct < states; ) {
    const before = done();
    if (check.work(slice)) throw new Error(`the search ended with ${search.result.distinct} states, before ${states}`);
    slice = done() === before ? 2 * slice : SHORTEST;
  }
}
