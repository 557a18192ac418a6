// One search of popcheck with options that the command line does not have, as JSON on standard output: `measure.js MODEL PARAMETERS OPTIONS`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadModel } from "../../checker/cli/models.js";
import { check } from "../../checker/explore/check.js";
import type { SearchOptions } from "../../checker/explore/search-options.js";
import { Instance } from "../../checker/model/instance.js";

const [name, parameters, options] = process.argv.slice(2) as [string, string, string];
const { model } = await loadModel(name);
const folder = mkdtempSync(join(tmpdir(), "popcheck-bench-"));
try {
  const given = JSON.parse(options) as SearchOptions;
  const outcome = check(new Instance(model, JSON.parse(parameters) as Record<string, unknown>), {
    ...given,
    spill: folder,
  });
  const { distinct, generated, seconds, functionRuns, statistics, memory, incomplete } = outcome;
  process.stdout.write(
    `${JSON.stringify({ distinct, generated, seconds, functionRuns, memory, incomplete, storeBytes: statistics?.storeBytes })}\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
