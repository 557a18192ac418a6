/**
 * The commit protocol: each of its parts is needed, the shortest counterexamples are those that
 * docs/explanation/commit-protocol.md shows, and each needs the fault that the document names.
 */
import { describe, expect, test } from "vitest";
import { checkArgumentsOf } from "../../checker/cli/args/case.js";
import { readKnownAnswers } from "../../checker/cli/known-answers.js";
import { Explainer } from "../../checker/explanation/explained.js";
import { Instance } from "../../checker/model/instance.js";
import { verdictInShort } from "../../checker/reports/report.js";
import { checkSync } from "../../checker/search/check.js";
import { commitProtocol } from "../../spec/toy/commit-protocol/index.js";
import { textOfTrace } from "../../traces/text/text.js";
import { read } from "../docs/documents.js";

type Given = Readonly<Record<string, unknown>>;

const PAGE = "docs/explanation/commit-protocol.md";
const faults = ["leasesRunOut", "workersDie", "queueForgets", "driverDies"] as const;
type Fault = (typeof faults)[number];

/** The parameters with which these faults alone may happen. */
const only = (...may: Fault[]) => Object.fromEntries(faults.map((fault) => [fault, may.includes(fault)]));

const outcomeOf = (given: Given) => checkSync(new Instance(commitProtocol, given));
const violatedIn = (given: Given) =>
  outcomeOf(given).properties.flatMap((property) =>
    property.verdict === "violated" ? [`${property.name}: ${verdictInShort(property)}`] : [],
  );

test("with one level, every fault, and whatever their number, every property holds and is not vacuous", () => {
  const { properties, incomplete } = outcomeOf({ levels: 1 });
  expect(incomplete).toBeUndefined();
  expect(properties.filter(({ verdict }) => verdict !== "holds").map(({ name }) => name)).toEqual([]);
  expect(properties.filter(({ vacuous }) => vacuous !== undefined).map(({ name }) => name)).toEqual([]);
});

describe("a protocol that is wrong in one part fails, by the fault that the document names, and not without it:", () => {
  test.each<[Given, Fault | undefined, string]>([
    [{ commit: "renamed", workers: 1 }, "queueForgets", "each output counts once: violated 31"],
    [{ commit: "checked" }, "queueForgets", "each output counts once: violated 35"],
    [{ commit: "opened", levels: 1 }, "workersDie", "every run ends: violated 8+12 livelock"],
    [{ barrier: "drained", levels: 1 }, "queueForgets", "no output is missing: violated 4"],
    [{ order: "manifest-first", levels: 1 }, undefined, "no output is torn: violated 9"],
    [{ names: "counted", levels: 1 }, "queueForgets", "no output is torn: violated 16"],
  ])("%j with %s", (wrong, fault, violated) => {
    expect(violatedIn({ ...wrong, ...only(...(fault ? [fault] : [])) })).toEqual([violated]);
    if (fault) expect(violatedIn({ ...wrong, ...only() })).toEqual([]);
    const right = Object.fromEntries(Object.entries(wrong).filter(([, value]) => typeof value === "number"));
    expect(violatedIn({ ...right, ...only(...(fault ? [fault] : [])) })).toEqual([]);
  });
});

test("a driver that begins again from the manifests is where the one before was: there are no more states", () => {
  const [without, withRestarts] = [outcomeOf(only()), outcomeOf(only("driverDies"))];
  expect(withRestarts.distinct).toBe(without.distinct);
  expect(withRestarts.generated).toBeGreaterThan(without.generated);
});

test("without the assumption that faults end, a run need not end", () => {
  const unbounded = { ...commitProtocol, fairness: () => [] };
  const { properties } = checkSync(new Instance(unbounded, { levels: 1, workers: 1 }));
  expect(properties.find(({ name }) => name === "every run ends")?.verdict).toBe("violated");
});

describe(PAGE, () => {
  const page = read(PAGE);
  const cases = readKnownAnswers().filter(({ model }) => model === commitProtocol.name);
  const argumentsOf = (known: (typeof cases)[number]) => checkArgumentsOf(known).replace(`${known.model}`, "").trim();

  test("the table of what fails has the recorded verdicts", () => {
    const rowOf = (known: (typeof cases)[number]) => {
      const failed = Object.entries(known.verdicts!).filter(([, verdict]) => verdict.startsWith("violated"));
      const fails = failed.map(([name, verdict]) => `*${name}* ${verdict.replace("violated ", "")}`).join(", ");
      return `| \`${argumentsOf(known)}\` | ${fails || "nothing"} |`;
    };
    const told = [...page.matchAll(/^\| `--(?:commit|barrier|order|names) .*$/gm)].map(([row]) => row);
    expect(told.length).toBeGreaterThan(5);
    const rows = cases.map(rowOf);
    expect(told.filter((row) => !rows.includes(row))).toEqual([]);
    const recorded = cases.flatMap((known, i) =>
      /^--(commit|barrier|order|names) /.test(argumentsOf(known)) ? [rows[i]!] : [],
    );
    expect(recorded.filter((row) => !told.includes(row))).toEqual([]);
  });

  test("the table of states has the recorded numbers", () => {
    const told = [...page.matchAll(/^\| `commit-protocol([^`]*)` \| ([\d,]+) \| ([\d,]+) \| (\d+) \|$/gm)];
    expect(told.length).toBeGreaterThan(4);
    const rows = cases.map((known) => [argumentsOf(known), known.distinct, known.generated, known.depth].join(" "));
    const said = told.map(([, words, ...numbers]) =>
      [words!.trim(), ...numbers.map((number) => number.replaceAll(",", ""))].join(" "),
    );
    expect(said.filter((row) => !rows.includes(row))).toEqual([]);
  });

  test.each<[Given, string, boolean]>([
    [{ commit: "renamed", ...only("queueForgets") }, "each output counts once", true],
    [{ barrier: "drained", ...only("queueForgets") }, "no output is missing", true],
    [{ commit: "opened", levels: 1, ...only("workersDie") }, "every run ends", false],
  ])("the counterexample of %j is the one that the command prints", (given, name, shortest) => {
    const instance = new Instance(commitProtocol, given);
    const [property] = checkSync(instance, { properties: [name] }).properties;
    const text = textOfTrace(new Explainer(instance).trace(property!.trace!), { shortest });
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => line.trimEnd());
    expect(page).toContain(`\`\`\`\n${lines.join("\n")}\n\`\`\``);
  });
});
