/** A search that goes on on disk comes to the same, to the byte, as one that stays in memory. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import { Check } from "../../checker/search/check.js";
import type { SearchOptions } from "../../checker/search/options.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { differences } from "../support/differences.js";
import { exceptRelease } from "../support/extent.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "popcheck-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(name: string, given: Record<string, unknown>, options: SearchOptions) {
  const { model } = await loadModel(name);
  const check = new Check(new Instance(model, given), options);
  check.work();
  const outcome = check.outcome();
  const spilled = check.search.result.spilled !== undefined;
  check.close();
  return { outcome, spilled };
}

/** All that does not depend on how the search was done. */
function essence({ properties, distinct, generated, depth, fired, statistics, incomplete }: Outcome) {
  const { levels, outDegrees } = statistics!;
  return { properties, distinct, generated, depth, fired, levels, outDegrees, incomplete };
}

const cases: [string, Record<string, unknown>, SearchOptions][] = [
  // One word a row, two, and more, folded or not; the memory holds a fraction of the states.
  ["naive-mutex", { processes: 6 }, { symmetry: false }],
  ["german", { nodes: 2, data: 2 }, { symmetry: false }],
  ["popcorn", { stage: "4.2", kernels: 3 }, {}],
  ["popcorn", { stage: "4.2", kernels: 3 }, { store: "compressed" }],
];

describe.each(cases)("%s %j %j", (name, given, options) => {
  test.each(exceptRelease([1, 2], (threads) => (threads === 1) === (options.store === undefined)))(
    "with %i threads",
    async (threads) => {
      const inMemory = await run(name, given, options);
      expect(inMemory.spilled).toBe(false);
      // A table of each shard takes a megabyte in all, before any state does.
      const storeMemory = Math.max(2 ** 20 + 4096, Math.floor(inMemory.outcome.statistics!.storeBytes / 3));
      const onDisk = await run(name, given, { ...options, storeMemory, spill: folder, threads });
      expect(onDisk.spilled).toBe(true);
      expect(differences(essence(onDisk.outcome), essence(inMemory.outcome))).toEqual([]);
      expect(onDisk.outcome.audited).toBeGreaterThan(0);
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

test("without a folder the search ends as incomplete, and tells why", async () => {
  const { outcome } = await run("german", { nodes: 2 }, { symmetry: false, storeMemory: 2 ** 20 });
  expect(outcome.incomplete).toMatch(/memory limit was reached/);
  expect(outcome.properties.map(({ verdict }) => verdict)).not.toContain("violated");
});

test.each<[string, SearchOptions, RegExp]>([
  ["fingerprints", { store: "fingerprint" }, /fingerprints are not written to disk/],
  ["a depth-first search", { search: "dfs" }, /depth-first search is not written to disk/],
])("%s end there, and say so", async (_what, options, reason) => {
  const limits = { storeMemory: 2 ** 20 + 2 ** 18, spill: folder };
  const { outcome } = await run("german", { nodes: 2 }, { symmetry: false, ...limits, ...options });
  expect(outcome.incomplete).toMatch(reason);
});

test("limits are kept on disk, too", async () => {
  const limits = { storeMemory: 2 ** 20 + 2 ** 18, spill: folder };
  const { outcome, spilled } = await run("german", { nodes: 2 }, { symmetry: false, maxStates: 30_000, ...limits });
  expect(spilled).toBe(true);
  expect(outcome.incomplete).toMatch(/max-states 30,000; every state up to depth \d+ was looked at/);
  expect(outcome.distinct).toBeGreaterThan(30_000);
  expect(outcome.distinct).toBeLessThan(43_422);
  const deep = await run("german", { nodes: 2 }, { symmetry: false, maxDepth: 25, ...limits });
  const inMemory = await run("german", { nodes: 2 }, { symmetry: false, maxDepth: 25 });
  expect(deep.spilled).toBe(true);
  expect(differences(essence(deep.outcome), essence(inMemory.outcome))).toEqual([]);
  expect(existsSync(folder)).toBe(true);
});
