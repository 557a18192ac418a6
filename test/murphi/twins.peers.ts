/** Popcheck and rumur count the same states and fire as many rules on the Murphi twins of this repository. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { check, loadModel } from "../../checker/api/index.js";
import { type Constants, runRumur } from "../twins/peers.js";

const twins = join(import.meta.dirname, "..", "twins");

/** The constants of the file, and the parameters that they are. */
type Case = readonly [file: string, constants: Constants, parameters: Readonly<Record<string, number>>];

const cases: readonly Case[] = [
  ["german.m", { NODE_NUM: 2, DATA_NUM: 2 }, { nodeNum: 2, dataNum: 2 }],
  ["german.m", { NODE_NUM: 2, DATA_NUM: 3 }, { nodeNum: 2, dataNum: 3 }],
  ["german.m", { NODE_NUM: 3, DATA_NUM: 1 }, { nodeNum: 3, dataNum: 1 }],
  ["two-pages.m", { PAGES: 3, CACHES: 3 }, { pagesConst: 3, caches: 3 }],
  ["ivy-improved.m", {}, {}],
  ["popcorn.m", {}, {}],
];

describe.each(cases)("%s with %j", (file, constants, parameters) => {
  test.each(["exhaustive", "off"] as const)("symmetry %s", async (symmetry) => {
    const rumur = await runRumur({
      ...{ model: join(twins, file), constants, symmetry, deadlock: "stuttering" as const },
      maxErrors: 1_000,
    });
    const model = await loadModel(join(twins, file));
    const outcome = await check(model, { threads: 1, parameters, symmetry: symmetry !== "off" });
    const { distinct, generated, properties } = outcome;
    expect({ states: distinct, rules: generated }).toEqual({ states: rumur.states, rules: rumur.rules });
    const missed = Object.entries(rumur.covered).flatMap(([name, count]) => (count === 0 ? [name] : []));
    const violated = properties.filter(({ verdict }) => verdict === "violated");
    expect(violated.map(({ name }) => name).sort()).toEqual(missed.sort());
  });
});
