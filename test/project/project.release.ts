/**
 * What a user does: packs and installs popcheck into an empty folder, has a project written, installs what it needs,
 * and runs its tests and its check. npm takes packages from wherever it is told to, or from its cache.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { projectNames } from "../../checker/api/index.js";
import { inPackage } from "../../checker/package.js";

const folder = mkdtempSync(join(tmpdir(), "popcheck-installed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The environment without what npm and vitest have put into that of these tests. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST|NODE_ENV$)/i.test(name)));

/** Runs a command line, which must succeed, and returns what it prints. */
function must(cwd: string, command: string, ...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd, env, encoding: "utf8" });
  expect(status, `${command} ${words.join(" ")}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

const packed = must(inPackage("."), "npm", "pack", "--ignore-scripts", "--silent", "--pack-destination", folder).trim();
/** By what a project begins with, besides the one that is written if nothing is named: what is checked of it. */
const others: Readonly<Record<string, readonly string[]>> = {
  popcorn: ["popcorn.ts", "--stage", "4.7", "--kernels", "2", "--property", "SWMR"],
  german: ["german.ts", "--nodes", "2"],
};
expect(Object.keys(others)).toEqual(projectNames.slice(1));

describe("from a packed file, in an empty folder", () => {
  const own = join(folder, "own");

  test("a project is written beside what npm install left, passes its types and tests, and is checked", () => {
    mkdirSync(own);
    must(own, "npm", "install", "--no-audit", "--no-fund", join("..", packed));
    expect(must(own, "npx", "popcheck", "init")).toContain(`popcheck is taken from file:../${packed}`);
    must(own, "npm", "install", "--no-audit", "--no-fund");
    expect(must(own, "npm", "test")).toMatch(/Tests.*passed/);
    expect(must(own, "npx", "popcheck", "check", "protocol.ts")).toMatch(/^holds /);
  });

  test.each(Object.entries(others))("so is one that begins with %s, in a folder of it", (from, model) => {
    expect(must(own, "npx", "popcheck", "init", from, "--from", from)).toContain(`file:../../${packed}`);
    // What the project needs is found above it.
    must(own, "npx", "tsc", "-p", from);
    expect(must(own, "npx", "vitest", "run", "--root", from)).toMatch(/Tests.*passed/);
    expect(must(join(own, from), "npx", "popcheck", "check", ...model)).toMatch(/^holds /);
  });
});

test("from a clone: the project shares its packages with popcheck, and passes its types and its tests", () => {
  const own = join(folder, "from-clone");
  must(folder, process.execPath, inPackage("dist/checker/cli/popcheck.js"), "init", own);
  must(own, "npm", "install", "--no-audit", "--no-fund");
  expect(must(own, "npm", "test")).toMatch(/Tests.*passed/);
  expect(must(own, "npx", "popcheck", "check", "protocol.ts")).toMatch(/^holds /);
});
