/** Published models that hold everything in one collection, as they are. */
import { expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { checkSync } from "../../checker/search/check.js";
import life from "./models/life.js";
import paxosCommit from "./models/paxos-commit.js";
import splitByHand from "./models/paxos-commit-split.js";

function countsOf(model: AnyModel, symmetry: boolean) {
  const { distinct, generated, depth, incomplete } = checkSync(new Instance(model), { symmetry });
  return { distinct, generated, depth, incomplete };
}

test("Paxos Commit with all messages in one set has the states that it has when it is split by hand", () => {
  const counts = countsOf(paxosCommit, false);
  expect(counts).toEqual({ distinct: 1_321_761, generated: 15_242_978, depth: 27, incomplete: undefined });
  expect(countsOf(splitByHand, false)).toEqual(counts);
  // With acceptors reduced, too, which index no variable if all messages are in one set.
  const reduced = countsOf(paxosCommit, true);
  expect(reduced.distinct).toBe(119_992);
  expect(countsOf(splitByHand, true)).toEqual(reduced);
});

test("the Game of Life has a state for each pattern of its board", () => {
  expect(countsOf(life, true).distinct).toBe(2 ** 16);
});
