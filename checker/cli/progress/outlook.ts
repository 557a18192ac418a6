/**
 * What the sizes of the levels let one expect of a breadth-first search. Nobody knows how many states are left. While
 * the levels grow there is nothing to say; when they shrink, the time left is an extrapolation, which a larger level
 * refutes. The levels of some protocols come in waves; then no time is given.
 */
import type { Sample } from "../../search/statistics.js";
import type { Rates } from "./pace.js";

export type Outlook =
  | { readonly trend: "growing" }
  /** The last levels are all of one size, as those of a counter that nothing bounds. */
  | { readonly trend: "steady" }
  | {
      readonly trend: "shrinking";
      /** The states yet to be looked at, if the levels go on shrinking as they do. */
      readonly statesLeft: number;
      /** The time for them at the present rate; undefined if there is no rate. */
      readonly secondsLeft: number | undefined;
    }
  /** The levels shrink now, as they did `times` times before, and each time they grew again. */
  | { readonly trend: "waves"; readonly times: number };

/** The number of levels that a trend is taken from. */
const FITTED = 5;
/**
 * The share of the largest level that the trough of a wave must have to count: ripples at the start say nothing of the
 * end.
 */
const COUNTS = 0.01;
/** The number of waves from which on no time is given. A single wave may be the last. */
const WAVES = 2;

/** Returns what to expect; undefined depth first, and before there are enough levels. */
export function outlookOf(sample: Sample, rates?: Rates): Outlook | undefined {
  const { levels, levelDone = 0, frontier } = sample;
  if (levels === undefined || levels.length < FITTED) return undefined;
  const last = levels[levels.length - 1]!;
  const open = (1 - levelDone) * last;
  const found = Math.max(0, frontier - open);
  const ratio = shrinkage(levels, levels.length);
  if (found <= last && levels.slice(-FITTED).every((size) => size === last)) return { trend: "steady" };
  if (ratio === undefined || found >= last) return { trend: "growing" };
  const times = regrowths(levels);
  if (times >= WAVES) return { trend: "waves", times };
  const statesLeft = open + Math.max(found, last * ratio) / (1 - ratio);
  const secondsLeft = rates && rates.lookedAt > 0 ? statesLeft / rates.lookedAt : undefined;
  return { trend: "shrinking", statesLeft, secondsLeft };
}

/**
 * Returns the ratio by which the levels before `end` shrink from one to the next; undefined if they do not. The ratio
 * is the one fitted to the last few levels (the slope of their logarithms) or that of the last two, whichever is
 * smaller, because levels shrink ever faster towards the end.
 */
function shrinkage(levels: readonly number[], end: number): number | undefined {
  const overall = fitted(levels, end);
  const latest = levels[end - 1]! / levels[end - 2]!;
  return overall < 1 && latest < 1 ? Math.min(overall, latest) : undefined;
}

function fitted(levels: readonly number[], end: number): number {
  let [slope, squares] = [0, 0];
  const middle = (FITTED - 1) / 2;
  for (let i = 0; i < FITTED; i++) {
    slope += (i - middle) * Math.log(Math.max(1, levels[end - FITTED + i]!));
    squares += (i - middle) ** 2;
  }
  return Math.exp(slope / squares);
}

/** Returns how often the levels had begun to shrink and grew again. */
function regrowths(levels: readonly number[]): number {
  const largest = levels.reduce((most, size) => Math.max(most, size), 0);
  let times = 0;
  let trough: number | undefined;
  for (let end = FITTED; end <= levels.length; end++) {
    const size = levels[end - 1]!;
    if (shrinkage(levels, end) !== undefined) trough = Math.min(trough ?? size, size);
    else if (trough !== undefined && fitted(levels, end) >= 1) {
      if (trough >= COUNTS * largest) times++;
      trough = undefined;
    }
  }
  return times;
}
