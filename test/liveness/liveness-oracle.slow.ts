/** Liveness of thousands of random systems against an oracle; the first hundreds are in liveness-oracle.test.ts. */
import { test } from "vitest";
import { expectAsOracle, expectAsUnreduced, expectSameIfMadeAgain } from "./oracle-expectations.js";

test.each([
  [2, 1000],
  [3, 750],
])("random systems of %d members come to what the oracle says: %d", (size, seeds) => expectAsOracle(size, seeds));

test.each([
  [3, 200],
  [4, 50],
])("systems of %d members come to the same with and without symmetry: %d", (size, seeds) =>
  expectAsUnreduced(size, seeds),
);

test("it makes no difference whether transitions are kept or made again", () => expectSameIfMadeAgain(3, 300));
