/** Random times, the order of events, and what is computed of many runs. */
import { describe, expect, test } from "vitest";
import { Dice } from "../../checker/search/random/dice.js";
import { clocksOf, readingOf, skewRuleOf } from "../../checker/simulation/clocks.js";
import { type Distribution, distributionOf, drawn, inGrammar } from "../../checker/simulation/distributions.js";
import { EventQueue } from "../../checker/simulation/event-queue.js";
import { Latencies, latencyRuleOf } from "../../checker/simulation/latency.js";
import { estimate, Latency, studentT } from "../../checker/simulation/statistics.js";

/** The mean of a distribution. */
function meanOf(distribution: Distribution): number {
  switch (distribution.kind) {
    case "fixed":
      return distribution.value;
    case "uniform":
      return (distribution.from + distribution.to) / 2;
    case "exponential":
      return distribution.least + distribution.mean;
  }
}

describe("distributions", () => {
  test.each(["10", "0.5", "uniform(5,15)", "exponential(10)", "shifted(8,2)"])("%s is read and written", (text) => {
    expect(inGrammar(distributionOf("latency", text))).toBe(text);
  });

  test.each(["", "-1", "ten", "uniform(5)", "uniform(9,5)", "exponential(1,2)", "shifted(8)", "normal(1,2)", "1,2"])(
    "%s is refused",
    (text) => {
      expect(() => distributionOf("latency", text)).toThrow(/^--latency takes microseconds as 10, uniform\(5,15\)/);
    },
  );

  test.each(["7", "uniform(5,15)", "exponential(10)", "shifted(8,2)"])("%s has the mean that it says", (text) => {
    const [distribution, dice] = [distributionOf("latency", text), new Dice(5, 0)];
    const drawings = Array.from({ length: 20_000 }, () => drawn(distribution, dice));
    const { mean, halfWidth } = estimate(drawings);
    expect(Math.abs(mean - meanOf(distribution))).toBeLessThanOrEqual(2 * halfWidth!);
    expect(Math.min(...drawings)).toBeGreaterThanOrEqual({ 7: 7, "uniform(5,15)": 5, "shifted(8,2)": 8 }[text] ?? 0);
  });
});

describe("latency rules", () => {
  const latencies = (...rules: string[]) => new Latencies(rules.map(latencyRuleOf), ["K1", "K2", "home"], ["Copy"]);
  const drawnBy = (of: Latencies, kind: string, from: number | undefined, to: number) =>
    of.draw(kind, from, to, new Dice(1, 0));

  test("the more specific rule counts, and of equals the last", () => {
    const of = latencies("1", "2", "Copy=3", "K1-K2=4", "Copy:K1-K2=5", "K1>home=6");
    expect(drawnBy(of, "Fetch", undefined, 0)).toBe(2);
    expect(drawnBy(of, "Copy", 2, 0)).toBe(3);
    expect(drawnBy(of, "Fetch", 0, 1)).toBe(4);
    expect(drawnBy(of, "Fetch", 1, 0)).toBe(4);
    expect(drawnBy(of, "Copy", 1, 0)).toBe(5);
    expect(drawnBy(of, "Fetch", 0, 2)).toBe(6);
    expect(drawnBy(of, "Fetch", 2, 0)).toBe(2);
    expect(drawnBy(of, "Copy", 0, 2)).toBe(6);
  });

  test("a slow link is so many times slower than it were", () => {
    expect(drawnBy(latencies("3", "K1-K2=times(10)"), "Fetch", 1, 0)).toBe(30);
    expect(drawnBy(latencies("3", "K1-K2=times(10)"), "Fetch", 2, 0)).toBe(3);
  });

  test("a message with the page takes longer by default", () => {
    expect(drawnBy(latencies(), "Copy", 0, 1)).toBe(2 * drawnBy(latencies(), "Fetch", 0, 1));
  });

  test.each(["Copy=", "=3", "K1-=3", "a=b=3", "K1-K2-K3=4", ":K1=4"])("%s is refused", (text) => {
    expect(() => latencyRuleOf(text)).toThrow(/^--latency takes /);
  });

  test("a process that there is not is refused", () => {
    expect(() => latencies("K1-K9=4")).toThrow("--latency K1-K9=4 names K9, and the processes are K1, K2, home");
  });
});

describe("clocks", () => {
  const clocks = (...rules: string[]) => clocksOf(rules.map(skewRuleOf), ["K1", "K2"], new Dice(3, 1));

  test("are exact unless it is said", () => {
    expect(clocks()).toEqual([{ offset: 0, drift: 0 }, { offset: 0, drift: 0 }]); // biome-ignore format: one value
  });

  test("are as far off as is said of them, or at most so far", () => {
    const [first, second] = clocks("50,100", "K2=-20,1000");
    expect(second).toEqual({ offset: -20, drift: 0.001 });
    expect(Math.abs(first!.offset)).toBeLessThanOrEqual(50);
    expect(Math.abs(first!.drift)).toBeLessThanOrEqual(1e-4);
    expect(first!.offset).not.toBe(0);
    expect(readingOf(second!, 1000)).toBeCloseTo(981, 9);
  });

  test.each(["", "-5", "K1=", "K1=a", "5,-1", "1,2,3"])("%s is refused", (text) => {
    expect(() => skewRuleOf(text)).toThrow(/^--clock-skew takes /);
  });
});

test("events come in the order of their times, those of one time in the order of adding", () => {
  const dice = new Dice(9, 0);
  const queue = new EventQueue<number>();
  const times = Array.from({ length: 500 }, () => dice.below(50));
  times.forEach((time, i) => {
    queue.add(time, i);
    // Some leave in between.
    if (i % 5 === 4) {
      const { time: first, event } = queue.take()!;
      times[event] = Number.NaN;
      expect(first).toBeLessThanOrEqual(Math.min(...times.slice(0, i + 1).filter((each) => !Number.isNaN(each))));
    }
  });
  const left = times.map((time, i) => [time, i] as const).filter(([time]) => !Number.isNaN(time));
  const sorted = left.sort(([a, i], [b, j]) => a - b || i - j).map(([, i]) => i);
  expect(sorted.map(() => queue.take()!.event)).toEqual(sorted);
  expect(queue.take()).toBeUndefined();
});

describe("statistics", () => {
  test.each([
    // Tables of Student's t, 97.5 %.
    [1, 12.706],
    [2, 4.303],
    [3, 3.182],
    [4, 2.776],
    [9, 2.262],
    [10, 2.228],
    [29, 2.045],
    [120, 1.98],
  ])("Student's t with %i degrees of freedom is %f", (degrees, t) => {
    expect(studentT(degrees)).toBeCloseTo(t, 3);
  });

  test("a mean has the confidence interval of its sample", () => {
    const { mean, halfWidth } = estimate([1, 2, 3, 4, 5]);
    expect(mean).toBe(3);
    // The sample's deviation is the root of 2.5.
    expect(halfWidth).toBeCloseTo((2.776445 * Math.sqrt(2.5)) / Math.sqrt(5), 5);
    expect(estimate([7])).toEqual({ mean: 7, halfWidth: null });
  });

  test("percentiles are those of the whole list, however it is counted", () => {
    const latency = new Latency();
    expect([latency.mean, latency.percentile(0.5)]).toEqual([null, null]);
    const list = Array.from({ length: 3000 }, (_, i) => (i * 7919) % 3001);
    for (const value of list) latency.add(value);
    latency.addEqual(5, 1000);
    latency.addEqual(2000.5, 10);
    const all = [...list, ...Array<number>(1000).fill(5), ...Array<number>(10).fill(2000.5)].sort((a, b) => a - b);
    expect(latency.total).toBe(all.length);
    for (const part of [0.001, 0.25, 0.26, 0.5, 0.75, 0.99, 1])
      expect([part, latency.percentile(part)]).toEqual([part, all[Math.ceil(part * all.length) - 1]]);
    expect(latency.mean).toBeCloseTo(all.reduce((sum, value) => sum + value, 0) / all.length, 9);
  });
});
