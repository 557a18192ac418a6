/** What a coverage comes to, in the words that the terminal and the page share. Pure functions. */
import { count, counted } from "../../traces/text/columns.js";
import type { ExecutedBranch, ExecutedFunction, ExecutedLine, ExecutedSource } from "../executed/executed-source.js";
import { cellName } from "../model/table.js";
import {
  type CellCoverage,
  type Coverage,
  type CoveredStates,
  type FieldCoverage,
  type FoundCoverage,
  type FunctionCoverage,
  isDecided,
  type ReadCoverage,
  statusOfCell,
} from "../search/covered/coverage.js";
import type { Outcome } from "../search/outcome.js";
import { plural } from "./report.js";

/** How many values of a field are listed by name. */
const MOST_VALUES = 12;

/** Something to look at: a cell that is never met, a field that nothing reads. */
export interface Remainder {
  /** What is missing, as `never met`. */
  readonly what: string;
  readonly names: readonly string[];
}

/** Returns how many states were counted, and as what. */
export function countedInWords({ coverage, symmetry, distinct }: Outcome): string {
  const { states, incomplete } = coverage!;
  const as =
    symmetry.sets.length === 0
      ? ""
      : `, each for all that differ from it by the names of ${symmetry.sets.map(plural).join(", ")}`;
  if (incomplete === null) return `of all ${counted(states, "state")}${as}`;
  return `of ${count(states)} of the ${counted(distinct, "state")} found${as}; never means: not among these (${incomplete})`;
}

/** Returns `1,234 states, first at depth 5`. */
export function statesInWords({ states, depth }: CoveredStates): string {
  return `${counted(states, "state")}${depth === null ? "" : `, first at depth ${depth}`}`;
}

/** Returns how many cells of a table have each status, as `41 of 43 rules taken, 2 never met; 12 impossible cells`. */
export function cellsInWords(cells: readonly CellCoverage[]): string {
  const of = (status: string) => cells.filter((cell) => statusOfCell(cell) === status).length;
  const rules = cells.filter(({ kind }) => kind === "rule").length;
  return [
    `${of("taken")} of ${counted(rules, "rule")} taken`,
    ...(of("stalled") === 0 ? [] : [`${of("stalled")} only stalled`]),
    ...(of("never") === 0 ? [] : [`${of("never")} never met`]),
    `${counted(cells.length - rules, "impossible cell")}${of("met") === 0 ? "" : `, ${of("met")} MET`}`,
  ].join(", ");
}

/** Returns what a coverage has left open, in the order in which one looks at it. */
export function remaindersOf({ tables, actions, values, parameters, unread }: Coverage): Remainder[] {
  const prefix = (table: string) => (tables.length === 1 ? "" : `${table}: `);
  const cells = (status: string) =>
    tables.flatMap(({ name, cells }) =>
      cells
        .filter((cell) => statusOfCell(cell) === status)
        .map(({ row, column }) => prefix(name) + cellName(row, column)),
    );
  const never = (of: readonly { readonly name: string; readonly states: number }[]) =>
    of.filter(({ states }) => states === 0).map(({ name }) => name);
  const inTables = (of: "rows" | "columns") =>
    tables.flatMap((table) => never(table[of]).map((name) => prefix(table.name) + name));
  const of = (kind: "variable" | "message") => unread.filter((each) => each.of === kind).map(({ field }) => field);
  return [
    { what: "impossible cells met", names: cells("met") },
    { what: "cells never met", names: cells("never") },
    { what: "cells that only stall", names: cells("stalled") },
    { what: "rows never entered", names: inTables("rows") },
    { what: "messages never sent", names: inTables("columns") },
    { what: "actions never taken", names: never(actions) },
    {
      what: "bindings never taken",
      names: actions.filter(({ states }) => states > 0).flatMap(({ bindings }) => never(bindings)),
    },
    {
      what: "choices never taken",
      names: actions.flatMap(({ name, states, choices }) =>
        states === 0
          ? []
          : choices.flatMap((choice) => never(choice.values).map((of) => `${name}: ${choice.name} ${of}`)),
      ),
    },
    {
      what: "values never held",
      // Rows that are never entered are told above.
      names: values.flatMap(({ field, declared, never }) =>
        declared?.startsWith("rows of ") ? [] : never.map((value) => `${field} ${value}`),
      ),
    },
    { what: "one value only", names: values.filter(({ values }) => values.length === 1).map(oneValue) },
    { what: "fields never read", names: of("variable") },
    { what: "fields of messages never read", names: of("message") },
    { what: "parameters never read", names: parameters.filter(({ isRead }) => !isRead).map(({ name }) => name) },
  ].filter(({ names }) => names.length > 0);
}

function oneValue({ field, values }: FieldCoverage): string {
  return `${field} ${values[0]!.name}`;
}

/** Returns the values of a field, as `I, S, W; never X`, or `57 values, 0 to 56` if they are many. */
export function heldInWords({ values, least, greatest, never }: FieldCoverage): string {
  const names = values.map(({ name }) => name);
  const range = least === null ? `${names.slice(0, MOST_VALUES).join(", ")}, …` : `${least} to ${greatest}`;
  const held = names.length > MOST_VALUES ? `${counted(names.length, "value")}: ${range}` : names.join(", ");
  return [held, ...(never.length === 0 ? [] : [`never ${never.join(", ")}`])].join("; ");
}

/** Returns the one value that a function found, as `copy[c].data = 1, never 0 or 2`. */
export function onlyInWords({ read, found, never }: ReadCoverage): string {
  return `${read} = ${found[0]!.value}, never ${neverInWords(never)}`;
}

/** Returns values that were never found: `0, 2`, or how many if they are many. */
export function neverInWords(never: readonly string[]): string {
  return never.length > MOST_VALUES ? `${counted(never.length, "other value")}` : never.join(" or ");
}

/** Returns the reads of a function that found one value only, though the field holds others. */
export function decidedOf({ reads }: FunctionCoverage): ReadCoverage[] {
  return reads.filter(isDecided);
}

/** Returns how much of a function was asked: `16 evaluations, 2 inputs`. */
export function evaluatedInWords({ evaluations, inputs }: FunctionCoverage): string {
  return `${counted(evaluations, "evaluation")}, ${counted(inputs, "input")}`;
}

/** Returns `v1 (210, first at depth 1)`. */
export function foundInWords({ value, evaluations, depth }: FoundCoverage): string {
  return `${value} (${count(evaluations)}${depth === null ? "" : `, first at depth ${depth}`})`;
}

/** Returns how much of a file ran, as `118 of 120 lines, 30 of 31 functions`. */
export function ranInWords({ lines, functions }: ExecutedSource): string {
  const share = (of: readonly ExecutedLine[], noun: string) =>
    `${count(of.filter(({ runs }) => runs > 0).length)} of ${counted(of.length, noun)}`;
  return `${share(lines, "line")}, ${share(functions, "function")}`;
}

/** Returns the lines that never ran as ranges: `12–14, 20`. Lines without code between two of them do not part them. */
export function linesNeverRun({ lines }: ExecutedSource): string[] {
  const ranges: [from: number, to: number][] = [];
  let isOpen = false;
  for (const { line, runs } of lines) {
    if (runs > 0) isOpen = false;
    else if (isOpen) ranges[ranges.length - 1]![1] = line;
    else {
      ranges.push([line, line]);
      isOpen = true;
    }
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
}

/** Returns the functions that never ran in lines that did, as an arrow function beside other code. */
export function functionsNeverRun({ lines, functions }: ExecutedSource): readonly ExecutedFunction[] {
  const ran = new Set(lines.filter(({ runs }) => runs > 0).map(({ line }) => line));
  return functions.filter(({ line, runs }) => runs === 0 && ran.has(line));
}

/** Returns the branches that never ran in lines that did: those of other lines are told by their lines. */
export function branchesNeverRun({ lines, branches }: ExecutedSource): readonly ExecutedBranch[] {
  const ran = new Set(lines.filter(({ runs }) => runs > 0).map(({ line }) => line));
  return branches.filter(({ line, runs }) => runs === 0 && ran.has(line));
}
