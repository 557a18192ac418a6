/** What the tests of random searches share: small models, options, and a test whether choices are fair. */
import { expect } from "vitest";
import { model, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { type AnyModel, withProperties } from "../../checker/model/model.js";
import type { RandomSearchOptions } from "../../checker/search/random/random-search.js";
import { popcornProperties } from "../../invariants/popcorn/index.js";
import { popcorn as bare } from "../../spec/popcorn/index.js";

export const popcorn: AnyModel = withProperties(bare, popcornProperties);
export const random = (of: Partial<RandomSearchOptions> = {}): RandomSearchOptions => ({
  ...{ search: "random", seed: 1, walks: 50 },
  ...of,
});
/** In most of these models, x goes round a ring of states, from several initial states. */
const variables = () => ({ x: single(0), y: single(0) });
export type State = StateOf<ReturnType<typeof variables>>;
export const { action, always, alwaysStep, goal, noDeadlock, reachable } = vocabulary<State>();
export const small = (limit: number) =>
  always({ name: "small", says: "", for: {}, holds: (s) => s.x() < limit, explain: (s) => `x is ${s.x()}` });
export const toy = (of: Partial<AnyModel>): AnyModel => ({
  ...model({ name: "toy", about: "", parameters: {}, variables, actions: () => [], properties: () => [] }),
  ...of,
});
export const up = action("Up", {}, (s) => s.withX(s.x() + 1));
export const counter = toy({ actions: () => [up], properties: () => [small(3)] });

/** Returns Pearson's statistic of counts that are expected to be in proportion to `weights`. */
function chiSquare(counts: readonly number[], weights: readonly number[]): number {
  const [all, whole] = [counts, weights].map((numbers) => numbers.reduce((a, b) => a + b, 0)) as [number, number];
  return counts.reduce((sum, count, i) => {
    const expected = (all * weights[i]!) / whole;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}
/** The values that the statistic of a fair choice exceeds once in a thousand times, by degrees of freedom. */
const CRITICAL: { [freedom: number]: number } = { 1: 10.83, 2: 13.82, 3: 16.27, 6: 22.46, 8: 26.12 };
export const fair = (counts: readonly number[], weights: readonly number[] = counts.map(() => 1)) =>
  expect(chiSquare(counts, weights)).toBeLessThan(CRITICAL[counts.length - 1]!);
