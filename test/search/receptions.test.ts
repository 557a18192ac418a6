/**
 * Messages that meet impossible cells: they are always asked about, they are no steps, and deadlock, reception and
 * liveness say the same of a state in which one waits, in the engine and in the naive explorer.
 */
import { describe, expect, test } from "vitest";
import { requestOf } from "../../checker/api/request.js";
import { noUnspecifiedReception, withProperties } from "../../checker/model/index.js";
import { Instance, type Values } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { renumber, successorsOf } from "../../checker/model/reference.js";
import { keyOf } from "../../checker/model/value.js";
import { statusOf } from "../../checker/reports/exit-status.js";
import { checkSync } from "../../checker/search/check.js";
import type { SearchOptions } from "../../checker/search/options.js";
import type { PropertyOutcome } from "../../checker/search/outcome.js";
import { randomSearchAlone } from "../../checker/search/random/random-search.js";
import { lengthOf } from "../../traces/trace.js";
import { explore } from "../support/naive-explorer.js";
import { violatedLiveness } from "../support/naive-liveness.js";
import { ROWS, randomReceivers } from "../support/random-receivers.js";

const RECEPTION = "no unspecified reception";

/** Returns the number of states in which all that the protocol could do is an unspecified reception. */
function statesWithOnlyReceptions(instance: Instance): number {
  const seen = new Set<string>();
  const left: Values[] = [...instance.initial];
  let count = 0;
  for (let values = left.pop(); values; values = left.pop()) {
    const key = values.map((value) => keyOf(value)).join(" ");
    if (seen.has(key)) continue;
    seen.add(key);
    const successors = [...successorsOf(instance, values)];
    const own = successors.filter(({ instance: { action } }) => !action.environment);
    if (own.length > 0 && own.every(({ next }) => next === undefined)) count++;
    for (const { next } of successors) if (next) left.push(renumber(next));
  }
  return count;
}

function lengthsOf(properties: readonly PropertyOutcome[]): [string, number][] {
  const violated = properties.filter(({ kind, verdict }) => kind.startsWith("no ") && verdict === "violated");
  return violated.map(({ name, trace }): [string, number] => [name, lengthOf(trace!)]).sort();
}

describe("random systems", () => {
  const seeds = Array.from({ length: 60 }, (_, seed) => seed);
  const told = { receptions: 0, deadlocks: 0, onlyReceptions: 0, apart: 0 };

  test.each(seeds)("number %i: deadlock, reception and liveness agree, in the engine and naively", (seed) => {
    const instance = new Instance(randomReceivers(seed));
    const naive = explore(instance);
    for (const options of [{}, { symmetry: false }, { search: "dfs" }] satisfies SearchOptions[]) {
      const { properties, distinct } = checkSync(instance, options);
      const violated = new Set(properties.filter(({ verdict }) => verdict === "violated").map(({ name }) => name));
      if (options.symmetry === false) expect(distinct).toBe(naive.distinct);
      if (options.search !== "dfs") expect(lengthsOf(properties)).toEqual([...naive.violated].sort());
      expect([...violated].sort()).toEqual([...naive.violated.keys(), ...violatedLiveness(instance)].sort());
      // A run may end where the protocol has no step, and then whoever is there stays there.
      for (const row of ROWS)
        if (violated.has(`nobody is stuck in ${row}`)) expect([...violated]).toContain(`${row} is left`);
    }
    if (naive.violated.has(RECEPTION)) told.receptions++;
    const deadlocks = ROWS.filter((row) => naive.violated.has(`nobody is stuck in ${row}`)).length;
    if (deadlocks > 0) told.deadlocks++;
    if (deadlocks > 0 && deadlocks < ROWS.length) told.apart++;
    if (statesWithOnlyReceptions(instance) > 0) told.onlyReceptions++;
  });

  test("they have states in which nothing but an unspecified reception is the protocol's, and all the rest", () => {
    expect(told.onlyReceptions).toBeGreaterThan(7);
    expect(told.receptions).toBeGreaterThan(15);
    expect(told.deadlocks).toBeGreaterThan(15);
    // Several deadlock properties, some of which hold.
    expect(told.apart).toBeGreaterThan(5);
  });
});

/** A system that listed and unlisted is violated by an unspecified reception. */
function violatedReceivers(): AnyModel {
  const seed = Array.from({ length: 200 }, (_, each) => each).find((each) =>
    explore(new Instance(randomReceivers(each))).violated.has(RECEPTION),
  );
  return randomReceivers(seed!);
}

describe("an impossible cell", () => {
  const model = violatedReceivers();
  const silent = withProperties(model as never, () => []) as AnyModel;
  const verdicts = (of: AnyModel, options: SearchOptions = {}) =>
    checkSync(new Instance(of), options).properties.map(({ name, verdict }) => [name, verdict]);

  test("is asked about although the model lists no property, beside one that is named, and at random", async () => {
    expect(verdicts(silent)).toEqual([[RECEPTION, "violated"]]);
    expect(verdicts(model, { properties: ["Idle is left"] }).filter(([name]) => name === RECEPTION)).toEqual([
      [RECEPTION, "violated"],
    ]);
    for (const search of ["random", "swarm"] as const) {
      const options = { search, seed: 1, walks: 200, properties: [] };
      const { properties } = await randomSearchAlone(new Instance(silent), options);
      expect(properties.map(({ name, verdict }) => [name, verdict])).toEqual([[RECEPTION, "violated"]]);
    }
  });

  test("is left out only if the caller says so, and then the outcome says so", async () => {
    const instance = new Instance(model);
    const outcome = checkSync(instance, { receptions: false });
    expect(outcome.properties.map(({ name }) => name)).not.toContain(RECEPTION);
    expect(outcome.assumptions.join("\n")).toMatch(/nobody asked whether messages meet an impossible cell, by --no-re/);
    expect(outcome.assumptions.join("\n")).toMatch(/messages met cells that are impossible \("nobody sends it"\)/);
    const walks = await randomSearchAlone(instance, { search: "random", seed: 1, walks: 5, receptions: false });
    expect(walks.assumptions.join("\n")).toMatch(/nobody asked whether messages meet an impossible cell/);
    expect(() => requestOf(model, { receptions: false, properties: ["no-unspecified-reception"] })).toThrow(
      /asks for what --no-receptions leaves out/,
    );
  });

  test("is left out if the model says why, and then the outcome says so", () => {
    const why = { ...silent, ignoresUnspecifiedReceptions: "the table is a sketch" };
    const outcome = checkSync(new Instance(why));
    expect(outcome.properties).toEqual([]);
    expect(outcome.assumptions).toContain(
      "nobody asked whether messages meet an impossible cell: the table is a sketch",
    );
    expect(statusOf(outcome)).toBe(3);
    const both = { ...why, properties: () => [noUnspecifiedReception] };
    expect(() => new Instance(both)).toThrow(/lists the property .* and ignores unspecified receptions/);
  });

  test("is not asked about twice, and two properties that ask are both violated", () => {
    const listed = { ...silent, properties: () => [noUnspecifiedReception] };
    expect(new Instance(listed).properties.length).toBe(1);
    const twice = {
      ...silent,
      properties: () => [noUnspecifiedReception, { ...noUnspecifiedReception, name: "again" }],
    };
    expect(verdicts(twice)).toEqual([
      [RECEPTION, "violated"],
      ["again", "violated"],
    ]);
  });
});
