/**
 * Which tests of a file are run. `npm test` runs those that each find a kind of mistake of their own, `npm run
 * test:release` those that it leaves out.
 */
import { test } from "vitest";

const isReleaseRun = process.env.POPCHECK_TESTS === "release";

/** A test that takes long, and whose mistakes a faster one finds most of the time. */
export const releaseTest: (name: string, run: () => unknown) => void = test.runIf(isReleaseRun);

/** Returns the cases of a table that are run: before a release those of which `isSlow` is true, else the others. */
export function exceptRelease<Case>(cases: readonly Case[], isSlow: (of: Case, place: number) => boolean): Case[] {
  return cases.filter((of, place) => isSlow(of, place) === isReleaseRun);
}
