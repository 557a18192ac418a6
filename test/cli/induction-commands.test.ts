/** `popcheck inductive` and `popcheck suggest`: what they print, how they end, and that what is suggested compiles. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../checker/package.js";
import { folder, observed, popcheck, start } from "../support/command-line.js";

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

test("both write JSON to a file, or with - alone", () => {
  const mutex = ["naive-mutex", "--property", "mutual exclusion"];
  const { status, stdout } = popcheck("inductive", ...mutex, "--json", "mutex.json");
  const written = JSON.parse(readFileSync(join(folder, "mutex.json"), "utf8"));
  expect([status, written.status, written.format]).toEqual([12, 12, "popcheck induction 1"]);
  expect(stdout).toContain("NOT INDUCTIVE: 4 steps out");
  const alone = popcheck("suggest", "peterson", "--property", "mutual exclusion", "--json", "-");
  const json = JSON.parse(alone.stdout);
  expect([json.status, json.format, json.alone.stepsOut]).toEqual([alone.status, "popcheck suggestions 1", 12]);
  expect(popcheck("suggest", ...mutex, "--json", "no/such/folder/x.json").status).toBe(2);
});

test.each(["inductive", "suggest"])("an interrupt ends %s with what is known, and with status 3", async (command) => {
  writeFileSync(join(folder, "long.ts"), 'export { german as default } from "popcheck/spec/german";\n');
  const run = start(command, "long.ts", "--nodes", "4");
  let said = "";
  run.process.stderr!.on("data", (text: string) => {
    said += text;
  });
  await observed(run, () => said.includes("are not checked here"));
  run.process.kill("SIGINT");
  const { status, stdout } = await run.ended;
  expect([status, stdout]).toEqual([3, expect.stringContaining("\nincomplete: interrupted; ")]);
});
