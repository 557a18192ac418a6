/** Published models that hold everything in one collection, as they are. */
import { expect, test } from "vitest";
import { Bag, disabled, model, oneOf, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { checkSync } from "../../checker/search/check.js";
import life from "./models/life.js";
import paxosCommit from "./models/paxos-commit.js";
import splitByHand from "./models/paxos-commit-split.js";
import queueValues from "./models/queue-values.js";

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

test("a queue may have more contents than a row can name", () => {
  const counts = countsOf(queueValues, true);
  expect(counts).toEqual({ distinct: 87_381, generated: 174_760, depth: 8, incomplete: undefined });
});

test("so may a bag, of which each of 17 messages is there or is not", () => {
  const variables = () => ({ box: single(Bag.of<number>()) });
  const { action, always } = vocabulary<StateOf<ReturnType<typeof variables>>>();
  const messages = oneOf(...Array.from({ length: 17 }, (_, i) => i));
  const box = model({
    ...{ name: "box", about: "", parameters: {}, variables },
    actions: () => [
      action("Put", { m: messages }, (s, { m }) => (s.box().count(m) > 0 ? disabled : s.withBox(s.box().put(m)))),
      action("Take", { m: messages }, (s, { m }) => (s.box().count(m) > 0 ? s.withBox(s.box().take(m)) : disabled)),
    ],
    properties: () => [
      always({ name: "few", says: "", for: {}, holds: (s) => s.box().count(0) < 2, explain: () => "" }),
    ],
  });
  const counts = countsOf(box, true);
  expect(counts).toEqual({ distinct: 2 ** 17, generated: 17 * 2 ** 17, depth: 17, incomplete: undefined });
});
