import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { TEST_DEADLINE } from "./test/support/deadlines.js";

/** What users import by name is, in tests, the sources. */
export const alias = [
  { find: /^popcheck\/model$/, replacement: fileURLToPath(new URL("checker/model/index.ts", import.meta.url)) },
  { find: /^popcheck\/vitest$/, replacement: fileURLToPath(new URL("checker/vitest/index.ts", import.meta.url)) },
  { find: /^popcheck\/(?=spec\/|invariants\/)/, replacement: fileURLToPath(new URL("./", import.meta.url)) },
  { find: /^popcheck$/, replacement: fileURLToPath(new URL("checker/api/index.ts", import.meta.url)) },
];

/** Tests keep their keys (checker/api/seal.ts) apart from the user's. */
export const env = { XDG_STATE_HOME: join(tmpdir(), "popcheck-test-state") };

export default defineConfig({
  resolve: { alias },
  test: {
    env,
    include: ["test/**/*.test.ts"],
    globalSetup: "test/support/say-how-long.ts",
    testTimeout: TEST_DEADLINE,
    hookTimeout: TEST_DEADLINE,
    expect: { poll: { timeout: TEST_DEADLINE } },
    // Two cores: more workers only compete.
    maxWorkers: 2,
  },
});
