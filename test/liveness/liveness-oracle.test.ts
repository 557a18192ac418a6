/** Liveness of thousands of random systems against an oracle that tries every set of states that a run could visit infinitely often. */
import { describe, expect, test, vi } from "vitest";
import { LivenessChecker } from "../../checker/liveness/decide.js";
import { Instance } from "../../checker/model/instance.js";
import { isLiveness } from "../../checker/model/property.js";
import { checkSync } from "../../checker/search/check.js";
import { ExhaustiveSearch } from "../../checker/search/exhaustive/exhaustive-search.js";
import { exploredBy } from "../../checker/search/verdict/liveness-phase.js";
import { oracle } from "../support/lasso-oracle.js";
import { randomSystem } from "../support/random-systems.js";

// On a machine that does other things besides.
vi.setConfig({ testTimeout: 600_000 });

/** Subsets of more states are too many to try. */
const MOST_STATES = 12;

/** Random systems of so many members whose graphs are small and no triviality, with what the oracle says of them. */
function* systems(size: number, seeds: number) {
  for (let seed = 0; seed < seeds; seed++) {
    const instance = new Instance(randomSystem(seed, size));
    const expected = oracle(instance, MOST_STATES);
    if (expected !== undefined) yield { seed, instance, expected };
  }
}

const verdictsOf = (instance: Instance, symmetry: boolean) =>
  new Map(
    checkSync(instance, { symmetry }).properties.map(({ name, verdict }) => [name, verdict === "holds"] as const),
  );

describe.each([
  [2, 2000],
  [3, 1500],
])("random systems of %d members", (size, seeds) => {
  test("come to what the oracle says, with and without symmetry", () => {
    let [compared, holding, violated] = [0, 0, 0];
    for (const { seed, instance, expected } of systems(size, seeds)) {
      for (const symmetry of [true, false])
        expect([seed, symmetry, verdictsOf(instance, symmetry)]).toEqual([seed, symmetry, expected]);
      compared++;
      for (const holds of expected.values()) holds ? holding++ : violated++;
    }
    // Else the comparison says little.
    expect(compared).toBeGreaterThan(seeds / 2);
    expect(Math.min(holding, violated)).toBeGreaterThan(seeds);
  });
});

test.each([
  [3, 400],
  [4, 100],
])(
  "with %d members, too many states for the oracle, the reduced graph comes to what the unreduced one does",
  (size, seeds) => {
    let larger = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const instance = new Instance(randomSystem(seed, size));
      expect([seed, verdictsOf(instance, true)]).toEqual([seed, verdictsOf(instance, false)]);
      if (checkSync(instance, { symmetry: false, properties: [] }).distinct > MOST_STATES) larger++;
    }
    expect(larger).toBeGreaterThan(seeds / 10);
  },
);

test("it makes no difference whether transitions are kept or made again", () => {
  for (const { seed, instance, expected } of systems(3, 300)) {
    const explorer = new ExhaustiveSearch(instance, {});
    explorer.run();
    const checker = new LivenessChecker(exploredBy(explorer), undefined, false);
    for (const property of instance.properties) {
      if (!isLiveness(property)) continue;
      const steps = checker.decide(property);
      let step = steps.next();
      while (!step.done) step = steps.next();
      expect([seed, property.name, step.value.lasso === undefined]).toEqual([
        seed,
        property.name,
        expected.get(property.name),
      ]);
    }
  }
});
