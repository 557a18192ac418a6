/** However states are kept, a search comes to the same: what whole rows come to, and what the naive explorer says. */
import { describe, expect, test } from "vitest";
import { readKnownAnswers } from "../../checker/cli/known-answers.js";
import { disabled, model, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import { checkSync } from "../../checker/search/check.js";
import type { SearchOptions } from "../../checker/search/options.js";
import { lengthOf } from "../../traces/trace.js";
import { exceptRelease, releaseTest } from "../support/extent.js";
import { explore } from "../support/naive-explorer.js";
import { expectSameByStores, kinds, safetyOf } from "./same-by-stores.js";

/**
 * As far as a test takes no second; the others are in stores.slow.ts. How the paper is read makes no difference to a
 * store, but by the kinds of values in a state.
 */
const kept = ["stage", "kernels", "network", "clocks", "clocksAdvance"];
const known = readKnownAnswers();
const hasManyCases = (name: string) => known.filter(({ model }) => model === name).length > 6;
const small = known.filter(
  ({ model, parameters, distinct }) =>
    distinct !== undefined &&
    distinct < 150 &&
    (!hasManyCases(model) || Object.keys(parameters).every((name) => kept.includes(name))),
);

describe("every store says the same of", () => {
  const cases = small.map((known) => [known.model, known.parameters, known.symmetry ?? true, known] as const);
  // One of ten of those models, all others.
  test.each(exceptRelease(cases, ([name], place) => hasManyCases(name) && place % 10 > 0))(
    "%s %j, symmetry: %s",
    (_name, _parameters, _symmetry, known) => expectSameByStores(known),
  );

  test("there are models of all kinds", () => {
    expect(new Set(small.map(({ model }) => model)).size).toBeGreaterThan(4);
    expect(small.length).toBeGreaterThan(20);
  });
});

describe("every store agrees with the naive explorer on", () => {
  const given: readonly (readonly [name: string, parameters: Record<string, unknown>])[] = [
    ["popcorn", { stage: "4.2", kernels: 2 }],
    ["popcorn", { stage: "4.8", kernels: 2 }],
    ["german", { nodes: 1, data: 2 }],
    ["naive-mutex", { processes: 4 }],
    ["two-phase-commit", {}],
  ];
  test.each(given)("%s %j", async (name, parameters) => {
    const { model } = await loadModel(name);
    const naive = explore(new Instance(model, parameters));
    for (const store of kinds) {
      for (const symmetry of [false, true]) {
        const outcome = checkSync(new Instance(model, parameters), { store, symmetry });
        const violated = safetyOf(outcome).flatMap(({ name, trace }) =>
          trace ? [[name, lengthOf(trace)] as const] : [],
        );
        expect(new Map(violated)).toEqual(naive.violated);
        const unmet = outcome.properties.flatMap(({ name, goals }) =>
          goals?.unmet.length ? [[name, goals.unmet] as const] : [],
        );
        expect(new Map(unmet)).toEqual(naive.unmet);
        expect(outcome.depth).toBe(naive.depth);
        if (!symmetry) expect([outcome.distinct, outcome.generated]).toEqual([naive.distinct, naive.generated]);
      }
    }
  });
});

const variables = () => ({
  a: single(0),
  b: single(0),
  c: single(0),
  x: single(0),
  d: single(0),
  y: single(0),
  e: single(0),
  z: single(0),
});
type State = StateOf<ReturnType<typeof variables>>;
const { action, always } = vocabulary<State>();

/** One variable counts, and two others count in step; `bad` states are violations. */
const inStep = (size: number, bad: (x: number, y: number) => boolean) =>
  model({
    name: "in step",
    about: "",
    parameters: {},
    variables,
    actions: () => [
      action("X", {}, (s) => (s.x() < size - 1 ? s.withX(s.x() + 1) : disabled)),
      action("YZ", {}, (s) => (s.y() < size - 1 ? s.withY(s.y() + 1).withZ(s.z() + 1) : disabled)),
    ],
    properties: () => [
      always({ name: "good", says: "", for: {}, holds: (s) => !bad(s.x(), s.y()), explain: () => "" }),
    ],
  });

describe("states that differ in a regular way are told apart:", () => {
  test.each(kinds)("%s", (store) => {
    const { distinct, incomplete } = checkSync(new Instance(inStep(100, () => false)), { store });
    expect([distinct, incomplete]).toEqual([10_000, undefined]);
  });
});

describe("with fingerprints, of more states than are kept at a time,", () => {
  const run = (bad: (x: number, y: number) => boolean, options: SearchOptions = {}) =>
    checkSync(new Instance(inStep(400, bad)), { store: "fingerprint", ...options });

  test("a search that finds nothing is audited as far as rows are kept, and holds", () => {
    const { distinct, audited, properties } = run(() => false);
    expect([distinct, properties[0]!.verdict]).toEqual([160_000, "holds"]);
    expect(audited).toBeGreaterThan(0);
  });

  test("a violation is a violation, though its way be forgotten; the outcome says how to see it", () => {
    const [property] = run((x, y) => x > 390 && y > 390).properties;
    expect(property).toMatchObject({ verdict: "violated", trace: undefined });
    expect(property!.explanation).toMatch(/not kept.*--store/);
  });

  releaseTest("depth first, where all rows are kept, there is a trace", () => {
    const [property] = run((x, y) => x > 390 && y > 390, { search: "dfs" }).properties;
    expect(property!.verdict).toBe("violated");
    expect(lengthOf(property!.trace!)).toBeGreaterThanOrEqual(782);
  });
});
