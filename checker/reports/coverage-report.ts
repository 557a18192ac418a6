/** What was covered, as text, for `--coverage`. Pure functions of the outcome. */
import { align, count, foldAfter, padTo, widthOf } from "../../traces/text/columns.js";
import { onOneLineThroughout } from "../../traces/text/shown.js";
import { type CellCoverage, type Coverage, statusOfCell, type TableCoverage } from "../search/covered/coverage.js";
import type { Outcome } from "../search/outcome.js";
import {
  branchesNeverRun,
  cellsInWords,
  countedInWords,
  decidedOf,
  functionsNeverRun,
  heldInWords,
  linesNeverRun,
  onlyInWords,
  ranInWords,
  remaindersOf,
  statesInWords,
} from "./coverage-words.js";
import { labelled } from "./report.js";
import type { Look } from "./terminal.js";

/** Returns what was covered; nothing if the outcome does not tell. */
export function coverageReport(of: Outcome, { width }: Pick<Look, "width">): string {
  if (of.coverage === undefined) return "";
  const { sources, ...counted } = of.coverage;
  const coverage: Coverage = { ...onOneLineThroughout(counted), sources };
  const lines = [
    ...labelled("coverage", countedInWords({ ...of, coverage }), width),
    ...coverage.tables.flatMap((table) => tableLines(table, width)),
    "",
    ...actionLines(coverage),
    ...functionLines(coverage, width),
    ...valueLines(coverage, width),
    ...remainderLines(coverage, width),
    ...sourceLines(coverage, width),
  ];
  return `${lines.join("\n")}\n`;
}

/** Returns a table of states by row and column or, where a terminal has no room for it, a line for each rule. */
function tableLines({ name, columns, rows, cells }: TableCoverage, width: number | undefined): string[] {
  const ofRow = (row: string) => cells.filter((cell) => cell.row === row).map(inTable);
  const grid = align([["", ...columns.map(({ name }) => name)], ...rows.map(({ name }) => [name, ...ofRow(name)])]);
  const fits = grid.every((line) => widthOf(line) + 2 <= (width ?? Number.POSITIVE_INFINITY));
  const rules = cells.filter(({ kind, met }) => kind === "rule" || met.states > 0);
  const list = align(rules.map((cell) => [`${cell.row} × ${cell.column}`, inList(cell)]));
  const legend = "states in which the rule makes a step; -: impossible, !: met although impossible, stalls: met only";
  return [
    "",
    ...foldAfter(padTo(`table ${name}  `, 13), cellsInWords(cells), width),
    ...(fits ? [`  ${legend}`] : []),
    ...(fits ? grid : list).map((line) => `  ${line}`),
  ];
}

function inTable(cell: CellCoverage): string {
  const status = statusOfCell(cell);
  if (status === "taken") return count(cell.taken.states);
  return { stalled: "stalls", never: "0", met: `!${count(cell.met.states)}`, impossible: "-" }[status];
}

function inList(cell: CellCoverage): string {
  const status = statusOfCell(cell);
  if (status === "taken") return statesInWords(cell.taken);
  return status === "never" ? "never met" : `${status}, ${statesInWords(cell.met)}`;
}

function actionLines({ actions }: Coverage): string[] {
  const depthOf = (depth: number | null) => (depth === null ? "" : `${depth}`);
  const isShown = (bindings: readonly unknown[]) => bindings.length > 1;
  const rows = actions.flatMap(({ name, states, steps, depth, bindings }) => [
    [name, count(states), count(steps), depthOf(depth)],
    ...(isShown(bindings)
      ? bindings.map((each) => [
          `  ${each.name}${each.bindings === 1 ? "" : ` and ${each.bindings - 1} like it`}`,
          ...[count(each.states), count(each.steps), depthOf(each.depth)],
        ])
      : []),
  ]);
  return align([["action", "states", "steps", "first at depth"], ...rows]);
}

/** Returns the functions that found one value only at some place, although others are held there, and what it was. */
function functionLines({ functions }: Coverage, width: number | undefined): string[] {
  const shown = functions.filter((of) => decidedOf(of).length > 0);
  if (shown.length === 0) return [];
  const rows = shown.map((of) => {
    const only = decidedOf(of).map(onlyInWords).join("; ");
    return [of.name, count(of.evaluations), count(of.inputs), only];
  });
  return ["", ...folded([["function", "evaluations", "inputs", "found there one value only"], ...rows], width)];
}

function valueLines({ values }: Coverage, width: number | undefined): string[] {
  const rows = values.map((of) => [of.field, count(of.values.length), heldInWords(of)]);
  return ["", ...folded([["field", "values", "which"], ...rows], width)];
}

/** Aligns the cells of rows, and folds the last one of each. */
function folded(rows: readonly (readonly string[])[], width: number | undefined): string[] {
  const left = align(rows.map((row) => row.slice(0, -1)));
  const start = Math.max(...left.map(widthOf)) + 2;
  return rows.flatMap((row, i) => foldAfter(padTo(left[i]!, start), row.at(-1)!, width));
}

function remainderLines(coverage: Coverage, width: number | undefined): string[] {
  const remainders = remaindersOf(coverage);
  if (remainders.length === 0) return [];
  return ["", ...remainders.flatMap(({ what, names }) => foldAfter(`${what}: `, names.join(", "), width))];
}

function sourceLines({ sources }: Coverage, width: number | undefined): string[] {
  if (sources === null) return [];
  if (sources.unknown !== null) return ["", ...labelled("lines", `not known: ${sources.unknown}`, width)];
  return sources.files.flatMap((source) => {
    const [lines, branches] = [linesNeverRun(source), branchesNeverRun(source)];
    const functions = functionsNeverRun(source).map(
      ({ name, line, column }) => `${name || "(anonymous)"} at ${line}:${column}`,
    );
    const places = branches.map(({ line, column }) => `${line}:${column}`);
    return [
      "",
      ...foldAfter(`${source.file}  `, ranInWords(source), width),
      ...(lines.length === 0 ? [] : foldAfter("  lines that never ran: ", lines.join(", "), width)),
      ...(functions.length === 0 ? [] : foldAfter("  functions that never ran: ", functions.join(", "), width)),
      ...(places.length === 0 ? [] : foldAfter("  branches never taken: ", places.join(", "), width)),
    ];
  });
}
