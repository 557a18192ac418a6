/**
 * The coverage phase: after the search and liveness, it looks once more at each stored state, in slices, and counts.
 * A search without it pays nothing.
 */
import { referenceOf } from "../../store/shards.js";
import { SHARDS } from "../../wasm/sizes.js";
import type { ExhaustiveSearch } from "../exhaustive/exhaustive-search.js";
import { CountedStates } from "./counted-states.js";
import type { Coverage, ParameterCoverage } from "./coverage.js";
import { Depths } from "./depths.js";
import { FieldReads } from "./field-reads.js";
import { unreadFields } from "./unread-fields.js";

/** The number of states between two looks at the clock. */
const BREAK = 1024;

export class CoveragePhase {
  /** The seconds that it took. */
  seconds = 0;
  private readonly reads = new FieldReads();
  private readonly messages = new Set<string>();
  private counted: CountedStates | undefined;
  private steps: Generator<void, void> | undefined;
  /** Why it ended before all states were counted; undefined if it did not. */
  private stopped: string | undefined;

  constructor(private readonly search: ExhaustiveSearch) {}

  /** Counts until about the time `until`, and returns whether the phase is over. */
  work(until: number): boolean {
    if (this.search.result.spilled) this.stopped = "coverage is counted in memory only, and the states are on disk";
    if (this.stopped !== undefined) return true;
    const started = performance.now();
    this.steps ??= this.count();
    try {
      do if (this.steps.next().done) return true;
      while (performance.now() < until);
      return false;
    } finally {
      this.seconds += (performance.now() - started) / 1000;
    }
  }

  /** Ends the phase, for `reason`. */
  stop(reason: string): void {
    this.stopped ??= `${reason} while coverage was being counted`;
  }

  private *count(): Generator<void, void> {
    const { engine, result, options } = this.search;
    const { store, expander } = engine;
    const counted = new CountedStates(engine, this.reads, this.messages);
    this.counted = counted;
    const depths = options.search === "dfs" ? undefined : new Depths(store);
    const rows = result.lookedAtByShard;
    for (let shard = 0; shard < SHARDS; shard++) {
      for (let row = 0; row < rows[shard]!; row++) {
        const reference = referenceOf(shard, row);
        const depth = depths?.of(reference);
        // The search has left out what such a state leads to.
        if (depth !== undefined && depth === options.maxDepth) continue;
        store.copyRow(reference, expander.words, expander.input >>> 2);
        expander.loadRow(expander.input);
        counted.add(depth);
        if (counted.count % BREAK === 0) yield;
      }
    }
  }

  /** Returns what was counted; which lines ran is not known here. */
  coverage(): Coverage {
    const { counted, search, seconds } = this;
    const whole = counted ?? new CountedStates(search.engine, this.reads, this.messages);
    return {
      states: whole.count,
      incomplete: search.incomplete ?? this.stopped ?? null,
      tables: [...whole.tables.values()].map(({ coverage }) => coverage),
      actions: whole.actions.coverage,
      functions: whole.functions,
      values: whole.values.coverage,
      parameters: this.parameters(),
      unread: unreadFields(search.model.trees, this.reads, this.messages),
      sources: null,
      seconds,
    };
  }

  private parameters(): ParameterCoverage[] {
    const { parameters, parametersRead: read } = this.search.instance;
    if (read === undefined) return [];
    return Object.entries(parameters).map(([name, value]) => ({ name, value, isRead: read.has(name) }));
  }
}
