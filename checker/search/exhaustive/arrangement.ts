/** How the values of a state are arranged in a row, and when that can be told better: the search then begins anew. */
import type { Splits } from "../../observe/columns.js";
import type { Engine } from "../engine/engine.js";
import type { StoredStates } from "./stored-states.js";
import type { ValueGrowth } from "./value-growth.js";

export interface Arrangement {
  /** How variables are split into columns. */
  readonly splits: Splits;
  /** In which order the columns stand in trees of pairs; undefined if that is still to be found, on states. */
  readonly order?: readonly number[] | undefined;
}

export class BetterArrangements {
  /**
   * @param given how the rows of the search are arranged; undefined if it cannot begin anew with others
   * @param orderedFrom from how many states on an order is chosen
   */
  constructor(
    private readonly given: Arrangement | undefined,
    private readonly engine: Engine,
    private readonly growth: ValueGrowth,
    private readonly stored: StoredStates,
    private readonly orderedFrom: number | undefined,
  ) {}

  /**
   * Returns rows in which variables with many values are split; undefined if there is none, or none can be.
   * @param unsplit a variable that cannot be held by element any more
   */
  split(unsplit?: string): Arrangement | undefined {
    const { families } = this.engine;
    if (this.given === undefined) return undefined;
    if (unsplit !== undefined) return { splits: { ...families.splits, [unsplit]: "never" } };
    const splits = this.growth.splits(families);
    return splits && { splits };
  }

  /** Returns rows whose trees of pairs are smaller; undefined if that is not known yet, or they are the given ones. */
  ordered(): Arrangement | undefined {
    const order = this.given && this.stored.betterOrder(this.orderedFrom);
    return order && { splits: this.engine.families.splits, order };
  }
}
