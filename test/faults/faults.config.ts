/**
 * What must survive a kill, a full disk or a limit of memory: real processes, minutes. `vitest run --config
 * test/faults/faults.config.ts`
 */
import { defineConfig } from "vitest/config";
import { loading, running } from "../../vitest.config.js";

export default defineConfig({
  ...loading,
  test: {
    ...running,
    include: ["test/faults/*.faults.ts"],
    testTimeout: 60 * 60_000,
    hookTimeout: 60 * 60_000,
    // The searches use all cores, and are killed by the clock.
    fileParallelism: false,
  },
});
