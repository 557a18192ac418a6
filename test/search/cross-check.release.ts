/**
 * The engine against the naive explorer on Popcorn, for every value of every option, in both stages that have it; and
 * against itself, for every combination of the options of a search.
 */
import { describe, expect, test } from "vitest";
import type { AnyModel } from "../../checker/model/model.js";
import { loadModel } from "../../checker/models/models.js";
import { WAYS } from "../support/search-ways.js";
import { agree, type Given, readingsOf } from "./agreement.js";
import { expectSameByAllWays } from "./agreement-of-ways.js";
import mesi from "./models/mesi.js";

const { model } = await loadModel("popcorn");
const { model: german } = await loadModel("german");

describe("every reading of every open question is searched correctly, with 2 kernels", () => {
  test.each(readingsOf(model))("$title", ({ given }) => agree(model, given));
});

test.each([1, 2])("bounded skew agrees too, for a window of %d", (skew) =>
  agree(model, { stage: "4.4", kernels: 2, clocks: "bounded", skew }),
);

describe("every combination of order, store, threads, symmetry, disk and resumption comes to the same", () => {
  const models: readonly (readonly [string, AnyModel, Given])[] = [
    ["german", german, { nodes: 2, data: 1 }],
    ["popcorn 4.2", model, { stage: "4.2", kernels: 2 }],
    ["popcorn 4.4", model, { stage: "4.4", kernels: 2 }],
    ["popcorn 4.8", model, { stage: "4.8", kernels: 2 }],
    ["mesi", mesi, { caches: 2 }],
    ["mesi that lacks a rule", mesi, { caches: 2, upgrade: "impossible" }],
  ];
  test.each(models)("%s", (_name, of, given) => expectSameByAllWays(of, given, 1));

  test("they are as many as a user's trial had", () => expect(models.length * WAYS.length).toBeGreaterThan(264));
});
