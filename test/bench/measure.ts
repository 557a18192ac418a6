// One search of popcheck with options that the command line does not have, as JSON on standard output: `measure.js
// MODEL PARAMETERS OPTIONS`. With the option `liveness` it decides liveness too.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Instance } from "../../checker/model/instance.js";
import { isLiveness } from "../../checker/model/property.js";
import { loadModel } from "../../checker/models/models.js";
import { checkSync } from "../../checker/search/check.js";
import type { SearchOptions } from "../../checker/search/options.js";

const [name, parameters, options] = process.argv.slice(2) as [string, string, string];
const { model } = await loadModel(name);
const folder = mkdtempSync(join(tmpdir(), "popcheck-bench-"));
try {
  const { liveness, ...given } = JSON.parse(options) as SearchOptions & { readonly liveness?: boolean };
  const instance = new Instance(model, JSON.parse(parameters) as Record<string, unknown>);
  // Peers decide only safety.
  const asked = instance.properties.filter((property) => liveness === true || !isLiveness(property));
  const outcome = checkSync(instance, { ...given, properties: asked.map(({ name }) => name), spill: folder });
  const { distinct, generated, seconds, functionRuns, statistics, memory, incomplete } = outcome;
  process.stdout.write(
    `${JSON.stringify({ distinct, generated, seconds, functionRuns, memory, incomplete, storeBytes: statistics?.storeBytes, peakMemory: statistics?.peakMemory })}\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
