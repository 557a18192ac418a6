/**
 * The engine against the naive explorer: distinct, generated, depth, verdicts and the lengths of counterexamples agree exactly, with every
 * way to search, on every model that is small enough; and on Popcorn for every value of every option.
 */
import { describe, expect, test } from "vitest";
import { disabled, model, oneOf, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import type { Parameter } from "../../checker/model/parameters.js";
import { builtInNames, loadModel } from "../../checker/models/models.js";
import { checkSync } from "../../checker/search/check.js";
import { ExhaustiveSearch } from "../../checker/search/exhaustive/exhaustive-search.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { cycleLengthOf, lengthOf } from "../../traces/trace.js";
import { explore, type NaiveOutcome } from "../support/naive-explorer.js";
import { violatedLiveness } from "../support/naive-liveness.js";

type Given = Readonly<Record<string, unknown>>;

/** What every search must agree on, as plain data. */
function verdictsOf(outcome: Outcome): Record<string, unknown> {
  return Object.fromEntries(
    outcome.properties.map(({ name, kind, verdict, goals }) => [name, kind === "reachable" ? goals?.unmet : verdict]),
  );
}

function naiveVerdicts(outcome: Outcome, naive: NaiveOutcome, unlively: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(
    outcome.properties.map(({ name, kind }) => [
      name,
      kind === "reachable"
        ? (naive.unmet.get(name) ?? [])
        : naive.violated.has(name) || unlively.has(name)
          ? "violated"
          : "holds",
    ]),
  );
}

/** Of lassos only that they are there: not the cycle is shortest, but the way to it. */

function lengths(outcome: Outcome): Record<string, number> {
  return Object.fromEntries(
    outcome.properties.flatMap(({ name, trace }) =>
      trace && cycleLengthOf(trace) === undefined ? [[name, lengthOf(trace)]] : [],
    ),
  );
}

function agree(model: AnyModel, given: Given): void {
  const naive = explore(new Instance(model, given));
  const searched = (search: "bfs" | "dfs", symmetry: boolean) =>
    checkSync(new Instance(model, given), { search, symmetry });
  const plain = searched("bfs", false);
  expect({ distinct: plain.distinct, generated: plain.generated, depth: plain.depth }).toEqual({
    distinct: naive.distinct,
    generated: naive.generated,
    depth: naive.depth,
  });
  expect(verdictsOf(plain)).toEqual(naiveVerdicts(plain, naive, violatedLiveness(new Instance(model, given))));
  expect(lengths(plain)).toEqual(Object.fromEntries(naive.violated));
  const reduced = searched("bfs", true);
  expect(verdictsOf(reduced)).toEqual(verdictsOf(plain));
  expect(lengths(reduced)).toEqual(lengths(plain));
  expect(reduced.depth).toBe(plain.depth);
  for (const symmetry of [false, true]) {
    const deep = searched("dfs", symmetry);
    const wide = symmetry ? reduced : plain;
    expect([deep.distinct, deep.generated]).toEqual([wide.distinct, wide.generated]);
    expect(verdictsOf(deep)).toEqual(verdictsOf(wide));
  }
}

describe("every search agrees with the naive explorer", () => {
  const small: Record<string, Given[]> = {
    german: [
      { nodes: 1, data: 2 },
      { nodes: 2, data: 1 },
    ],
    popcorn: ["4.2", "4.3", "4.4", "4.5", "4.6", "4.7a", "4.7", "4.8"].map((stage) => ({ stage, kernels: 2 })),
    "naive-mutex": [{ processes: 3 }],
    "two-phase-commit": [{}],
  };
  for (const name of builtInNames) {
    for (const given of small[name] ?? [{}]) {
      test(`${name} ${JSON.stringify(given)}`, async () => agree((await loadModel(name)).model, given));
    }
  }
});

describe("every reading of every open question is searched correctly, with 2 kernels", async () => {
  const { model } = await loadModel("popcorn");
  const others = Object.entries(model.parameters as Record<string, Parameter>).flatMap(([name, parameter]) => {
    if (["kernels", "stage", "skew"].includes(name)) return [];
    const values = parameter.kind === "choice" ? parameter.values : parameter.kind === "flag" ? [true, false] : [];
    return values.filter((value) => value !== parameter.default).map((value) => [name, value] as const);
  });
  for (const [name, value] of others) {
    for (const stage of ["4.7", "4.8"]) {
      const given = { stage, kernels: 2, [name]: value, ...(value === "least-stamp" ? { step2: true } : {}) };
      if (model.contradiction?.({ ...defaultsOf(model), ...model.defaults?.(given), ...given })) continue;
      test(`${stage} ${name}=${value}`, () => agree(model, given));
    }
  }
});

function defaultsOf(model: AnyModel): Given {
  const parameters = model.parameters as Record<string, Parameter>;
  return Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]));
}

test("bounded skew agrees too, for each width of the window", async () => {
  const { model } = await loadModel("popcorn");
  for (const skew of [1, 2]) agree(model, { stage: "4.4", kernels: 2, clocks: "bounded", skew });
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
