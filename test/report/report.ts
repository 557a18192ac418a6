/** `npm run report` writes docs/findings.md; with `--check` it says where that is stale. It runs as dist/test/report/report.js. */
import { readFileSync, writeFileSync } from "node:fs";
import { loadModel } from "../../checker/cli/models.js";
import { inPackage } from "../../checker/cli/package.js";
import { Document } from "./document.js";
import { Contradiction } from "./finding.js";
import { Outcomes } from "./outcomes.js";
import { prose } from "./prose/index.js";
import { Readings } from "./readings.js";
import { firstDifference } from "./stale.js";

const FILE = "docs/findings.md";
const words = process.argv.slice(2);
if (words.some((word) => word !== "--check")) {
  process.stderr.write("usage: npm run report [-- --check]\n");
  process.exit(2);
}

const { model } = await loadModel("popcorn");
const outcomes = new Outcomes(model, (line) => process.stderr.write(`${line}\n`));
try {
  const text = new Document(prose, outcomes, new Readings()).text();
  if (!words.includes("--check")) {
    writeFileSync(inPackage(FILE), text);
    process.stdout.write(`${FILE} is written\n`);
  } else {
    const difference = firstDifference(readFileSync(inPackage(FILE), "utf8"), text);
    if (difference !== undefined) {
      process.stderr.write(`error: ${FILE} is stale: run npm run report, and review the difference\n${difference}\n`);
      process.exitCode = 1;
    } else process.stdout.write(`${FILE} says what is computed\n`);
  }
} catch (error) {
  if (!(error instanceof Contradiction)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
}
