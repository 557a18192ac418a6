/** `popcheck compare`: what it prints, what it writes, and how it ends. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, popcheck } from "../support/command-line.js";

test("compares a model with itself and other parameters, and exits with 14", () => {
  const { status, stdout, stderr } = popcheck(
    ...["compare", "naive-mutex --processes 1", "naive-mutex", "--processes", "2", "--json", "mutex.json"],
  );
  expect([status, stderr]).toEqual([14, ""]);
  expect(stdout).toMatch(/^A {12}naive-mutex --processes 1: naive-mutex, processes 1$/m);
  expect(stdout).toMatch(/^B {12}naive-mutex: naive-mutex, processes 2$/m);
  expect(stdout).toMatch(/^mutual exclusion +holds +violated 6 +now violated$/m);
  expect(stdout).toMatch(/^left out +location: in A it is a string by 1 process/m);
  const json = JSON.parse(readFileSync(join(folder, "mutex.json"), "utf8"));
  expect(json).toMatchObject({ format: "popcheck comparison 1", status: 14, a: { name: "naive-mutex --processes 1" } });
  expect(json.properties[0]).toEqual({ name: "mutual exclusion", change: "now violated", a: "holds", b: "violated 6" });
  expect(json.behaviour.bisimilar).toHaveProperty("stuttering");
});

test("compares a file with what it was in a revision, and exits with 0 if nothing changed", () => {
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...words], { cwd: folder, stdio: "pipe" });
  const write = (about: string) =>
    writeFileSync(
      join(folder, "flip.ts"),
      `import { model, single, vocabulary } from "popcheck/model";
const { action, always } = vocabulary<any>();
export default model({
  name: "flip",
  about: "${about}",
  parameters: {},
  variables: () => ({ bit: single(false) }),
  actions: () => [action("Flip", {}, (state) => state.withBit(!state.bit()))],
  properties: () => [always({ name: "a bit", says: "", for: {}, holds: (s) => s.bit() !== null, explain: () => "" })],
});
`,
    );
  git("init", "--quiet");
  write("a bit");
  git("add", "flip.ts");
  git("commit", "--quiet", "-m", "one");
  write("two bits");
  const { status, stdout, stderr } = popcheck("compare", "flip.ts@HEAD", "flip.ts");
  expect(stdout).toMatch(/^nothing changed$/m);
  expect(stderr).toContain("the types of flip.ts@HEAD are not checked here: popcheck check does\n");
  expect(status).toBe(0);
});

test("refuses what it does not know", () => {
  const said = (...words: string[]) => {
    const { status, stderr } = popcheck("compare", ...words);
    expect(status).toBe(2);
    return stderr;
  };
  expect(said("naive-mutex")).toBe("error: give a second model\n");
  expect(said("naive-mutex --process 1", "naive-mutex")).toMatch(
    /naive-mutex has no parameter --process.*did you mean processes/,
  );
  expect(said("naive-mutex", "naive-mutex", "--variables", "lockd")).toMatch(/did you mean locked/);
  expect(said("naive-mutex", "peterson", "--max-states", "no")).toMatch(/--max-states takes a whole number/);
});
