/**
 * A trace as a table, RFC 4180: a row for each state, with the step that led there and the process that took it, and
 * a column for each place of each variable, and for each expression that is shown along it. A pure function of the
 * trace.
 */

import { messageHistoryOf } from "../analysis/messages.js";
import { processesOf } from "../analysis/processes.js";
import { onOneLine } from "../text/shown.js";
import { entriesOf, type Trace } from "../trace.js";
import { showItf } from "./json.js";

/** Returns a trace as CSV. */
export function csvOf(trace: Trace): string {
  const columns = columnsOf(trace);
  const { shown = [] } = trace["#meta"];
  const { names } = processesOf(trace);
  const { actors } = messageHistoryOf(trace);
  const rows = trace.states.map((state, i) => {
    const { index, action, binding } = state["#meta"];
    const values = new Map(
      trace.vars.flatMap((variable) =>
        entriesOf(state, variable).map(([place, value]) => [columnName(variable, place), showItf(value)] as const),
      ),
    );
    const bound = Object.entries(binding).map(([name, value]) => `${name} ${value}`);
    // Nobody acts in the initial state, and where it is not known who acts, the actor is no process.
    const actor = i > 0 && names.includes(actors[i]!) ? actors[i]! : "";
    const wanted = shown.map(({ values }) => values[i] ?? "");
    return [
      ...[String(index), actor, action, bound.join(", ")],
      ...columns.map((column) => values.get(column) ?? ""),
      ...wanted,
    ];
  });
  const expressions = shown.map(({ expression }) => expression);
  return [["step", "process", "action", "binding", ...columns, ...expressions], ...rows]
    .map((row) => `${row.map(cell).join(",")}\r\n`)
    .join("");
}

function columnsOf(trace: Trace): string[] {
  const names = trace.states.flatMap((state) =>
    trace.vars.flatMap((variable) => entriesOf(state, variable).map(([place]) => columnName(variable, place))),
  );
  return [...new Set(names)];
}

function columnName(variable: string, place: string): string {
  return place === "" ? variable : `${variable} ${place}`;
}

/** What a spreadsheet takes for the begin of a formula, also after spaces and in the wide letters of East Asia. */
const FORMULA = /^\s*[=+\-@＝＋－＠]/;

/**
 * Quotes a cell, which is one line. A spreadsheet would compute a text that begins like a formula, so an apostrophe
 * before it keeps it a text; numbers stay numbers.
 */
function cell(of: string): string {
  const text = onOneLine(of);
  const safe = FORMULA.test(text) && !/^-?\d+$/.test(text) ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
