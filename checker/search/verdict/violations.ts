/**
 * The violations that a search has seen: the first of each property, which does not depend on how the search was done.
 */

import type { Counters, MetLeaf } from "../engine/counters.js";
import type { Engine } from "../engine/engine.js";

/** Where a violation was seen: in a state, or in a step from it. */
export interface Violation {
  readonly property: number;
  /** The reference of the state, and its depth. */
  readonly row: number;
  readonly depth: number;
}

export class Violations {
  readonly all: Violation[] = [];
  private readonly decided = new Set<number>();

  constructor(
    private readonly engine: Engine,
    private readonly counters: Counters,
  ) {}

  /** Takes in what was seen on the level at `depth`: for each property, the state with the least priority. */
  collect(depth: number): void {
    const { specials } = this.engine.model.trees;
    const best = new Map<number, MetLeaf>();
    for (const met of this.counters.met(specials.length)) {
      for (const { property } of specials[met.special - 1]!) {
        const other = best.get(property);
        if (other === undefined || met.priority < other.priority) best.set(property, met);
      }
    }
    this.counters.forgetMet(specials.length);
    for (const [property, { row }] of [...best].sort(([a], [b]) => a - b)) {
      if (this.decided.has(property)) continue;
      this.restore([{ property, row, depth }]);
      this.engine.settle(property);
    }
  }

  /** Takes over what was seen by a search that is resumed. */
  restore(seen: readonly Violation[]): void {
    this.all.push(...seen);
    for (const { property } of seen) this.decided.add(property);
  }
}
