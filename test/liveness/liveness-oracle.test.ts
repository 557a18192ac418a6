/** Liveness of some hundred random systems against an oracle; of thousands in liveness-oracle.slow.ts. */
import { test } from "vitest";
import { expectAsOracle, expectAsUnreduced, expectSameIfMadeAgain } from "./oracle-expectations.js";

test.each([
  [2, 60],
  [3, 40],
])("random systems of %d members come to what the oracle says: %d", (size, seeds) => expectAsOracle(size, seeds));

test.each([
  [3, 12],
  [4, 3],
])("systems of %d members come to the same with and without symmetry: %d", (size, seeds) =>
  expectAsUnreduced(size, seeds),
);

test("it makes no difference whether transitions are kept or made again", () => expectSameIfMadeAgain(3, 12));
