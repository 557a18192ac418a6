/** What is counted as covered, against the naive explorer and against what other commands say of the same. */
import { describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import { checkSync } from "../../checker/search/check.js";
import type { Coverage, CoveredStates } from "../../checker/search/coverage/coverage.js";
import type { SearchOptions } from "../../checker/search/options.js";
import { type NaiveCounts, naiveCoverage } from "../support/naive-coverage.js";

const NONE = { states: 0, depth: null, steps: 0 };

async function instanceOf(name: string, given: Record<string, unknown>): Promise<Instance> {
  return new Instance((await loadModel(name)).model, given, true);
}

function coverageOf(instance: Instance, options: SearchOptions = {}): Coverage {
  return checkSync(instance, { ...options, coverage: true }).coverage!;
}

/** Puts a coverage into the form of the naive one: what is covered, without what has no state. */
function countsOf({ tables, actions }: Coverage): NaiveCounts {
  const counts: Record<string, CoveredStates & { readonly steps: number }> = {};
  for (const { name, rows, columns, cells } of tables) {
    for (const row of rows) counts[`row ${name}: ${row.name}`] = { ...row, steps: 0 };
    for (const column of columns) counts[`column ${name}: ${column.name}`] = { ...column, steps: 0 };
    for (const { row, column, met, taken } of cells) {
      counts[`met ${name}: ${row} × ${column}`] = { ...met, steps: 0 };
      counts[`taken ${name}: ${row} × ${column}`] = taken;
    }
  }
  for (const { name, choices, ...action } of actions) {
    counts[`action ${name}`] = action;
    for (const { name: bound, values } of choices)
      for (const value of values) counts[`choice ${name} ${bound} ${value.name}`] = { ...value, steps: 0 };
  }
  return Object.fromEntries(
    Object.entries(counts)
      .filter(([, { states }]) => states > 0)
      .map(([what, { states, depth, steps }]) => [what, { states, depth: depth!, steps }]),
  );
}

/** The counters of bindings, as a multiset by action: the naive ones bear other names. */
function bindingsOf(counts: Iterable<readonly [string, object]>): string[] {
  return [...counts].map(([action, of]) => `${action} ${JSON.stringify(of)}`).sort();
}

const MODELS: [string, Record<string, unknown>][] = [
  ["popcorn", { stage: "4.2", kernels: 2 }],
  ["popcorn", { stage: "4.7", kernels: 2 }],
  ["german", { nodes: 1, data: 2 }],
  ["kddm", { kernels: 2 }],
  ["ivy", { kernels: 2, manager: "dynamic-distributed" }],
  ["two-phase-commit", {}],
  ["die-hard", {}],
  ["token-ring", {}],
];

describe.each(MODELS)("each counter of %s %o is the naive explorer's", (name, given) => {
  test.each([
    ["with symmetry", { symmetry: true }],
    ["without symmetry", { symmetry: false }],
    ["with two threads", { threads: 2, levelForThreads: 1 }],
  ])("%s", async (_, options) => {
    const instance = await instanceOf(name, given);
    const outcome = checkSync(instance, { ...options, coverage: true });
    const coverage = outcome.coverage!;
    const set = instance.layout.indexSets().find((set) => outcome.symmetry.sets.includes(set.name));
    const naive = naiveCoverage(instance, set);
    const isBinding = (what: string) => what.startsWith("binding ");
    const others = Object.entries(naive.counts).filter(([what]) => !isBinding(what));
    expect(coverage.states).toBe(naive.states);
    expect(countsOf(coverage)).toEqual(Object.fromEntries(others.map(plainChoice)));
    const classes = coverage.actions.flatMap(({ name, bindings }) =>
      bindings
        .filter(({ states }) => states > 0)
        .map(({ states, depth, steps }) => [name, { states, depth, steps }] as const),
    );
    const naiveClasses = Object.entries(naive.counts)
      .filter(([what]) => isBinding(what))
      .map(([what, of]) => [what.split(" ")[1]!, of] as const);
    expect(bindingsOf(classes)).toEqual(bindingsOf(naiveClasses));
  });
});

/** The naive text of a chosen value is JSON, the report's is not. */
function plainChoice([what, of]: [string, object]): [string, object] {
  return [
    what.startsWith("choice ") ? what.replaceAll('"', "") : what,
    { ...of, ...(what.startsWith("choice ") ? { steps: 0 } : {}) },
  ];
}
void NONE;
void coverageOf;
