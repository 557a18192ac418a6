/**
 * Comparisons with other model checkers: `vitest run --config test/peers.config.ts`. They need rumur, spin and gcc, and
 * minutes.
 */
import { defineConfig } from "vitest/config";
import { loading, running } from "../vitest.config.js";

export default defineConfig({
  ...loading,
  test: {
    ...running,
    include: ["test/**/*.peers.ts"],
    testTimeout: 30 * 60_000,
    // Two cores, and a run takes one.
    maxConcurrency: 2,
  },
});
