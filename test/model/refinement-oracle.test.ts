/** Refinement of random pairs of models, against an oracle that compares the two graphs by brute force. */
import { describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { checkSync } from "../../checker/search/check.js";
import type { SearchOptions } from "../../checker/search/options.js";
import { lengthOf } from "../../traces/trace.js";
import { exceptRelease, releaseTest } from "../support/extent.js";
import { randomRefinement } from "../support/random-refinements.js";
import { refinementOracle } from "../support/refinement-oracle.js";

/** Subsets of more states are too many to try. */
const MOST_STATES = 10;
/** The first seeds find most mistakes, and others are left to the release tests. */
const SEEDS = exceptRelease(
  Array.from({ length: 400 }, (_, seed) => seed),
  (seed) => seed >= 10,
);

/** The verdicts of the engine, in the oracle's terms. */
function verdictsOf(instance: Instance, options: SearchOptions) {
  const { properties } = checkSync(instance, options);
  const named = (words: string) => properties.filter(({ name }) => name.includes(words));
  const [steps] = named(": steps");
  return {
    initially: named(": initial states")[0]!.verdict === "holds",
    shortest: steps!.verdict === "holds" ? undefined : lengthOf(steps!.trace!),
    fairness: new Map(named("fairness of").map(({ name, verdict }) => [name.split(" ").at(-1)!, verdict === "holds"])),
  };
}

describe.each([2, 3])("pairs with %d members", (size) => {
  const pairs = SEEDS.flatMap((seed) => {
    const { concrete, abstract, map } = randomRefinement(seed, size);
    const instance = new Instance(concrete);
    const expected = refinementOracle(instance, new Instance(abstract), map as never, MOST_STATES);
    return expected === undefined ? [] : [{ seed, instance, expected }];
  });

  test.each([true, false])("come to what the oracle says, with symmetry %s", (symmetry) => {
    for (const { seed, instance, expected } of pairs)
      expect({ seed, ...verdictsOf(instance, { symmetry }) }).toEqual({ seed, ...expected });
  });

  test("come to the same verdicts depth first", () => {
    const dfs = { search: "dfs" as const };
    for (const { seed, instance, expected } of pairs) {
      const { shortest, ...found } = verdictsOf(instance, dfs);
      const { shortest: least, ...rest } = expected;
      expect({ seed, isStep: shortest === undefined, ...found }).toEqual({
        seed,
        isStep: least === undefined,
        ...rest,
      });
    }
  });

  releaseTest("are of every kind", () => {
    const verdicts = pairs.map(({ expected }) => expected);
    const fairness = verdicts.flatMap(({ fairness }) => [...fairness.values()]);
    const counts = {
      refining: verdicts.filter(({ initially, shortest }) => initially && shortest === undefined).length,
      begun: verdicts.filter(({ initially }) => !initially).length,
      long: verdicts.filter(({ shortest }) => shortest !== undefined && shortest > 1).length,
      fair: fairness.filter((isMet) => isMet).length,
      unfair: fairness.filter((isMet) => !isMet).length,
    };
    expect(Object.values(counts).every((count) => count > 2)).toBe(true);
  });
});
