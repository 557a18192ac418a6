/** What a simulation comes to, as text. Pure functions of the outcome. */
import { align, count, counted } from "../../traces/text/columns.js";
import { onOneLine } from "../../traces/text/shown.js";
import type { ParameterValues } from "../model/parameters.js";
import { inGrammar } from "../simulation/distributions.js";
import { ARRAYS, CHARTS, type Figure7, ITERATIONS, type Point, SERIES } from "../simulation/figure-7.js";
import { DEFAULT_LATENCY } from "../simulation/latency.js";
import { FIGURES, type SimulationOutcome } from "../simulation/simulate.js";
import type { Estimate } from "../simulation/statistics.js";
import { plotOf } from "./plot.js";
import { labelled, nameOfModel } from "./report.js";
import type { Look } from "./terminal.js";

/** What was simulated. */
export interface Simulated {
  readonly model: string;
  readonly parameters: ParameterValues;
  /** The parameters that the user gave. */
  readonly given: Readonly<Record<string, unknown>>;
  /** The kinds of message that carry the page's data. */
  readonly carryPage: readonly string[];
  /** The workload, with its size. */
  readonly workload: string;
}

/** What every report says of what is left out. */
export const LEFT_OUT =
  "messages that create, migrate and synchronize threads are left out: the paper says that they are most of its traffic";
const SAMPLE = "a simulation is a sample of runs: what it does not show can happen all the same, and popcheck check decides it"; // biome-ignore format: one sentence

/** Returns the report of a workload. */
export function simulationReport(outcome: SimulationOutcome, of: Simulated, look: Look): string {
  return paragraphs([heading(outcome, of, look), figures(outcome), messages(outcome), verdicts([outcome], look)]);
}

/** Returns the report of the workload figure-7. */
export function figure7Report({ points, observations }: Figure7, of: Simulated, look: Look): string {
  const outcomes = points.map(({ outcome }) => outcome);
  const charts = CHARTS.flatMap(({ letter, says }) => {
    const of = points.filter((point) => point.letter === letter);
    return [[`(${letter}) ${says}`, ...pointRows(of)], chartRows(of, look)];
  });
  const observed = observations.flatMap(
    ({ letter, says, isFound, figures }) =>
    labelled(isFound ? "found" : "not found", `${letter === "all" ? "" : `(${letter}) `}${says}: ${figures}`, look.width), // biome-ignore format: one sentence
  );
  return paragraphs([heading(outcomes[0]!, of, look), ...charts, observed, verdicts(outcomes, look)]);
}

function paragraphs(parts: readonly (readonly string[])[]): string {
  const texts = parts.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${texts.join("\n\n")}\n`;
}

function heading({ times, seeds }: SimulationOutcome, of: Simulated, { width }: Look): string[] {
  const pages = of.carryPage.length === 0 ? "" : `, with the page's data (${of.carryPage.join(", ")}) ${inGrammar(DEFAULT_LATENCY.page)} us`; // biome-ignore format: one sentence
  const rules = times.latency.map(({ text }) => `; ${onOneLine(text)}`).join("");
  const skew = times.clockSkew.map(({ text }) => onOneLine(text)).join("; ");
  return [
    ...labelled("model", nameOfModel(of, of.given), width),
    ...labelled("workload", of.workload, width),
    ...labelled(
      "time",
      `local access ${times.localAccess} us, page fault ${times.fault} us, handling a message ${times.handling} us`,
      width,
    ),
    ...labelled("latency", `${inGrammar(DEFAULT_LATENCY.other)} us${pages}${rules}`, width),
    ...labelled("clocks", skew === "" ? "exact" : `off by ${skew} us`, width),
    ...labelled("runs", `${counted(seeds.length, "seed")}, from ${seeds[0]}`, width),
    ...labelled("left out", LEFT_OUT, width),
  ];
}

/** Writes a figure with three digits or more: 0.0123, 1.23, 12.3, 1,234. */
export function inDigits(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || size >= 1000 || (Number.isInteger(value) && size >= 100)) return count(value);
  if (Number.isInteger(value)) return String(value);
  return size >= 100 ? value.toFixed(1) : size >= 1 ? value.toFixed(2) : value.toPrecision(2);
}

const plusMinus = ({ halfWidth }: Estimate) => (halfWidth === null ? "" : `± ${inDigits(halfWidth)}`);

/** Aligns rows of which all but the first cells are numbers. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return align(rows.map((row) => row.map((cell, column) => (column === 0 ? cell : cell.padStart(widths[column]!)))));
}

function figures({ figures }: SimulationOutcome): string[] {
  const rows = FIGURES.flatMap(({ name, unit }) => {
    const of = figures.get(name);
    return of === undefined ? [] : [[`${name}${unit === "" ? "" : `, ${unit}`}`, inDigits(of.mean), plusMinus(of)]];
  });
  return table([["of each run", "mean", "95 %"], ...rows]);
}

function messages({ messages, names }: SimulationOutcome): string[] {
  if (messages.length === 0) return ["no message was sent"];
  const rows = messages.map(({ kind, sent, toEach }) => [kind, inDigits(sent.mean), plusMinus(sent), ...toEach.map(inDigits)]); // biome-ignore format: one row
  return table([["messages of each run", "mean", "95 %", ...names.map((name) => `to ${name}`)], ...rows]);
}

function verdicts(outcomes: readonly SimulationOutcome[], look: Look): string[] {
  const runs = outcomes.reduce((sum, outcome) => sum + outcome.runs.length, 0);
  const lines: string[] = [];
  const { pages } = outcomes[0]!.workload;
  for (const property of new Set(outcomes.flatMap(({ violations }) => violations.map((each) => each.property)))) {
    const violating = outcomes.flatMap(({ violations }) => violations.filter((each) => each.property === property));
    const times = violating.reduce((sum, { seeds }) => sum + seeds.length, 0);
    const { first, seeds } = violating[0]!;
    const where = `first with seed ${seeds[0]}, at ${first.time.toFixed(1)} us, ${first.page === pages ? "on the shared variable" : `on page ${first.page + 1}`}`;
    lines.push(
      ...labelled("VIOLATED", `${onOneLine(property)}, in ${times} of ${counted(runs, "run")}; ${where}: ${onOneLine(first.explanation)}`, look.width), // biome-ignore format: one sentence
    );
  }
  const stuck = outcomes.flatMap((outcome) => outcome.runs).filter((run) => run.stuck !== undefined);
  if (stuck.length > 0) {
    const { seed, stuck: first } = stuck[0]!;
    lines.push(...labelled("STUCK", `in ${stuck.length} of ${counted(runs, "run")}; first with seed ${seed}: ${first!.why}`, look.width)); // biome-ignore format: one sentence
    for (const thread of first!.threads) lines.push(...labelled("", onOneLine(thread), look.width));
  }
  if (lines.length === 0) lines.push(`no property was seen violated, in ${counted(runs, "run")}`);
  return [...lines, ...labelled("", SAMPLE, look.width).map((line) => line.trimStart())];
}

// Figure 7

const byArray = (points: readonly Point[], array: string) => points.filter((point) => point.array === array);

function pointRows(points: readonly Point[]): string[] {
  const rows = ARRAYS.flatMap(({ name }) =>
    SERIES.map((series) => [
      `${name}, ${series}`,
      ...byArray(points, name).flatMap(({ counts }) => [inDigits(counts[series].mean), plusMinus(counts[series])]),
    ]),
  );
  return table([["iterations", ...ITERATIONS.flatMap((iterations) => [String(iterations), ""])], ...rows]);
}

/** The number of columns of a chart in a file or a pipe. */
const UNFOLDED = 100;

function chartRows(points: readonly Point[], { width = UNFOLDED }: Look): string[] {
  return plotOf(
    ARRAYS.flatMap(({ name }) =>
      byArray(points, name).flatMap(({ iterations, counts }) =>
        (["requests", "Invalid"] as const).map((series) => ({
          label: `${name}, ${iterations}: ${series}`,
          value: Math.round(counts[series].mean),
        })),
      ),
    ),
    width,
  );
}
