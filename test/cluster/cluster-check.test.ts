/**
 * A search by tasks, with several workers, comes to what a search in one process comes to: states on each level,
 * transitions, verdicts, and the very counterexamples.
 */
import { describe, expect, test } from "vitest";
import { ClusterCheck, LIVENESS_OPEN } from "../../checker/cluster/cluster-check.js";
import type { Cut } from "../../checker/cluster/task-runner.js";
import { Instance } from "../../checker/model/instance.js";
import { isLiveness } from "../../checker/model/property.js";
import { loadModel } from "../../checker/models/models.js";
import { checkSync } from "../../checker/search/check.js";
import type { SearchOptions } from "../../checker/search/options.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { releaseTest } from "../support/extent.js";
import { FINE, LocalWorkers, RUN, withStorage } from "./local-workers.js";

/** What of an outcome must not depend on how the search was done. */
function essence({ properties, distinct, generated, depth, fired, statistics, constraints, audited }: Outcome) {
  return {
    ...{ distinct, generated, depth, fired, constraints, audited },
    levels: statistics?.levels,
    outDegrees: statistics?.outDegrees,
    properties: properties.map(({ name, verdict, trace, goals }) => ({ name, verdict, trace, goals })),
  };
}

async function byWorkers(
  instances: readonly Instance[],
  options: SearchOptions,
  given = FINE,
): Promise<{ outcome: Outcome; offered: number }> {
  const { maxDepth } = options;
  const cut = { ...given, ...(maxDepth === undefined ? {} : { maxDepth }) };
  return withStorage(async (storage) => {
    const workers = new LocalWorkers(storage, instances, options, cut);
    const check = new ClusterCheck(instances[0]!, options, storage, RUN, workers, cut);
    while (!(await check.work(1000)));
    return { outcome: await check.outcome(), offered: workers.offered };
  });
}

interface Case {
  readonly name: string;
  readonly given?: Readonly<Record<string, unknown>>;
  readonly options?: SearchOptions;
}

const cases: Case[] = [
  ...["4.2", "4.3", "4.4", "4.5", "4.6", "4.7a", "4.7", "4.8"].map((stage) => ({
    name: "popcorn",
    given: { stage, kernels: 2 },
  })),
  { name: "popcorn", given: { stage: "4.4", kernels: 3 } },
  { name: "german", given: { nodes: 2 } },
  { name: "german", given: { nodes: 2 }, options: { symmetry: false } },
  { name: "german", given: { nodes: 2 }, options: { maxDepth: 9 } },
  { name: "german", given: { nodes: 2 }, options: { maxStates: 300 } },
  { name: "popcorn", given: { stage: "4.7", kernels: 2 }, options: { stopAtFirst: true } },
  ...["die-hard", "peterson", "naive-mutex", "starving-mutex", "token-ring", "two-phase-commit"].map((name) => ({
    name,
  })),
  { name: "commit-protocol", given: { levels: 1 } },
];

describe("a search by tasks comes to what one process comes to", () => {
  test.each(cases)("$name $given $options", async ({ name, given = {}, options = {} }) => {
    const { model } = await loadModel(name);
    const instance = () => new Instance(model, given);
    const safety = instance().properties.filter((property) => !isLiveness(property));
    const asked = { ...options, properties: safety.map((property) => property.name) };
    const alone = checkSync(instance(), asked);
    for (const workers of [1, 3]) {
      const { outcome } = await byWorkers(
        Array.from({ length: workers }, () => instance()),
        asked,
      );
      if (alone.incomplete === undefined || options.maxStates === undefined)
        expect(essence(outcome), `${workers} workers`).toEqual(essence(alone));
      expect(outcome.incomplete?.split(";")[0]).toBe(alone.incomplete?.split(";")[0]);
    }
  });

  releaseTest("with up to five workers, whatever the cut", async () => {
    const { model } = await loadModel("popcorn");
    const instance = () => new Instance(model, { stage: "4.7", kernels: 2 });
    const asked = { properties: ["SWMR"] };
    const alone = essence(checkSync(instance(), asked));
    for (let workers = 1; workers <= 5; workers++)
      for (const cut of [
        FINE,
        { parts: 1, wholeStates: 0, wholeTotal: 1000, chunkStates: 1 },
        { parts: 256, wholeStates: 3, wholeTotal: 1000, chunkStates: 7 },
      ])
        expect(
          essence(
            (
              await byWorkers(
                Array.from({ length: workers }, () => instance()),
                asked,
                cut,
              )
            ).outcome,
          ),
        ).toEqual(alone);
  });
});

const STAGES = ["4.2", "4.3", "4.4", "4.5", "4.6", "4.7a", "4.7", "4.8", "repaired", "repaired-4.8"];

describe("the whole ladder with 3 kernels, and German with 3 nodes, by 1 to 5 workers", () => {
  const large: Case[] = [
    ...STAGES.map((stage) => ({ name: "popcorn", given: { stage, kernels: 3 } })),
    { name: "german", given: { nodes: 3 } },
  ];
  const cut: Cut = { parts: 8, wholeStates: 200, wholeTotal: 1000, chunkStates: 2000 };
  for (const { name, given = {} } of large)
    for (let workers = 1; workers <= 5; workers++)
      releaseTest(`${name} ${Object.values(given).join(" ")}, ${workers} workers`, async () => {
        const { model } = await loadModel(name);
        const instance = () => new Instance(model, given);
        const safety = instance().properties.filter((property) => !isLiveness(property));
        const asked = { properties: safety.map((property) => property.name) };
        const { outcome } = await byWorkers(Array.from({ length: workers }, instance), asked, cut);
        expect(essence(outcome)).toEqual(essence(checkSync(instance(), asked)));
      });
});

test("liveness is open, and no verdict says otherwise", async () => {
  const { model } = await loadModel("starving-mutex");
  const { outcome } = await byWorkers([new Instance(model, {})], {});
  expect(outcome.incomplete).toBe(LIVENESS_OPEN);
  const live = new Instance(model, {}).properties.filter(isLiveness).map(({ name }) => name);
  expect(live.length).toBeGreaterThan(0);
  for (const { name, verdict } of outcome.properties) if (live.includes(name)) expect(verdict).toBe("incomplete");
});
