/**
 * Another model checker's opinion: rumur explores twins of the protocols, written for it by hand in Murphi, and must come to the same
 * number of distinct states and to the same number of steps, one for one, as popcheck; and to the same verdicts.
 *
 * Both report how many states they *found*; that these are the same states is as good as certain, since a rule too many or too few
 * in any one of them shows in the steps.
 */
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Check } from "../../checker/explore/check.js";
import type { Outcome } from "../../checker/explore/outcome.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { popcornProperties } from "../../invariants/popcorn/index.js";
import { german } from "../../spec/german.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { type PaperRefinement, type Refinement, refinementsOf, type Stage } from "../../spec/popcorn/options.js";
import { type Constants, type RumurOptions, runRumur } from "./peers.js";

const twin = (file: string) => join(import.meta.dirname, file);
const symmetries = ["off", "exhaustive"] as const;
type Symmetry = (typeof symmetries)[number];

/** Checks to the end, in slices: another test's rumur is waited for in between. */
async function popcheck(
  model: unknown,
  parameters: Record<string, unknown>,
  symmetry: Symmetry,
  properties: readonly string[] = [],
): Promise<Outcome> {
  const check = new Check(new Instance(model as AnyModel, parameters), {
    symmetry: symmetry === "exhaustive",
    properties,
  });
  while (!check.work(500)) await setImmediate();
  return check.outcome();
}

async function rumur(options: RumurOptions) {
  const { states, rules, violated } = await runRumur(options);
  return { distinct: states, generated: rules, violated };
}

async function comesToTheSame(own: Promise<Outcome>, peer: ReturnType<typeof rumur>): Promise<void> {
  const { distinct, generated, incomplete } = await own;
  expect(incomplete).toBeUndefined();
  expect(await peer).toEqual({ distinct, generated, violated: undefined });
}

/** gcc's effort: none for a twin of a few hundred states. */
const hasty = ["-O0"];
/** For runs of minutes. rumur's code renames kernels one bit field at a time; inlined, that takes 60 % of the time of -O3. */
const thorough = [
  "-O3",
  ...["large-function-growth=100000", "large-function-insns=1000000", "inline-unit-growth=10000"].flatMap((limit) => [
    "--param",
    limit,
  ]),
  ...["--param", "max-inline-insns-auto=1000"],
];

const constantOf: Readonly<Record<Exclude<PaperRefinement, "unmapped">, string>> = {
  votes: "VOTES",
  retryWithData: "RETRY_WITH_DATA",
  askAgain: "ASK_AGAIN",
  hold: "HOLD",
  fetchWrite: "FETCH_WRITE",
  nackInModified: "NACK_IN_MODIFIED",
  winnersWait: "WINNERS_WAIT",
  step1: "STEP1",
  step2: "STEP2",
};
type Refinements = Partial<Record<Refinement, boolean>>;

function constants(kernels: number, stage: Stage, others: Refinements = {}): Constants {
  const refinements = { ...refinementsOf(stage), ...others };
  const named = Object.entries(constantOf).map(([name, constant]) => [constant, refinements[name as Refinement]]);
  return { KERNELS: kernels, ...Object.fromEntries(named) };
}

const model = { ...popcorn, properties: popcornProperties };
const stages = ["4.2", "4.3", "4.4", "4.5", "4.6", "4.7a", "4.7"] as const satisfies readonly Stage[];
/** What the twin checks too, and the constant that asks for it. */
const invariants = {
  SWMR: "CHECK_SWMR",
  "at-least-one-Copy": "CHECK_AT_LEAST_ONE_COPY",
  "coherent data": "CHECK_COHERENT_DATA",
} as const;

/** Popcheck's outcomes with symmetry, for counts and verdicts. */
const outcomes = new Map<string, Promise<Outcome>>();
function popcornStage(kernels: number, stage: Stage): Promise<Outcome> {
  const key = `${kernels} ${stage}`;
  const known = outcomes.get(key) ?? popcheck(model, { kernels, stage }, "exhaustive", Object.keys(invariants));
  outcomes.set(key, known);
  return known;
}

describe.concurrent("Popcorn: popcheck and rumur find as many states and take as many steps", () => {
  // The longest first, so that none is left alone at the end.
  test.each(stages.slice(1).concat("4.2"))("stage %s, 3 kernels, with symmetry", async (stage) => {
    const peer = rumur({
      model: twin("popcorn.m"),
      constants: constants(3, stage),
      symmetry: "exhaustive",
      optimize: thorough,
    });
    await comesToTheSame(popcornStage(3, stage), peer);
  });

  test.each(["4.7", "4.2"] as const)("stage %s, 3 kernels, without symmetry", async (stage) => {
    const peer = rumur({ model: twin("popcorn.m"), constants: constants(3, stage), symmetry: "off" });
    await comesToTheSame(popcheck(model, { kernels: 3, stage }, "off"), peer);
  });

  const bothWays = stages.flatMap((stage) => symmetries.map((symmetry) => [stage, symmetry] as const));
  test.each(bothWays)("stage %s, 2 kernels, symmetry %s", async (stage, symmetry) => {
    const peer = rumur({ model: twin("popcorn.m"), constants: constants(2, stage), symmetry, optimize: hasty });
    await comesToTheSame(popcheck(model, { kernels: 2, stage }, symmetry), peer);
  });

  const leftOut: readonly Refinements[] = [
    { votes: false, retryWithData: false, fetchWrite: false, winnersWait: false, step1: false, step2: false },
    { retryWithData: false, fetchWrite: false, step1: false, step2: false },
    { askAgain: false },
    { hold: false },
    { fetchWrite: false, step2: false },
    { nackInModified: false },
    { winnersWait: false },
    { step1: false },
    { step2: false },
  ];
  const without = leftOut.map((refinements) => [Object.keys(refinements).join(", "), refinements] as const);
  test.each(without)("stage 4.7 without %s, 2 kernels, with symmetry", async (_names, refinements) => {
    const peer = rumur({
      model: twin("popcorn.m"),
      constants: constants(2, "4.7", refinements),
      symmetry: "exhaustive",
      optimize: hasty,
    });
    await comesToTheSame(popcheck(model, { kernels: 2, stage: "4.7", ...refinements }, "exhaustive"), peer);
  });
});

describe.concurrent("Popcorn: rumur finds an invariant violated exactly where popcheck does", () => {
  const cases = [3, 2].flatMap((kernels) => stages.map((stage) => [stage, kernels] as const));
  test.each(cases)("stage %s, %i kernels: SWMR, at-least-one-Copy, coherent data", async (stage, kernels) => {
    const own = await popcornStage(kernels, stage);
    const verdicts = own.properties.map(({ name, verdict }) => [name, verdict === "violated"]);
    const found: [string, boolean][] = [];
    for (const name of Object.keys(invariants)) {
      const asked = Object.entries(invariants).map(([each, constant]) => [constant, each === name]);
      const { violated } = await runRumur({
        model: twin("popcorn.m"),
        constants: { ...constants(kernels, stage), CHECK: true, ...Object.fromEntries(asked) },
        // For a verdict it is as good as exhaustive, and it is faster.
        symmetry: "heuristic",
        optimize: kernels === 2 ? hasty : ["-O3"],
      });
      expect([undefined, `invariant "${name}" failed`]).toContain(violated);
      found.push([name, violated !== undefined]);
    }
    expect(verdicts).toHaveLength(3);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(verdicts));
  });
});

describe.concurrent("German: popcheck and rumur find as many states and take as many steps", () => {
  const cases = [3, 2].flatMap((nodes) => symmetries.map((symmetry) => [nodes, symmetry] as const));
  test.each(cases)("%i nodes, 2 data, symmetry %s", async (nodes, symmetry) => {
    const peer = rumur({ model: twin("german.m"), constants: { NODE_NUM: nodes, DATA_NUM: 2 }, symmetry });
    await comesToTheSame(popcheck(german, { nodes, data: 2 }, symmetry), peer);
  });
});
