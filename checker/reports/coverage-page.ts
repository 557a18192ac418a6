/**
 * What was covered, as a page: the cells of each receive table as a heat table, the actions, what was left open, and
 * the author's files with the lines that never ran. One file without a script, which asks nothing of a network.
 */
import { escaped } from "../../traces/formats/markup.js";
import { headOf } from "../../traces/page/html.js";
import { count } from "../../traces/text/columns.js";
import type { ExecutedSource } from "../executed/executed-source.js";
import type { Place } from "../model/where.js";
import {
  type CellCoverage,
  type Coverage,
  type CoveredSteps,
  isDecided,
  type ReadCoverage,
  statusOfCell,
  type TableCoverage,
} from "../search/covered/coverage.js";
import type { Outcome } from "../search/outcome.js";
import { coverageStyle } from "./coverage-style.js";
import {
  branchesNeverRun,
  cellsInWords,
  countedInWords,
  decidedOf,
  evaluatedInWords,
  foundInWords,
  functionsNeverRun,
  ranInWords,
  remaindersOf,
  statesInWords,
} from "./coverage-words.js";
import { nameOfModel } from "./report.js";

/** How many shades a heat table has. */
const SHADES = 8;

/** Returns the page of an outcome whose coverage was asked for. @param given the parameters that the user gave */
export function coveragePage(outcome: Outcome, given: Readonly<Record<string, unknown>>): string {
  const { coverage } = outcome;
  const title = `Coverage of ${nameOfModel(outcome, given)}`;
  return [
    ...headOf(`${title} · popcheck`, coverageStyle.trim()),
    "<main>",
    `<h1>${escaped(title)}</h1>`,
    ...(coverage === undefined
      ? ["<p>Nothing was counted: the check has come to no outcome.</p>"]
      : contents(outcome, coverage)),
    "</main>",
    "</html>",
    "",
  ].join("\n");
}

function contents(outcome: Outcome, coverage: Coverage): string[] {
  const files = new Map((coverage.sources?.files ?? []).map((source, number) => [source.file, number]));
  return [
    `<p${coverage.incomplete === null ? "" : ' class="bad"'}>Counted ${escaped(countedInWords(outcome))}.</p>`,
    ...openEnds(coverage),
    ...coverage.tables.flatMap((table) => heatTable(table, files)),
    ...actionTable(coverage, files),
    ...functionList(coverage, files),
    ...valueTable(coverage),
    ...sources(coverage),
  ];
}

function openEnds(coverage: Coverage): string[] {
  const remainders = remaindersOf(coverage);
  if (remainders.length === 0) return ["<p>Nothing was left open.</p>"];
  return [
    "<h2>Left open</h2>",
    "<dl>",
    ...remainders.map(({ what, names }) => `<dt>${escaped(what)}</dt><dd>${names.map(code).join(", ")}</dd>`),
    "</dl>",
  ];
}

function code(text: string): string {
  return `<code>${escaped(text)}</code>`;
}

function heatTable({ name, rows, columns, cells }: TableCoverage, files: ReadonlyMap<string, number>): string[] {
  const most = Math.max(1, ...cells.map(({ taken }) => taken.states));
  const head = (text: string, of: { states: number; depth: number | null }) =>
    `<th scope="row" title="${escaped(statesInWords(of))}"${of.states === 0 ? ' class="never"' : ""}>${escaped(text)}</th>`;
  return [
    `<h2>Receive table ${escaped(name)}</h2>`,
    `<p>${escaped(cellsInWords(cells))}. A cell shows the states in which its rule makes a step, and the depth of the first.</p>`,
    '<div class="wide"><table class="heat">',
    `<tr><td></td>${columns.map((column) => head(column.name, column).replace('scope="row"', 'scope="col"')).join("")}</tr>`,
    ...rows.map((row) => {
      const own = cells.filter((cell) => cell.row === row.name).map((cell) => heatCell(cell, most, files));
      return `<tr>${head(row.name, row)}${own.join("")}</tr>`;
    }),
    "</table></div>",
  ];
}

function heatCell(cell: CellCoverage, most: number, files: ReadonlyMap<string, number>): string {
  const status = statusOfCell(cell);
  const { taken, met, says, place } = cell;
  const title = escaped(`${cell.row} × ${cell.column}: ${says} (${status === "taken" ? stepsInWords(taken) : status})`);
  const shade = Math.min(SHADES - 1, Math.floor((SHADES * Math.log(1 + taken.states)) / Math.log(1 + most)));
  const shown = {
    taken: firstAt(taken),
    stalled: "stalls",
    never: "never",
    met: `MET ${count(met.states)}`,
    impossible: "–",
  }[status];
  return `<td class="${status === "taken" ? `heat${shade}` : status}" title="${title}">${linked(shown, place, files)}</td>`;
}

function stepsInWords(of: CoveredSteps): string {
  return `${statesInWords(of)}, ${count(of.steps)} steps`;
}

function firstAt({ states, depth }: CoveredSteps): string {
  return depth === null ? count(states) : `${count(states)} @${depth}`;
}

/** Returns a text that leads to the line of a place, if its file is on the page. */
function linked(text: string, place: Place | null, files: ReadonlyMap<string, number>): string {
  const file = place === null ? undefined : files.get(place.file);
  return file === undefined ? escaped(text) : `<a href="#f${file}l${place!.line}">${escaped(text)}</a>`;
}

function actionTable({ actions }: Coverage, files: ReadonlyMap<string, number>): string[] {
  const cells = ({ states, steps, depth }: CoveredSteps) =>
    [count(states), count(steps), depth === null ? "" : `${depth}`].map((text) => `<td>${text}</td>`).join("");
  const never = ({ states }: CoveredSteps) => (states === 0 ? ' class="never"' : "");
  return [
    "<h2>Actions</h2>",
    '<div class="wide"><table class="numbers">',
    '<tr><th scope="col">action</th><th scope="col">states</th><th scope="col">steps</th><th scope="col">first at depth</th></tr>',
    ...actions.flatMap((action) => [
      `<tr${never(action)}><th scope="row">${linked(action.name, action.place, files)}</th>${cells(action)}</tr>`,
      ...(action.bindings.length < 2 ? [] : action.bindings).map(
        (each) =>
          `<tr${never(each)}><th scope="row" class="inner">${escaped(each.name)}${each.bindings === 1 ? "" : ` and ${each.bindings - 1} like it`}</th>${cells(each)}</tr>`,
      ),
    ]),
    "</table></div>",
  ];
}

function functionList({ functions }: Coverage, files: ReadonlyMap<string, number>): string[] {
  if (functions.length === 0) return [];
  return [
    "<h2>Functions</h2>",
    "<p>What each function found where it reads, and in how many of its evaluations. A function is open if it found one value only at some place where others are held.</p>",
    ...functions.flatMap((of) => {
      const decided = decidedOf(of);
      const only = decided.length === 0 ? "" : `; one value only: ${decided.map(({ read }) => code(read)).join(", ")}`;
      const summary = `<summary>${linked(of.name, of.place, files)}: ${escaped(evaluatedInWords(of))}${only}</summary>`;
      if (of.reads.length === 0) return [`<details>${summary}</details>`];
      return [
        `<details${decided.length === 0 ? "" : " open"}>${summary}`,
        '<div class="wide"><table class="found">',
        '<tr><th scope="col">read</th><th scope="col">found</th><th scope="col">never found there</th></tr>',
        ...of.reads.map(readRow),
        "</table></div></details>",
      ];
    }),
  ];
}

function readRow(of: ReadCoverage): string {
  const found = of.found.map(foundInWords).join(", ");
  const never = of.never.join(", ");
  return `<tr${isDecided(of) ? ' class="never"' : ""}><th scope="row">${code(of.read)}</th><td>${escaped(found)}</td><td>${escaped(never)}</td></tr>`;
}

function valueTable({ values }: Coverage): string[] {
  if (values.length === 0) return [];
  return [
    "<h2>Values</h2>",
    "<p>What each variable, field and channel holds in some state, with the number of states.</p>",
    '<div class="wide"><table class="found">',
    '<tr><th scope="col">field</th><th scope="col">values</th><th scope="col">held</th><th scope="col">never held</th></tr>',
    ...values.map(({ field, values, never }) => {
      const held = values.map(({ name, states }) => `${name} (${count(states)})`).join(", ");
      const cells = `<td>${count(values.length)}</td><td>${escaped(held)}</td><td>${escaped(never.join(", "))}</td>`;
      return `<tr${never.length > 0 ? ' class="never"' : ""}><th scope="row">${code(field)}</th>${cells}</tr>`;
    }),
    "</table></div>",
  ];
}

function sources({ sources }: Coverage): string[] {
  if (sources === null) return [];
  if (sources.unknown !== null)
    return ["<h2>Sources</h2>", `<p>It is not known which lines ran: ${escaped(sources.unknown)}.</p>`];
  return [
    "<h2>Sources</h2>",
    "<p>The number before a line tells how often it ran: a function runs once for each distinct input.</p>",
    ...sources.files.flatMap(sourceText),
  ];
}

function sourceText(source: ExecutedSource, number: number): string[] {
  const { file, text, lines } = source;
  const runs = new Map(lines.map((line) => [line.line, line.runs]));
  const branches = new Map<number, string[]>();
  const add = (line: number, what: string) => branches.set(line, [...(branches.get(line) ?? []), what]);
  for (const { line, column } of branchesNeverRun(source)) add(line, `the branch at column ${column}`);
  for (const { line, name } of functionsNeverRun(source)) add(line, `the function ${name || "without a name"}`);
  const isWhole = lines.every(({ runs }) => runs > 0) && branches.size === 0;
  const shown = (line: string, at: number) => {
    const ran = runs.get(at);
    const missed = branches.get(at);
    const kind = ran === 0 ? "unrun" : missed === undefined ? undefined : "partly";
    const note = missed === undefined ? "" : ` title="${escaped(`never ran: ${missed.join(", ")}`)}"`;
    const gutter = ran === undefined ? "" : count(ran);
    return `<span id="f${number}l${at}"${kind === undefined ? "" : ` class="${kind}"`}${note}><i>${at}</i><b>${gutter}</b>${codeLine(line)}</span>`;
  };
  return [
    `<details${isWhole ? "" : " open"}><summary>${code(file)}: ${escaped(ranInWords(source))}</summary>`,
    text === null
      ? "<p>The text of this file is not there to be shown.</p>"
      : `<pre>${text
          .replace(/\n$/, "")
          .split("\n")
          .map((line, i) => shown(line, i + 1))
          .join("\n")}</pre>`,
    "</details>",
  ];
}

/** Returns a line of code for HTML; a line ending of Windows and tabs are left as they are. */
function codeLine(line: string): string {
  return line
    .replace(/\r$/, "")
    .split("\t")
    .map((part) => escaped(part))
    .join("\t");
}
