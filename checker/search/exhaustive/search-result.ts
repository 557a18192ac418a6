/** What a search has found so far, to be read only, for whoever makes verdicts of it: rows, paths and counters. */
import { SHARDS } from "../../wasm/sizes.js";
import type { Counters } from "../engine/counters.js";
import type { Inspector } from "../engine/inspector.js";
import type { Violation, Violations } from "../verdict/violations.js";
import { BreadthFirst, type DepthFirst } from "./frontier.js";
import type { Spilled } from "./spilling.js";
import type { StoredStates } from "./stored-states.js";

/** What verdicts are made of, whoever has searched. */
export interface Found {
  /** Expands single rows. */
  readonly inspector: Inspector;
  /** The first violation of each violated property. */
  readonly violations: readonly Violation[];
  /** The number of distinct states found. */
  readonly distinct: number;
  /** The number of transitions. */
  readonly generated: number;
  /** How many states, and how many steps, constraints have cut off. */
  readonly cutOff: { readonly states: number; readonly steps: number };
  /** How many states have certainly been looked at. */
  readonly lookedAt: number;
  /** Returns, by the action's index, how many steps were taken. */
  firedByIndex(): readonly number[];
  /** Returns the rows from an initial state to the state of `violation`, as value ids. */
  pathTo(violation: Violation): readonly Uint16Array[];
  /** Returns one in `oneIn` of the rows that have been looked at, as far as they are kept, as value ids. */
  sample(oneIn: number): Iterable<Uint16Array>;
}

/** How far a search has come. */
export interface SearchState {
  readonly frontier: BreadthFirst | DepthFirst;
  /** Why the search ended before it had seen every state; undefined if it did not. */
  readonly incomplete: string | undefined;
  /** Whether every state of the frontier was looked at. */
  readonly exhausted: boolean;
}

export class SearchResult implements Found {
  constructor(
    readonly inspector: Inspector,
    private readonly stored: StoredStates,
    private readonly counters: Counters,
    private readonly found: Violations,
    private readonly search: SearchState,
  ) {}

  get violations(): readonly Violation[] {
    return this.found.all;
  }

  get distinct(): number {
    return this.stored.count;
  }

  get generated(): number {
    return this.counters.generated;
  }

  /** It goes through all trees: call it once for all. */
  firedByIndex(): readonly number[] {
    return firedByIndex(this.inspector, this.counters);
  }

  /**
   * How many states have 0, 1, 2, … next states; if the list is as long as it may be, its last entry counts all states
   * with as many or more.
   */
  get outDegrees(): readonly number[] {
    return this.counters.degrees;
  }

  get cutOff(): { readonly states: number; readonly steps: number } {
    return { states: this.counters.statesCut, steps: this.counters.stepsCut };
  }

  /** By thread: how many states it has looked at. */
  get lookedAtBy(): readonly number[] {
    return this.counters.lookedAtBy;
  }

  get lookedAt(): number {
    const { incomplete, frontier } = this.search;
    if (this.spilled)
      return incomplete === undefined ? this.distinct : this.distinct - frontier.size(this.inspector.engine.store);
    return this.lookedAtByShard.reduce((a, b) => a + b, 0);
  }

  /** By shard: how many of its rows, from the first on, have certainly been looked at. */
  get lookedAtByShard(): readonly number[] {
    const { incomplete, frontier, exhausted } = this.search;
    if (incomplete === undefined) return this.inspector.engine.store.counts;
    if (!(frontier instanceof BreadthFirst)) return Array<number>(SHARDS).fill(0);
    return exhausted ? frontier.level.to : frontier.level.from;
  }

  /** The states on disk; undefined if all states are in memory. */
  get spilled(): Spilled | undefined {
    return this.stored.spilled;
  }

  /**
   * Returns the rows from an initial state to the state of `violation`, as value ids.
   * @throws RowForgotten if a store of fingerprints has not kept one of them
   */
  pathTo(violation: Violation): Uint16Array[] {
    return this.stored.pathTo(violation);
  }

  /** Returns the row of `reference`, as value ids. @throws RowForgotten if a store of fingerprints has not kept it */
  rowAt(reference: number): Uint16Array {
    return this.stored.rowAt(reference);
  }

  sample(oneIn: number): Iterable<Uint16Array> {
    return this.stored.sample(oneIn, this.spilled ? [] : this.lookedAtByShard);
  }
}

/** Adds up, by the action's index, how many steps were taken. */
export function firedByIndex({ instance, model }: Inspector, counters: Counters): readonly number[] {
  const fired = Array<number>(instance.actions.length).fill(0);
  model.actionOf.forEach((action, tree) => {
    if (action >= 0) fired[action]! += counters.firedBy(tree);
  });
  return fired;
}
