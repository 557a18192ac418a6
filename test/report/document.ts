/** docs/findings.md, put together. */
import { checkArgumentsOf } from "../../checker/cli/args/case.js";
import { kebabCase } from "../../checker/cli/args/options.js";
import { readKnownAnswers } from "../../checker/cli/known-answers.js";
import { resolveParameters } from "../../checker/model/model.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { count } from "../../traces/text/columns.js";
import { lengthInShort } from "../../traces/trace.js";
import { beyondSection4 } from "./beyond.js";
import { Contradiction, Facts, type Finding, type Right, type Row } from "./finding.js";
import { anchorOf, chart, commands, item, paragraph, table } from "./markdown.js";
import type { NarratedRuns } from "./narrated.js";
import type { Outcomes } from "./outcomes.js";
import { differences, optionsOf, type Readings } from "./readings.js";
import { type Given, givenTo, type RunName, stageRuns } from "./runs.js";
import { stepsOf } from "./story.js";

/** What the prose has for each part of the document. */
export interface Prose {
  readonly summary: (f: Facts) => string;
  readonly right: { readonly opening: (f: Facts) => string; readonly claims: readonly Right[] };
  readonly fails: { readonly opening: (f: Facts) => string; readonly findings: readonly Finding[] };
  readonly repairs: { readonly opening: (f: Facts) => string; readonly rows: readonly RepairRow[] };
  readonly stages: { readonly opening: (f: Facts) => string; readonly findings: readonly Finding[] };
  readonly pitfalls: { readonly opening: (f: Facts) => string; readonly findings: readonly Finding[] };
  readonly readings: { readonly opening: string; readonly notes: readonly ReadingNote[] };
  readonly again: string;
}

export interface RepairRow {
  readonly run: RunName;
  readonly what: string;
}

/** What is to be said of a reading's verdicts. */
export interface ReadingNote {
  readonly option: string;
  readonly says: string;
}

export class Document {
  constructor(
    readonly prose: Prose,
    readonly outcomes: Outcomes,
    readonly readings: Readings,
    readonly runs: NarratedRuns,
  ) {}

  /** The whole of it. @throws Contradiction if the prose does not say what was computed */
  text(): string {
    const { summary, right, fails, repairs, stages, pitfalls, readings, again } = this.prose;
    const facts = (of: string) => new Facts(of, this.outcomes);
    const parts = [
      "# Findings",
      "<!-- Written by npm run report from test/report/: every figure and every chart is computed there. Edit it there. -->",
      paragraph(summary(facts("the summary"))),
      "## The verdicts",
      ...this.verdicts(),
      "## What is right",
      paragraph(right.opening(facts("what is right"))),
      ...right.claims.flatMap((claim) => this.right(claim)),
      "## What fails, and what repairs it",
      paragraph(fails.opening(facts("what fails"))),
      ...fails.findings.flatMap((finding) => this.finding(finding)),
      "### The repairs",
      paragraph(repairs.opening(facts("the repairs"))),
      this.repairs(),
      "## What each stage is for",
      paragraph(stages.opening(facts("what each stage is for"))),
      ...stages.findings.flatMap((finding) => this.finding(finding, "on demand")),
      "## Pitfalls for who implements it",
      paragraph(pitfalls.opening(facts("pitfalls"))),
      ...pitfalls.findings.flatMap((finding) => this.finding(finding)),
      "## What the readings change",
      paragraph(readings.opening),
      this.readingsTable(),
      ...this.notes(),
      "## Beyond section 4",
      beyondSection4(readKnownAnswers()),
      "## How to see it again",
      paragraph(again),
    ];
    return `${parts.join("\n\n")}\n`;
  }

  /**
   * Takes the runs that the searches show for those that are not told rightly any more. The titles of those findings.
   */
  renewRuns(): string[] {
    const { fails, stages, pitfalls } = this.prose;
    const findings = [...fails.findings, ...stages.findings, ...pitfalls.findings];
    const first = ({ violated, property }: Finding) => whatIsAsked(violated[0], property);
    const renewed = findings.filter((finding) => {
      const [run, asked] = first(finding);
      return this.runs.renew(run, asked, new Facts(finding.title, this.outcomes).trace(run, asked));
    });
    const kept = findings.map((finding) => first(finding).join());
    this.runs.write((run, property) => kept.includes([run, property].join()));
    return renewed.map(({ title }) => title);
  }

  // A claim that holds

  right(claim: Right): string[] {
    const facts = new Facts(claim.title, this.outcomes);
    return [
      `### ${claim.title}`,
      ...this.paper(claim.paper),
      table(HEADS, this.rows(facts, claim.property, claim.holds, "holds")),
      ...this.restsOn(claim.holds[0], claim.questions ?? []),
      paragraph(claim.why(facts)),
    ];
  }

  // A claim that fails

  finding(finding: Finding, shown: "if short" | "on demand" = "if short"): string[] {
    const { title, property, violated, holds = [], questions = [], story } = finding;
    const facts = new Facts(title, this.outcomes);
    const [run, asked] = whatIsAsked(violated[0], property);
    const shortest = facts.trace(run, asked);
    const trace = told(title, () => this.runs.instead(run, asked, shortest));
    const steps = told(title, () => stepsOf(trace, story));
    const rows = [...this.rows(facts, property, violated, "violated"), ...this.rows(facts, property, holds, "holds")];
    const reading = [finding.reading?.(facts) ?? "", this.escape(violated, property)].filter((part) => part !== "");
    return [
      `### ${title}`,
      ...this.paper(finding.paper),
      table(HEADS, rows),
      chart(trace, shown),
      paragraph(`**Why.** ${finding.why(steps, facts)}`),
      ...this.restsOn(violated[0], questions),
      ...(reading.length === 0 ? [] : [paragraph(`**Is another reading kinder?** ${reading.join(" ")}`)]),
      ...(finding.repair ? [paragraph(`**What repairs it.** ${finding.repair(facts)}`)] : []),
      commands([...violated, ...holds].map((row) => commandOf(...whatIsAsked(row, property)))),
    ];
  }

  /** The claim as the paper has it. */
  private paper(paper: Finding["paper"]): string[] {
    const sections = [...new Set(paper.map(({ section }) => section))];
    return sections.map((section) => {
      const quotes = paper.filter((place) => place.section === section).map(({ quote }) => `"${quote}"`);
      return paragraph(`**The paper** (section ${section}): ${quotes.join(", ")}`);
    });
  }

  /** A line for each verdict; properties that hold in one run, over the same states, share one. */
  private rows(facts: Facts, of: string, rows: readonly Row[], expected: "violated" | "holds"): string[][] {
    const lines = new Map<string, { run: RunName; verdict: string; properties: string[] }>();
    for (const row of rows) {
      const [run, property] = whatIsAsked(row, of);
      const verdict = facts.verdict(run, property, expected);
      const line = lines.get(run + verdict) ?? { run, verdict, properties: [] };
      line.properties.push(`*${property}*`);
      lines.set(run + verdict, line);
    }
    return [...lines.values()].map(({ run, verdict, properties }) => {
      const { stage, kernels, network = "unordered", ...others } = givenTo(run);
      return [properties.join(", "), stage, String(kernels), network, optionsInWords(others), verdict];
    });
  }

  /** Which questions a claim rests on, and how they are answered. */
  private restsOn(row: Row, questions: readonly number[]): string[] {
    const given = givenTo(typeof row === "string" ? row : row[0]);
    const options = resolveParameters(popcorn, given as Record<string, unknown>) as Readonly<Record<string, unknown>>;
    if (questions.length === 0) return [];
    const told = questions.map((question) => {
      const answers = optionsOf(question).map(({ name, about }) => {
        const usual = name in given ? "" : ", the default";
        return `${about}: here \`${kebabCase(name)} ${options[name]}\`${usual}`;
      });
      return item(`question ${question}, ${answers.join("; ")}`);
    });
    return [`**It rests on** what the paper leaves open ([readings](explanation/readings.md)):\n\n${told.join("\n")}`];
  }

  /** What is known of other readings, if it fails by default with three kernels. */
  private escape(rows: readonly Row[], property: string): string {
    const stages = rows
      .filter((row): row is RunName => typeof row === "string")
      .map((run) => givenTo(run))
      .filter((given) => given.kernels === 3 && Object.keys(given).length === 2)
      .map(({ stage }) => stage)
      .filter((stage) => stage === "4.7" || stage === "4.8");
    return stages.map((stage) => this.readings.escapes(stage, property)).join(" ");
  }

  // Tables

  /** A row for each property, a column for each stage and number of kernels. */
  private verdicts(): string[] {
    const findings = this.prose.fails.findings;
    const says = new Map(
      stageRuns.flatMap((run) => this.outcomes.whole(run).properties.map(({ name, says }) => [name, says] as const)),
    );
    const rows = [...says].map(([name, sentence]) => {
      const told = findings
        .filter(({ property, violated }) => violated.some((row) => whatIsAsked(row, property)[1] === name))
        .map(({ title }) => `[why](${anchorOf(title)})`);
      return [
        `*${name}*`,
        /^(\d[^:]*): /.exec(sentence)?.[1] ?? "",
        ...stageRuns.map((run) => this.cell(run, name)),
        told.join(", "),
      ];
    });
    const states = stageRuns.map((run) => count(this.outcomes.whole(run).distinct));
    const heads = stageRuns.map((run) => `${givenTo(run).stage}, ${givenTo(run).kernels} kernels`);
    return [
      table(["property", "section", ...heads, ""], [...rows, ["distinct states", "", ...states, ""]]),
      paragraph(LEGEND),
    ];
  }

  private cell(run: RunName, name: string): string {
    const property = this.outcomes.of(run, name);
    if (property === undefined) return "–";
    const { verdict, trace, waiting, goals, vacuous } = property;
    if (verdict === "uncovered") return `${goals!.unmet.length} unused`;
    if (verdict !== "violated") return vacuous === undefined ? "holds" : "holds vacuously";
    return trace ? `✗ ${lengthInShort(trace)}${waiting ? ` ${waiting}` : ""}` : "✗";
  }

  /** What each repair leaves to be desired. */
  private repairs(): string {
    const rows = this.prose.repairs.rows.map(({ run, what }) => {
      const { properties, distinct } = this.outcomes.whole(run);
      const failing = properties.filter(({ verdict }) => verdict === "violated");
      const told = failing.map(({ name, trace }) => `*${name}*${trace ? ` (${lengthInShort(trace)})` : ""}`);
      const given = givenTo(run);
      return [
        what,
        given.stage,
        optionsInWords(given),
        count(distinct),
        told.length === 0 ? "nothing: **all hold**" : told.join(", "),
      ];
    });
    return table(["repair", "stage", "options", "states, 3 kernels", "what fails"], rows);
  }

  /** What each other reading comes to, from what is recorded. */
  readingsTable(): string {
    const rows = this.readings
      .others()
      .map(({ stage, question, option, distinct, verdicts }) => [
        question === 0 ? "" : String(question),
        stage,
        `\`${option}\``,
        count(distinct),
        differences(this.readings.defaultOf(stage), verdicts),
      ]);
    return table(["question", "stage", "reading", "states", "what differs from the default's"], rows);
  }

  private notes(): string[] {
    const known = this.readings.others().map(({ option }) => option);
    return this.prose.readings.notes.map(({ option, says }) => {
      if (!known.includes(option)) throw new Contradiction(option, "a note on a reading that is not in the table");
      return item(`\`${option}\` ${says}`);
    });
  }
}

const HEADS = ["property", "stage", "kernels", "network", "options", "verdict"];
const LEGEND = `\`✗ 18\`: violated, and the shortest counterexample has 18 steps. \`✗ 5+10\`: violated by a run that takes 5
  steps, and then 10 others again and again; others get what they wait for (starvation), nobody does (livelock), or nothing more has to
  happen (standstill). \`–\`: not asked of this stage. A cell of the receive table that no run uses does no harm. Wherever a verdict is
  given, the network is unordered and the clocks are of any skew, if nothing else is said.`;

function whatIsAsked(row: Row, property: string): readonly [RunName, string] {
  return typeof row === "string" ? [row, property] : row;
}

const argumentsOf = (given: Given) =>
  checkArgumentsOf({ model: "popcorn", parameters: given as Readonly<Record<string, unknown>> });

/** What is given besides the stage, the kernels and the network. */
function optionsInWords({ stage: _stage, kernels: _kernels, network: _network, ...others }: Partial<Given>): string {
  const options = checkArgumentsOf({ model: "", parameters: others }).trim();
  return options === "" ? "default" : `\`${options}\``;
}

function commandOf(run: RunName, property: string): string {
  return `npx popcheck check ${argumentsOf(givenTo(run))} --property "${property}"`;
}

/** Names the claim in what goes wrong with the run that it tells. */
function told<T>(claim: string, task: () => T): T {
  try {
    return task();
  } catch (error) {
    throw new Contradiction(claim, (error as Error).message);
  }
}
