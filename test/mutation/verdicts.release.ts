/** All mutants of some models against the naive explorer, and the same verdicts with and without symmetry. */
import { expect, test } from "vitest";
import type { AnyModel } from "../../checker/model/model.js";
import { withProperties } from "../../checker/model/model.js";
import { popcornProperties } from "../../invariants/popcorn/index.js";
import { german } from "../../spec/german.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { naiveMutex } from "../../spec/toy/naive-mutex.js";
import { compared, inShort, judged, withoutLiveness } from "./opinions.js";
import { turns } from "./turns.js";

const models: readonly [name: string, model: AnyModel, given: object, sample: number | undefined][] = [
  ["turns", turns, {}, undefined],
  ["naive-mutex", naiveMutex as unknown as AnyModel, {}, undefined],
  ["german", german as unknown as AnyModel, { nodes: 2 }, 8],
  ["popcorn", withProperties(popcorn, popcornProperties) as unknown as AnyModel, { stage: "4.7", kernels: 2 }, 60],
];

/** The states of a mutant that are searched: some go on for ever. */
const MOST = 6000;

test.each(models)("%s: verdicts are those of the naive explorer", async (_name, model, given, sample) => {
  const { differences, counts } = await compared(withoutLiveness(model), given, { sample, maxStates: MOST });
  expect(differences).toEqual([]);
  expect(counts.noticed).toBeGreaterThan(1);
});

test.each(models)("%s: verdicts are the same without symmetry", async (_name, model, given, sample) => {
  const [reduced, whole] = [
    await judged(model, given, { sample, maxStates: MOST }),
    await judged(model, given, { sample, maxStates: 2 * MOST }, { symmetry: false }),
  ];
  // A limit is met sooner where more states are told apart.
  const decided = reduced.judged.filter(({ verdict }) => verdict.verdict !== "undecided");
  for (const { verdict, where, says } of decided) {
    const other = whole.judged.find((of) => of.where === where && of.says === says);
    if (other !== undefined) expect(`${says}: ${inShort(other.verdict)}`).toBe(`${says}: ${inShort(verdict)}`);
  }
  expect(decided.length).toBeGreaterThan(2);
});
