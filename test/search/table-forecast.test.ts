/** How many pairs rows make on disk is told beforehand: enough, and not too many. */
import { describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { ExhaustiveSearch } from "../../checker/search/exhaustive/exhaustive-search.js";
import { forecastPairs } from "../../checker/search/exhaustive/table-forecast.js";
import { german } from "../../spec/german.js";
import { popcorn } from "../support/random-search.js";

describe("a forecast from a fraction of the rows", () => {
  test.each<[string, AnyModel, object, number]>([
    ["german, 4 nodes", german, { nodes: 4 }, 60_000],
    ["popcorn 4.7, 3 kernels", popcorn, { stage: "4.7", kernels: 3 }, 60_000],
    ["popcorn 4.2, 3 kernels", popcorn, { stage: "4.2", kernels: 3 }, 30_000],
  ])("%s", (_, of, parameters, maxStates) => {
    const search = (store: "exact" | "compressed") => {
      const search = new ExhaustiveSearch(new Instance(of, { ...parameters }), { symmetry: false, maxStates, store });
      search.run();
      return search;
    };
    const pairs = search("compressed").engine.missHandler.nodes;
    const { store } = search("exact");
    for (const sample of [2048, 8192]) {
      const forecast = forecastPairs(store, sample);
      expect(forecast).toBeGreaterThan(0.95 * pairs);
      expect(forecast).toBeLessThan(4 * pairs);
    }
    expect(forecastPairs(store, 2 * maxStates)).toBeCloseTo(pairs, -3);
  });
});
