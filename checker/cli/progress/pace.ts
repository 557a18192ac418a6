/** How fast a search is at the moment. */
import type { Sample } from "../../search/statistics.js";

/** Rates over the last few seconds. */
export interface Rates {
  /** The states that were looked at per second. */
  readonly lookedAt: number;
  /** The new distinct states per second. */
  readonly fresh: number;
  /** The next states per second, new or not. */
  readonly generated: number;
  /** The share of next states that were new, from 0 to 1; undefined if there were none. */
  readonly newShare: number | undefined;
}

/** Returns the rates from one sample to a later one; undefined if no time has passed. */
export function ratesBetween(before: Sample, after: Sample): Rates | undefined {
  const seconds = after.seconds - before.seconds;
  if (seconds <= 0) return undefined;
  const fresh = after.distinct - before.distinct;
  const generated = after.generated - before.generated;
  return {
    // Each step of a random walk leads to a state that is looked at.
    lookedAt:
      after.search === "random"
        ? generated / seconds
        : Math.max(0, fresh - (after.frontier - before.frontier)) / seconds,
    fresh: fresh / seconds,
    generated: generated / seconds,
    newShare: generated > 0 ? Math.min(1, fresh / generated) : undefined,
  };
}

/** Remembers the samples of the last few seconds. */
export class Pace {
  private taken: Sample[] = [];

  /**
   * @param window the seconds that a rate covers at least; it always goes back to the sample before, however old that
   * is
   */
  constructor(private readonly window = 5) {}

  /** Takes in a sample, and returns the rates up to it; undefined for the first. */
  take(sample: Sample): Rates | undefined {
    const since = sample.seconds - this.window;
    const oldest = Math.max(
      0,
      this.taken.findLastIndex(({ seconds }) => seconds <= since),
    );
    this.taken = [...this.taken.slice(oldest), sample];
    const [before] = this.taken;
    return before === undefined ? undefined : ratesBetween(before, sample);
  }
}
