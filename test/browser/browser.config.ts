/** Pages in a real Chromium: `vitest run --config test/browser/browser.config.ts`. It needs Debian's chromium. */
import { defineConfig } from "vitest/config";
import { loading, running } from "../../vitest.config.js";
import { TEST_DEADLINE } from "../support/deadlines.js";

export default defineConfig({
  ...loading,
  test: {
    ...running,
    include: ["test/browser/*.browser.ts"],
    testTimeout: TEST_DEADLINE,
    hookTimeout: TEST_DEADLINE,
    // A browser takes a core, and so does what it shows.
    fileParallelism: false,
  },
});
