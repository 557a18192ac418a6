/** Two models side by side: what differs, what does not, and the runs that show it. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Record } from "immutable";
import { afterAll, expect, test } from "vitest";
import { type CompareOptions, compare } from "../../checker/api/compare.js";
import { type BehaviourComparison, compareBehaviour } from "../../checker/comparison/behaviour.js";
import { ComparedGraph } from "../../checker/comparison/compared-graph.js";
import type { ComparisonOutcome } from "../../checker/comparison/comparison.js";
import { chosenOf, Valuations } from "../../checker/comparison/valuation.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { single } from "../../checker/model/variables.js";
import { loadModel } from "../../checker/models/models.js";
import { loadModelOfRevision, revisionIn } from "../../checker/models/revision.js";
import { comparisonReportOf } from "../../checker/reports/comparison-report.js";
import { statusOfComparison } from "../../checker/reports/exit-status.js";
import { plain } from "../../checker/reports/terminal.js";
import { follow } from "../../traces/replay/run.js";
import type { Trace } from "../../traces/trace.js";
import { releaseTest } from "../support/extent.js";
import { randomSystem } from "../support/random-systems.js";
import { lamp } from "./lamp.js";
import { statesAfter } from "./naive-comparison.js";

const threads = 1;
const lamps = (a: string, b: string, options: CompareOptions = {}) =>
  compare({ of: lamp, parameters: { variant: a } }, { of: lamp, parameters: { variant: b } }, { threads, ...options });

function behaviourOf({ behaviour: { comparison } }: ComparisonOutcome): BehaviourComparison {
  if (!("both" in comparison)) throw new Error(comparison.open);
  return comparison;
}

const shown = (outcome: ComparisonOutcome) => comparisonReportOf(outcome, { look: plain, given: { a: {}, b: {} } });
const light = { variables: ["light"] };

test("says of the same model twice that nothing changed, and has status 0", async () => {
  const outcome = await lamps("plain", "plain");
  expect(outcome).toMatchObject({ differences: [], open: [] });
  expect(statusOfComparison(outcome)).toBe(0);
  expect(shown(outcome)).toMatch(/^nothing changed$/m);
  expect(behaviourOf(outcome)).toMatchObject({ both: 2, only: { a: { valuations: 0 }, b: { valuations: 0 } } });
});

// By variant: the answers to strong, stuttering with divergence, and stuttering, where only the light is seen.
test.each([
  ["delayed", false, true, true],
  ["spinning", false, false, true],
  ["broken", false, false, false],
  ["stopping", false, false, false],
  ["stamping", true, true, true],
])("a %s lamp is bisimilar to a plain one as is known by hand", async (variant, strong, divergence, stuttering) => {
  const outcome = await lamps("plain", variant, light);
  const { bisimilar, parting } = behaviourOf(outcome);
  expect(bisimilar).toEqual({ strong, "stuttering with divergence": divergence, stuttering });
  expect(parting.a === undefined && parting.b === undefined).toBe(stuttering);
  expect(outcome.differences.includes("the steps")).toBe(!strong);
  expect(outcome.differences.includes("the runs")).toBe(!stuttering);
  expect(statusOfComparison(outcome)).toBe(14);
});

test("shows what only one reaches, and what the other has instead", async () => {
  const outcome = await lamps("plain", "broken", light);
  expect(outcome.properties).toMatchObject([{ name: "whole", change: "now violated" }]);
  const { only, parting } = behaviourOf(outcome);
  expect(only).toMatchObject({ a: { valuations: 0, first: undefined }, b: { valuations: 1 } });
  expect(parting.a).toBeUndefined();
  expect(actionsOf(parting.b!.trace)).toEqual(["initial", "On", "Break"]);
  expect(parting.b!.instead.map(actionsOf)).toEqual([["initial", "On", "Off"]]);
  const text = shown(outcome);
  expect(text).toMatch(/^whole +holds +violated 2 +now violated$/m);
  expect(text).toContain("a run of B with 2 changes, of which A does not have the last; only B reaches its last");
  expect(text).toMatch(/\^ A has instead: Off: light on → off$/m);
});

test("shows that the other can change nothing any more", async () => {
  const { parting } = behaviourOf(await lamps("plain", "stopping", light));
  expect(parting.b).toBeUndefined();
  expect(parting.a).toMatchObject({ changes: 3, instead: [] });
  expect(shown(await lamps("plain", "stopping", light))).toContain("B can change nothing of this any more");
});

test("tells values of an ordinal apart by their order in what is compared, and not by their numbers", async () => {
  const seen = async (...variables: string[]) => behaviourOf(await lamps("plain", "stamping", { variables }));
  expect(await seen("light", "last")).toMatchObject({
    both: 2,
    only: { b: { valuations: 0 } },
    bisimilar: { strong: true },
  });
  expect(await seen("light", "first", "last")).toMatchObject({
    both: 1,
    only: { a: { valuations: 1 }, b: { valuations: 2 } },
  });
});

const actionsOf = ({ states }: Trace) => states.map((state) => state["#meta"].action);

/** Checks the parting runs of two models, by the definition and the reference semantics. @returns how many there are */
function checkParting(a: Instance, b: Instance, variables: readonly string[]): number {
  const behaviour = compareBehaviour(a, b, chosenOf(a, b, variables), { maxStates: 1000 });
  const { parting } = behaviourOf({ behaviour } as ComparisonOutcome);
  const valuations = new Valuations(variables);
  const graph = new ComparedGraph(valuations);
  const instances = { a, b };
  const sides = { a: graph.add(a, 1000), b: graph.add(b, 1000) };
  const along = (owner: "a" | "b", { states }: Trace) => {
    const [initial, ...steps] = states.map((state) => state["#meta"].choice);
    const run = follow(instances[owner], { initial: initial!, steps });
    return run.states.map(valuations.of(instances[owner])).filter((label, i, all) => label !== all[i - 1]);
  };
  const has = (owner: "a" | "b", sequence: readonly number[]) =>
    sequence.length === 0 || statesAfter(graph, sides[owner].initial, sequence).length > 0;
  for (const owner of ["a", "b"] as const) {
    if (parting[owner] === undefined) continue;
    const { trace, instead, changes } = parting[owner];
    const sequence = along(owner, trace);
    expect(sequence.length).toBe(changes + 1);
    const other = owner === "a" ? "b" : "a";
    expect([has(owner, sequence), has(other, sequence), has(other, sequence.slice(0, -1))]).toEqual([
      true,
      false,
      true,
    ]);
    const theirs = instead.map((each) => along(other, each));
    expect(theirs.filter((each) => each.slice(0, -1).join() !== sequence.slice(0, -1).join())).toEqual([]);
    expect(new Set(theirs.map((each) => each.at(-1))).size).toBe(instead.length);
  }
  return [parting.a, parting.b].filter((run) => run !== undefined).length;
}

test("each parting run replays on its side, and no run of the other has its changes, of random systems", () => {
  let runs = 0;
  for (let seed = 0; seed < 12; seed++) {
    const [a, b] = [2 * seed, 2 * seed + 1].map((each) => new Instance(randomSystem(each, 2)));
    runs += checkParting(a!, b!, seed % 2 === 0 ? ["local", "shared"] : ["shared"]);
  }
  expect(runs).toBeGreaterThan(10);
});

releaseTest("each parting run replays on its side, and no run of the other has its changes, of Popcorn", async () => {
  const { model } = await loadModel("popcorn");
  const [a, b] = ["4.6", "4.7"].map((stage) => new Instance(model, { stage, kernels: 2 }));
  expect(checkParting(a!, b!, ["copy.page"])).toBe(2);
  expect(checkParting(a!, b!, ["copy", "content", "link"])).toBe(2);
});

test("measures what accesses cost, and says of whom it is not known", async () => {
  const { model } = await loadModel("ivy");
  const { a, b } = await compare({ of: model, parameters: { kernels: 2 } }, { of: lamp }, { threads });
  const cost = a.cost as Exclude<typeof a.cost, string>;
  expect(cost.of.read.accesses + cost.of.write.accesses).toBe(200);
  expect(Math.min(cost.of.read.messages, cost.of.write.messages)).toBeGreaterThan(0);
  expect(b.cost).toMatch(/^lamp does not say how an application uses its page/);
});

test("compares by what both have with the same shape, and names what they have not", async () => {
  const { model } = await loadModel("naive-mutex");
  const sides = [2, 3].map((processes) => ({ of: model, parameters: { processes } }));
  const { behaviour, differences } = await compare(sides[0]!, sides[1]!, { threads });
  expect(behaviour.chosen).toEqual({
    variables: ["locked"],
    given: false,
    leftOut: [{ variable: "location", why: "in A it is a string by 2 process (P), in B a string by 3 process (P)" }],
  });
  expect(differences).toContain("the variables");
  await expect(compare(sides[0]!, sides[1]!, { threads, variables: ["location"] })).rejects.toThrow(
    "--variables takes what both models have with the same shape, not location: in A it is a string by 2 process (P)",
  );
  await expect(compare(sides[0]!, sides[1]!, { threads, variables: ["loked"] })).rejects.toThrow(/did you mean locked/);
});

test("is incomplete where nothing was found to differ and a limit was reached", async () => {
  const outcome = await lamps("plain", "plain", { maxStates: 1 });
  expect(outcome.differences).toEqual([]);
  expect(outcome.open.join("\n")).toContain("the states were not compared: lamp has more than 1 states");
  expect(statusOfComparison(outcome)).toBe(3);
  expect(shown(outcome)).toMatch(/^no difference was found, and not everything was decided$/m);
});

test("does not begin to compare states of which a search has found too many", () => {
  const [a, b] = ["plain", "broken"].map((variant) => new Instance(lamp as AnyModel, { variant }));
  const chosen = chosenOf(a!, b!, undefined);
  const compared = (known: number) =>
    compareBehaviour(a!, b!, chosen, { maxStates: 1000, known: { a: 1, b: known } }).comparison;
  expect(compared(1001)).toEqual({ open: expect.stringContaining("lamp has more than 1,000 states") });
  expect(compared(1000)).toHaveProperty("both", 2);
});

const folder = mkdtempSync(join(tmpdir(), "popcheck-revision-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("loads a file as it is in a revision, with what it imports, and leaves nothing behind", async () => {
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...words], { cwd: folder, stdio: "pipe" });
  const write = (start: string) => {
    mkdirSync(join(folder, "models"), { recursive: true });
    writeFileSync(join(folder, "start.ts"), `export const start = ${start};\n`);
    writeFileSync(
      join(folder, "models", "bit.ts"),
      // It imports no vocabulary: under vitest there is none of another module's.
      `import { start } from "../start";
export default {
  name: "bit", about: "a bit", parameters: {}, actions: () => [], properties: () => [],
  variables: () => ({ bit: { kind: "variable", sets: [], initial: () => start } }),
};
`,
    );
  };
  git("init", "--quiet");
  write("1");
  git("add", ".");
  git("commit", "--quiet", "-m", "one");
  write("2");
  const file = join(folder, "models", "bit.ts");
  const bitOf = ({ model }: { readonly model: AnyModel }) => new Instance(model).initial[0];
  const left = () =>
    readdirSync(tmpdir()).filter((name) => existsSync(join(tmpdir(), name, "tree", "models", "bit.ts")));
  expect(bitOf(await loadModelOfRevision(`${file}@HEAD`))).toEqual([1]);
  expect(bitOf(await loadModelOfRevision(file))).toEqual([2]);
  expect(String(git("status", "--porcelain"))).toBe(" M start.ts\n");
  await expect(loadModelOfRevision(`${file}@HEAD~7`)).rejects.toThrow("git knows no revision HEAD~7 here");
  await expect(loadModelOfRevision(`${file}@--output=x`)).rejects.toThrow("git knows no revision --output=x here");
  await expect(loadModelOfRevision(`${join(folder, "bit.ts")}@HEAD`)).rejects.toThrow(
    "the revision HEAD has no file bit.ts",
  );
  expect(left()).toEqual([]);
});

test("takes a word for a revision only where there is no such file", () => {
  expect(revisionIn("a@b/model.ts@HEAD@{1}")).toEqual({ file: "a@b/model.ts", revision: "HEAD@{1}" });
  expect(revisionIn("popcorn")).toBeUndefined();
  const strange = join(folder, "bit.ts@HEAD");
  writeFileSync(strange, "");
  expect(revisionIn(strange)).toBeUndefined();
});

test("refuses a revision where there is no repository", async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "popcheck-no-repository-"));
  const word = `${join(elsewhere, "bit.ts")}@HEAD`;
  await expect(loadModelOfRevision(word)).rejects.toThrow(/is not in a git repository/);
  rmSync(elsewhere, { recursive: true, force: true });
});

test("of records with different fields, compares those that both have", () => {
  const withRecord = (of: object) =>
    new Instance({ ...(lamp as AnyModel), variables: () => ({ copy: single(Record(of)()), light: single("off") }) });
  const [a, b] = [withRecord({ page: "Shared", data: 0 }), withRecord({ page: "Shared", data: "none", more: 1 })];
  expect(chosenOf(a, b, undefined)).toEqual({
    variables: ["copy.page", "light"],
    given: false,
    leftOut: [{ variable: "copy", why: "in A it is a record of page, data, in B a record of page, data, more" }],
  });
});
