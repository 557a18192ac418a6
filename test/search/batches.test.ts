/** What searches by chance are made of: dice, reports put together in order, runs made shorter. */

import { describe, expect, test } from "vitest";
import { errorData } from "../../checker/errors.js";
import { Instance } from "../../checker/model/instance.js";
import { RenewableEngine } from "../../checker/search/engine/renewable-engine.js";
import { BatchMerger, type BatchReport, noFigures } from "../../checker/search/random/batches.js";
import { Dice } from "../../checker/search/random/dice.js";
import { randomSearchAlone } from "../../checker/search/random/random-search.js";
import { shortened } from "../../checker/search/verdict/shorten.js";
import { action, counter, fair, popcorn, random, small, toy } from "../support/random-search.js";

describe("dice", () => {
  test("are fair for any number of sides, and differ by seed and by stream", () => {
    for (const sides of [2, 3, 7, 9]) {
      const dice = new Dice(2 ** 40 + 5, sides);
      const counts = Array<number>(sides).fill(0);
      for (let i = 0; i < 9000; i++) counts[dice.below(sides)]!++;
      fair(counts);
    }
    const first = (seed: number, stream: number) => new Dice(seed, stream).next();
    expect(new Set([first(0, 0), first(1, 0), first(0, 1), first(2 ** 32, 0), first(2 ** 52, 0)]).size).toBe(5);
  });

  test("throw again what would favour the first sides", () => {
    // Of 2^32 numbers every third is thrown again, or 2^31 would be twice as likely to be below half of it.
    const sides = 3 * 2 ** 30;
    const dice = new Dice(1, 1);
    const below = Array.from({ length: 6000 }, () => dice.below(sides)).filter((n) => n < 2 ** 30).length;
    fair([below, 6000 - below], [1, 2]);
  });

  test("are the author's (PractRand's sfc32), so that a seed means the same everywhere", () => {
    const dice = new Dice(0, 0);
    const seen = [dice.next(), dice.next(), dice.next()];
    expect(seen).toEqual(seen.map((n) => n >>> 0));
    expect(seen).toMatchInlineSnapshot(`
      [
        4216505632,
        947923937,
        2491578854,
      ]
    `);
  });
});

describe("reports are put together in the order of the parts", () => {
  const instance = new Instance(counter);
  const figures = (parts: number, steps: number) => ({ ...noFigures(1), parts, steps, fired: [steps] });
  const report = (from: number, to: number, of: Partial<BatchReport> = {}): BatchReport => ({
    ...{ from, to, figures: figures(to - from, 10 * (to - from)), found: [], failure: undefined, limit: undefined },
    ...{ symmetry: { sets: [], note: undefined }, functionRuns: 1 },
    ...of,
  });
  const violation = (part: number, from: number) => ({
    ...{ part, goals: [], ignoredReception: undefined, asserts: false },
    ...{ violations: [{ property: 0, choices: { initial: 0, steps: [part] } }] },
    figures: figures(part - from + 1, 10 * (part - from) + 7),
  });
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  const tally = (reports: readonly BatchReport[]) => {
    const tally = new BatchMerger(instance, [0], { stopAtFirst: false, parts: 12, noun: "walks" });
    for (const each of reports) if (tally.ended === undefined) tally.add(each);
    return tally;
  };

  test.each(orders)("the first violation counts, and nothing after it: %i %i %i", (...order) => {
    const reports = [
      report(0, 4),
      report(4, 8, { found: [violation(6, 4)] }),
      report(8, 12, { found: [violation(8, 8)], failure: errorData(new Error("too late")) }),
    ];
    const result = tally(order.map((i) => reports[i]!));
    expect(result.ended).toBe("nothing is left to look for");
    expect(result.violated.get(0)).toEqual({ part: 6, choices: { initial: 0, steps: [6] } });
    expect(result.figures).toEqual({ ...figures(7, 67) });
  });

  test("with stopAtFirst nothing after the first violation counts, though other properties are open", () => {
    const two = new Instance({ ...counter, properties: () => [small(3), { ...small(5), name: "smaller" }] });
    const tally = new BatchMerger(two, [0, 1], { stopAtFirst: true, parts: 12, noun: "walks" });
    tally.add(report(0, 4, { found: [violation(2, 0)] }));
    expect([tally.ended, tally.figures]).toEqual(["stopped at the first violation", figures(3, 27)]);
  });

  test.each(orders)("an error counts when its turn comes: %i %i %i", (...order) => {
    const reports = [report(0, 4), report(4, 8, { failure: errorData(new TypeError("here")) }), report(8, 12)];
    expect(() => tally(order.map((i) => reports[i]!))).toThrow("here");
  });

  test("what is out of turn counts when time is over", () => {
    const result = tally([report(4, 8, { found: [violation(5, 4)] }), report(8, 12)]);
    expect(result.figures.parts).toBe(0);
    result.end("ended");
    expect(result.violated.get(0)?.part).toBe(5);
  });
});

describe("a run that was found by chance is shortened", () => {
  const ring = (n: number) =>
    toy({
      actions: () => [
        action("Up", {}, (s) => s.withX((s.x() + 1) % n)),
        action("Down", {}, (s) => s.withX((s.x() + n - 1) % n)),
      ],
    });
  test.each<[string, number[], number[]]>([
    ["no loop", [0, 1, 2, 3], [0, 1, 2, 3]],
    ["a loop", [0, 1, 2, 1, 0, 1, 2, 3], [0, 1, 2, 3]],
    ["a loop at the end", [0, 1, 2, 3, 4, 3], [0, 1, 2, 3]],
    ["only the beginning", [0], [0]],
    ["back to the beginning", [0, 1, 2, 1, 0], [0]],
    ["a detour for which the run shows a way", [0, 9, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8], [0, 9, 8]],
  ])("%s", (_, path, expected) => {
    const instance = new Instance(ring(10));
    const engine = new RenewableEngine(instance, { symmetry: false, properties: [] });
    const states = path.map((x) => [x, 0]);
    expect(shortened(engine, states).map(([x]) => x)).toEqual(expected);
  });

  test("no state is there twice in any counterexample", async () => {
    const outcome = await randomSearchAlone(new Instance(popcorn, { stage: "4.2", kernels: 3 }), random({ seed: 5 }));
    const traces = outcome.properties.flatMap(({ trace }) => trace ?? []);
    expect(traces.length).toBeGreaterThan(3);
    for (const { vars, states } of traces) {
      const texts = states.map((state) => JSON.stringify(vars.map((name) => state[name])));
      expect(new Set(texts).size).toBe(texts.length);
    }
  });
});
