/** The ladder as a table: stage by property, one table for each number of kernels. */
import { count, padTo, widthOf } from "../../traces/columns.js";
import { lengthInShort } from "../../traces/trace.js";
import type { PropertyOutcome } from "../explore/outcome.js";
import { rungOf } from "./case.js";
import { verdictInShort } from "./report.js";
import type { Verified } from "./verify.js";

export const LEGEND: readonly string[] = [
  "✗ 7  violated, and the shortest counterexample has 7 steps      ✗  never reached",
  "✗ 4+9  violated by a run that takes 4 steps, and then 9 again and again: others get what they wait for (starves), nobody does",
  "     (livelock), or, after the 4, nothing more has to happen (stops)      holds, vac.  vacuously",
  "?    not decided      –  not asked of this stage      !  not as recorded",
];

const HEAD_WIDTH = 10;

/** The lines of all tables, each followed by an empty one. */
export function ladderTables(ladder: readonly Verified[]): string[] {
  const sizes = [...new Set(ladder.map(({ outcome }) => outcome.parameters.kernels))];
  return sizes.flatMap((kernels) => {
    const rows = ladder.filter(({ outcome }) => outcome.parameters.kernels === kernels);
    return [`popcorn, ${kernels} kernels`, ...table(rows), ""];
  });
}

function table(rows: readonly Verified[]): string[] {
  const names = propertyNames(rows);
  const head = ["stage", ...names, "distinct", "seconds"].map(headLines);
  const height = Math.max(...head.map((lines) => lines.length));
  const headRows = Array.from({ length: height }, (_, i) =>
    head.map((lines) => lines[i - height + lines.length] ?? ""),
  );
  const body = rows.map((row) => [
    rungOf(row.known, row.outcome.parameters.stage),
    ...names.map((name) => cell(row, name)),
    count(row.outcome.distinct) + (row.known.distinct === row.outcome.distinct ? "" : " !"),
    row.outcome.seconds.toFixed(2),
  ]);
  const numbers = names.length + 1;
  return aligned([...headRows, ...body], numbers);
}

/** The cells from column `numbers` on are set to the right. */
function aligned(rows: readonly (readonly string[])[], numbers: number): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]!))));
  return rows.map((row) =>
    row
      .map((text, column) => {
        const space = " ".repeat(widths[column]! - widthOf(text));
        return column < numbers ? padTo(text, widths[column]!) : space + text;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** A heading on narrow lines, broken between words and after hyphens. */
function headLines(name: string): string[] {
  const lines = [""];
  for (const part of name.match(/[^\s-]+-?\s*|-\s*/g) ?? []) {
    const line = lines[lines.length - 1]!;
    if (line !== "" && widthOf(line + part.trimEnd()) > HEAD_WIDTH) lines.push(part);
    else lines[lines.length - 1] = line + part;
  }
  return lines.map((line) => line.trimEnd());
}

/** All properties; the row that has most gives the order. */
function propertyNames(rows: readonly Verified[]): string[] {
  const namesOf = ({ outcome }: Verified) => outcome.properties.map(({ name }) => name);
  return [
    ...new Set(
      rows
        .map(namesOf)
        .sort((a, b) => b.length - a.length)
        .flat(),
    ),
  ];
}

function cell({ known, outcome }: Verified, name: string): string {
  const property = outcome.properties.find((property) => property.name === name);
  if (property === undefined) return "–";
  const mark = verdictInShort(property) === known.verdicts?.[name] ? "" : " !";
  return shown(property) + mark;
}

const WAITING = { starvation: "starves", livelock: "livelock", standstill: "stops" } as const;

function shown({ verdict, trace, waiting, vacuous }: PropertyOutcome): string {
  if (verdict === "violated") return trace ? `✗ ${lengthInShort(trace)}${waiting ? ` ${WAITING[waiting]}` : ""}` : "✗";
  if (verdict === "incomplete") return "?";
  return vacuous === undefined ? "holds" : "holds, vac.";
}
