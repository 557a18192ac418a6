/** Pages in a real Chromium: `vitest run --config test/browser/browser.config.ts`. It needs Debian's chromium. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/browser/*.browser.ts"],
    testTimeout: 3 * 60_000,
    hookTimeout: 3 * 60_000,
    // A browser takes a core, and so does what it shows.
    fileParallelism: false,
  },
});
