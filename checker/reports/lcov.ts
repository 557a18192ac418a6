/** Which lines, branches and functions of an author's files ran, as LCOV: the tracefile that editors show. */
import type { ExecutedSource } from "../executed/executed-source.js";
import type { Outcome } from "../search/outcome.js";

/** Returns the tracefile; a comment alone if it is not known what ran. */
export function lcovOf({ coverage }: Outcome): string {
  const { files = [], unknown = "it was not asked for" } = coverage?.sources ?? {};
  if (files.length === 0) return `# no lines: ${unknown ?? "no file of the author's ran"}\n`;
  return files.map(recordOf).join("");
}

function recordOf({ file, lines, branches, functions }: ExecutedSource): string {
  // A name stands for one function, so it has the place.
  const named = functions.map(({ name, line, column, runs }) => ({
    ...{ line, runs, name: `${name || "(anonymous)"}:${line}:${column}` },
  }));
  const ran = (all: readonly { readonly runs: number }[]) => all.filter(({ runs }) => runs > 0).length;
  return [
    "TN:",
    `SF:${file}`,
    ...named.map(({ line, name }) => `FN:${line},${name}`),
    ...named.map(({ runs, name }) => `FNDA:${runs},${name}`),
    `FNF:${functions.length}`,
    `FNH:${ran(functions)}`,
    ...branches.map(({ line, column, runs }, number) => `BRDA:${line},${number},${column},${runs}`),
    `BRF:${branches.length}`,
    `BRH:${ran(branches)}`,
    ...lines.map(({ line, runs }) => `DA:${line},${runs}`),
    `LF:${lines.length}`,
    `LH:${ran(lines)}`,
    "end_of_record",
    "",
  ].join("\n");
}
