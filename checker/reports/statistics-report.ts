/** What a search was like, as text: for `--statistics`. A pure function of the outcome. */
import { count, counted } from "../../traces/text/columns.js";
import type { Outcome } from "../search/outcome.js";
import { type Bar, bucketed, plotOf } from "./plot.js";
import { labelled, memory } from "./report.js";

/** Rows of a plot, at most. */
const DEPTHS = 15;
const DEGREES = 8;
/** Actions that are named as the most taken, and as the least. */
const NAMED = 5;
/** The columns of a file or a pipe. */
const UNFOLDED = 100;
/** A terminal with fewer columns has its plots at the left. */
const NARROW = 60;

/** States per depth, next states, actions, functions, memory. Empty if the outcome has no statistics. @param width undefined: no terminal */
export function statisticsReport(outcome: Outcome, width: number | undefined): string {
  const { statistics, functionRuns, distinct } = outcome;
  if (statistics === undefined) return "";
  const { levels, outDegrees, peakMemory, storeBytes } = statistics;
  const stored = distinct === 0 ? "" : `, stored states take ${bytesEach(storeBytes / distinct)} each`;
  const lines = [
    ...(levels === undefined || levels.length === 0 ? [] : depths(levels, width)),
    ...(outDegrees.length === 0 ? [] : degrees(outDegrees, width)),
    ...actions(outcome.fired, width),
    ...labelled("functions", `run ${counted(functionRuns, "time")}`, width),
    ...labelled("memory", `${memory(peakMemory)} at most${stored}`, width),
  ];
  return `${lines.join("\n")}\n`;
}

function bytesEach(bytes: number): string {
  return bytes < 10 ? `${bytes.toFixed(1)} bytes` : counted(Math.round(bytes), "byte");
}

/** A plot under what its label is about. */
function plotted(bars: readonly Bar[], width: number): string[] {
  const indent = width < NARROW ? 2 : 13;
  return plotOf(bars, width - indent).map((row) => " ".repeat(indent) + row);
}

function depths(levels: readonly number[], width = UNFOLDED): string[] {
  const widest = levels.reduce((best, size, depth) => (size > levels[best]! ? depth : best), 0);
  const about = `0 to ${levels.length - 1}; most states at ${widest}: ${count(levels[widest]!)}`;
  const bars = bucketed(levels, DEPTHS).map(({ from, to, sum }) => ({ label: range(from, to), value: sum }));
  return [...labelled("depth", about, width), ...plotted(bars, width)];
}

function range(from: number, to: number): string {
  return from === to ? `${from}` : `${from}–${to}`;
}

/** The last entry counts also what is beyond it: if there is anything, mean and greatest are only known from below. */
function degrees(outDegrees: readonly number[], width = UNFOLDED): string[] {
  const least = outDegrees.findIndex((states) => states > 0);
  const greatest = outDegrees.findLastIndex((states) => states > 0);
  if (least < 0) return [];
  const open = greatest === outDegrees.length - 1;
  const states = outDegrees.reduce((sum, each) => sum + each, 0);
  const mean = outDegrees.reduce((sum, each, degree) => sum + degree * each, 0) / states;
  const about = `${least} to ${greatest}${open ? " or more" : ""} next states, ${mean.toFixed(2)}${open ? " or more" : ""} in the mean`;
  const bars = bucketed(outDegrees.slice(least, greatest + 1), DEGREES).map(({ from, to, sum }) => ({
    label: range(least + from, least + to) + (open && least + to === greatest ? " or more" : ""),
    value: sum,
  }));
  return [...labelled("out-degree", about, width), ...plotted(bars, width)];
}

function actions(fired: Readonly<Record<string, number>>, width: number | undefined): string[] {
  const sorted = Object.entries(fired).sort(([, a], [, b]) => b - a);
  const told = (entries: typeof sorted) => entries.map(([name, times]) => `${name} ${count(times)}`).join(", ");
  if (sorted.length === 0) return [];
  if (sorted.length <= 2 * NAMED) return labelled("taken", told(sorted), width);
  return [
    ...labelled("taken most", told(sorted.slice(0, NAMED)), width),
    ...labelled("taken least", told(sorted.slice(-NAMED).reverse()), width),
  ];
}
