/** The files with a run's outcome: `--junit` and `--sarif` for a CI server, `--html` for a browser. */

import { relative, resolve } from "node:path";
import { UsageError } from "../../errors.js";
import type { NamedModel } from "../../models/models.js";
import { version } from "../../package.js";
import { coveragePage } from "../../reports/coverage-page.js";
import { htmlReport } from "../../reports/html-report.js";
import { junitOf } from "../../reports/junit.js";
import { lcovOf } from "../../reports/lcov.js";
import { sarifOf } from "../../reports/sarif.js";
import type { Outcome } from "../../search/outcome.js";
import { type Outputs, prepareFile, writeJson, writeText } from "./outputs.js";

interface Reports {
  readonly junit?: string;
  readonly sarif?: string;
  readonly html?: string;
  readonly coverageHtml?: string;
  readonly coverageLcov?: string;
}

/** Returns the files that were asked for, by the names of their options. */
function filesOf({ junit, sarif, html, coverageHtml, coverageLcov }: Reports): Record<string, string | undefined> {
  return { junit, sarif, html, "coverage-html": coverageHtml, "coverage-lcov": coverageLcov };
}

/** Checks that the files can be written. @throws UsageError if one cannot, or is the file of another option too */
export function prepareReports({ json, log, ...reports }: Reports & { json?: string; log?: string }): void {
  const taken = new Map<string, string>();
  if (json !== undefined && json !== "-") taken.set(resolve(json), "--json");
  if (log !== undefined) taken.set(resolve(log), "--log");
  for (const [option, file] of Object.entries(filesOf(reports))) {
    if (file === undefined) continue;
    if (file === "-") throw new UsageError(`--${option} takes a file, not the standard output`);
    const other = taken.get(resolve(file));
    if (other !== undefined) throw new UsageError(`--${option} ${file} is the file of ${other} too: give each its own`);
    taken.set(resolve(file), `--${option}`);
    prepareFile(option, file);
  }
}

/** Writes the files that were asked for, and returns those that were written. One that fails leaves the others. */
export function writeReports(
  reports: Reports,
  outcome: Outcome,
  { reference, isFile }: NamedModel,
  given: Readonly<Record<string, unknown>>,
  outputs: Outputs,
): readonly string[] {
  const files = filesOf(reports);
  const written: string[] = [];
  const write = (option: string, write: (file: string) => void) => {
    const file = files[option];
    if (file !== undefined && outputs.write(`--${option} ${file}`, () => write(file))) written.push(file);
  };
  write("junit", (file) => writeText("junit", file, junitOf(outcome, given)));
  write("html", (file) => writeText("html", file, htmlReport(outcome, given)));
  // The path is relative, as a code host knows its files, and reveals no path of this machine.
  const modelFile = isFile ? relative(process.cwd(), resolve(reference)) : undefined;
  write("sarif", (file) => writeJson("sarif", file, sarifOf(outcome, { version: version(), modelFile })));
  write("coverage-html", (file) => writeText("coverage-html", file, coveragePage(outcome, given)));
  write("coverage-lcov", (file) => writeText("coverage-lcov", file, lcovOf(outcome)));
  return written;
}
