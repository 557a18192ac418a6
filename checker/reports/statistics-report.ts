/** The statistics of a search as text, for `--statistics`. Pure functions of the outcome. */
import { count, counted } from "../../traces/text/columns.js";
import { onOneLineThroughout } from "../../traces/text/shown.js";
import type { Outcome } from "../search/outcome.js";
import { type Bar, bucketed, plotOf } from "./plot.js";
import { labelled, memory } from "./report.js";

/** The greatest number of rows of a plot. */
const DEPTHS = 15;
const DEGREES = 8;
/** The number of actions that are named as taken most, and as taken least. */
const NAMED = 5;
/** The number of columns of a plot in a file or a pipe. */
const UNFOLDED = 100;
/** The number of columns of a terminal below which plots begin at the left. */
const NARROW = 60;

/**
 * Returns states by depth, next states, actions, functions and memory; nothing if the outcome has no statistics.
 * @param width the columns of the terminal; undefined if there is none
 */
export function statisticsReport(outcome: Outcome, width: number | undefined): string {
  const { statistics, functionRuns, distinct } = outcome;
  if (statistics === undefined) return "";
  const { levels, outDegrees, peakMemory, storeBytes } = statistics;
  const stored = distinct === 0 ? "" : `, stored states take ${bytesEach(storeBytes / distinct)} each`;
  const lines = [
    ...(levels === undefined || levels.length === 0 ? [] : depths(levels, width)),
    ...(outDegrees.length === 0 ? [] : degrees(outDegrees, width)),
    ...actions(onOneLineThroughout(outcome.fired), width),
    ...labelled("functions", `run ${counted(functionRuns, "time")}`, width),
    ...labelled("memory", `${memory(peakMemory)} at most${stored}`, width),
  ];
  return `${lines.join("\n")}\n`;
}

function bytesEach(bytes: number): string {
  return bytes < 10 ? `${bytes.toFixed(1)} bytes` : counted(Math.round(bytes), "byte");
}

/** Returns a plot beneath its label. */
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

/**
 * Returns the numbers of next states. The last entry of `outDegrees` counts greater numbers too: if it is not 0, mean
 * and greatest are only known from below.
 */
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
  const listed = (entries: typeof sorted) => entries.map(([name, times]) => `${name} ${count(times)}`).join(", ");
  if (sorted.length === 0) return [];
  if (sorted.length <= 2 * NAMED) return labelled("taken", listed(sorted), width);
  return [
    ...labelled("taken most", listed(sorted.slice(0, NAMED)), width),
    ...labelled("taken least", listed(sorted.slice(-NAMED).reverse()), width),
  ];
}
