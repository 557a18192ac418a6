/**
 * Another model checker's opinion: rumur explores twins of the protocols, written for it by hand in Murphi, and must
 * come to the same number of distinct states and to the same number of steps, one for one, as popcheck; and violate the
 * same properties.
 *
 * Both report how many states they *found*; that these are the same states is as good as certain, since a rule too many
 * or too few in any one of them shows in the steps.
 */
import { describe, test } from "vitest";
import { loadModel } from "../../checker/models/models.js";
import { german } from "../../spec/german.js";
import type { Stage } from "../../spec/popcorn/stages.js";
import { twoInterchangeablePages } from "../search/models/two-pages.js";
import { exceptRelease } from "../support/extent.js";
import {
  comesToTheSame,
  popcheck,
  popcornComesToTheSame,
  type Refinements,
  rumur,
  symmetries,
  twin,
} from "./compare.js";

/** The stages that are compared with three kernels each time; the others take rumur minutes, before a release. */
const often: readonly Stage[] = ["4.8", "4.2"];
const stages = ["4.8", "4.7", "4.7a", "4.6", "4.5", "4.4", "4.3", "4.2"] as const satisfies readonly Stage[];

describe.concurrent("Popcorn: popcheck and rumur find as many states, take as many steps, and violate the same", () => {
  test.each(exceptRelease(stages, (stage) => !often.includes(stage)))(
    "stage %s, 3 kernels, with symmetry",
    async (stage) => {
      await popcornComesToTheSame({ kernels: 3, stage, symmetry: "exhaustive" });
    },
  );

  const unreduced = exceptRelease(["4.7", "4.2"] as const, (stage) => stage === "4.7");
  test.each(unreduced)("stage %s, 3 kernels, without symmetry", async (stage) => {
    await popcornComesToTheSame({ kernels: 3, stage, symmetry: "off" });
  });

  const bothWays = stages.flatMap((stage) => symmetries.map((symmetry) => [stage, symmetry] as const));
  test.each(bothWays)("stage %s, 2 kernels, symmetry %s", async (stage, symmetry) => {
    await popcornComesToTheSame({ kernels: 2, stage, symmetry });
  });

  const leftOut: readonly Refinements[] = [
    { votes: false, retryWithData: false, fetchWrite: false, winnersWait: false, step1: false, step2: false },
    { retryWithData: false, fetchWrite: false, step1: false, step2: false },
    { askAgain: false },
    { hold: false },
    { fetchWrite: false, step2: false },
    { nackInModified: false },
    { winnersWait: false },
    { step1: false },
    { step2: false },
  ];
  const without = leftOut.map((refinements) => [Object.keys(refinements).join(", "), refinements] as const);
  test.each(without)("stage 4.7 without %s, 2 kernels, with symmetry", async (_names, refinements) => {
    await popcornComesToTheSame({ kernels: 2, stage: "4.7", symmetry: "exhaustive", refinements });
  });
});

describe.concurrent("German: popcheck and rumur find as many states and take as many steps", () => {
  const cases = [3, 2].flatMap((nodes) => symmetries.map((symmetry) => [nodes, symmetry] as const));
  test.each(cases)("%i nodes, 2 data, symmetry %s", async (nodes, symmetry) => {
    const peer = rumur({ model: twin("german.m"), constants: { NODE_NUM: nodes, DATA_NUM: 2 }, symmetry });
    await comesToTheSame(popcheck(german, { nodes, data: 2 }, symmetry), peer);
  });
});

describe.concurrent("IVY, improved centralized: popcheck and rumur find as many states, and violate the same", () => {
  const cases = (["kept", "dropped"] as const).flatMap((overtaken) => [
    ...symmetries.map((symmetry) => [overtaken, 3, symmetry] as const),
    [overtaken, 2, "off"] as const,
  ]);
  test.each(cases)("%s, %i kernels, symmetry %s", async (overtaken, kernels, symmetry) => {
    const { model } = await loadModel("ivy");
    const given = { manager: "improved-centralized", network: "unordered", overtaken, kernels };
    const constants = { KERNELS: kernels, DROPPED: overtaken === "dropped" };
    const peer = rumur({ model: twin("ivy-improved.m"), constants, symmetry });
    await comesToTheSame(popcheck(model, given, symmetry, ["SWMR", "coherent data"]), peer);
  });
});

describe.concurrent("Two scalarsets: popcheck and rumur find as many states and take as many steps", () => {
  const cases = [
    [2, 2],
    [2, 3],
    [3, 2],
    [3, 3],
  ].flatMap(([pages, caches]) => symmetries.map((symmetry) => [pages!, caches!, symmetry] as const));
  test.each(cases)("%i pages, %i caches, symmetry %s", async (pages, caches, symmetry) => {
    const peer = rumur({ model: twin("two-pages.m"), constants: { PAGES: pages, CACHES: caches }, symmetry });
    await comesToTheSame(popcheck(twoInterchangeablePages, { pages, caches }, symmetry), peer);
  });
});
