/**
 * What takes long and seldom finds what the fast check does not: `vitest run --config test/slow.config.ts`. It needs
 * what `npm run build` makes.
 */
import { defineConfig } from "vitest/config";
import { alias, env } from "../vitest.config.js";
import { TEST_DEADLINE } from "./support/deadlines.js";

export default defineConfig({
  resolve: { alias },
  test: {
    env,
    include: ["test/**/*.slow.ts"],
    testTimeout: TEST_DEADLINE,
    hookTimeout: TEST_DEADLINE,
    // Two cores: more workers only compete.
    maxWorkers: 2,
  },
});
