/** Ranges of seeds whose models are compared in tests, and how interesting they must be. */
import { expect } from "vitest";
import { Figures } from "../support/random-models/figures.js";
import { compare, linesOf } from "./compared.js";

/** Of what about so many models in a hundred are, at the least; far fewer, and the comparison would say little. */
const LEAST: Readonly<Record<string, number>> = {
  "more than 100 states": 35,
  "four members": 5,
  "several orbits of more than one state": 80,
  "violated: invariant": 60,
  "violated: step invariant": 40,
  "violated: no deadlock": 5,
  "violated: no unspecified reception": 4,
  "violated: reachable": 20,
  "lasso: eventually": 10,
  "lasso: leads to": 20,
  "lasso: always eventually": 10,
  "lasso: eventually always": 10,
  "liveness that holds": 20,
  "a shortest counterexample of more than 3 steps": 8,
  "strong fairness": 40,
  "an assumption": 15,
  "several initial states": 8,
  "variable: bag": 15,
  "variable: queue": 15,
  "variable: stamp": 15,
  "variable: set": 8,
  "variable: map": 5,
  "variable: record": 25,
  "pairs of two sets": 10,
  "two scalarsets": 20,
  "pairs with their diagonal": 5,
};

/** The models of `count` seeds from `first` on agree in as many `ways` as are drawn, and are no trivialities. */
export function expectAgreement(first: number, count: number, ways: number): void {
  const figures = new Figures();
  let [spilled, resumed] = [0, 0];
  for (let seed = first; seed < first + count; seed++) {
    const compared = compare(seed, { moreWays: ways, usualWays: false, asymmetric: 0 });
    expect(compared.differences.flatMap(linesOf), `seed ${seed}`).toEqual([]);
    figures.add(compared.drawn);
    spilled += compared.spilled;
    resumed += compared.resumed;
  }
  // The figures of some hundred models scatter, so half of what is usual is asked for.
  const tooFew = Object.entries(LEAST).filter(([name, least]) => figures.of(name) < (least * count) / 200);
  expect(tooFew.map(([name]) => `${name}: ${figures.of(name)}`)).toEqual([]);
  expect(Math.min(spilled, resumed)).toBeGreaterThan(count / 20);
}
