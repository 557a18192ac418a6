/** `popcheck inductive` and `popcheck suggest`: what they print, how they end, and that what is suggested compiles. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../checker/package.js";
import { folder, popcheck } from "../support/command-line.js";

test("inductive shows the smallest step out, and exits with 12", () => {
  const { status, stdout, stderr } = popcheck("inductive", "naive-mutex", "--property", "mutual exclusion");
  expect([status, stderr]).toEqual([12, ""]);
  expect(stdout).toMatch(/^naive-mutex, processes 2: mutual exclusion\n\nNOT INDUCTIVE: 4 steps out, /);
  expect(stdout).toContain(" 1  Set(P1)     P1 set → critical  locked false → true");
});

test("what suggest prints compiles when it is pasted, and holds", () => {
  const model = readFileSync(join(packageRoot, "test/induction/passing-token.ts"), "utf8")
    .replace("../../checker/model/index.js", "popcheck/model")
    .replace(/^import type { AnyModel }.*\n/m, "")
    .replace(" as unknown as AnyModel", "")
    .replace("  perMember,\n", "  nameOf,\n  perMember,\n");
  writeFileSync(join(folder, "passing.ts"), model);
  const { status, stdout } = popcheck("suggest", "passing.ts", "--property", "exclusion");
  expect(status).toBe(0);
  const pasted = [...stdout.matchAll(/^ {4}always\(\{\n[\s\S]*?^ {4}\}\),\n/gm)].map(([text]) => text);
  expect(pasted.length).toBeGreaterThan(1);
  // The index set has the name that the file gives it.
  expect(pasted.every((text) => text.includes("for: { i: nodes"))).toBe(true);
  writeFileSync(
    join(folder, "pasted.ts"),
    model.replace("properties: () => [exclusion, oneToken],", `properties: () => [exclusion,\n${pasted.join("")}],`),
  );
  const checked = popcheck("check", "pasted.ts", "--nodes", "3");
  expect([checked.status, checked.stderr]).toEqual([0, ""]);
  expect(checked.stdout.match(/^holds /gm)).toHaveLength(1 + pasted.length);
});
