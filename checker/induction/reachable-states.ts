/** The reachable states of a model, by the engine, and the values that variables have in them. */
import { UsageError } from "../errors.js";
import type { Instance, Values } from "../model/instance.js";
import { exchangesOfNeighbours } from "../model/scalarset.js";
import { scalarsetsOf } from "../model/scalarsets.js";
import { format, keyOf, mapValue } from "../model/value.js";
import { Check } from "../search/check.js";
import type { SearchOptions } from "../search/options.js";
import type { Outcome } from "../search/outcome.js";

/** The time between two pauses of the search, in milliseconds, and the states that are read between two. */
const SLICE = 50;
const BETWEEN_PAUSES = 4096;

export class ReachableStates {
  private found: Outcome | undefined;
  private readonly check: Check;

  /**
   * `instance` lists the properties that are asked. Call `search` before anything else, and `close` in the end.
   * @param search how, and up to how many states
   */
  constructor(
    readonly instance: Instance,
    search: SearchOptions,
  ) {
    this.check = new Check(instance, { ...search, receptions: false });
  }

  /** Searches the reachable states. It pauses now and then. */
  *search(): Generator<void, void> {
    while (!this.check.work(SLICE)) yield;
    this.found = this.check.outcome();
  }

  /** Ends the search as incomplete, for `reason`, unless it is over. */
  stop(reason: string): void {
    if (this.found === undefined) this.check.stop(reason);
  }

  /** What the search has come to. */
  get outcome(): Outcome {
    return this.found!;
  }

  /** The states that were found so far. */
  get distinct(): number {
    return this.found?.distinct ?? this.check.search.result.distinct;
  }

  close(): void {
    this.check.close();
  }

  /** Why the search has not looked at every reachable state; undefined if it has. */
  get incomplete(): string | undefined {
    return this.outcome.incomplete;
  }

  /** The names of the properties that a reachable state violates. */
  get violated(): readonly string[] {
    return this.outcome.properties.filter(({ verdict }) => verdict === "violated").map(({ name }) => name);
  }

  /** Yields one state of each orbit, with its ordinals renumbered. */
  *states(): Generator<Values, void> {
    const { engine, result } = this.check.search;
    for (const row of result.sample(1)) yield engine.canonicalizer.valuesOf(row);
  }

  /**
   * Returns, by variable, the values that it has in reachable states at any of its places, ordered by their texts.
   * A value comes with its renamings, since the states of an orbit are reachable together. It pauses now and then.
   * @param noteRead is told how many states were read so far
   * @throws UsageError if states lie on disk, where they are not looked at again
   */
  *values(noteRead: (states: number) => void): Generator<void, ReadonlyMap<string, readonly unknown[]>> {
    const { instance, check } = this;
    if (check.search.result.spilled) throw new UsageError("the states do not fit into --memory");
    const { layout } = instance;
    const seen = layout.variables.map(() => new Set<unknown>());
    let read = 0;
    for (const values of this.states()) {
      if (++read % BETWEEN_PAUSES === 0) {
        noteRead(read);
        yield;
      }
      for (const [slot, value] of values.entries()) seen[layout.slots[slot]!.family]!.add(value);
    }
    const sets = scalarsetsOf(instance).filter(({ name }) => this.outcome.symmetry.sets.includes(name));
    const exchanges = sets.flatMap((set) => exchangesOfNeighbours(set, layout.sizeOf(set)));
    return new Map(
      layout.variables.map((variable, family) => {
        const closed = new Map<string, unknown>();
        const waiting = [...seen[family]!];
        for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
          const key = keyOf(value);
          if (closed.has(key)) continue;
          closed.set(key, value);
          for (const { member } of exchanges) waiting.push(mapValue(value, { member }));
        }
        return [variable, inOrder([...closed.values()])];
      }),
    );
  }
}

/** Puts values into the order of their texts, so that what is found does not depend on the order of a search. */
function inOrder(values: readonly unknown[]): unknown[] {
  const texts = values.map((value) => ({ value, text: format(value) }));
  return texts.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)).map(({ value }) => value);
}
