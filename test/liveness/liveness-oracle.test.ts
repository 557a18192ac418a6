/** Liveness of hundreds of random systems against an oracle; of thousands in liveness-oracle.slow.ts. */
import { test } from "vitest";
import { expectAsOracle, expectAsUnreduced, expectSameIfMadeAgain } from "./oracle-expectations.js";

test.each([
  [2, 300],
  [3, 200],
])("random systems of %d members come to what the oracle says: %d", (size, seeds) => expectAsOracle(size, seeds));

test.each([
  [3, 60],
  [4, 15],
])("systems of %d members come to the same with and without symmetry: %d", (size, seeds) =>
  expectAsUnreduced(size, seeds),
);

test("it makes no difference whether transitions are kept or made again", () => expectSameIfMadeAgain(3, 60));
