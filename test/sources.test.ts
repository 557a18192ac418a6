/** What runs is what was written: a build that is older than its sources is refused. */
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { UsageError } from "../checker/errors.js";
import { packageRoot } from "../checker/package.js";
import { isBuilt, recordBuildBegin, recordBuildEnd, refuseStale } from "../checker/sources.js";
import { ran } from "./support/command-line.js";

const folder = mkdtempSync(join(tmpdir(), "popcheck-sources-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a package in small", () => {
  const root = join(folder, "small");
  const source = join(root, "spec", "toy", "ring.ts");

  beforeEach(() => {
    rmSync(root, { recursive: true, force: true });
    for (const path of ["checker/wasm/assembly", "spec/toy", "test"]) mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, "checker", "wasm", "assembly", "expand.ts"), "// 1\n");
    writeFileSync(source, "// 1\n");
    writeFileSync(join(root, "test", "ring.test.ts"), "// 1\n");
    recordBuildBegin(root);
    recordBuildEnd(root);
  });

  test("that was built from these sources may run", () => {
    expect(() => refuseStale(root)).not.toThrow();
  });

  test.each([
    ["a protocol is edited", "spec/toy/ring.ts", () => writeFileSync(source, "// 2\n")],
    [
      "the hot loop is edited",
      "checker/wasm/assembly/expand.ts",
      () => appendFileSync(join(root, "checker/wasm/assembly/expand.ts"), "\n"),
    ],
    ["a file is added", "spec/new.ts", () => writeFileSync(join(root, "spec", "new.ts"), "")],
    ["a file is removed", "spec/toy/ring.ts is gone", () => rmSync(source)],
    [
      "the contents have changed, and size and time have not",
      "spec/toy/ring.ts",
      () => {
        utimesSync(source, 1, 1);
        recordBuildBegin(root);
        recordBuildEnd(root);
        writeFileSync(source, "// 2\n");
        utimesSync(source, 1, 1);
      },
    ],
  ])("is refused if %s", (_, named, change) => {
    change();
    expect(() => refuseStale(root)).toThrow(UsageError);
    expect(() => refuseStale(root)).toThrow(`${named}\n  Run npm run build`);
  });

  test("may run if a file was only written again, and if tests or what editors leave behind have changed", () => {
    writeFileSync(source, "// 1\n");
    utimesSync(source, 1, 1);
    writeFileSync(join(root, "test", "ring.test.ts"), "// 2\n");
    writeFileSync(join(root, "spec", ".#ring.ts"), "");
    writeFileSync(join(root, "spec", "ring.ts~"), "");
    expect(() => refuseStale(root)).not.toThrow();
  });

  test("needs a build if a source or a test has changed since the last whole build, and only then", () => {
    expect(isBuilt(root)).toBe(true);
    for (const path of ["spec/toy/ring.ts", "test/ring.test.ts", "package-lock.json"]) {
      writeFileSync(join(root, path), "{}\n");
      expect(isBuilt(root), path).toBe(false);
      recordBuildBegin(root);
      expect(isBuilt(root), path).toBe(false);
      recordBuildEnd(root);
      expect(isBuilt(root), path).toBe(true);
    }
    rmSync(join(root, "test", "ring.test.ts"));
    expect(isBuilt(root)).toBe(false);
    rmSync(join(root, "dist"), { recursive: true });
    expect(isBuilt(root)).toBe(false);
  });

  test("is refused if a source is edited while the others are compiled", () => {
    recordBuildBegin(root);
    writeFileSync(source, "// 2\n");
    recordBuildEnd(root);
    expect(() => refuseStale(root)).toThrow("spec/toy/ring.ts");
  });

  test("is refused after a build that failed, even if the sources are again as the last whole build found them", () => {
    writeFileSync(source, "// 2\n");
    recordBuildBegin(root);
    writeFileSync(source, "// 1\n");
    expect(() => refuseStale(root)).toThrow("not compiled to the end");
  });

  test("may run if it was installed, without sources", () => {
    rmSync(join(root, "checker"), { recursive: true });
    rmSync(join(root, "dist"), { recursive: true });
    expect(() => refuseStale(root)).not.toThrow();
  });
});

test("after an edit under spec/ neither the command line nor a program runs the old build", () => {
  const root = join(folder, "whole");
  const parts = ["checker", "invariants", "spec", "traces", "package.json", "tsconfig.json"];
  const compiled = ["checker", "invariants", "spec", "traces", "sources.json"].map((part) => join("dist", part));
  for (const part of [...parts, ...compiled]) cpSync(join(packageRoot, part), join(root, part), { recursive: true });
  symlinkSync(join(packageRoot, "node_modules"), join(root, "node_modules"));
  const program = join(root, "program.mjs");
  writeFileSync(program, `import { check } from "./dist/checker/api/index.js";\nvoid check;\n`);
  const command = join(root, "dist", "checker", "cli", "popcheck.js");
  const runs = () => [
    ran(command, ["check", "die-hard"], { cwd: folder }),
    ran(command, ["describe", "popcorn"], { cwd: folder }),
    ran(program, [], { cwd: folder }),
  ];
  expect(runs().map(({ status }) => status)).toEqual([12, 0, 0]);

  appendFileSync(join(root, "spec", "toy", "die-hard.ts"), "// edited\n");
  const [check, describe, program2] = runs();
  expect([check!.status, describe!.status, program2!.status]).toEqual([2, 2, 1]);
  expect(check!.stderr).toBe(
    "error: the sources have changed since popcheck was compiled: spec/toy/die-hard.ts\n  Run npm run build; until then, the old code would run.\n",
  );
  expect(check!.stdout).toBe("");
  expect(program2!.stderr).toContain("the sources have changed since popcheck was compiled: spec/toy/die-hard.ts");
});
