/** The violations that a search has seen: of each property the first, and which that is does not depend on how the search was done. */

import type { Met, Tallies } from "../engine/counters.js";
import type { Machinery } from "../engine/engine.js";

/** Where a violation was seen: in a state, or in a step from it. */
export interface Sighting {
  readonly property: number;
  /** The reference of the state, and its depth. */
  readonly row: number;
  readonly depth: number;
}

export class Sightings {
  readonly all: Sighting[] = [];
  private readonly decided = new Set<number>();

  constructor(
    private readonly machinery: Machinery,
    private readonly tallies: Tallies,
  ) {}

  /** Takes in what was seen on the level of a depth; of each property, the state whose content comes first. */
  collect(depth: number): void {
    const { specials } = this.machinery.model.trees;
    const best = new Map<number, Met>();
    for (const met of this.tallies.met(specials.length)) {
      for (const { property } of specials[met.special - 1]!) {
        const other = best.get(property);
        if (other === undefined || met.priority < other.priority) best.set(property, met);
      }
    }
    this.tallies.forgetMet(specials.length);
    for (const [property, { row }] of [...best].sort(([a], [b]) => a - b)) {
      if (this.decided.has(property)) continue;
      this.restore([{ property, row, depth }]);
      this.machinery.settle(property);
    }
  }

  /** Takes up what was seen by a search that is resumed. */
  restore(seen: readonly Sighting[]): void {
    this.all.push(...seen);
    for (const { property } of seen) this.decided.add(property);
  }
}
