/** What a CI server reads: JUnit XML and SARIF say what the outcome says, and are valid, whatever stands in a model. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { withProperties } from "../../checker/model/model.js";
import { packageRoot } from "../../checker/package.js";
import { junitOf } from "../../checker/reports/junit.js";
import { type SarifSource, sarifOf } from "../../checker/reports/sarif.js";
import { checkSync } from "../../checker/search/check.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { popcornProperties } from "../../invariants/popcorn/index.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { starvingMutex } from "../../spec/toy/starving-mutex.js";
import { textOfTrace } from "../../traces/text/text.js";
import { read } from "../docs/documents.js";
import { counter, folder, popcheck } from "../support/command-line.js";

const given = { stage: "4.2", kernels: 2 };
const kernels = checkSync(new Instance(withProperties(popcorn, popcornProperties), given), {});
const mutex = checkSync(new Instance(starvingMutex, {}), {});

/** Everything that ends a text, an attribute or an element, and what XML has no place for. */
const HOSTILE = `"'</failure></testcase>]]>--><!-- &amp; &#0; {0} [a](https://b.example) \r\n\t\u0000\u0007\u001b\uffff\ud800 é 😀`;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is dropped
const SURVIVES = HOSTILE.replace(/[\u0000\u0007\u001b\uffff]/g, "").replace("\ud800", "");

/** Returns the outcome with hostile words for its names and sentences. */
function hostile(outcome: Outcome): Outcome {
  const properties = outcome.properties.map((property) => ({
    ...property,
    name: `${property.name}${HOSTILE}`,
    says: HOSTILE,
    explanation: property.explanation && HOSTILE,
  }));
  return { ...outcome, model: HOSTILE, properties, parameters: { [HOSTILE]: HOSTILE } };
}

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescaped(text: string): string {
  expect(text.replace(/&(?:amp|lt|gt|quot|apos|#\d+);/g, "")).not.toMatch(/[&<]/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has none of them
  expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[^\P{Cs}]/u);
  return text.replace(/&(?:#(\d+)|(\w+));/g, (_, code, name) =>
    code === undefined ? ENTITIES[name]! : String.fromCodePoint(Number(code)),
  );
}

/** Returns the root of a well-formed document of elements, attributes and text; it fails on anything else. */
function parsedXml(xml: string): Element {
  const declaration = `<?xml version="1.0" encoding="UTF-8"?>\n`;
  expect(xml.startsWith(declaration)).toBe(true);
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  const token = /<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>|([^<]+)/gy;
  token.lastIndex = declaration.length;
  let read = token.lastIndex;
  for (let found = token.exec(xml); found; found = token.exec(xml)) {
    read = token.lastIndex;
    const [, closes, name, attributes = "", empty, text] = found;
    const inside = open.at(-1)!;
    if (text !== undefined) inside.text += unescaped(text.replace(/\r\n?/g, "\n"));
    else if (closes) expect(open.pop()!.name).toBe(name);
    else {
      const pairs = [...attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, key, value]) => [
        key!,
        // A reader takes a raw line break in an attribute for a space.
        unescaped(value!.replace(/[\t\r\n]/g, " ")),
      ]);
      expect(new Set(pairs.map(([key]) => key)).size, "no attribute twice").toBe(pairs.length);
      const element = { name: name!, attributes: Object.fromEntries(pairs), children: [], text: "" };
      inside.children.push(element);
      if (!empty) open.push(element);
    }
  }
  expect(read, "all of it is understood").toBe(xml.length);
  expect(open).toEqual([root]);
  expect(root.children).toHaveLength(1);
  expect(root.text.trim()).toBe("");
  return root.children[0]!;
}

/** A line on which an action, or the rule of a cell, is declared. */
const DECLARES = /\b(action|receive|rule|impossible)[<(]/;

function suiteOf(outcome: Outcome, given: Readonly<Record<string, unknown>> = {}) {
  const root = parsedXml(junitOf(outcome, given));
  expect([root.name, root.children.map(({ name }) => name)]).toEqual(["testsuites", ["testsuite"]]);
  const suite = root.children[0]!;
  return { suite, cases: suite.children.filter(({ name }) => name === "testcase") };
}

describe("JUnit XML", () => {
  test.each([
    ["popcorn", kernels],
    ["a model with lassos", mutex],
  ])("has a case for each property, which fails if it is violated, with the run: %s", (_, outcome) => {
    const { suite, cases } = suiteOf(outcome);
    expect(cases.map(({ attributes }) => attributes.name)).toEqual(outcome.properties.map(({ name }) => name));
    outcome.properties.forEach(({ verdict, explanation, trace, kind, says }, i) => {
      const [inside, ...others] = cases[i]!.children;
      expect(others).toEqual([]);
      if (verdict === "holds") expect(inside).toBeUndefined();
      else {
        expect(inside).toMatchObject({ name: "failure", attributes: { message: explanation, type: kind } });
        const [run, declared] = inside!.text.split("\nIts steps are declared in\n");
        expect(run).toBe(`${says}\n${textOfTrace(trace!)}`);
        const actions = new Set(trace!.states.slice(1).map((state) => state["#meta"].cell ?? state["#meta"].action));
        const lines = (declared?.split("\n") ?? []).map((line) => /^ {2}(\S+\.[jt]s):(\d+) {2}(.+)$/.exec(line)!);
        expect(new Set(lines.map(([, , , name]) => name))).toEqual(actions);
        for (const [, file, line] of lines) expect(read(file!).split("\n")[Number(line) - 1]).toMatch(DECLARES);
      }
    });
    const violated = outcome.properties.filter(({ verdict }) => verdict === "violated").length;
    expect(violated).toBeGreaterThan(0);
    expect(suite.attributes).toMatchObject({ tests: `${cases.length}`, failures: `${violated}`, errors: "0" });
  });

  test("has the parameters in the suite's name, those given and all numbers, and each beneath it", () => {
    const { suite } = suiteOf(kernels, given);
    expect(suite.attributes.name).toBe("popcorn, kernels 2, stage 4.2, skew 1");
    const properties = suite.children.find(({ name }) => name === "properties")!;
    expect(properties.children.map(({ attributes }) => [attributes.name, attributes.value])).toEqual(
      Object.entries(kernels.parameters).map(([name, value]) => [name, String(value)]),
    );
  });

  test("what is not decided is an error with the reason, and never a pass", () => {
    const cut = checkSync(new Instance(withProperties(popcorn, popcornProperties), given), { maxStates: 5 });
    const undecided = cut.properties.filter(({ verdict }) => verdict === "incomplete");
    const { suite, cases } = suiteOf(cut);
    expect(undecided.length).toBeGreaterThan(0);
    for (const { name } of undecided) {
      const { children } = cases.find(({ attributes }) => attributes.name === name)!;
      expect(children).toMatchObject([{ name: "error", attributes: { type: "incomplete", message: cut.incomplete } }]);
    }
    expect(suite.attributes.errors).toBe(String(undecided.length));
  });

  test("a search that did not see every state is no pass, even if every property is decided", () => {
    const { suite, cases } = suiteOf({ ...kernels, incomplete: "interrupted" });
    expect(cases.at(-1)).toMatchObject({ children: [{ name: "error", attributes: { message: "interrupted" } }] });
    expect(suite.attributes).toMatchObject({ errors: "1", tests: String(cases.length) });
  });

  test("whatever stands in names and sentences stays a text, without what XML cannot say", () => {
    const { cases } = suiteOf(hostile(kernels));
    expect(cases).toHaveLength(kernels.properties.length);
    expect(cases[0]!.attributes).toMatchObject({ name: `SWMR${SURVIVES}`, classname: SURVIVES });
    expect(cases[0]!.children[0]!.attributes.message).toBe(SURVIVES);
    expect(cases[0]!.children[0]!.text).toContain(SURVIVES);
  });
});

const about = { version: "1.2.3", modelFile: "models/my protocol.ts" };
type Sarif = ReturnType<typeof sarifOf>;
const parsedSarif = (outcome: Outcome, more: SarifSource = about) =>
  JSON.parse(JSON.stringify(sarifOf(outcome, more))) as Sarif;

interface Step {
  readonly location: {
    readonly message: { readonly text: string };
    readonly physicalLocation?: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number };
    };
  };
}

/** Returns the code flow of each result that has one. */
function flowsOf({ runs }: Sarif): Step[][] {
  return runs[0]!.results.flatMap(({ codeFlows }) =>
    (codeFlows ?? []).map(({ threadFlows }) => threadFlows[0]!.locations as unknown as Step[]),
  );
}

/**
 * Returns a message as its reader shows it: doubled braces are braces, and a single one would be an argument's place.
 */
function shown({ text }: { text: string }): string {
  expect(text.replace(/\{\{|\}\}/g, "")).not.toMatch(/[{}]/);
  return text.replaceAll("{{", "{").replaceAll("}}", "}");
}

describe("SARIF", () => {
  test("is of version 2.1.0, with a rule for each property and a result for each violation", () => {
    const { version, $schema, runs } = parsedSarif(kernels);
    expect([version, $schema]).toEqual(["2.1.0", expect.stringMatching(/^https:.*sarif.*2\.1\.0.*json$/)]);
    const [{ tool, results, invocations }] = runs as [Sarif["runs"][number]];
    expect(tool.driver).toMatchObject({ name: "popcheck", version: "1.2.3" });
    const { rules } = tool.driver;
    expect(rules.map(({ name, shortDescription }) => [name, shown(shortDescription)])).toEqual(
      kernels.properties.map(({ name, says }) => [name, says]),
    );
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    const violated = kernels.properties.filter(({ verdict }) => verdict === "violated");
    expect(results.map(({ ruleIndex, level, message }) => [rules[ruleIndex]!.name, level, shown(message)])).toEqual(
      violated.map(({ name, explanation }) => [name, "error", explanation]),
    );
    for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex]!.id).toBe(ruleId);
    expect(invocations).toEqual([{ executionSuccessful: true }]);
  });

  test("a result's code flow has a step for each state, in words", () => {
    const [first] = parsedSarif(kernels).runs[0]!.results;
    const steps = first!.codeFlows![0]!.threadFlows[0]!.locations as {
      executionOrder: number;
      location: { message: { text: string } };
    }[];
    expect(steps.map(({ executionOrder }) => executionOrder)).toEqual(kernels.properties[0]!.trace!.states.map((_, i) => i + 1)); // biome-ignore format: a line
    expect(shown(steps[1]!.location.message)).toBe(
      "App_Read(K2)  K2 Invalid → InvalidRead1 [awaiting {} → {K1}]  + Fetch K2→K1  4.2: a read on Invalid broadcasts a Fetch",
    );
  });

  test("a model's file is where a violation is; a built-in model has none", () => {
    const [located] = parsedSarif(kernels).runs[0]!.results;
    expect(located!.locations).toMatchObject([
      { physicalLocation: { artifactLocation: { uri: "models/my%20protocol.ts" }, region: { startLine: 1 } } },
    ]);
    const [builtIn] = parsedSarif(kernels, { ...about, modelFile: undefined }).runs[0]!.results;
    expect(JSON.stringify(builtIn!.locations)).not.toContain("physicalLocation");
  });

  test.each([
    ["a receive table", kernels],
    ["actions, with a run for ever", mutex],
  ])("each step points at the line of its rule, or else of its action: %s", (_, outcome) => {
    const flows = flowsOf(parsedSarif(outcome));
    let told = 0;
    flows.forEach((steps, i) => {
      const { trace } = outcome.properties.filter(({ trace }) => trace !== undefined)[i]!;
      expect(steps[0]!.location.physicalLocation).toMatchObject({ region: { startLine: 1 } });
      steps.slice(1).forEach(({ location }, at) => {
        const { artifactLocation, region } = location.physicalLocation!;
        const declaration = read(decodeURIComponent(artifactLocation.uri))
          .split("\n")
          .slice(region.startLine - 1);
        const { cell, action, says } = trace!.states[at + 1]!["#meta"];
        // The declaration begins on that line, and no other begins before its sentence.
        expect(declaration[0]).toMatch(DECLARES);
        // Some are declared by a function that is given the name or the sentence.
        if (/\b(name|says)\b/.test(declaration[0]!)) return;
        told++;
        const words = cell === undefined ? `"${action}"` : says;
        expect(declaration.slice(0, 4).join("\n")).toContain(words);
      });
    });
    expect(told).toBeGreaterThan(flows.length);
  });

  test.each([
    ["outside of the working folder", "/somewhere/else/rules.ts"],
    ["in a package", "node_modules/rules/rules.js"],
    ["unknown", undefined],
  ])("a step whose place is %s is shown where the violation is", (_, file) => {
    const places = kernels.properties[0]!.trace!.states.map(() => (file === undefined ? file : { file, line: 7 }));
    const [property] = kernels.properties;
    const [steps] = flowsOf(parsedSarif({ ...kernels, properties: [{ ...property!, places }] }));
    for (const { location } of steps!)
      expect(location.physicalLocation).toMatchObject({
        artifactLocation: { uri: "models/my%20protocol.ts" },
        region: { startLine: 1 },
      });
  });

  test("what is not decided is told, since there is no result for it", () => {
    const cut = checkSync(new Instance(starvingMutex, {}), { maxStates: 2 });
    const [invocation] = parsedSarif(cut).runs[0]!.invocations;
    expect(invocation!.executionSuccessful).toBe(false);
    const [notification] = invocation!.toolExecutionNotifications!;
    expect(shown(notification!.message)).toMatch(
      /^incomplete: stopped at --max-states 2.*; not decided: .*mutual exclusion/,
    );
  });

  test("whatever stands in a text is no argument and no link", () => {
    const [result] = parsedSarif(hostile(kernels)).runs[0]!.results;
    expect(shown(result!.message)).toContain(`{0} [a] (https://b.example)`);
  });
});

describe("popcheck check", () => {
  test("--junit and --sarif write files beside the text, with the status as ever", () => {
    mkdirSync(join(folder, "models"), { recursive: true });
    const never = `always({ name: "a < b", says: "never 3", for: {}, holds: (s) => s.count() < 3, explain: (s) => "<" + s.count() + ">" })`;
    writeFileSync(join(folder, "models", "third one.ts"), counter({ properties: never }));
    const { status, stdout } = popcheck(
      "check",
      "./models/third one.ts",
      "--junit",
      "junit.xml",
      "--sarif",
      "out.sarif",
    );
    expect(status).toBe(12);
    expect(stdout).toContain("VIOLATED");
    const [suite] = parsedXml(readFileSync(join(folder, "junit.xml"), "utf8")).children;
    expect(suite).toMatchObject({ attributes: { name: "counter, maxCount 5", failures: "1" } });
    const text = readFileSync(join(folder, "out.sarif"), "utf8");
    expect(text).not.toContain(folder);
    const [result] = (JSON.parse(text) as Sarif).runs[0]!.results;
    expect(result).toMatchObject({ ruleId: "a-b", message: { text: "<3>" } });
    expect(result!.locations).toMatchObject([
      { physicalLocation: { artifactLocation: { uri: "models/third%20one.ts" } } },
    ]);
    const source = readFileSync(join(folder, "models", "third one.ts"), "utf8").split("\n");
    const declared = 1 + source.findIndex((line) => line.includes(`action("`));
    const [steps] = flowsOf(JSON.parse(text) as Sarif);
    expect(steps).toHaveLength(4);
    for (const { location } of steps!.slice(1))
      expect(location.physicalLocation).toEqual({
        artifactLocation: { uri: "models/third%20one.ts", uriBaseId: "%SRCROOT%" },
        region: { startLine: declared },
      });
  });

  test("--sarif names no path of this machine in the steps of a built-in model", () => {
    const { status } = popcheck("check", "popcorn", "--stage", "4.2", "--kernels", "2", "--sarif", "built-in.sarif");
    expect(status).toBe(12);
    const text = readFileSync(join(folder, "built-in.sarif"), "utf8");
    expect(flowsOf(JSON.parse(text) as Sarif)[0]!.length).toBeGreaterThan(5);
    expect(text).not.toContain("physicalLocation");
    expect(text).not.toContain(packageRoot);
  });

  test.each([
    ["--junit", ["--junit", "nowhere/junit.xml"], /--junit \S+ cannot be written: /],
    ["--sarif", ["--sarif", "."], /--sarif \. cannot be written: it is a folder/],
    ["--sarif -", ["--sarif", "-"], /--sarif takes a file, not the standard output/],
    ["one file for both", ["--junit", "same", "--sarif", "./same"], /--sarif \.\/same is the file of --junit too/],
    ["the file of --json", ["--json", "same", "--junit", "same"], /--junit same is the file of --json too/],
  ])("refuses before the search what cannot be written: %s", (_, words, reason) => {
    // The search of this model would end with status 15.
    const { status, stderr } = popcheck("check", "throws.ts", ...words);
    expect(stderr).toMatch(reason);
    expect(status).toBe(2);
  });
});
