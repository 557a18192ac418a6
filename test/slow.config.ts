/**
 * What takes long and seldom finds what the fast check does not: `vitest run --config test/slow.config.ts`. It needs
 * what `npm run build` makes.
 */
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { loading, running } from "../vitest.config.js";
import { TEST_DEADLINE } from "./support/deadlines.js";

/** The files that take longest, the last of them first. */
const LONG = ["cross-check.release.ts", "verdicts.release.ts", "fresh-clone.slow.ts"];

/** Begins with the files that take longest, so that no worker is left alone with one of them at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // All others are at -1, and come after them.
    const placeOf = ({ moduleId }: TestSpecification) => LONG.findIndex((name) => moduleId.endsWith(name));
    return files.toSorted((a, b) => placeOf(b) - placeOf(a));
  }
}

export default defineConfig({
  ...loading,
  test: {
    ...running,
    include: ["test/**/*.slow.ts"],
    testTimeout: TEST_DEADLINE,
    hookTimeout: TEST_DEADLINE,
    expect: { poll: { timeout: TEST_DEADLINE } },
    // Two cores: more workers only compete.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
