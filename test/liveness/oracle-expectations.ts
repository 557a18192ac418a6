/** What is expected of many random systems, each compared in a thread that is ended if it comes to no end. */
import { expect } from "vitest";
import { inThread } from "../support/killable.js";
import type { Compared, Seeded } from "./against-oracle.js";

async function compare(name: string, size: number, seeds: number): Promise<Compared[]> {
  const items = Array.from({ length: seeds }, (_, seed): Seeded => ({ seed, size }));
  const compared = await inThread<Seeded, Compared>("test/liveness/against-oracle", name, items);
  const lines = compared.flatMap(({ differences }, seed) => differences.map((line) => `seed ${seed}: ${line}`));
  expect(lines).toEqual([]);
  return compared;
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/** With and without symmetry, `seeds` systems of `size` members come to what the oracle says. */
export async function expectAsOracle(size: number, seeds: number): Promise<void> {
  const compared = await compare("asOracle", size, seeds);
  // Else the comparison says little.
  expect(compared.filter(({ large }) => !large).length).toBeGreaterThan(seeds / 2);
  expect(sum(compared.map(({ holding }) => holding))).toBeGreaterThan(seeds);
  expect(sum(compared.map(({ violated }) => violated))).toBeGreaterThan(seeds);
}

/** The reduced graph comes to what the unreduced one does, also where there are too many states for the oracle. */
export async function expectAsUnreduced(size: number, seeds: number): Promise<void> {
  const compared = await compare("asUnreduced", size, seeds);
  expect(compared.filter(({ large }) => large).length).toBeGreaterThan(seeds / 10);
}

/** It makes no difference whether transitions are kept, as in the others, or made again. */
export async function expectSameIfMadeAgain(size: number, seeds: number): Promise<void> {
  const compared = await compare("sameIfMadeAgain", size, seeds);
  expect(compared.filter(({ large }) => !large).length).toBeGreaterThan(seeds / 2);
}
