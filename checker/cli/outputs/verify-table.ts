/** The ladder as a table of property by stage, one table for each number of kernels. */
import { align, count, widthOf } from "../../../traces/text/columns.js";
import { lengthInShort } from "../../../traces/trace.js";
import { verdictInShort } from "../../reports/report.js";
import type { PropertyOutcome } from "../../search/outcome.js";
import { rungOf } from "../args/case.js";
import type { Verified } from "../known-answers.js";

export const LEGEND: readonly string[] = [
  "✗ 7  violated, and the shortest counterexample has 7 steps      ✗  never reached",
  "✗ 4+9  violated by a run that takes 4 steps, and then 9 again and again: others get what they wait for (starves), nobody does",
  "     (livelock), or, after the 4, nothing more has to happen (stops)      holds, vac.  vacuously",
  "?    not decided      –  not asked of this stage      !  not as recorded",
];

const HEAD_WIDTH = 10;

/** Returns the lines of all tables, each followed by an empty one. */
export function ladderTables(ladder: readonly Verified[]): string[] {
  const sizes = [...new Set(ladder.map(({ outcome }) => outcome.parameters.kernels))];
  return sizes.flatMap((kernels) => {
    const stages = ladder.filter(({ outcome }) => outcome.parameters.kernels === kernels);
    return [`popcorn, ${kernels} kernels`, ...table(stages), ""];
  });
}

/** Returns a table with a column for each stage, and a row for each property. */
function table(stages: readonly Verified[]): string[] {
  const heads = ["", ...stages.map(({ known, outcome }) => rungOf(known, outcome.parameters.stage))].map(headLines);
  const height = Math.max(...heads.map((lines) => lines.length));
  const headRows = Array.from({ length: height }, (_, i) =>
    heads.map((lines) => lines[i - height + lines.length] ?? ""),
  );
  const verdicts = propertyNames(stages).map((name) => [name, ...stages.map((stage) => cell(stage, name))]);
  const numbers = [
    [
      "distinct states",
      ...stages.map(
        ({ known, outcome }) => count(outcome.distinct) + (known.distinct === outcome.distinct ? "" : " !"),
      ),
    ],
    ["seconds", ...stages.map(({ outcome }) => outcome.seconds.toFixed(2))],
  ];
  return align([...headRows, ...verdicts, ...numbers]);
}

/** Folds a heading to narrow lines, between words and after hyphens. */
function headLines(name: string): string[] {
  const lines = [""];
  for (const part of name.match(/[^\s-]+-?\s*|-+\s*/g) ?? []) {
    const line = lines[lines.length - 1]!;
    if (line !== "" && widthOf(line + part.trimEnd()) > HEAD_WIDTH) lines.push(part);
    else lines[lines.length - 1] = line + part;
  }
  return lines.map((line) => line.trimEnd());
}

/** Returns the names of all properties; those of the stage that has most come first. */
function propertyNames(stages: readonly Verified[]): string[] {
  const namesOf = ({ outcome }: Verified) => outcome.properties.map(({ name }) => name);
  return [
    ...new Set(
      stages
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

function shown({ verdict, trace, waiting, vacuous, goals }: PropertyOutcome): string {
  if (verdict === "violated") return trace ? `✗ ${lengthInShort(trace)}${waiting ? ` ${WAITING[waiting]}` : ""}` : "✗";
  if (verdict === "incomplete") return "?";
  if (verdict === "uncovered") return `${goals!.unmet.length} unused`;
  return vacuous === undefined ? "holds" : "holds, vac.";
}
