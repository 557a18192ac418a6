/** What a search was like, as plots and text. */
import { describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { bucketed, plotOf } from "../../checker/reports/plot.js";
import { statisticsReport } from "../../checker/reports/statistics-report.js";
import { checkSync } from "../../checker/search/check.js";
import type { Outcome } from "../../checker/search/outcome.js";
import type { Statistics } from "../../checker/search/statistics.js";
import { german } from "../../spec/german.js";
import { widthOf } from "../../traces/text/columns.js";
import { popcheck } from "../support/command-line.js";

describe("a plot", () => {
  test("has bars as long as the numbers are great, to an eighth of a block", () => {
    const bars = [
      ["a", 0],
      ["b", 1],
      ["bb", 40],
      ["c", 75],
      ["d", 80],
    ] as const;
    expect(
      plotOf(
        bars.map(([label, value]) => ({ label, value })),
        18,
      ),
    ).toEqual(["a    0", "b    1  ▏", "bb  40  █████", "c   75  █████████▍", "d   80  ██████████"]);
  });

  test("shows what is not zero, however small, and nothing for zero", () => {
    const [zero, one] = plotOf(
      [0, 1, 1e9].map((value) => ({ label: "x", value })),
      40,
    );
    expect(zero).toMatch(/ 0$/);
    expect(one).toMatch(/ 1 {2}▏$/);
  });

  test.each([40, 60, 80])("fits into %i columns", (width) => {
    const lines = plotOf(
      [1, 20, 3_000_000].map((value) => ({ label: "100–200", value })),
      width,
    );
    expect(Math.max(...lines.map(widthOf))).toBe(width);
  });

  test.each([0, 1, 14, 15, 16, 100, 9999])(
    "of %i numbers has at most 15 buckets, in which nothing is lost",
    (length) => {
      const numbers = Array.from({ length }, (_, i) => i + 1);
      const buckets = bucketed(numbers, 15);
      expect(buckets.length).toBeLessThanOrEqual(15);
      expect(buckets.reduce((sum, bucket) => sum + bucket.sum, 0)).toBe((length * (length + 1)) / 2);
      expect(buckets.flatMap(({ from, to }) => numbers.slice(from, to + 1))).toEqual(numbers);
      if (length <= 15) expect(buckets.map(({ sum }) => sum)).toEqual(numbers);
    },
  );
});

describe("the statistics of a search", () => {
  const { statistics: _, ...bare } = checkSync(new Instance(german, { nodes: 1 }));
  const base: Statistics = { levels: undefined, outDegrees: [], peakMemory: 812_000_000, storeBytes: 4500 };
  const report = (statistics: Partial<Statistics>, of: Partial<Outcome> = {}, width?: number) =>
    statisticsReport({ ...bare, distinct: 100, ...of, statistics: { ...base, ...statistics } }, width).split("\n");

  test("are no text if there are none", () => {
    expect(statisticsReport(bare, 80)).toBe("");
  });

  test("have the depths, the one with most states, and a row for each", () => {
    expect(report({ levels: [1, 8, 4] }, {}, 40).slice(0, 4)).toEqual([
      "depth        0 to 2; most states at 1: 8",
      "  0  1  ████",
      "  1  8  ████████████████████████████████",
      "  2  4  ████████████████",
    ]);
  });

  test("have no more than 15 rows of depths, however deep the search was", () => {
    const lines = report({ levels: Array.from({ length: 1000 }, (_, depth) => depth) });
    expect(lines.filter((line) => /^ +\d+–\d+ /.test(line))).toHaveLength(15);
    expect(lines[1]).toMatch(/^ {13}0–66 +2,211 {2}/);
  });

  test("have least, mean and most next states, and how many states have so many", () => {
    expect(report({ outDegrees: [0, 1, 2, 1, 0, 0] }, {}, 40).slice(0, 4)).toEqual([
      "out-degree   1 to 3 next states, 2.00 in",
      "             the mean",
      "  1  1  ████████████████",
      "  2  2  ████████████████████████████████",
    ]);
  });

  test("do not claim to know what the last entry of the out-degrees holds", () => {
    const lines = report({ outDegrees: [3, 0, 0, 1] });
    expect(lines[0]).toBe("out-degree   0 to 3 or more next states, 0.75 or more in the mean");
    expect(lines[4]).toMatch(/^ +3 or more {2}1 /);
    expect(report({ outDegrees: [3, 0, 1, 0] })[0]).toBe("out-degree   0 to 2 next states, 0.50 in the mean");
  });

  test("have few rows for many out-degrees, and none if nobody counted", () => {
    const once = Array.from({ length: 64 }, () => 1);
    const lines = report({ outDegrees: [...once, 0] });
    expect(lines.filter((line) => line.includes("█"))).toHaveLength(8);
    expect(lines[8]).toMatch(/^ +56–63 +8 /);
    expect(report({ outDegrees: once })[8]).toMatch(/^ +56–63 or more +8 /);
    expect(report({ outDegrees: [] }).join()).not.toContain("out-degree");
    expect(report({ outDegrees: [0, 0] }).join()).not.toContain("out-degree");
  });

  test("name the actions that were taken most and least, each with its count", () => {
    const few = report({}, { fired: { Rare: 0, Often: 12_345, Some: 7 } });
    expect(few[0]).toBe("taken        Often 12,345, Some 7, Rare 0");
    const fired = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`A${i}`, i]));
    expect(report({}, { fired }).slice(0, 2)).toEqual([
      "taken most   A10 10, A9 9, A8 8, A7 7, A6 6",
      "taken least  A0 0, A1 1, A2 2, A3 3, A4 4",
    ]);
  });

  test("have the functions run, the memory when it was greatest, and what a state takes", () => {
    expect(report({}, { functionRuns: 2203 }).slice(-3)).toEqual([
      "functions    run 2,203 times",
      "memory       812 MB at most, stored states take 45 bytes each",
      "",
    ]);
  });

  test.each([40, 80])("fit into a terminal of %i columns", (width) => {
    const fired = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`Action_${i}`, i * 1e6]));
    const levels = Array.from({ length: 3000 }, () => 1e7);
    const lines = report({ levels, outDegrees: [1, 2, 3] }, { fired }, width);
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width);
  });
});

describe("popcheck check --statistics", () => {
  test("tells them after the report, which is as it was", () => {
    const [without, whole] = [[], ["--statistics"]].map((words) => popcheck("check", "holds.ts", ...words).stdout);
    const untimed = (text: string) => text.replace(/^time .*$/m, "");
    expect(untimed(whole!).startsWith(`${untimed(without!)}\ndepth        0 to 5; most states at 0: 1\n`)).toBe(true);
    expect(whole).toMatch(/^taken +Up 5$/m);
    expect(whole).toMatch(/^memory +\d+ MB at most, stored states take [\d,]+ bytes each$/m);
  });
});
