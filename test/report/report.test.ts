/**
 * docs/findings.md is what `npm run report` writes: of its parts those that take a moment are computed again here, `npm
 * run report -- --check` compares the whole. And a report whose prose is not true is refused.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkArgumentsOf } from "../../checker/cli/args/case.js";
import { readKnownAnswers } from "../../checker/cli/known-answers.js";
import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import { inPackage } from "../../checker/package.js";
import { checkSync } from "../../checker/search/check.js";
import { proseOfTypeScript } from "../spec/quotations.js";
import { releaseTest } from "../support/extent.js";
import { Document } from "./document.js";
import { Contradiction, type Finding, finding, type Right } from "./finding.js";
import { anchorOf, withTables } from "./markdown.js";
import { NarratedRuns, nameIn } from "./narrated.js";
import { optimizationsPage } from "./optimizations.js";
import { lengthInWords, Outcomes } from "./outcomes.js";
import { prose } from "./prose/index.js";
import { differences, optionsOf, Readings } from "./readings.js";
import { type Given, givenTo, type RunName } from "./runs.js";
import { bySkew } from "./simulation.js";
import { firstDifference } from "./stale.js";
import { stepsOf } from "./story.js";

const page = readFileSync(inPackage("docs/findings.md"), "utf8");
const { model } = await loadModel("popcorn");
const outcomes = new Outcomes(model);
const document = new Document(prose, outcomes, new Readings(), new NarratedRuns(model));

const findings = [...prose.fails.findings, ...prose.stages.findings, ...prose.pitfalls.findings];
const claims: readonly (Finding | Right)[] = [...prose.right.claims, ...findings];

/** Whether a search of it takes no time to speak of. */
const isQuick = (run: RunName) => givenTo(run).kernels === 2;

describe("docs/findings.md", () => {
  test("has every claim once", () => {
    const headings = [...page.matchAll(/^### (.*)$/gm)].map(([, title]) => title);
    expect(headings).toEqual([
      ...prose.right.claims.map(({ title }) => title),
      ...prose.fails.findings.map(({ title }) => title),
      "The repairs",
      ...prose.stages.findings.map(({ title }) => title),
      ...prose.pitfalls.findings.map(({ title }) => title),
    ]);
  });

  test("names no line of a source, which every edit of that file moves", () => {
    expect(page).not.toMatch(/\.[jt]s(:|#58;)\d/);
  });

  const runsOf = ({ violated, holds = [] }: Finding) =>
    [...violated, ...holds].map((row) => (typeof row === "string" ? row : row[0]));
  const quick = findings.filter((each) => runsOf(each).every(isQuick));

  test.each(quick.map((each) => [each.title, each] as const))('says of "%s" what is computed', (_title, each) => {
    expect(page).toContain(
      document.finding(each, prose.stages.findings.includes(each) ? "on demand" : "if short").join("\n\n"),
    );
  });

  test("computes some of it here", () => {
    expect(quick.length).toBeGreaterThan(3);
  });

  test("says of the readings what is recorded", () => {
    expect(page).toContain(document.readingsTable());
  });

  test("has a chart of every failure, and marks what goes on for ever", () => {
    const charts = [...page.matchAll(/^```mermaid\nsequenceDiagram\n([\s\S]*?)^```$/gm)].map(([, chart]) => chart!);
    expect(charts.length).toBe(findings.length);
    const isLine = /^ {2}(title|participant|Note over|loop|end|p\d(->>|--\)|-x)p\d:)/;
    for (const chart of charts) {
      expect(
        chart
          .trimEnd()
          .split("\n")
          .filter((line) => !isLine.test(line)),
      ).toEqual([]);
    }
    expect(charts.filter((chart) => chart.includes("loop again and again")).length).toBeGreaterThan(1);
    expect(page).not.toMatch(/\.ts[:#]/);
  });

  test("has no longer lines than other files, but for tables, charts and commands", () => {
    const plain = page.replace(/^```[\s\S]*?^```$/gm, "").split("\n");
    expect(plain.filter((line) => line.length > 120 && !/^( {4}|\||<!--)/.test(line))).toEqual([]);
  });

  test("links to headings that it has", () => {
    const anchors = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!));
    const links = [...page.matchAll(/\]\((#[^)]*)\)/g)].map(([, to]) => to!);
    expect(links.filter((link) => !anchors.includes(link))).toEqual([]);
    expect(links.length).toBeGreaterThan(10);
    expect(new Set(anchors).size).toBe(anchors.length);
  });

  /** `npx popcheck check popcorn --stage 4.3 --kernels 2 --property "unique election"` */
  const commands = [...page.matchAll(/^ {4}npx popcheck check (popcorn .*) --property "([^"]*)"$/gm)];
  const given = new Map<string, Given>(
    claims.flatMap((claim) =>
      [...("violated" in claim ? claim.violated : []), ...(claim.holds ?? [])].map((row) => {
        const run = typeof row === "string" ? row : row[0];
        return [
          checkArgumentsOf({ model: "popcorn", parameters: givenTo(run) as Record<string, unknown> }),
          givenTo(run),
        ];
      }),
    ),
  );

  test("shows commands with properties that the model has", () => {
    expect(commands.length).toBeGreaterThan(findings.length);
    for (const [line, words, property] of commands) {
      const names = new Instance(model, given.get(words!) ?? {}).properties.map(({ name }) => name);
      expect(names, line).toContain(property);
    }
  });

  releaseTest("shows commands that say what the page says", () => {
    const two = commands.filter(([, words]) => words!.includes("--kernels 2"));
    const lines = new Map<string, Set<string>>();
    for (const [, words, property] of two) lines.set(words!, (lines.get(words!) ?? new Set()).add(property!));
    expect(lines.size).toBeGreaterThan(10);
    for (const [words, names] of lines) {
      const { properties } = checkSync(new Instance(model, given.get(words)!), { properties: [...names] });
      for (const { name, trace } of properties) {
        const line = `npx popcheck check ${words} --property "${name}"\n`;
        const section = page.slice(0, page.indexOf(line)).split("\n### ").at(-1)!;
        expect(section, line).toContain(trace ? `: ${lengthInWords(trace)} |` : "| holds: ");
      }
    }
  });
});

describe("the prose", () => {
  const folder = inPackage("test/report/prose");
  const files = readdirSync(folder);

  /**
   * What has a number for a name: sections and stages, kernels, repairs, page states, the steps of a round, questions.
   */
  const names =
    /\b([Ss]ections? \d(\.\d)?|\d\.\d[ab]?|K[1-3]|R[1-4]|(Writing Pend|WritingPend|Invalid Read|InvalidRead) ?[12]|[Ss]teps? [12]( and [12])?)\b|--no-step[12]/g;
  /** The section of a quotation is a string of its own. */
  const isSection = (text: string) => /^\d(\.\d)?$/.test(text);
  const written =
    /\b(four|five|six|seven|eight|nine|ten|eleven|twelve|(thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|hundred|thousand|million)\b/i;

  test.each(files)("of %s has no figure that somebody typed", (file) => {
    const texts = proseOfTypeScript(readFileSync(join(folder, file), "utf8")).map(({ text }) => text);
    const figures = texts
      .filter((text) => !isSection(text))
      .map((text) => text.replace(names, ""))
      .filter((text) => /\d/.test(text) || written.test(text));
    expect(figures).toEqual([]);
  });

  test("a figure that somebody typed is seen", () => {
    const left = (text: string) => text.replace(names, "");
    expect(left("K3 in 4.7a, Writing Pend 2, without step 1: R4 of section 5")).not.toMatch(/\d/);
    expect(left("(step 12)")).toMatch(/\d/);
    expect(left("12 steps")).toMatch(/\d/);
    expect("after Seven steps").toMatch(written);
  });

  test("every claim has words of the paper, or an open question", () => {
    for (const { title, paper, questions = [] } of claims) {
      expect(paper.length + questions.length, title).toBeGreaterThan(0);
      for (const question of questions)
        expect(optionsOf(question).length, `${title}: question ${question}`).toBeGreaterThan(0);
    }
  });
});

describe("a report that would not be true is refused, and names the claim", () => {
  const votes = prose.fails.findings[0]!;
  const asFinding = (changed: Partial<Finding>) => () =>
    document.finding({ ...votes, violated: ["4.3, two"], holds: [], ...changed });

  test("what is told to fail holds", () => {
    expect(asFinding({ violated: ["4.7, two"] })).toThrow(
      new Contradiction(votes.title, 'written for a violation of unique election in "4.7, two", which holds'),
    );
  });

  test("what is told to hold fails", () => {
    expect(asFinding({ holds: ["4.4, two"] })).toThrow(
      new Contradiction(
        votes.title,
        'written for unique election holding in "4.4, two", where it is violated in 12 steps',
      ),
    );
    const claim: Right = { title: "a claim", paper: [], property: "eventual read", holds: ["4.7, two"], why: () => "" };
    expect(() => document.right(claim)).toThrow(/^"a claim": written for eventual read holding in "4.7, two"/);
  });

  test("the counterexample is not the one that is told", () => {
    const other = finding({
      ...votes,
      violated: ["4.3, two"],
      holds: [],
      story: { first: "Write_Done(K3)" },
      why: () => "",
    });
    expect(() => document.finding(other)).toThrow(/^"The votes.*no step after 0 is Write_Done\(K3\)/);
  });

  test("a figure is asked for that is not there", () => {
    expect(asFinding({ why: (_at, f) => f.steps("4.7, two", "unique election") })).toThrow(Contradiction);
    expect(asFinding({ why: (_at, f) => f.states("4.3, two", "unique election") })).toThrow(Contradiction);
    expect(asFinding({ why: (_at, f) => f.steps("4.3, two", "no such property") })).toThrow();
  });

  test("other properties fail than are told", () => {
    const why = (_at: unknown, f: Parameters<Finding["why"]>[1]) => {
      f.allHoldBut("4.7, two", []);
      return "";
    };
    expect(asFinding({ why })).toThrow(/with nothing failing; it is eventual read/);
  });
});

describe("parts", () => {
  test("tables are written between their marks, and a page without a mark is refused", () => {
    const page = "before\n<!-- one -->\n| old |\n<!-- end -->\nafter\n<!-- two -->\n<!-- end -->\n";
    const written = withTables(page, { one: "| 1 |", two: "| 2 |" });
    expect(written).toBe("before\n<!-- one -->\n| 1 |\n<!-- end -->\nafter\n<!-- two -->\n| 2 |\n<!-- end -->\n");
    expect(() => withTables(page, { three: "" })).toThrow('no place for the table "three"');
  });

  test("the tables of section 5.2's optimizations say what is recorded", () => {
    const page = readFileSync(inPackage("docs/explanation/optimizations.md"), "utf8");
    expect(firstDifference(page, optimizationsPage(page, readKnownAnswers()))).toBeUndefined();
  });

  releaseTest("what is simulated is as the page says, as far as it is computed in a moment", () => {
    const page = readFileSync(inPackage("docs/explanation/simulation.md"), "utf8");
    expect(page).toContain(`<!-- clocks -->\n${bySkew()}\n<!-- end -->`);
    expect(page.match(/^\| .* \|$/gm)!.length).toBeGreaterThan(50);
  });

  test("a story is found step by step", () => {
    const trace = outcomes.of("4.4, two", "SWMR")!.trace!;
    const story = { read: "App_Read(K2)", old: "Invalid K1→K2 in InvalidRead1", elected: "Write_Done(K1)" };
    const { read, old, elected } = stepsOf(trace, story);
    expect(read < old && old < elected).toBe(true);
    for (const step of [read, old, elected])
      expect(nameIn(trace.states[step]!["#meta"])).toMatch(/App_Read|Invalid|Write_Done/);
    expect(() => stepsOf(trace, { elected: "Write_Done(K1)", old: "Invalid K1→K2" })).toThrow(
      /is Invalid K1→K2 \("old"/,
    );
    expect(() => stepsOf(trace, { old: "Invalid K1→K2 in Shared" })).toThrow();
  });

  describe("the run that is told", () => {
    const shortest = outcomes.of("4.4, two", "SWMR")!.trace!;
    const told = (steps: readonly string[], loop = {}) =>
      new NarratedRuns(model, [{ run: "4.4, two", property: "SWMR", steps, ...loop }]);
    const steps = ["App_Read(K2)", "Fetch K2→K1", "App_Write(K1)", "Invalid K1→K2", "Copy K1→K2", "Ack K2→K1"];

    test("may be any shortest one, with any names", () => {
      for (const end of [
        ["Write_Done(K1)", "Read_Done(K2)"],
        ["Read_Done(K2)", "Write_Done(K1)"],
      ]) {
        const trace = told([...steps, ...end]).instead("4.4, two", "SWMR", shortest);
        expect(trace.states.slice(1).map((state) => nameIn(state["#meta"]))).toEqual([...steps, ...end]);
        expect(trace["#meta"].explanation).toBe("Modified: K1; Shared: K2");
      }
      const other = (name: string) => name.replace(/K[12]/g, (kernel) => (kernel === "K1" ? "K2" : "K1"));
      const renamed = [...steps, "Write_Done(K1)", "Read_Done(K2)"].map(other);
      expect(told(renamed).instead("4.4, two", "SWMR", shortest)["#meta"].explanation).toBe("Modified: K2; Shared: K1");
    });

    test("must be a run, violate the property at its end, and be as short", () => {
      const instead =
        (...names: string[]) =>
        () =>
          told(names).instead("4.4, two", "SWMR", shortest);
      expect(instead("Write_Done(K1)")).toThrow(/does not exist any more/);
      expect(instead(...steps)).toThrow(/violates nothing/);
      expect(instead(...steps, "Read_Done(K2)", "App_Write(K2)", "Write_Done(K1)")).toThrow(/violates nothing/);
      expect(instead("Local_Write(K1)", ...steps, "Write_Done(K1)", "Read_Done(K2)")).toThrow(
        /has 9 steps, and the shortest 8/,
      );
      expect(() => told([]).instead("4.5, two", "SWMR", shortest)).toThrow(/has no run of it/);
    });

    test("of a run that goes on for ever must close its cycle", () => {
      const lasso = outcomes.of("4.7, two", "eventual read")!.trace!;
      const names = lasso.states.slice(1).map((state) => nameIn(state["#meta"]));
      const { loop } = lasso["#meta"];
      const instead = (at: number) =>
        new NarratedRuns(model, [{ run: "4.7, two", property: "eventual read", steps: names, loop: at }]).instead(
          "4.7, two",
          "eventual read",
          lasso,
        );
      expect(instead(loop!)["#meta"].loop).toBe(loop);
      expect(() => instead(loop! + 1)).toThrow();
    });

    test("is another one if it is not told rightly", () => {
      const runs = told(["Write_Done(K1)"]);
      expect(runs.renew("4.4, two", "SWMR", shortest)).toBe(true);
      expect(runs.renew("4.4, two", "SWMR", shortest)).toBe(false);
      expect(runs.instead("4.4, two", "SWMR", shortest)).toEqual(shortest);
    });
  });

  test("the first difference is told", () => {
    expect(firstDifference("a\nb\n", "a\nb\n")).toBeUndefined();
    expect(firstDifference("a\nb\n", "a\nc\n")).toBe("  line 2 is      b\n  and should be  c");
    expect(firstDifference("a\n", "a\nc\n")).toContain("line 2 is");
    expect(firstDifference("a\nb\nc", "a\nb")).toContain("line 3 is      c\n  and should be  (nothing more)");
  });

  test("what differs between readings is told: first what is decided otherwise", () => {
    const usual = { a: "holds", b: "violated 18", c: "violated 5+10 starvation", d: "uncovered 1" };
    expect(differences(usual, usual)).toBe("nothing");
    expect(differences(usual, { ...usual, b: "violated 20" })).toBe("*b* 18 → 20");
    expect(differences(usual, { a: "violated 7", b: "holds", c: "violated 5+0 standstill", d: "uncovered 2" })).toBe(
      "*a* **fails**: 7; *b* **holds**; else *c* 5+10 → 5+0, *d* 1 → 2",
    );
    expect(differences({ a: "holds" }, { b: "holds" })).toBe("*a* is not asked; *b* **holds**");
  });

  test("a reading that nobody has checked yet is told", () => {
    const cases = readKnownAnswers().map(({ verdicts: _verdicts, ...known }) => known);
    expect(() => new Readings(cases)).toThrow(/run popcheck verify --all --update/);
  });

  test("npm run report takes --check or --anew", () => {
    const run = spawnSync(process.execPath, [inPackage("dist/test/report/report.js"), "--chek"], { encoding: "utf8" });
    expect([run.status, run.stderr]).toEqual([2, "usage: npm run report [-- --check | --anew]\n"]);
  });
});
