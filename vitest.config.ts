import { availableParallelism, tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vitest/config";
import { TEST_DEADLINE } from "./test/support/deadlines.js";

const root = fileURLToPath(new URL(".", import.meta.url));
const built = join(root, "dist/");

/** What users import by name is, in tests, what this clone was compiled to. */
const alias = [
  { find: /^popcheck\/model$/, replacement: join(built, "checker/model/index.js") },
  { find: /^popcheck\/vitest$/, replacement: join(built, "checker/vitest/index.js") },
  { find: /^popcheck\/(?=spec\/|invariants\/)/, replacement: built },
  { find: /^popcheck$/, replacement: join(built, "checker/api/index.js") },
];

/** What tests import by its path is what it was compiled to: in Vitest's own loader each use of an import is a look-up. */
const compiled: Plugin = {
  name: "compiled",
  enforce: "pre",
  resolveId(source, importer) {
    if (importer === undefined || !source.startsWith("../")) return undefined;
    const path = relative(root, resolve(dirname(importer), source));
    return /^(checker|traces|spec|invariants)\//.test(path) ? join(built, path) : undefined;
  },
};

/** How tests of every kind are loaded. */
export const loading = { resolve: { alias }, plugins: [compiled] };

/** How tests of every kind are run, by Node and on what Node loads itself. */
export const running = {
  // Tests keep their keys (checker/api/seal.ts) apart from the user's.
  env: { XDG_STATE_HOME: join(tmpdir(), "popcheck-test-state") },
  server: { deps: { external: [/\/dist\//] } },
  globalSetup: ["test/support/refuse-stale-build.ts"],
};

export default defineConfig({
  ...loading,
  test: {
    ...running,
    include: ["test/**/*.test.ts"],
    globalSetup: [...running.globalSetup, "test/support/say-how-long.ts"],
    testTimeout: TEST_DEADLINE,
    hookTimeout: TEST_DEADLINE,
    expect: { poll: { timeout: TEST_DEADLINE } },
    // A core each, and two at least: while one waits for a process that it started, the other computes.
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
