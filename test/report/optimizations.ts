/**
 * The tables of docs/explanation/optimizations.md: what each recorded case with an optimization of section 5.2 comes
 * to. The verdicts and counts are those of test/known-answers.json, which `popcheck verify --all` checks.
 */
import type { KnownAnswer } from "../../checker/cli/known-answers.js";
import { count } from "../../traces/text/columns.js";
import { table, withTables } from "./markdown.js";
import { command, violated } from "./repaired.js";

/** In the order of the page's sections. A case with several optimizations is in the table of the last that it has. */
const optimizations = ["owner", "multicast", "readOnly", "oneKernel"] as const;

/** The page, with its tables written anew. */
export function optimizationsPage(page: string, cases: readonly KnownAnswer[]): string {
  const tables = optimizations.map((optimization) => [optimization, checked(cases, optimization)]);
  return withTables(page, Object.fromEntries(tables) as Record<string, string>);
}

function checked(cases: readonly KnownAnswer[], optimization: (typeof optimizations)[number]): string {
  const isIn = ({ parameters }: KnownAnswer) =>
    optimizations.filter((each) => parameters[each] === true).at(-1) === optimization;
  // Stages before 4.7 fail anyway; their cases are there to show that a reading changes something.
  const told = cases.filter((known) => isIn(known) && /^(4\.[78]|repaired)/.test(String(known.parameters.stage)));
  const rows = told.map((known) => [
    command(known),
    count(known.distinct ?? 0),
    violated(known).join(", ") || "nothing",
  ]);
  return table(["command", "distinct states", "violated, after how many steps"], rows);
}
