/** What a search has found so far, for whoever makes verdicts of it: rows, paths and counters, to be read only. */
import { SHARDS } from "../../wasm/sizes.js";
import type { Counters } from "../engine/counters.js";
import type { Inspector } from "../engine/inspector.js";
import type { Violation, Violations } from "../verdict/violations.js";
import { BreadthFirst, type DepthFirst } from "./frontier.js";
import type { Spilled } from "./spilling.js";
import type { StoredStates } from "./stored-states.js";

/** How far a search is. */
export interface SearchState {
  readonly frontier: BreadthFirst | DepthFirst;
  /** Why the search ended before it had seen everything. */
  readonly incomplete: string | undefined;
  /** Whether every state of the frontier was looked at. */
  readonly exhausted: boolean;
}

export class SearchResult {
  constructor(
    /** Looks at single rows. */
    readonly inspector: Inspector,
    private readonly stored: StoredStates,
    private readonly counters: Counters,
    private readonly found: Violations,
    private readonly search: SearchState,
  ) {}

  /** Of each violated property the first violation. */
  get violations(): readonly Violation[] {
    return this.found.all;
  }

  /** Distinct states that were found. */
  get distinct(): number {
    return this.stored.count;
  }

  /** Transitions. */
  get generated(): number {
    return this.counters.generated;
  }

  /** How many steps were taken, by the action's index. */
  get fired(): readonly number[] {
    const { instance, model } = this.inspector;
    const fired = Array<number>(instance.actions.length).fill(0);
    model.actionOf.forEach((action, tree) => {
      if (action >= 0) fired[action]! += this.counters.firedBy(tree);
    });
    return fired;
  }

  /** How many states have 0, 1, 2, … next states; the last entry counts all that have as many or more. */
  get outDegrees(): readonly number[] {
    return this.counters.degrees;
  }

  /** How many states each thread has looked at. */
  get lookedAtBy(): readonly number[] {
    return this.counters.lookedAtBy;
  }

  /** How many states have been looked at for sure. */
  get lookedAt(): number {
    const { incomplete, frontier } = this.search;
    if (this.spilled)
      return incomplete === undefined ? this.distinct : this.distinct - frontier.size(this.inspector.engine.store);
    return this.lookedAtByShard.reduce((a, b) => a + b, 0);
  }

  /** How many rows of each shard, from its first on, have been looked at for sure. */
  private get lookedAtByShard(): readonly number[] {
    const { incomplete, frontier, exhausted } = this.search;
    if (incomplete === undefined) return this.inspector.engine.store.counts;
    if (!(frontier instanceof BreadthFirst)) return Array<number>(SHARDS).fill(0);
    return exhausted ? frontier.level.to : frontier.level.from;
  }

  /** What is on disk; undefined if all states are in memory. */
  get spilled(): Spilled | undefined {
    return this.stored.spilled;
  }

  /** The rows from an initial state to the state where a violation was seen. @throws RowForgotten of fingerprints */
  pathTo(violation: Violation): Uint16Array[] {
    return this.stored.pathTo(violation);
  }

  /** The row of a reference, as value ids. @throws RowForgotten of fingerprints */
  rowAt(reference: number): Uint16Array {
    return this.stored.rowAt(reference);
  }

  /** One in `oneIn` of the rows that have been looked at, as far as they are kept. */
  sample(oneIn: number): Iterable<Uint16Array> {
    return this.stored.sample(oneIn, this.spilled ? [] : this.lookedAtByShard);
  }
}
