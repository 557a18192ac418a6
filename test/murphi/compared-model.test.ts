/** What is said of two runs of a model, one of rumur's and one of popcheck's. */
import { expect, test } from "vitest";
import { execute, LimitReached } from "../twins/peers.js";
import { judged } from "./compared-model.js";

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
  ["not compared", run(3), none("it takes more than 1 s")],
  ["differs", run(3), none("fails: TypeError")],
] as const)("says %s", (kind, rumur, popcheck) => {
  expect(judged(rumur, popcheck).kind).toBe(kind);
});

test("a process that takes too long is ended, and nothing is said of it", async () => {
  await expect(execute("sleep", ["60"], undefined, { seconds: 0.1 })).rejects.toThrow(LimitReached);
});
