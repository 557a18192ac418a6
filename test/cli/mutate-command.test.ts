/** `popcheck mutate`: what it prints, what it writes, and how it ends. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, popcheck } from "../support/command-line.js";

test("lists survivors with their questions and the runs on which they part, and exits with 14", () => {
  const { status, stdout, stderr } = popcheck("mutate", "naive-mutex", "--only", "Set", "--all", "--json", "set.json");
  expect([status, stderr]).toEqual([14, ""]);
  expect(stdout).toMatch(/^naive-mutex, processes 2: 6 mutants of 6$/m);
  expect(stdout).toMatch(/^survived {7}2 {2}no property notices them/m);
  expect(stdout).toContain(
    "noticed  [negate-guard] In action Set: location[i] is taken for set where it is rest\n" +
      "    by mutual exclusion: after 2 steps, where the original takes 6\n",
  );
  expect(stdout).toContain(
    [
      "survived  [keep-field] In action Set, nothing fails if locked stays as it is instead of becoming true. Need it be written?",
      "    the shortest run on which they part, of the mutant: 3 steps",
      " 0  initial      P1 rest  P2 rest  locked false",
      " 1  Request(P1)  P1 rest → test",
      " 2  Test(P1)     P1 test → set      await not locked",
      " 3  Set(P1)      P1 set → critical  locked := true",
      "    ^ in the original step 3 comes to P1 set → critical  locked false → true",
    ].join("\n"),
  );
  const json = JSON.parse(readFileSync(join(folder, "set.json"), "utf8"));
  expect(json).toMatchObject({ format: "popcheck mutation 1", status: 14, mutants: 6 });
});

test("takes a sample by its seed, several kinds, and parameters; exits with 0 if all are noticed", () => {
  const { status, stdout } = popcheck(
    ...["mutate", "naive-mutex", "--processes", "1", "--sample", "2", "--seed", "3", "--kinds", "stall,skip-state"],
  );
  expect(stdout).toMatch(
    /^naive-mutex, processes 1: \d mutants of \d, drawn until 2 behaved otherwise, .*\(--seed 3\)$/m,
  );
  expect(status).toBe(/^survived +0 /m.test(stdout) ? 0 : 14);
});

test("refuses what it does not know", () => {
  const said = (...words: string[]) => {
    const { status, stderr } = popcheck("mutate", "naive-mutex", ...words);
    expect(status).toBe(2);
    return stderr;
  };
  expect(said("--kinds", "drop")).toMatch(/--kinds takes drop-send, other-message/);
  expect(said("--only", "Tset")).toMatch(/--only takes a cell or an action that has mutants: Leave/);
  expect(said("--seed", "3")).toMatch(/--seed needs --sample N/);
  expect(said("--seconds", "no")).toMatch(/--seconds takes a whole number/);
});

test("of a model in a file says that its types are not checked", () => {
  writeFileSync(
    join(folder, "flip.ts"),
    `import { model, single, vocabulary } from "popcheck/model";
const { action, always } = vocabulary<any>();
export default model({
  name: "flip",
  about: "a bit",
  parameters: {},
  variables: () => ({ bit: single(false), other: single(false) }),
  actions: () => [action("Flip", {}, (state) => state.withBit(!state.bit()))],
  properties: () => [always({ name: "still", says: "", for: {}, holds: (s) => !s.other(), explain: () => "" })],
});
`,
  );
  const { status, stdout, stderr } = popcheck("mutate", "flip.ts");
  expect(stderr).toBe("the types of flip.ts are not checked here: popcheck check does\n");
  expect(stdout).toContain("In action Flip, nothing fails if it never happens. Is the action needed?");
  expect(status).toBe(14);
});
