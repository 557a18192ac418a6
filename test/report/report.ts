/**
 * `npm run report` writes docs/findings.md, and the tables of docs/repaired-protocol.md; with `--check` it says where they are stale. It runs as
 * dist/test/report/report.js.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { readKnownAnswers } from "../../checker/cli/known-answers.js";
import { loadModel } from "../../checker/cli/models.js";
import { inPackage } from "../../checker/cli/package.js";
import { Document } from "./document.js";
import { Contradiction } from "./finding.js";
import { Outcomes } from "./outcomes.js";
import { prose } from "./prose/index.js";
import { Readings } from "./readings.js";
import { repairedPage } from "./repaired.js";
import { firstDifference } from "./stale.js";

const words = process.argv.slice(2);
if (words.some((word) => word !== "--check")) {
  process.stderr.write("usage: npm run report [-- --check]\n");
  process.exit(2);
}

const { model } = await loadModel("popcorn");
const outcomes = new Outcomes(model, (line) => process.stderr.write(`${line}\n`));
try {
  publish("docs/findings.md", () => new Document(prose, outcomes, new Readings()).text());
  publish("docs/repaired-protocol.md", (page) => repairedPage(page, readKnownAnswers()));
} catch (error) {
  if (!(error instanceof Contradiction)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
}

/** Writes a page, or compares it. @param made the page as it should be, of what it is */
function publish(file: string, made: (page: string) => string): void {
  const page = readFileSync(inPackage(file), "utf8");
  const text = made(page);
  if (!words.includes("--check")) {
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
