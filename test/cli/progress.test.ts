/** The progress of a long run: its pace, what to expect of it, and the live line. */
import { describe, expect, test } from "vitest";
import { inductionLineOf } from "../../checker/cli/progress/induction-line.js";
import { outlookOf } from "../../checker/cli/progress/outlook.js";
import { Pace, ratesBetween } from "../../checker/cli/progress/pace.js";
import { lineOf, Progress } from "../../checker/cli/progress/progress.js";
import { Instance } from "../../checker/model/instance.js";
import { Check } from "../../checker/search/check.js";
import type { Sample } from "../../checker/search/statistics.js";
import { german } from "../../spec/german.js";
import { withoutProgress } from "../support/command-line.js";
import { early, later, withLevels } from "../support/samples.js";

/** Returns what was expected of the search at the end of each of its levels. */
function expectations(levels: readonly number[]) {
  return levels.map((_, depth) => outlookOf(withLevels(levels.slice(0, depth + 1)), ratesBetween(early, later)));
}
const bell = Array.from({ length: 61 }, (_, depth) => Math.ceil(1e6 * Math.exp(-(((depth - 30) / 10) ** 2))));

describe("the pace of a search", () => {
  test("tells what was looked at, what was new, and its share", () => {
    expect(ratesBetween(early, later)).toEqual({
      lookedAt: (234_567 - 301) / 2,
      fresh: 234_567 / 2,
      generated: 468_000,
      newShare: 234_567 / 936_000,
    });
  });

  test("is not known from one moment, nor a share from no step", () => {
    expect(ratesBetween(later, later)).toBeUndefined();
    expect(ratesBetween(early, { ...early, seconds: 3 })).toEqual({
      lookedAt: 0,
      fresh: 0,
      generated: 0,
      newShare: undefined,
    });
  });

  test("looks back a few seconds, and to the sample before if that is older", () => {
    const pace = new Pace(5);
    const at = (seconds: number, distinct: number) => pace.take({ ...early, seconds, distinct })?.fresh;
    expect(at(0, 0)).toBeUndefined();
    expect(at(1, 1000)).toBe(1000);
    expect(at(4, 1000)).toBe(250);
    expect(at(6, 1000)).toBe(0);
    expect(at(100, 95_000)).toBe(1000);
  });
});

describe("the outlook of a search", () => {
  test("is that it still grows, up to the widest level", () => {
    const trends = expectations(bell).map((outlook) => outlook?.trend);
    expect(trends.slice(0, 4)).toEqual([undefined, undefined, undefined, undefined]);
    expect(new Set(trends.slice(4, 31))).toEqual(new Set(["growing"]));
    expect(new Set(trends.slice(33))).toEqual(new Set(["shrinking"]));
  });

  test("of levels that are halved each time is what is left of a geometric series", () => {
    const outlook = outlookOf(withLevels([1600, 800, 400, 200, 100]), { ...ratesBetween(early, later)!, lookedAt: 10 });
    expect(outlook).toMatchObject({ trend: "shrinking" });
    // The levels are of 100 states, then 50, 25, and so on.
    expect(outlook).toHaveProperty("statesLeft", expect.closeTo(200, 6));
    expect(outlook).toHaveProperty("secondsLeft", expect.closeTo(20, 6));
  });

  test("counts only what was not yet looked at of the last level", () => {
    const half = withLevels([1600, 800, 400, 200, 100], { levelDone: 0.5, frontier: 50 + 20 });
    expect(outlookOf(half)).toHaveProperty("statesLeft", expect.closeTo(50 + 100, 6));
  });

  test("takes the next level for no smaller than it already is, and for growth if it is larger", () => {
    const found = (next: number) => withLevels([1600, 800, 400, 200, 100], { levelDone: 0.5, frontier: 50 + next });
    expect(outlookOf(found(80))).toHaveProperty("statesLeft", expect.closeTo(50 + 160, 6));
    expect(outlookOf(found(100))).toEqual({ trend: "growing" });
  });

  test("is right within a factor of two for most of a search whose levels have one hump", () => {
    const whole = bell.reduce((sum, size) => sum + size, 0);
    let past = 0;
    for (const [depth, outlook] of expectations(bell).entries()) {
      const left = whole - past;
      past += bell[depth]!;
      if (depth < 35 || depth > 50) continue;
      expect(outlook?.trend).toBe("shrinking");
      const { statesLeft } = outlook as { statesLeft: number };
      expect([depth, statesLeft / left > 0.5, statesLeft / left < 2]).toEqual([depth, true, true]);
    }
  });

  test("gives no time if the levels come in waves", () => {
    const wave = [500, 600, 700, 800, 900, 1000, 900, 800, 700, 600];
    expect(outlookOf(withLevels([...wave, 500]))).toMatchObject({ trend: "shrinking" });
    expect(outlookOf(withLevels([...wave, ...wave, 500]))).toMatchObject({ trend: "shrinking" });
    expect(outlookOf(withLevels([...wave, ...wave, ...wave, 500]))).toEqual({ trend: "waves", times: 2 });
  });

  test("makes no wave of a level that is larger once, and no end of one that is smaller once", () => {
    const ragged = [1000, 900, 800, 700, 600, 610, 500, 400, 405, 300, 200, 205, 150];
    expect(outlookOf(withLevels(ragged))).toMatchObject({ trend: "shrinking" });
    expect(outlookOf(withLevels([100, 200, 400, 800, 790]))).toEqual({ trend: "growing" });
  });

  test("of levels of one size is that they are steady, until the next one is larger", () => {
    expect(outlookOf(withLevels([1, 1, 1, 1, 1]))).toEqual({ trend: "steady" });
    expect(lineOf(withLevels([1, 1, 1, 1, 1]))).toContain(", levels of one size, ");
    expect(outlookOf(withLevels([1, 1, 1, 1, 1], { levelDone: 1, frontier: 2 }))).toEqual({ trend: "growing" });
  });

  test("overlooks ripples that are small beside the widest level", () => {
    const ripple = [5, 6, 7, 8, 9, 10, 9, 8, 7, 6];
    const hump = [1e4, 1e5, 1e6, 9e5, 8e5, 7e5, 6e5];
    expect(outlookOf(withLevels([...ripple, ...ripple, ...ripple, ...hump]))).toMatchObject({ trend: "shrinking" });
  });

  test("is not known depth first, and has no time without a pace", () => {
    expect(outlookOf(later, ratesBetween(early, later))).toBeUndefined();
    expect(outlookOf(withLevels([16, 8, 4, 2, 1]), { ...ratesBetween(early, later)!, lookedAt: 0 })).toMatchObject({
      trend: "shrinking",
      secondsLeft: undefined,
    });
  });
});

describe("the line of a run", () => {
  const rates = ratesBetween(early, later)!;
  const depthFirst =
    "1,234,567 states, 117,133 states/s, depth 14, 812 MB of 6.0 GB, frontier 20,301, 117,284 new/s (25% of the generated)";

  test("tells states, speed, depth, memory, frontier, what is new and what a state takes", () => {
    expect(lineOf(later, rates)).toBe(`${depthFirst}, 45 bytes a state`);
  });

  test("tells threads if there are several, and what is on disk if anything is", () => {
    expect(lineOf({ ...later, threads: 4, spilled: 1_000_000 }, rates)).toBe(
      `${depthFirst}, 1,000,000 on disk, 4 threads, 45 bytes a state`,
    );
  });

  test("tells what is being decided once the search is over", () => {
    const deciding = { property: "eventual read", number: 2, of: 3 };
    const line = (more: object) => lineOf({ ...later, deciding: { ...deciding, ...more } }, rates);
    const whole = "1,234,567 states, deciding eventual read (2 of 3), searching nodes 43%, 812 MB of 6.0 GB";
    expect(line({ doing: "searching nodes", share: 0.439 })).toBe(whole);
    expect(line({ doing: "deciding components" })).toBe(whole.replace("searching nodes 43%", "deciding components"));
    expect(line({})).toBe(whole.replace(", searching nodes 43%", ""));
    expect(line({ number: 1, of: 1 })).toBe("1,234,567 states, deciding eventual read, 812 MB of 6.0 GB");
  });

  test("tells no rate and no ceiling that there is not", () => {
    expect(lineOf({ ...later, memoryLimit: undefined })).toBe(
      "1,234,567 states, depth 14, 812 MB, frontier 20,301, 45 bytes a state",
    );
  });

  test("tells how much of a level is done, and that the levels grow", () => {
    const growing = withLevels([1000, 2000, 4000, 8000, 16_000], { levelDone: 0.739, frontier: 8000 });
    expect(lineOf(growing, rates)).toMatch(/depth 4 \(73% of its 16,000 states\), still growing, 812 MB/);
  });

  test("tells of no share of a level that is done in an instant, and which variable keeps meeting new values", () => {
    const counting = { growing: { variable: "n", values: 48_211, depths: 48_210 }, levelDone: 0.8 };
    expect(lineOf(withLevels([1, 1, 1, 1, 1], counting), rates)).toMatch(
      /depth 4, .*, new values of n at each depth, 812 MB/,
    );
  });

  test.each([
    [0.2, "1 s"],
    [40, "40 s"],
    [180, "3 min"],
    [5 * 3600, "5 h"],
    [4 * 86_400, "4 days"],
  ])("tells the time left, and what it rests on: %f s", (seconds, time) => {
    const shrinking = withLevels([1600, 800, 400, 200, 100]);
    expect(lineOf(shrinking, { ...rates, lookedAt: 200 / seconds })).toContain(
      `, about ${time} left if the levels go on shrinking, `,
    );
  });

  test("tells of waves how often they came", () => {
    const wave = [500, 600, 700, 800, 900, 1000, 900, 800, 700, 600];
    expect(lineOf(withLevels([...wave, ...wave, ...wave, 500]), rates)).toContain(
      ", shrinking, as 2 times before they grew again, ",
    );
  });

  test("has as many parts as fit, none of them cut", () => {
    const fits = "1,234,567 states, 117,133 states/s, depth 14, 812 MB of 6.0 GB";
    expect(lineOf(later, rates, fits.length)).toBe(fits);
    expect(lineOf(later, rates, fits.length - 1)).toBe("1,234,567 states, 117,133 states/s, depth 14");
    expect(lineOf(later, rates, 3)).toBe("1,234,567 states");
  });
});

describe("progress", () => {
  /** Returns what is written if the search is asked to show its progress at these times. */
  const written = (times: readonly number[], isTTY: boolean, columns = 60, label = "") => {
    const texts: string[] = [];
    let now = 0;
    const progress = new Progress({ isTTY, columns, write: (text) => texts.push(text) }, label, () => now);
    const sample = (): Sample => ({ ...later, seconds: now / 1000, distinct: 1000 + now * 100, frontier: 1000 });
    progress.update(sample);
    for (now of times) progress.update(sample);
    progress.clear();
    return texts;
  };

  test("says nothing in the first second", () => {
    expect(written([100, 500, 999], true)).toEqual([]);
    expect(written([100, 500, 999, 4999], false)).toEqual([]);
  });

  test("keeps one line up to date on a terminal, within its width, and takes it away", () => {
    expect(written([1100, 1200, 1400], true)).toEqual([
      "\r\u001b[K111,000 states, 100,000 states/s, depth 14",
      "\r\u001b[K141,000 states, 100,000 states/s, depth 14",
      "\r\u001b[K",
    ]);
  });

  test("cuts a line off that does not fit even so", () => {
    expect(written([1100], true, 20, "a long label: ")[0]).toBe("\r\u001b[Ka long label: 111,0");
  });

  test("adds a plain line every five seconds elsewhere", () => {
    const texts = written([1100, 5000, 6000, 10_000, 10_001], false, 60, "3 of 7: ");
    expect(texts).toHaveLength(2);
    expect(texts[1]).toMatch(/^3 of 7: 1,001,000 states, 100,000 states\/s.* bytes? a state\n$/);
  });

  test("is what the tests leave out of a standard error, as a slow machine has it, and nothing else", () => {
    const lines = [
      later,
      { ...later, deciding: { property: "liveness", number: 1, of: 1 } },
      { ...later, search: "random" as const, walks: 1 },
    ].map((sample) => lineOf(sample, ratesBetween(early, later)));
    const said = `warning: 3 states, or so\n${lines.join("\n")}\n3 of 7, german --nodes 2: ${lines[0]}\nerror: 4\n`;
    expect(withoutProgress(said)).toBe("warning: 3 states, or so\nerror: 4\n");
  });
});

test("a sample of a search under way adds up", () => {
  const check = new Check(new Instance(german, { nodes: 3 }), { maxStates: 2000, memory: 1e9 });
  check.work();
  const sample = check.sample();
  const { levels, levelDone, distinct, frontier, depth } = sample;
  const { generated } = check.search.result;
  expect(sample).toMatchObject({ generated, memoryLimit: 1e9, threads: 1, spilled: 0 });
  expect(sample.seconds).toBeGreaterThan(0);
  expect(depth).toBe(levels!.length - 1);
  const before = levels!.slice(0, -1).reduce((sum, size) => sum + size, 0);
  expect(distinct - frontier).toBeCloseTo(before + levelDone! * levels!.at(-1)!, 6);
});

test("the line of inductive and suggest says what is being done, and how far that is", () => {
  const progress = { states: 0, stepsOut: 0, suggested: 0 };
  const lines = [
    inductionLineOf({ ...progress, doing: "searching reachable states" }),
    inductionLineOf({ ...progress, doing: "reading reachable states", states: 4_096 }),
    inductionLineOf({ ...progress, doing: "looking for steps out", states: 81_920, stepsOut: 1, suggested: 4 }),
    inductionLineOf({ ...progress, doing: "choosing suggestions", stepsOut: 1_345, suggested: 1 }),
  ];
  expect(lines).toEqual([
    "searching reachable states",
    "reading reachable states: 4,096 states",
    "looking for steps out: 81,920 states, 1 step out, with 4 suggestions",
    "choosing suggestions: 1,345 steps out, with 1 suggestion",
  ]);
  expect(withoutProgress(`${lines.join("\n")}\nwarning: x\n`)).toBe("warning: x\n");
});
