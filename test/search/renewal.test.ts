/** Random searches go on where an engine's tables are full: in a new engine, with the same walks. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import type { Engine } from "../../checker/search/engine/engine.js";
import type { RenewableEngine } from "../../checker/search/engine/renewable-engine.js";
import { randomSearchAlone } from "../../checker/search/random/random-search.js";
import { RandomWalks } from "../../checker/search/random/random-walks.js";
import { lengthOf } from "../../traces/trace.js";
import { differences } from "../support/differences.js";
import { releaseTest } from "../support/extent.js";
import { action, always, goal, random, reachable, type State, small, toy, up } from "../support/random-search.js";

/** How many values a variable may have for one engine. */
const MOST_VALUES = 65_535;

/** Each state has 400 next states: a walk of 200 steps meets more values of x than there are ids. */
const scatter = action("Scatter", {}, (s) =>
  Array.from({ length: 400 }, (_, n) => s.withX((s.x() * 7 + n * 1009 + 1) % 700_001).withY(s.y() + 1)),
);
const walksOf = (maxDepth: number) =>
  new RandomWalks(new Instance(toy({ actions: () => [scatter] })), { seed: 3, maxDepth, symmetry: true });
const engineOf = (walks: RandomWalks): Engine =>
  (walks as unknown as { readonly renewable: RenewableEngine }).renewable.engine;

function take(walks: RandomWalks, from: number, to: number) {
  walks.begin(from, to);
  while (!walks.work(Number.POSITIVE_INFINITY));
  return walks.report();
}

describe("walks that have more values than an engine can hold together", () => {
  test("go on, and each is what it is by itself", () => {
    const walks = walksOf(20);
    const first = engineOf(walks);
    const { limit, figures } = take(walks, 0, 20);
    expect([limit, figures.parts, figures.steps]).toEqual([undefined, 20, 400]);
    const renewed = engineOf(walks);
    expect(renewed).not.toBe(first);
    const later = take(walks, 15, 20).figures;
    const alone = take(walksOf(20), 15, 20).figures;
    expect(differences(later, alone)).toEqual([]);
  });

  releaseTest("in one walk: what it violates, what it has met, and what is audited, in all engines", async () => {
    const below = always({
      name: "below",
      says: "",
      for: {},
      holds: (s) => s.y() < 240,
      explain: (s) => `y is ${s.y()}`,
    });
    const goals = [goal("early", {}, (s) => s.y() === 5), goal("late", {}, (s) => s.y() === 249)];
    const seen = reachable({ name: "seen", says: "", goals });
    const of = toy({ actions: () => [scatter], properties: () => [below, seen] });
    const outcome = await randomSearchAlone(new Instance(of), random({ walks: 1, maxDepth: 250, audit: 50 }));
    const [violated, met] = outcome.properties;
    expect(violated).toMatchObject({ verdict: "violated", foundBy: 1, explanation: "y is 240" });
    expect(lengthOf(violated!.trace!)).toBe(240);
    expect(met!.goals).toEqual({ met: ["early", "late"], unmet: [] });
    expect([outcome.generated, outcome.audited]).toEqual([250, 6]);
  });

  test("and one state with more successors than an engine can hold ends the search, which says so", async () => {
    const fan = action("Fan", {}, (s) => Array.from({ length: MOST_VALUES + 10 }, (_, i) => s.withX(i + 1)));
    const outcome = await randomSearchAlone(new Instance(toy({ actions: () => [fan] })), random());
    expect(outcome.incomplete).toMatch(/x has more than 65,535 distinct values$/);
    expect(outcome.generated).toBe(0);
  });
});

describe("more initial states than an engine can hold", () => {
  const initial = (s: State) => Array.from({ length: MOST_VALUES + 5000 }, (_, i) => s.withX(2 * i));
  const of = toy({ initial, actions: () => [up], properties: () => [small(2 * MOST_VALUES + 4000)] });

  test("random walks begin in any of them", async () => {
    const outcome = await randomSearchAlone(new Instance(of), random({ walks: 200, maxDepth: 3 }));
    expect(outcome.properties[0]).toMatchObject({ verdict: "violated" });
    expect(lengthOf(outcome.properties[0]!.trace!)).toBe(0);
  });

  test("members of a swarm begin in some, and the report says so", async () => {
    const outcome = await randomSearchAlone(
      new Instance(of),
      random({ search: "swarm", walks: 2, maxDepth: 3, maxStates: 3000 }),
    );
    expect(outcome.properties[0]).toMatchObject({ verdict: "violated" });
    expect(outcome.generated).toBeGreaterThan(0);
    expect(outcome.assumptions).toContainEqual(
      expect.stringMatching(/^each member began in some of the initial states/),
    );
  });
});

test("engines that were thrown away are collected", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const walks = walksOf(20);
  const engines: WeakRef<Engine>[] = [];
  for (let from = 0; engines.length < 4; from++) {
    take(walks, from, from + 1);
    if (engines.at(-1)?.deref() !== engineOf(walks)) engines.push(new WeakRef(engineOf(walks)));
  }
  // What a WeakRef has given out is kept until the task ends.
  await new Promise((resolve) => setTimeout(resolve, 10));
  collect();
  expect(engines.filter((engine) => engine.deref() !== undefined)).toHaveLength(1);
});
