/**
 * Liveness of a random system against an oracle that tries every set of states that a run could visit infinitely often.
 * These functions run in a thread (test/support/killable.ts): a mistake may make them run for ever.
 */
import { LivenessChecker } from "../../checker/liveness/decide.js";
import { Instance } from "../../checker/model/instance.js";
import { isLiveness } from "../../checker/model/property.js";
import { checkSync } from "../../checker/search/check.js";
import { ExhaustiveSearch } from "../../checker/search/exhaustive/exhaustive-search.js";
import { exploredBy } from "../../checker/search/verdict/liveness-phase.js";
import { differences } from "../support/differences.js";
import { oracle } from "../support/lasso-oracle.js";
import { randomSystem } from "../support/random-systems.js";

/** Which random system: its seed, and how many members it has. */
export interface Seeded {
  readonly seed: number;
  readonly size: number;
}

/** How a system compares; `differences` is empty if all is as it should be. */
export interface Compared {
  readonly differences: readonly string[];
  /** How many properties hold, and how many are violated; 0 of a graph that is too large for the oracle. */
  readonly holding: number;
  readonly violated: number;
  /** Whether the graph is too large for the oracle. */
  readonly large: boolean;
}

/** Subsets of more states are too many to try. */
const MOST_STATES = 12;

const verdictsOf = (instance: Instance, symmetry: boolean) =>
  new Map(
    checkSync(instance, { symmetry }).properties.map(({ name, verdict }) => [name, verdict === "holds"] as const),
  );

/** With and without symmetry the engine says what the oracle says. */
export function asOracle({ seed, size }: Seeded): Compared {
  const instance = new Instance(randomSystem(seed, size));
  const expected = oracle(instance, MOST_STATES);
  if (expected === undefined) return { differences: [], holding: 0, violated: 0, large: true };
  const verdicts = [...expected.values()];
  return {
    differences: [true, false].flatMap((symmetry) =>
      differences(verdictsOf(instance, symmetry), expected).map((line) => `symmetry ${symmetry}: ${line}`),
    ),
    holding: verdicts.filter((holds) => holds).length,
    violated: verdicts.filter((holds) => !holds).length,
    large: false,
  };
}

/** The reduced graph comes to what the unreduced one does, also where there are too many states for the oracle. */
export function asUnreduced({ seed, size }: Seeded): Compared {
  const instance = new Instance(randomSystem(seed, size));
  return {
    differences: differences(verdictsOf(instance, true), verdictsOf(instance, false)),
    holding: 0,
    violated: 0,
    large: checkSync(instance, { symmetry: false, properties: [] }).distinct > MOST_STATES,
  };
}

/** It makes no difference whether transitions are kept, as in the others, or made again. */
export function sameIfMadeAgain({ seed, size }: Seeded): Compared {
  const instance = new Instance(randomSystem(seed, size));
  const expected = oracle(instance, MOST_STATES);
  if (expected === undefined) return { differences: [], holding: 0, violated: 0, large: true };
  const explorer = new ExhaustiveSearch(instance, {});
  explorer.run();
  const checker = new LivenessChecker(exploredBy(explorer), undefined, false);
  const found = new Map<string, boolean>();
  for (const property of instance.properties) {
    if (!isLiveness(property)) continue;
    const steps = checker.decide(property);
    let step = steps.next();
    while (!step.done) step = steps.next();
    found.set(property.name, step.value.lasso === undefined);
  }
  return { differences: differences(found, expected), holding: 0, violated: 0, large: false };
}
