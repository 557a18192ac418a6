/** `popcheck step`, as a process of its own with commands from a pipe. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseTrace } from "../../traces/formats/parse.js";
import { lengthOf } from "../../traces/trace.js";
import { bin, counter, folder, popcheck, ran, small } from "../support/command-line.js";
import { exceptRelease, releaseTest } from "../support/extent.js";

function step(words: readonly string[], ...lines: string[]) {
  const input = lines.map((line) => `${line}\n`).join("");
  const { status, stdout, stderr } = ran(bin, ["step", ...words], { cwd: folder, input });
  return { status, stdout, stderr };
}

const swmr = ["popcorn", "--stage", "4.2", "--kernels", "2"];

test("shows the state, what can happen and what it would change, and takes a step by its number", () => {
  const { status, stdout, stderr } = step(swmr, "1");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout.split("\n")).toEqual([
    "state 0: initial",
    "    K1 Modified  K2 Invalid  content {latest v1, initial –}",
    "   1  App_Read(K2)     K2 Invalid → InvalidRead1 [awaiting {} → {K1}]  + Fetch K2→K1",
    "   2  Local_Write(K1)  K1 Modified [data v1 → v2]  content [latest v1 → v2]",
    "      22 other steps cannot be taken: why tells the reasons",
    "state 1: after App_Read(K2)",
    "    K1 Modified  K2 InvalidRead1  content {latest v1, initial –}",
    "    + Fetch K2→K1",
    "   1  Local_Write(K1)      K1 Modified [data v1 → v2]  content [latest v1 → v2]",
    "   2  Receive Fetch K2→K1  K1 Modified → Shared  + Copy(data v1) K1→K2",
    "      23 other steps cannot be taken: why tells the reasons",
    "",
  ]);
});

test("undo, redo, goto and begin move along the run, by any beginning of their names", () => {
  const { stdout } = step(swmr, "1", "2", "undo", "u", "red", "goto 2", "g 0", "begin 1");
  expect(stdout.match(/^state.*$/gm)).toEqual([
    "state 0: initial",
    "state 1: after App_Read(K2)",
    "state 2: after Receive Fetch K2→K1",
    "state 1: after App_Read(K2), 1 ahead",
    "state 0: initial, 2 ahead",
    "state 1: after App_Read(K2), 1 ahead",
    "state 2: after Receive Fetch K2→K1",
    "state 0: initial, 2 ahead",
    "state 0: initial",
  ]);
  expect(stdout).toContain("    K1 Invalid  K2 Modified");
});

test("why tells the read that closed a guard", () => {
  const { stdout } = step(swmr, "1", "why Read_Done");
  expect(stdout).toContain(
    "  Read_Done(K1)  as copy[K1].page = Modified\n  Read_Done(K2)  as copy[K2].awaiting = {K1}\n",
  );
});

test("find goes to a violation, save writes it, replay and step take it up", () => {
  const { stdout } = step(
    swmr,
    "find violation of SWMR",
    "check SWMR",
    "save found.json SWMR",
    "goto 3",
    "save walk.json",
    "trace",
  );
  expect(stdout).toContain("  the shortest way takes 8 steps");
  expect(stdout).toContain("    ^ SWMR: Modified: K1; Shared: K2");
  expect(stdout).toMatch(/ {2}VIOLATED {2}SWMR {2}Modified: K1; Shared: K2/);
  expect(stdout).toContain("found.json: a violation of SWMR of 8 steps");
  expect(stdout).toContain("walk.json: a walk of 3 steps");
  expect(stdout).toMatch(/^walked {2}a walk +3 steps$/m);
  const replayed = popcheck("replay", "found.json");
  expect({ status: replayed.status, out: replayed.stdout }).toEqual({
    status: 12,
    out: expect.stringContaining("VIOLATED  SWMR"),
  });
  const walked = popcheck("replay", "walk.json");
  expect({ status: walked.status, out: walked.stdout }).toEqual({
    status: 0,
    out: expect.stringMatching(/^walked {2}a walk/),
  });
  expect(popcheck("view", "walk.json").status).toBe(0);
  expect(popcheck("export", "walk.json", "--format", "mermaid").stdout).not.toContain("VIOLATED");
  expect(lengthOf(parseTrace(readFileSync(join(folder, "walk.json"), "utf8")))).toBe(3);
  const loaded = step([...swmr, "--trace", "found.json"], "load found.json at 2");
  expect(loaded.stdout.match(/^state.*$/gm)).toEqual([
    "state 8: after Read_Done(K2)",
    "state 2: after Receive Fetch K2→K1, 6 ahead",
  ]);
});

test("find goes to where a condition holds, or says that it holds nowhere", () => {
  const { stdout } = step(
    swmr,
    "find some j, k: copy[j] = Shared and copy[k] = Shared",
    "find copy[K1] = Unmapped",
    "find copy[K1",
  );
  expect(stdout).toContain("state 4: after Read_Done(K2)");
  expect(stdout).toContain("no such state can be reached from here");
  expect(stdout).toContain("copy[K1] is never Unmapped: it is Invalid");
  expect(stdout).toContain("error: ] is expected at the end\n  copy[K1\n         ^\n");
});

describe("what is wrong is told, and the walk goes on", () => {
  const mistakes: [line: string, reason: RegExp][] = [
    ["9", /error: there is no step 9 here/],
    ["0", /error: there is no step 0 here/],
    ["undo", /error: there is no step to take back/],
    ["goto x", /error: a number is needed, not x/],
    ["chekc", /error: no command is called chekc.*check/],
    ["find violation of XYZ", /error: popcorn has no property called XYZ/],
    ["save nowhere/x.json", /error: --save nowhere\/x\.json cannot be written/],
    ["load nowhere.json", /error: there is no such file/],
    ["check XYZ", /no property is called XYZ/],
  ];
  test.each(exceptRelease(mistakes, (_, place) => place % 4 > 0))("%s", (line, reason) => {
    const { status, stdout } = step(swmr, line, "1");
    expect(stdout).toMatch(reason);
    expect({ status, last: stdout.match(/^state.*$/gm)!.at(-1) }).toEqual({
      status: 0,
      last: "state 1: after App_Read(K2)",
    });
  });

  test("a step whose function throws is taken like any other, and nothing can happen behind it", () => {
    const throws = `if (state.count() === 1) throw new Error("not this one");`;
    writeFileSync(join(folder, "thrower.ts"), counter({ step: throws, properties: small }));
    const { status, stdout } = step(["thrower.ts"], "1", "1", "state");
    expect(stdout).toMatch(/^ +1 {2}Up {2}action Up, declared at .*, threw not this one \(thrower\.ts:\d+\)$/m);
    expect(stdout).toMatch(/\^ no error: action Up, .*\n {2}nothing can happen here$/m);
    expect({ status, last: stdout.match(/^state.*$/gm)!.at(-1) }).toEqual({ status: 0, last: "state 2: after Up" });
  });

  test("a state of which a property throws is told before it is gone to, and there", () => {
    const throws = `always({ name: "thrower", says: "", for: {}, holds: (s) => { if (s.count() === 2) throw new Error("not there"); return true; }, explain: () => "" })`;
    writeFileSync(join(folder, "property-thrower.ts"), counter({ properties: throws }));
    const { status, stdout } = step(["property-thrower.ts"], "1", "1", "trace");
    expect(stdout).toMatch(/^ +1 {2}Up {2}count 1 → 2\n +violates no error$/m);
    expect(stdout).toMatch(/\^ no error: property "thrower" threw not there/);
    expect(stdout).toMatch(/^walked {2}a walk +2 steps$/m);
    expect({ status, last: stdout.match(/^state.*$/gm)!.at(-1) }).toEqual({ status: 0, last: "state 2: after Up" });
  });

  releaseTest("a condition that takes too long in a state ends the search, and not the walk", () => {
    const names = Array.from({ length: 40 }, (_, i) => `every v${i}: `).join("");
    const { status, stdout } = step(["german"], `find ${names}node[v0] != Nope`, "1");
    expect(stdout).toMatch(/more than 1,000,000 comparisons in one state: bind fewer names/);
    expect({ status, states: stdout.match(/^state \d/gm) }).toEqual({ status: 0, states: ["state 0", "state 1"] });
  });

  test("a function that throws while it is searched on is named, and the types are said not to be checked", () => {
    const throws = `if (state.count() === 3) throw new Error("not this one");`;
    writeFileSync(join(folder, "late-thrower.ts"), counter({ step: throws, properties: small }));
    const { status, stdout, stderr } = step(["late-thrower.ts"], "find count = 5");
    expect(stdout).toMatch(
      /not found, which does not mean .*: stopped where a function .*; action Up, .* not this one/,
    );
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: "the types of late-thrower.ts are not checked here: popcheck check does\n",
    });
  });

  releaseTest("a model that is none is refused at the start", () => {
    expect(step(["popcron"])).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("no model is called popcron"),
    });
    expect(step([...swmr, "--trace", "nowhere.json"])).toMatchObject({ status: 2, stdout: "" });
  });
});

test("quit ends it, and so does the end of the input", () => {
  expect(step(swmr, "quit", "1").stdout.match(/^state/gm)).toHaveLength(1);
  expect(step(swmr, "help").stdout).toMatch(/find CONDITION +go the shortest way/);
});
