/** `npx popcheck` in a clone: the command is there, and npx installs nothing (docs/adr/0027-npx-in-a-clone.md). */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { packageRoot, version } from "../../checker/package.js";
import { PROCESS_DEADLINE } from "../support/deadlines.js";

const home = mkdtempSync(join(tmpdir(), "popcheck-npx-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

test("npx takes the command from the clone, and makes no folder of its own for it", () => {
  const { status, stdout, stderr } = spawnSync("npx", ["popcheck", "--version"], {
    cwd: packageRoot,
    // Without the settings that npm gives to the scripts that it runs, and so to these tests.
    env: { PATH: process.env.PATH, HOME: home, npm_config_cache: join(home, "cache"), npm_config_offline: "true" },
    encoding: "utf8",
    timeout: PROCESS_DEADLINE,
  });
  expect({ status, stderr, stdout }).toMatchObject({ status: 0, stdout: `${version()}\n` });
  expect(existsSync(join(home, "cache", "_npx"))).toBe(false);
});
