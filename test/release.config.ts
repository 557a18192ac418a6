/**
 * What takes an hour, and is run before a release and not before each change: `vitest run --config
 * test/release.config.ts`. Besides the files named `*.release.ts` these are all tests that leave cases out otherwise.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { running } from "../vitest.config.js";
import slow from "./slow.config.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const leavesCasesOut = readdirSync(here, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".test.ts") && readFileSync(join(here, path), "utf8").includes("/extent.js"))
  .map((path) => join("test", path));

export default defineConfig({
  ...slow,
  test: {
    ...slow.test,
    env: { ...running.env, POPCHECK_TESTS: "release" },
    include: ["test/**/*.release.ts", ...leavesCasesOut],
  },
});
