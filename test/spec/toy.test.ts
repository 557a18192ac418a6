/**
 * The toys of spec/toy have known answers: each was counted by a naive explorer in another language too, which shares
 * no code with popcheck. For TwoPhase with 3 resource managers the TLA+ Examples record 288 states and 1,146 generated
 * by TLC; those are the initial state, the 761 steps here, and 384 that change nothing, which the toy leaves out.
 */
import { describe, expect, test } from "vitest";
import { vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { checkSync } from "../../checker/search/check.js";
import type { SearchOptions } from "../../checker/search/options.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { dieHard } from "../../spec/toy/die-hard.js";
import { naiveMutex } from "../../spec/toy/naive-mutex.js";
import { peterson } from "../../spec/toy/peterson.js";
import { twoPhaseCommit } from "../../spec/toy/two-phase-commit.js";
import { lengthOf } from "../../traces/trace.js";

interface Answer {
  readonly model: AnyModel;
  readonly parameters?: Readonly<Record<string, number>>;
  readonly symmetry?: boolean;
  readonly distinct: number;
  readonly generated: number;
  readonly depth: number;
  /** The verdict of each property; for a violated one, the steps of its shortest counterexample. */
  readonly verdicts: Readonly<Record<string, "holds" | number>>;
}

const mutex = { "mutual exclusion": 6, "no deadlock": "holds", "a process enters": "holds" } as const;
const commit = { TCConsistent: "holds", "no deadlock": "holds", "both outcomes": "holds" } as const;

const answers: readonly Answer[] = [
  {
    model: dieHard,
    ...{ distinct: 16, generated: 96, depth: 7 },
    verdicts: { TypeOK: "holds", "never 4 gallons": 6, "no deadlock": "holds" },
  },
  {
    model: peterson,
    ...{ distinct: 20, generated: 34, depth: 6 },
    verdicts: {
      "mutual exclusion": "holds",
      "no deadlock": "holds",
      "both enter": "holds",
      "who wants enters": "holds",
    },
  },
  { model: naiveMutex, distinct: 13, generated: 25, depth: 9, verdicts: mutex },
  { model: naiveMutex, symmetry: false, distinct: 22, generated: 42, depth: 9, verdicts: mutex },
  { model: naiveMutex, parameters: { processes: 6 }, distinct: 139, generated: 764, depth: 21, verdicts: mutex },
  {
    model: naiveMutex,
    parameters: { processes: 6 },
    symmetry: false,
    ...{ distinct: 7462, generated: 40086, depth: 21 },
    verdicts: mutex,
  },
  { model: twoPhaseCommit, distinct: 80, generated: 212, depth: 10, verdicts: commit },
  { model: twoPhaseCommit, symmetry: false, distinct: 288, generated: 761, depth: 10, verdicts: commit },
  { model: twoPhaseCommit, parameters: { rms: 4 }, distinct: 166, generated: 571, depth: 13, verdicts: commit },
  {
    model: twoPhaseCommit,
    parameters: { rms: 4 },
    symmetry: false,
    ...{ distinct: 1568, generated: 5377, depth: 13 },
    verdicts: commit,
  },
];

const titled = answers.map((answer) => {
  const { model, parameters, symmetry } = answer;
  const size = Object.entries(parameters ?? {}).map(([name, value]) => ` --${name} ${value}`);
  return { title: `${model.name}${size.join("")}${symmetry === false ? " --no-symmetry" : ""}`, answer };
});

function run({ model, parameters, symmetry = true }: Answer, options: SearchOptions): Outcome {
  return checkSync(new Instance(model, parameters), { symmetry, ...options });
}

const verdictsOf = ({ properties }: Outcome) => Object.fromEntries(properties.map((p) => [p.name, p.verdict]));

describe("breadth-first search", () => {
  test.each(titled)("gives the known answer for $title, with the shortest counterexample", ({ answer }) => {
    const { distinct, generated, depth, verdicts } = answer;
    const outcome = run(answer, { search: "bfs" });
    const found = outcome.properties.map(({ name, verdict, trace }) => [name, trace ? lengthOf(trace) : verdict]);
    expect(outcome.incomplete).toBeUndefined();
    expect({ distinct: outcome.distinct, generated: outcome.generated, depth: outcome.depth }).toEqual({
      distinct,
      generated,
      depth,
    });
    expect(Object.fromEntries(found)).toEqual(verdicts);
  });
});

describe("depth-first search", () => {
  test.each(titled)("sees the same states and steps of $title, and comes to the same verdicts", ({ answer }) => {
    const { distinct, generated } = answer;
    const outcome = run(answer, { search: "dfs" });
    expect(outcome.incomplete).toBeUndefined();
    expect({ distinct: outcome.distinct, generated: outcome.generated }).toEqual({ distinct, generated });
    expect(verdictsOf(outcome)).toEqual(verdictsOf(run(answer, { search: "bfs" })));
  });
});

describe("the audit", () => {
  test.each(titled)("finds no difference between the engine and the plain functions in $title", ({ answer }) => {
    expect(run(answer, { audit: answer.distinct > 1000 ? 100 : 1 }).audited).toBeGreaterThan(0);
  });
});

test("die-hard: the counterexample is the recipe of the film", () => {
  const outcome = checkSync(new Instance(dieHard));
  const { trace } = outcome.properties.find(({ name }) => name === "never 4 gallons")!;
  expect(trace!.states.map((state) => state["#meta"].action)).toEqual([
    "initial",
    "FillBigJug",
    "BigToSmall",
    "EmptySmallJug",
    "BigToSmall",
    "FillBigJug",
    "BigToSmall",
  ]);
});

test("naive-mutex: the counterexample is the race, both tests before the second set", () => {
  const outcome = checkSync(new Instance(naiveMutex));
  const { trace } = outcome.properties.find(({ name }) => name === "mutual exclusion")!;
  const actions = trace!.states.map((state) => state["#meta"].action);
  expect(actions.lastIndexOf("Test")).toBeLessThan(actions.lastIndexOf("Set"));
  expect(actions.filter((action) => action === "Test")).toHaveLength(2);
});

test("two-phase-commit: a run may end when nobody waits, and would be a deadlock if somebody did", () => {
  const impatient: AnyModel = { ...(twoPhaseCommit as AnyModel), properties: () => [never] };
  const never = vocabulary().noDeadlock({ name: "never ends", says: "", stuck: () => true, explain: () => "over" });
  const [ends] = checkSync(new Instance(impatient, { rms: 1 })).properties;
  expect(ends!.verdict).toBe("violated");
  expect(ends!.trace!.states.map((state) => state["#meta"].action)).toEqual(["initial", "TMAbort", "RMChooseToAbort"]);
});
