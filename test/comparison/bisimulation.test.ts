/** Bisimilar states, and sequences of labels that only one of two graphs has, by their definitions. */
import { describe, expect, test } from "vitest";
import { EQUIVALENCES } from "../../checker/comparison/behaviour.js";
import { areBisimilar, bisimulationOf } from "../../checker/comparison/bisimulation.js";
import type { LabelledGraph } from "../../checker/comparison/compared-graph.js";
import { type Owner, partingSequences, runWith } from "../../checker/comparison/parting-runs.js";
import {
  areSame,
  isBisimulation,
  partitions,
  randomGraph,
  refines,
  shortestChanges,
  statesAfter,
} from "./naive-comparison.js";

describe.each(EQUIVALENCES)("%s", (equivalence) => {
  test("is the coarsest partition that its definition allows, on random graphs", () => {
    const all = [...partitions(5)];
    let merged = 0;
    for (let seed = 0; seed < 150; seed++) {
      const graph = randomGraph(seed, 5, 2);
      const found = [...bisimulationOf(graph, equivalence)];
      const allowed = all.filter((of) => isBisimulation(graph, of, equivalence));
      expect({ seed, isAllowed: allowed.some((of) => areSame(of, found)) }).toEqual({ seed, isAllowed: true });
      expect({ seed, finer: allowed.filter((of) => !refines(of, found)) }).toEqual({ seed, finer: [] });
      if (new Set(found).size < 5) merged++;
    }
    // Random graphs are worth something only if not all of their states are told apart.
    expect(merged).toBeGreaterThan(20);
  });
});

test("the three differ, each finer than the next, on some random graph", () => {
  const differ = { strong: 0, divergence: 0 };
  for (let seed = 0; seed < 150; seed++) {
    const graph = randomGraph(seed, 6, 2);
    const [strong, diverging, stuttering] = EQUIVALENCES.map((each) => [...bisimulationOf(graph, each)]);
    expect(refines(diverging!, stuttering!)).toBe(true);
    if (!areSame(strong!, diverging!)) differ.strong++;
    if (!areSame(diverging!, stuttering!)) differ.divergence++;
  }
  expect(Math.min(differ.strong, differ.divergence)).toBeGreaterThan(5);
});

test("initial states are bisimilar only if each has a partner in the other graph", () => {
  const graph: LabelledGraph = { labels: [0, 0, 0, 1], next: [[], [], [3], []] };
  const blocks = bisimulationOf(graph, "strong");
  expect(areBisimilar(blocks, [0], [1])).toBe(true);
  expect(areBisimilar(blocks, [0, 2], [1])).toBe(false);
  expect(areBisimilar(blocks, [0], [1, 2])).toBe(false);
});

describe("parting sequences", () => {
  test("are the shortest that only one side has, and there are none where none is found, on random graphs", () => {
    const seen = { none: 0, some: 0, long: 0 };
    for (let seed = 0; seed < 400; seed++) {
      const graph = randomGraph(seed, 8, 3, 4);
      const initial = { a: [seed % 3], b: [4 + (seed % 4)] };
      const { only, unfinished } = partingSequences(graph, bisimulationOf(graph, "stuttering"), initial);
      expect(unfinished).toBeUndefined();
      for (const owner of ["a", "b"] as const) {
        const other: Owner = owner === "a" ? "b" : "a";
        const found = only[owner];
        const changes = found && found.labels.length - 1;
        expect({ seed, owner, changes }).toEqual({ seed, owner, changes: shortestChanges(graph, initial[owner], initial[other]) }); // biome-ignore format: one comparison
        if (changes === undefined) seen.none++;
        else if (changes > 1) seen.long++;
        else seen.some++;
        if (found === undefined) continue;
        expect(statesAfter(graph, initial[owner], found.labels)).not.toEqual([]);
        expect(statesAfter(graph, initial[other], found.labels)).toEqual([]);
        const before = found.labels.slice(0, -1);
        const instead = [0, 1, 2].filter(
          (label) => label !== before.at(-1) && statesAfter(graph, initial[other], [...before, label]).length > 0,
        );
        expect([...found.instead].sort()).toEqual(instead);
      }
    }
    expect(Math.min(seen.none, seen.some, seen.long)).toBeGreaterThan(5);
  });

  test("say how far they were looked for, where the search was given up", () => {
    let unfinishedGraphs = 0;
    for (let seed = 0; seed < 400; seed++) {
      const graph = randomGraph(seed, 8, 3, 4);
      const initial = { a: [seed % 3], b: [4 + (seed % 4)] };
      const { only, unfinished } = partingSequences(graph, bisimulationOf(graph, "stuttering"), initial, 0);
      for (const owner of ["a", "b"] as const) {
        const other: Owner = owner === "a" ? "b" : "a";
        const shortest = shortestChanges(graph, initial[owner], initial[other]);
        if (only[owner] !== undefined) expect(only[owner].labels.length - 1).toBe(shortest);
        else if (unfinished === undefined) expect(shortest).toBeUndefined();
        else expect(shortest ?? Number.POSITIVE_INFINITY).toBeGreaterThan(unfinished.changes);
      }
      if (unfinished !== undefined) unfinishedGraphs++;
    }
    expect(unfinishedGraphs).toBeGreaterThan(10);
  });

  test("have runs, as short as their steps allow", () => {
    // 0 stutters to 1, and both can change.
    const graph: LabelledGraph = { labels: [0, 0, 1, 2], next: [[1], [2], [3, 2], []] };
    expect(runWith(graph, [0], [0, 1, 2])).toEqual([0, 1, 2, 3]);
    expect(runWith(graph, [1], [0, 1])).toEqual([1, 2]);
    expect(runWith(graph, [0], [0, 2])).toBeUndefined();
  });
});
