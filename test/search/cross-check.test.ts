/**
 * The engine against the naive explorer, on every model that is small enough; and on Popcorn for a value of every
 * option.
 */
import { describe, expect, test } from "vitest";
import { disabled, model, oneOf, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import { builtInNames, loadModel } from "../../checker/models/models.js";
import { ExhaustiveSearch } from "../../checker/search/exhaustive/exhaustive-search.js";
import { releaseTest } from "../support/extent.js";
import { agree, type Given, readingsOf } from "./agreement.js";

describe("every search agrees with the naive explorer", () => {
  const onlyForgets = { leasesRunOut: false, workersDie: false, driverDies: false };
  const small: Record<string, Given[]> = {
    german: [
      { nodes: 1, data: 2 },
      { nodes: 2, data: 1 },
    ],
    popcorn: ["4.2", "4.3", "4.4", "4.5", "4.6", "4.7a", "4.7", "4.8"].map((stage) => ({ stage, kernels: 2 })),
    "msi-bus": [{ kernels: 3 }, { kernels: 2, requests: "queued", evictions: true, wrong: "upgrade-kept" }],
    ivy: [
      ...["centralized", "improved-centralized", "broadcast", "dynamic-distributed"].map((manager) => ({
        manager,
        kernels: 2,
      })),
      { manager: "improved-centralized", kernels: 2, network: "unordered", overtaken: "dropped" },
      { manager: "dynamic-distributed", kernels: 2, wrong: "hint-kept" },
    ],
    "popcorn-directory": [{ kernels: 2 }, { kernels: 2, access: "after-fault" }],
    mirage: [{ kernels: 2 }, { kernels: 2, downgrade: false }],
    "two-kernel": [{}, { wrong: "invalid-not-delayed" }],
    kddm: [{ kernels: 2 }, { kernels: 2, network: "bag" }],
    vnuma: [{ kernels: 2 }, { kernels: 2, wrong: "copy-not-awaited" }],
    "naive-mutex": [{ processes: 3 }],
    "two-phase-commit": [{}],
    "commit-protocol": [
      { levels: 1, workers: 1 },
      { levels: 1, tasks: 2 },
      { commit: "renamed", workers: 1, ...onlyForgets },
      { commit: "checked", ...onlyForgets },
      { commit: "opened", levels: 1, ...onlyForgets, workersDie: true, queueForgets: false },
      { barrier: "drained", levels: 1, ...onlyForgets },
      { order: "manifest-first", levels: 1, ...onlyForgets },
      { names: "counted", levels: 1, ...onlyForgets },
    ],
    "thread-migration": [
      {},
      { kernels: 3, processThreads: 2, lockedSearch: false },
      { processThreads: 3, signals: "merged", finds: "migrated-threads" },
      { processThreads: 2, leaving: "at-once", retry: "when-gone", lockedSearch: false, createChecks: true },
      { processThreads: 2, leaving: "at-once", retry: "after-a-while" },
    ],
  };
  const isSlow = ({
    stage,
    nodes,
    finds,
    retry,
    lockedSearch,
    access,
    downgrade,
    network,
    wrong,
    manager,
    commit,
    tasks,
  }: Given) =>
    nodes === 2 ||
    commit === "checked" ||
    tasks ||
    access ||
    downgrade === false ||
    network ||
    wrong ||
    manager === "improved-centralized" ||
    manager === "broadcast" ||
    finds ||
    retry === "after-a-while" ||
    lockedSearch === false ||
    ["4.2", "4.3", "4.4", "4.5", "4.6", "4.7a"].includes(String(stage));
  for (const name of builtInNames) {
    for (const given of small[name] ?? [{}]) {
      (isSlow(given) ? releaseTest : test)(`${name} ${JSON.stringify(given)}`, async () =>
        agree((await loadModel(name)).model, given),
      );
    }
  }
});

describe("a reading of every other open question is searched correctly, with 2 kernels", async () => {
  const { model } = await loadModel("popcorn");
  const readings = readingsOf(model);
  // One of every twentieth option; all, in both stages, are in cross-check.release.ts.
  const first = readings.filter(({ option }, i) => readings.findIndex((each) => each.option === option) === i);
  test.each(first.filter((_, i) => i % 20 === 0))("$title", ({ given }) => agree(model, given));
});

releaseTest("section 5.2's optimizations agree together, the owner too that losers ask", async () => {
  const { model } = await loadModel("popcorn");
  const all = {
    kernels: 2,
    owner: true,
    multicast: true,
    oneKernel: true,
    readOnly: true,
    becomesWritable: "together",
  };
  agree(model, { stage: "repaired-4.8", ...all });
  agree(model, { stage: "4.8", ...all, ownerAsked: "by-losers-too", asks: "members" });
});

test("bounded skew agrees too", async () => {
  agree((await loadModel("popcorn")).model, { stage: "4.2", kernels: 2, clocks: "bounded", skew: 1 });
});

test("past the ceiling of the trees, functions are called again and again, and nothing else changes", async () => {
  const { model: popcorn } = await loadModel("popcorn");
  const given = { stage: "4.8", kernels: 2 };
  const count = (ceiling?: number) => {
    const explorer = new ExhaustiveSearch(new Instance(popcorn, given));
    if (ceiling !== undefined) explorer.model.trees.ceiling = ceiling;
    explorer.run();
    const { store, frontier, model: observed } = explorer;
    const { generated, violations } = explorer.result;
    return { counts: [store.count, generated, frontier.deepest(store), violations.length], runs: observed.trees.runs };
  };
  const remembered = count();
  for (const ceiling of [0, 500]) {
    const limited = count(ceiling);
    expect(limited.counts).toEqual(remembered.counts);
    expect(limited.runs).toBeGreaterThan(remembered.runs);
  }
});

test("a model with hundreds of bindings, whose last state both breaks an invariant and is stuck", () => {
  const variables = () => ({ x: single(0) });
  const { action, always, noDeadlock } = vocabulary<StateOf<ReturnType<typeof variables>>>();
  const many = { i: oneOf(...Array.from({ length: 300 }, (_, i) => i)) };
  const crowd = model({
    name: "crowd",
    about: "one step, and then nothing",
    parameters: {},
    variables,
    actions: () => [action("Step", many, (state, { i }) => (state.x() === 0 && i === 299 ? state.withX(1) : disabled))],
    properties: () => [
      always({
        name: "small",
        says: "",
        for: many,
        holds: (s, { i }) => s.x() === 0 || i < 299,
        explain: () => "x is 1",
      }),
      noDeadlock({ name: "no deadlock", says: "", stuck: () => true, explain: () => "nothing can happen" }),
    ],
  });
  agree(crowd, {});
});
