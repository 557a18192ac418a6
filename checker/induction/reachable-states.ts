/** The reachable states of a model, by the engine, and the values that variables have in them. */
import { UsageError } from "../errors.js";
import type { Instance, Values } from "../model/instance.js";
import { exchangesOfNeighbours } from "../model/scalarset.js";
import { format, keyOf, mapValue } from "../model/value.js";
import { Check } from "../search/check.js";
import type { SearchOptions } from "../search/options.js";
import type { Outcome } from "../search/outcome.js";

export class ReachableStates {
  readonly outcome: Outcome;
  private readonly check: Check;

  /**
   * Searches the reachable states; `instance` lists the properties that are asked. Call `close` afterwards.
   * @param search how, and up to how many states
   */
  constructor(
    readonly instance: Instance,
    search: SearchOptions,
  ) {
    this.check = new Check(instance, { ...search, receptions: false });
    try {
      this.check.work();
      this.outcome = this.check.outcome();
    } catch (error) {
      this.close();
      throw error;
    }
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
   * A value comes with its renamings, since the states of an orbit are reachable together.
   * @throws UsageError if states lie on disk, where they are not looked at again
   */
  values(): ReadonlyMap<string, readonly unknown[]> {
    const { instance, check } = this;
    if (check.search.result.spilled) throw new UsageError("the states do not fit into --memory");
    const { layout } = instance;
    const seen = layout.variables.map(() => new Set<unknown>());
    for (const values of this.states())
      for (const [slot, value] of values.entries()) seen[layout.slots[slot]!.family]!.add(value);
    const sets = layout.indexSets().filter(({ name }) => this.outcome.symmetry.sets.includes(name));
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
