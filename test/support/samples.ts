/** Samples of searches that were never run, for the tests of what long runs show. */
import type { Sample } from "../../checker/search/statistics.js";

export const early: Sample = {
  seconds: 2,
  distinct: 1_000_000,
  generated: 4_000_000,
  depth: 14,
  frontier: 20_000,
  levels: undefined,
  levelDone: undefined,
  memory: 700_000_000,
  memoryLimit: 6_000_000_000,
  storeBytes: 45_000_000,
  threads: 1,
  spilled: 0,
};

/** Two seconds after `early`: 117,133 states per second looked at, 117,284 new, of 468,000 generated. */
export const later: Sample = {
  ...early,
  seconds: 4,
  distinct: 1_234_567,
  generated: 4_936_000,
  frontier: 20_301,
  memory: 812_000_000,
  storeBytes: 55_555_515,
};

/** Returns a sample at the moment when the last of these levels is complete and none of it has been looked at. */
export function withLevels(levels: readonly number[], of: Partial<Sample> = {}): Sample {
  return { ...later, levels, levelDone: 0, frontier: levels.at(-1)!, depth: levels.length - 1, ...of };
}
