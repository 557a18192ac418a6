/** The runs and the models that the documents show are those of the program. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { check, reportOf } from "../../checker/api/index.js";
import { descriptionOf } from "../../checker/cli/commands/describe.js";
import { Explainer } from "../../checker/explanation/explained.js";
import { Instance } from "../../checker/model/instance.js";
import { type AnyModel, withProperties } from "../../checker/model/model.js";
import { loadModel } from "../../checker/models/models.js";
import { murphiModel } from "../../checker/murphi/model.js";
import { inPackage } from "../../checker/package.js";
import { plain } from "../../checker/reports/terminal.js";
import { checkSync } from "../../checker/search/check.js";
import atomicPage from "../../docs/examples/atomic-page.js";
import directory from "../../docs/examples/directory/protocol.js";
import eagerCopy from "../../docs/examples/eager-copy.js";
import lendingHome from "../../docs/examples/lending-home.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { textOfTrace } from "../../traces/text/text.js";
import { lengthOf } from "../../traces/trace.js";
import { releaseTest } from "../support/extent.js";
import { read } from "./documents.js";

/** The blocks of TypeScript in a document. */
const codeIn = (document: string) => [...read(document).matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);

describe("docs/tutorial/from-the-paper-to-a-verdict.md", () => {
  const page = read("docs/tutorial/from-the-paper-to-a-verdict.md");
  const decide = async (given: Record<string, unknown>, properties?: string[]) =>
    checkSync(new Instance((await loadModel("popcorn")).model, given), properties && { properties }).properties;

  test("the counterexample it shows is the one that the command prints", async () => {
    const given = { stage: "4.2", kernels: 2 };
    const [swmr] = await decide(given, ["SWMR"]);
    const shown = /VIOLATED {2}SWMR[\s\S]*?```/.exec(page)![0];
    const explainer = new Explainer(new Instance((await loadModel("popcorn")).model, given));
    const trace = explainer.trace(swmr!.trace!);
    const lines = textOfTrace(trace, { shortest: true }).trimEnd().split("\n");
    expect(shown.split("\n").slice(0, -1)).toEqual(lines.map((line) => line.trimEnd()));
  });

  test("SWMR holds in 4.5, and in 4.7 everything but eventual read", async () => {
    const [swmr] = await decide({ stage: "4.5", kernels: 2 }, ["SWMR"]);
    expect(swmr?.verdict).toBe("holds");
    const failed = (await decide({ stage: "4.7", kernels: 2 })).filter(({ verdict }) => verdict !== "holds");
    expect(failed.map(({ name, trace }) => [name, lengthOf(trace!), trace!["#meta"].loop])).toEqual([
      ["eventual read", 8, 1],
    ]);
  });

  releaseTest("with three kernels data and updates are lost after the steps it tells", async () => {
    const told = ["SWMR", "unique election", "coherent data", "no lost update"];
    const outcomes = await decide({ stage: "4.7", kernels: 3 }, told);
    const said = outcomes.map(({ name, trace }) => [name, trace && lengthOf(trace)]);
    expect(Object.fromEntries(said)).toEqual({
      SWMR: undefined,
      "unique election": undefined,
      "coherent data": 18,
      "no lost update": 24,
    });
    for (const words of ["violated after 18 steps", "loses an update after 24"])
      expect(page.replace(/\s+/g, " ")).toContain(words);
  });
});

describe("docs/tutorial/a-first-model.md", () => {
  const [whole, repair] = codeIn("docs/tutorial/a-first-model.md");

  /** Checks a model's text as a file of its own. */
  function run(text: string, ...words: string[]) {
    const folder = mkdtempSync(join(tmpdir(), "tutorial-"));
    try {
      const file = join(folder, "no-mutex.ts");
      writeFileSync(file, text);
      const program = inPackage("dist/checker/cli/popcheck.js");
      return spawnSync(process.execPath, [program, "check", file, ...words], { encoding: "utf8" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test("the model can be checked as it is, and fails after two steps", () => {
    const { status, stdout } = run(whole!);
    expect(stdout).toContain("shortest: 2 steps");
    expect(status).toBe(12);
    expect(run(whole!, "--processes", "1").status).toBe(0);
  });

  test("with the repair it holds", () => {
    const repaired = whole!
      .replace(/const enter = [\s\S]*?\n\);\n/, () => repair!)
      .replace("actions: () => [enter]", "actions: () => [enter, leave]");
    expect(repaired).toContain("[enter, leave]");
    expect(run(repaired).status).toBe(0);
  });
});

describe("docs/how-to/change-a-protocol.md", () => {
  const page = "docs/how-to/change-a-protocol.md";
  const alone = "an acknowledged writer is alone";
  const given = { stage: "4.7", kernels: 2 };

  test("the invariant holds before the change, and fails after it in the steps shown", () => {
    const before = withProperties(popcorn, eagerCopy.properties);
    const verdictOf = (model: AnyModel) =>
      checkSync(new Instance(model, given), { properties: [alone] }).properties.find(({ name }) => name === alone);
    expect(verdictOf(before)?.verdict).toBe("holds");
    const after = verdictOf(eagerCopy);
    expect(after?.trace && lengthOf(after.trace)).toBe(10);
    const explainer = new Explainer(new Instance(eagerCopy, given));
    const text = textOfTrace(explainer.trace(after!.trace!), { shortest: true });
    expect(text).toContain(`${alone}         shortest: 10 steps`);
    expect(read(page)).toContain(`\`\`\`\n${text}\n\`\`\``);
  });

  test("shows the code of the example as it is", () => {
    const example = read("docs/examples/eager-copy.ts").replace(/\s+/g, " ");
    const shown = codeIn(page);
    expect(shown.length).toBe(2);
    for (const code of shown) expect(example).toContain(code.replace(/\s+/g, " ").trim());
  });
});

describe("docs/how-to/from-an-empty-folder.md", () => {
  const page = "docs/how-to/from-an-empty-folder.md";

  test("shows the verdicts of what init writes", async () => {
    const report = reportOf(await check(directory, { threads: 1 }), {
      look: plain,
      ...{ given: {}, full: false, replay: new Map() },
    });
    const [verdicts] = report.split("\n\n");
    expect(verdicts).toMatch(/^holds {2}SWMR/);
    expect(read(page)).toContain(`${verdicts}\n\`\`\``);
  });

  test("extends Popcorn as it says, with a property that is violated after two steps", () => {
    const [, code] = codeIn(page);
    const folder = mkdtempSync(join(tmpdir(), "extended-"));
    try {
      writeFileSync(join(folder, "extended.ts"), code!);
      const program = inPackage("dist/checker/cli/popcheck.js");
      const words = [
        "check",
        join(folder, "extended.ts"),
        "--stage",
        "4.7",
        "--kernels",
        "2",
        "--property",
        "a Shared copy is not alone",
      ];
      const { stdout } = spawnSync(process.execPath, [program, ...words], { encoding: "utf8" });
      expect(stdout).toMatch(/^VIOLATED {2}a Shared copy is not alone +shortest: 2 steps$/m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("docs/how-to/model-a-home.md", () => {
  const page = "docs/how-to/model-a-home.md";

  test("shows the counterexample of the example, which a patient home does not have", () => {
    const instance = new Instance(lendingHome, {});
    const [impatient] = checkSync(instance).properties;
    const text = textOfTrace(new Explainer(instance).trace(impatient!.trace!), { shortest: true });
    expect(read(page)).toContain(`\`\`\`\n${text}\n\`\`\``);
    const [patient] = checkSync(new Instance(lendingHome, { impatient: false })).properties;
    expect(patient!.verdict).toBe("holds");
  });

  test("shows the code of the example as it is", () => {
    const example = read("docs/examples/lending-home.ts").replace(/\s+/g, " ");
    const shown = codeIn(page);
    expect(shown.length).toBe(3);
    for (const code of shown) expect(example).toContain(code.replace(/\s+/g, " ").trim());
  });
});

describe("docs/how-to/bring-your-murphi-model.md", () => {
  const page = "docs/how-to/bring-your-murphi-model.md";
  const file = "docs/examples/forgetful-home.m";
  const instance = () => new Instance(murphiModel(read(file), file), {});

  test("shows the steps of the counterexample of the example", () => {
    const of = instance();
    const owners = checkSync(of).properties.find(({ name }) => name === "one owner");
    const text = textOfTrace(new Explainer(of).trace(owners!.trace!), { shortest: true });
    const [, shown] = /```\n( 1 {2}ask[\s\S]*?)\n```/.exec(read(page))!;
    expect(shown!.split("\n").length).toBe(2);
    expect(text).toContain(`\n${shown}\n`);
  });

  test("shows what describe says of processes and channels", () => {
    const [, shown] = /```\n(Processes[\s\S]*?)\n```/.exec(read(page))!;
    expect(descriptionOf(instance(), plain)).toContain(`\n${shown}\n`);
  });
});

describe("docs/how-to/refine-a-model.md", () => {
  const page = "docs/how-to/refine-a-model.md";
  const steps = "refines atomic-page: steps";
  const verdictsOf = (of: AnyModel, given: object) =>
    Object.fromEntries(
      checkSync(new Instance(of, { ...given })).properties.map(({ name, verdict }) => [name, verdict]),
    );

  test("shows the counterexample of the example, which messages that arrive in order do not have", () => {
    expect(verdictsOf(atomicPage, { caches: 2 })).toEqual({
      "refines atomic-page: initial states": "holds",
      [steps]: "holds",
      "refines atomic-page: strong fairness of Get": "holds",
      "no unspecified reception": "holds",
    });
    const instance = new Instance(atomicPage, { caches: 2, ordered: false });
    const trace = checkSync(instance, { properties: [steps] }).properties.find(({ name }) => name === steps)!.trace!;
    const text = textOfTrace(new Explainer(instance).trace(trace), { shortest: true });
    expect(read(page)).toContain(`\`\`\`\n${text.trimStart()}\n\`\`\``);
  });

  releaseTest("says what fails if the home is weakly fair, and that nothing else does with three caches", () => {
    const weak: typeof atomicPage = {
      ...atomicPage,
      actions: (given) => atomicPage.actions(given).map((of) => (of.name === "Home" ? { ...of, fair: "weak" } : of)),
    };
    const fairness = "refines atomic-page: strong fairness of Get";
    const right = verdictsOf(atomicPage, { caches: 3 });
    expect(Object.values(right)).toEqual(Object.values(right).map(() => "holds"));
    expect(verdictsOf(weak, { caches: 3 })).toEqual({ ...right, [fairness]: "violated" });
  });

  test("shows the code of the example as it is", () => {
    const example = read("docs/examples/atomic-page.ts").replace(/\s+/g, " ");
    const shown = codeIn(page);
    expect(shown.length).toBe(2);
    for (const code of shown) expect(example).toContain(code.replace(/\s+/g, " ").trim());
  });
});
