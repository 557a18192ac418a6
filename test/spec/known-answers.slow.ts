/**
 * What others have counted, and models that must agree, in sizes that take long; the smaller are in
 * known-answers.test.ts.
 */
import { expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import { verdictInShort } from "../../checker/reports/report.js";
import { checkSync } from "../../checker/search/check.js";
import { differences } from "../support/differences.js";

async function searched(name: string, given: Record<string, unknown>) {
  const { model } = await loadModel(name);
  const outcome = checkSync(new Instance(model, given));
  expect(outcome.incomplete).toBeUndefined();
  return outcome;
}

test("German's protocol with three nodes has the states and the transitions that others have counted", async () => {
  const { distinct, generated } = await searched("german", { nodes: 3, data: 2 });
  expect([distinct, generated]).toEqual([796_958, 3_150_364]);
});

test("with three kernels, an order of time stamps without ties covers one with ties that the index breaks", async () => {
  const [ties, unbounded] = await Promise.all(
    ["ties", "unbounded"].map((clocks) => searched("popcorn", { stage: "4.7", kernels: 3, clocks })),
  );
  const verdictsOf = ({ properties }: typeof ties & {}) =>
    Object.fromEntries(properties.map((property) => [property.name, verdictInShort(property)]));
  expect(differences(verdictsOf(ties!), verdictsOf(unbounded!))).toEqual([]);
});
