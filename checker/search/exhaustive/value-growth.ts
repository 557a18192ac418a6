/**
 * Which variables have many values, so that they are to be split, and which one meets new ones at every depth. A
 * variable that counts without end makes a state space without end, and no limit that is raised ends its search: so
 * whoever waits for one is told.
 */
import type { Splits } from "../../observe/columns.js";
import type { Families } from "../../observe/intern.js";
import { SPLIT_FROM, type SplitFrom, splitsFurther } from "../../observe/splitting.js";
import type { GrowingVariable } from "../statistics.js";

/** For how many depths in a row a variable must have met new values to be told of. */
const TELLING = 20;

const NEVER = Number.POSITIVE_INFINITY;

export class ValueGrowth {
  /** By the family's index: how many values it had at the end of the level before. */
  private readonly counts: number[] = [];
  /** By the family's index: at how many depths in a row it has met new values. */
  private readonly streaks: number[] = [];
  private readonly from: SplitFrom;

  /** @param covering whether what is covered is counted, which is done by the values of whole collections */
  constructor(covering: boolean) {
    this.from = covering ? { ...SPLIT_FROM, collections: NEVER, channels: NEVER } : SPLIT_FROM;
  }

  /**
   * Returns how to split variables that have many values; undefined if none has. It depends on the values that were met
   * when the last level ended, or before the first one ends on all, so that it is the same with any number of threads.
   */
  splits(families: Families): Splits | undefined {
    const counts = families.families.map(({ interner, index }) => this.counts[index] ?? interner.count);
    return splitsFurther(families, counts, this.from);
  }

  /** Notes how many values the variables have at the end of a level. */
  note({ families }: Families): void {
    for (const { index, interner } of families) {
      this.streaks[index] = interner.count > (this.counts[index] ?? 0) ? (this.streaks[index] ?? 0) + 1 : 0;
      this.counts[index] = interner.count;
    }
  }

  /**
   * Returns the variable with the most values among those that have met new ones at each of the last depths, at least
   * at half of `depth` depths; undefined if there is none.
   */
  of({ families }: Families, depth: number): GrowingVariable | undefined {
    let most: GrowingVariable | undefined;
    for (const { index, name, interner } of families) {
      const depths = this.streaks[index] ?? 0;
      if (depths < Math.max(TELLING, depth / 2) || interner.count <= (most?.values ?? 0)) continue;
      most = { variable: name, values: interner.count, depths };
    }
    return most;
  }
}
