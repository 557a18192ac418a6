/** What is said of two runs of a model, one of rumur's and one of popcheck's. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { execute, LimitReached, runRumur } from "../twins/peers.js";
import { firstError, judged } from "./compared-model.js";

const run = (states: number, faults: readonly string[] = []) =>
  ({ run: { states, rules: 2, faults, covered: {}, assumptions: [] }, why: "" }) as never;
const none = (why: string) => ({ run: undefined, why });

test.each([
  ["equal", run(3), run(3)],
  ["differs", run(3), run(4)],
  ["differs", run(3), run(3, ["deadlock"])],
  ["differs", run(3, ["deadlock"]), run(3)],
  ["differs", run(3, ["deadlock"]), run(3, ['invariant "a" is false'])],
  ["equal", run(1, ["deadlock"]), run(3, ['invariant "a" is false', "deadlock"])],
  ["equal", run(1, ["error: invariant 2 failed"]), run(3, ['invariant "invariant of line 7" is false'])],
  ["equal", run(1, ['assertion "(x = 1) endforall" is false']), run(1, ['assertion "x = 1 end" is false'])],
  ["not compared", none("refuses it: unions"), run(3)],
  ["not compared", run(3), none("takes more than 1 s")],
  ["differs", run(3), none("fails: TypeError")],
] as const)("says %s", (kind, rumur, popcheck) => {
  expect(judged(rumur, popcheck).kind).toBe(kind);
});

test("a process that takes too long is ended, and nothing is said of it", async () => {
  await expect(execute("sleep", ["60"], undefined, { seconds: 0.1 })).rejects.toThrow(LimitReached);
});

test("of a message of many lines, the table shows the one that says what is wrong, and not more than fits", () => {
  expect(firstError("rumur: ended with 1\nsome/folder/a.m:12.14-18: error: union types are not supported")).toBe(
    "a.m:12.14-18: error: union types are not supported",
  );
  expect(firstError(`gcc: ended with 1\na.c:1:2: error: ${"x".repeat(9000)}`).length).toBeLessThan(200);
});

test("a translation that takes too long is ended as a search is", async () => {
  const folder = await mkdtemp(join(tmpdir(), "popcheck-compared-"));
  try {
    await writeFile(join(folder, "rumur"), '#!/bin/sh\n[ "$1" = --version ] || exec sleep 60\n', { mode: 0o755 });
    await writeFile(join(folder, "a.m"), "");
    vi.stubEnv("PATH", `${folder}:${process.env.PATH}`);
    const run = runRumur({ model: join(folder, "a.m"), symmetry: "off", limits: { seconds: 0.1 } });
    await expect(run).rejects.toThrow(LimitReached);
  } finally {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  }
});
