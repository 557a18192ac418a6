/**
 * `npm run report` writes docs/findings.md; with `--check` it says where that is stale. With `--anew` it first takes other runs for those that it
 * tells and that are none any more. It runs as dist/test/report/report.js.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { loadModel } from "../../checker/cli/models.js";
import { inPackage } from "../../checker/cli/package.js";
import { Document } from "./document.js";
import { Contradiction } from "./finding.js";
import { Outcomes } from "./outcomes.js";
import { prose } from "./prose/index.js";
import { Readings } from "./readings.js";
import { firstDifference } from "./stale.js";
import { ToldRuns } from "./told.js";

const FILE = "docs/findings.md";
const [mode = "write", ...more] = process.argv.slice(2);
if (more.length > 0 || !["write", "--check", "--anew"].includes(mode)) {
  process.stderr.write("usage: npm run report [-- --check | --anew]\n");
  process.exit(2);
}

const { model } = await loadModel("popcorn");
const outcomes = new Outcomes(model, (line) => process.stderr.write(`${line}\n`));
const document = new Document(prose, outcomes, new Readings(), new ToldRuns(model));
try {
  if (mode === "--anew") {
    for (const title of document.renewRuns()) process.stdout.write(`another run for "${title}"\n`);
  }
  const text = document.text();
  if (mode === "--check") {
    const difference = firstDifference(readFileSync(inPackage(FILE), "utf8"), text);
    if (difference !== undefined) {
      process.stderr.write(`error: ${FILE} is stale: run npm run report, and review the difference\n${difference}\n`);
      process.exitCode = 1;
    } else process.stdout.write(`${FILE} says what is computed\n`);
  } else {
    writeFileSync(inPackage(FILE), text);
    process.stdout.write(`${FILE} is written\n`);
  }
} catch (error) {
  if (!(error instanceof Contradiction)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
}
