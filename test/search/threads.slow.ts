/**
 * However many threads search the states of stages with 3 kernels, the outcome is the same; smaller searches are in
 * threads.test.ts.
 */
import { expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { german } from "../../spec/german.js";
import { differences } from "../support/differences.js";
import { expectSameByThreads, expectSameOnFingerprints, lasting, type Searching, search } from "./any-threads.js";

const given = { stage: "4.8", kernels: 3, network: "fifo" };

test.each<Searching>([
  ["popcorn", { stage: "4.2", kernels: 3 }, { store: "compressed" }],
  ["popcorn", { stage: "4.7", kernels: 3, network: "fifo" }, {}],
  ["popcorn", given, {}],
  ["popcorn", given, { store: "compressed" }],
])("%s %j %j", expectSameByThreads);

test("with fingerprints too, but for the traces", () => expectSameOnFingerprints(given));

test("20 threads, whose stages are smaller, come to the same outcome as one", () => {
  const [one, many] = [1, 20].map((threads) =>
    search(() => new Instance(german, { nodes: 2 }), { symmetry: false, threads }),
  );
  expect(differences(lasting(many!), lasting(one!))).toEqual([]);
  expect(many!.lookedAtBy.length).toBe(20);
  expect(many!.lookedAtBy.reduce((sum, n) => sum + n, 0)).toBe(43_422);
});
