/**
 * What takes long and seldom finds what the fast check does not: `vitest run --config test/slow.config.ts`. It needs
 * what `npm run build` makes. Besides the files named `*.slow.ts` these are all that leave cases out otherwise.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { alias, env } from "../vitest.config.js";
import { TEST_DEADLINE } from "./support/deadlines.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const leavesCasesOut = readdirSync(here, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".test.ts") && readFileSync(join(here, path), "utf8").includes("/extent.js"))
  .map((path) => join("test", path));

/** Begins with the files that take longest, so that no worker is left alone with one of them at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const long = ["fresh-clone.slow.ts", "search/cross-check.test.ts"];
    // The last of them first; all others, which are at -1, after them.
    const placeOf = ({ moduleId }: TestSpecification) => long.findIndex((name) => moduleId.endsWith(name));
    return files.toSorted((a, b) => placeOf(b) - placeOf(a));
  }
}

export default defineConfig({
  resolve: { alias },
  test: {
    env: { ...env, POPCHECK_TESTS: "slow" },
    include: ["test/**/*.slow.ts", ...leavesCasesOut],
    testTimeout: TEST_DEADLINE,
    hookTimeout: TEST_DEADLINE,
    expect: { poll: { timeout: TEST_DEADLINE } },
    // Two cores: more workers only compete.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
