/**
 * Which tests of a file are run. `npm test` runs those that each find a kind of mistake of their own, `npm run
 * test:slow` those that it leaves out.
 */
import { test } from "vitest";

const isSlowRun = process.env.POPCHECK_TESTS === "slow";

/** A test that takes long, and whose mistakes a faster one finds most of the time. */
export const slowTest: (name: string, run: () => unknown) => void = test.runIf(isSlowRun);

/** Returns the cases of a table that are run: those of which `isSlow` is true with the slow tests, else the others. */
export function exceptSlow<Case>(cases: readonly Case[], isSlow: (of: Case, place: number) => boolean): Case[] {
  return cases.filter((of, place) => isSlow(of, place) === isSlowRun);
}
