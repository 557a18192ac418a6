/**
 * Liveness of random systems against an oracle that tries every set of states that a run could visit infinitely often:
 * how they are compared.
 */
import { expect } from "vitest";
import { LivenessChecker } from "../../checker/liveness/decide.js";
import { Instance } from "../../checker/model/instance.js";
import { isLiveness } from "../../checker/model/property.js";
import { checkSync } from "../../checker/search/check.js";
import { ExhaustiveSearch } from "../../checker/search/exhaustive/exhaustive-search.js";
import { exploredBy } from "../../checker/search/verdict/liveness-phase.js";
import { oracle } from "../support/lasso-oracle.js";
import { randomSystem } from "../support/random-systems.js";

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

/** With and without symmetry, `seeds` systems of `size` members come to what the oracle says. */
export function expectAsOracle(size: number, seeds: number): void {
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
}

/** The reduced graph comes to what the unreduced one does, also where there are too many states for the oracle. */
export function expectAsUnreduced(size: number, seeds: number): void {
  let larger = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const instance = new Instance(randomSystem(seed, size));
    expect([seed, verdictsOf(instance, true)]).toEqual([seed, verdictsOf(instance, false)]);
    if (checkSync(instance, { symmetry: false, properties: [] }).distinct > MOST_STATES) larger++;
  }
  expect(larger).toBeGreaterThan(seeds / 10);
}

/** It makes no difference whether transitions are kept, as above, or made again. */
export function expectSameIfMadeAgain(size: number, seeds: number): void {
  for (const { seed, instance, expected } of systems(size, seeds)) {
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
}
