/** Folders and limits that a search needs, and that are missing: one line before the search says what is wrong. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bin, folder, popcheck, popcheckAlone } from "../support/command-line.js";
import { PROCESS_DEADLINE } from "../support/deadlines.js";

writeFileSync(join(folder, "file"), "");
const check = (...words: string[]) => ["check", "peterson", ...words];

test.each<[words: string[], message: RegExp]>([
  [["resume", "file"], /file is a file: popcheck resume takes the folder that --checkpoint named/],
  [["resume", ""], /give the folder that check --checkpoint wrote to/],
  [["resume", "nowhere"], /there is no folder .*nowhere/],
  [check("--checkpoint", ""), /--checkpoint takes a folder, not nothing/],
  [check("--spill", ""), /--spill takes a folder, or none, not nothing/],
  [check("--checkpoint", "file"), /--checkpoint .*file cannot be written: it is a file/],
  [check("--checkpoint", "file/below"), /--checkpoint .*below cannot be written: a part of the path is a file/],
  [check("--checkpoint", "/proc/x"), /--checkpoint \/proc\/x cannot be written/],
  [check("--spill", "/proc/x"), /--spill \/proc\/x cannot be written/],
  [
    check("--search", "random", "--walks", "1", "--checkpoint", "x"),
    /--checkpoint goes with a breadth-first search only/,
  ],
  [
    check("--search", "swarm", "--walks", "1", "--checkpoint", "x"),
    /--checkpoint goes with a breadth-first search only/,
  ],
  [check("--search", "dfs", "--checkpoint", "x"), /--checkpoint goes with a breadth-first search only/],
  [check("--search", "dfs", "--spill", "x"), /--spill goes with a breadth-first search only/],
  [check("--search", "random", "--walks", "1", "--spill", "x"), /--spill goes with a breadth-first search only/],
  [check("--checkpoint-every", "3"), /--checkpoint-every needs --checkpoint DIR/],
  [check("--fresh"), /--fresh needs --checkpoint DIR/],
])("popcheck %j is refused before the search", (words, message) => {
  const { stderr, stdout, status } = popcheck(...words);
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain("popcheck failed");
  expect(stdout).toBe("");
  expect(status).toBe(2);
  expect(existsSync(join(folder, "x"))).toBe(false);
});

const inShell = (script: string, env: Record<string, string> = {}) =>
  spawnSync("sh", ["-c", script, process.execPath, bin], {
    ...{ cwd: folder, encoding: "utf8", timeout: PROCESS_DEADLINE },
    env: { ...process.env, ...env },
  });

test.each(["peterson", "./holds.ts"])("a missing folder for temporary files is told: %s", (model) => {
  const { stderr, status } = inShell(`"$0" "$1" check ${model}`, { TMPDIR: join(folder, "nowhere") });
  expect(stderr).toMatch(/no temporary folder can be made in .*nowhere, which does not exist\n.*TMPDIR/);
  expect(status).toBe(2);
});

test("a working folder that was removed is told", () => {
  mkdirSync(join(folder, "gone"));
  const { stderr, status } = inShell(`cd gone && rmdir ../gone && "$0" "$1" check peterson`);
  expect(stderr).toMatch(/^error: the working folder does not exist any more.*\n$/);
  expect(status).toBe(2);
  expect(() => rmdirSync(join(folder, "gone"))).toThrow(/ENOENT/);
});

test.each([
  ["exact", 100],
  ["fingerprint", 300],
])("too few open files are told: --store %s", (store, files) => {
  const { stderr, status } = inShell(`ulimit -n ${files} && "$0" "$1" check peterson --store ${store} --threads 1`);
  expect(stderr).toMatch(new RegExp(`may open ${files} files [(]ulimit -n[)].* needs \\d+\\n.*Raise the limit`));
  expect(status).toBe(2);
});

test("a file system that is read-only is told", ({ skip }) => {
  const at = join(folder, "read-only");
  mkdirSync(at);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "ro", "tmpfs", at]).status !== 0) skip("only root can mount");
  try {
    for (const option of ["--checkpoint", "--spill"])
      for (const place of ["read-only", "read-only/below"])
        expect(popcheckAlone(...check(option, place)).stderr).toMatch(
          /cannot be written: the file system is read-only/,
        );
  } finally {
    spawnSync("umount", [at]);
  }
});
