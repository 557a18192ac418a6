/**
 * `npm run report` writes docs/findings.md, the tables of docs/repaired-protocol.md and of docs/explanation/'s
 * optimizations.md, simulation.md and relatives.md, and docs/pictures/figure-7.svg; with `--check` it says where they
 * are stale. With `--anew` it first takes other runs for those that the findings tell and that are none any more. It
 * runs as dist/test/report/report.js.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { readKnownAnswers } from "../../checker/cli/known-answers.js";
import { loadModel } from "../../checker/models/models.js";
import { inPackage } from "../../checker/package.js";
import { Document } from "./document.js";
import { Contradiction } from "./finding.js";
import { withTables } from "./markdown.js";
import { NarratedRuns } from "./narrated.js";
import { optimizationsPage } from "./optimizations.js";
import { Outcomes } from "./outcomes.js";
import { prose } from "./prose/index.js";
import { Readings } from "./readings.js";
import { relativesTables } from "./relatives.js";
import { repairedPage } from "./repaired.js";
import { experiments, figure7Picture, simulationPage } from "./simulation.js";
import { firstDifference } from "./stale.js";

const [mode = "write", ...more] = process.argv.slice(2);
if (more.length > 0 || !["write", "--check", "--anew"].includes(mode)) {
  process.stderr.write("usage: npm run report [-- --check | --anew]\n");
  process.exit(2);
}

const { model } = await loadModel("popcorn");
const outcomes = new Outcomes(model, (line) => process.stderr.write(`${line}\n`));
try {
  const findings = new Document(prose, outcomes, new Readings(), new NarratedRuns(model));
  if (mode === "--anew") {
    for (const title of findings.renewRuns()) process.stdout.write(`another run for "${title}"\n`);
  }
  publish("docs/findings.md", () => findings.text());
  publish("docs/repaired-protocol.md", (page) => repairedPage(page, readKnownAnswers()));
  publish("docs/explanation/optimizations.md", (page) => optimizationsPage(page, readKnownAnswers()));
  const measured = experiments();
  publish("docs/pictures/figure-7.svg", () => figure7Picture(measured));
  publish("docs/explanation/simulation.md", (page) => simulationPage(page, measured));
  const relatives = await relativesTables(readKnownAnswers());
  publish("docs/explanation/relatives.md", (page) => withTables(page, relatives));
} catch (error) {
  if (!(error instanceof Contradiction)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
}

/** Writes a page, or compares it. @param made the page as it should be, of what it is */
function publish(file: string, made: (page: string) => string): void {
  const page = readFileSync(inPackage(file), "utf8");
  const text = made(page);
  if (mode !== "--check") {
    writeFileSync(inPackage(file), text);
    process.stdout.write(`${file} is written\n`);
    return;
  }
  const difference = firstDifference(page, text);
  if (difference === undefined) {
    process.stdout.write(`${file} says what is computed\n`);
    return;
  }
  process.stderr.write(`error: ${file} is stale: run npm run report, and review the difference\n${difference}\n`);
  process.exitCode = 1;
}
