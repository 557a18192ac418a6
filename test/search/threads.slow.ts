/**
 * However many threads search the states of stages with 3 kernels, the outcome is the same; smaller searches are in
 * threads.test.ts.
 */
import { test } from "vitest";
import { expectSameByThreads, expectSameOnFingerprints, type Searching } from "./any-threads.js";

const given = { stage: "4.8", kernels: 3, network: "fifo" };

test.each<Searching>([
  ["popcorn", { stage: "4.2", kernels: 3 }, { store: "compressed" }],
  ["popcorn", { stage: "4.7", kernels: 3, network: "fifo" }, {}],
  ["popcorn", given, {}],
  ["popcorn", given, { store: "compressed" }],
])("%s %j %j", expectSameByThreads);

test("with fingerprints too, but for the traces", () => expectSameOnFingerprints(given));
