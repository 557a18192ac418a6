/** What becomes of mutants, against the naive explorer, and with and without symmetry; of more in the release tests. */
import { expect, test } from "vitest";
import type { AnyModel } from "../../checker/model/model.js";
import { naiveMutex } from "../../spec/toy/naive-mutex.js";
import { compared, inShort, judged } from "./opinions.js";
import { turns } from "./turns.js";

const mutex = naiveMutex as unknown as AnyModel;

test("verdicts are those of the naive explorer on the mutated model", async () => {
  const { differences, counts } = await compared(turns, {}, { only: ["Asking × Ask", "Asking × Yes"] });
  expect(differences).toEqual([]);
  expect(Object.keys(counts).sort()).toEqual(["equivalent", "noticed", "survived"]);
});

test("a property that the model itself violates notices what violates it in fewer steps", async () => {
  const { differences, counts } = await compared(mutex, {}, { only: ["Test", "Set"] });
  expect(differences).toEqual([]);
  expect(counts).toEqual({ noticed: 8, survived: 4 });
  const { violated, judged: all } = await judged(mutex, {}, { only: ["Set"] });
  expect(violated).toEqual([{ name: "mutual exclusion", steps: 6 }]);
  const early = all.find(({ says }) => says === "location[i] is taken for set where it is rest")!;
  expect(early.verdict).toMatchObject({ verdict: "noticed", by: "mutual exclusion", steps: 2, before: 6 });
});

test("verdicts are the same without symmetry", async () => {
  const only = ["Leave", "Test"];
  const [reduced, whole] = [await judged(mutex, {}, { only }), await judged(mutex, {}, { only }, { symmetry: false })];
  expect([reduced.symmetry.sets, whole.symmetry.sets]).toEqual([["process"], []]);
  expect(reduced.judged.map(({ verdict }) => inShort(verdict))).toEqual(
    whole.judged.map(({ verdict }) => inShort(verdict)),
  );
});
