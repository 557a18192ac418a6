/** How long something will take is told before it begins, from how long a piece of work takes on this machine. */
import { describe, expect, test, vi } from "vitest";
import type { TestProject } from "vitest/node";
import { forecast, pieceSeconds, piecesOf } from "../../checker/cli/progress/forecast.js";
import config from "../../vitest.config.js";
import sayHowLong, { howLong } from "../support/say-how-long.js";

test.each([
  [10, "some seconds"],
  [16, "about 20 seconds"],
  [84, "about 80 seconds"],
  [91, "about 2 minutes"],
  [60 * 60, "about 60 minutes"],
  [100 * 60, "about 2 hours"],
])("%d seconds are told as %s", (seconds, told) => {
  expect(forecast(1000, seconds / 1000)).toBe(`takes ${told} here, as busy as this machine is now`);
});

test("a piece takes the time that pieces took, divided by their number", () => {
  // By this clock each look takes 30 ms: after seven pieces, 210 ms are over.
  let now = 0;
  const clock = () => {
    now += 30;
    return now - 30;
  };
  expect(pieceSeconds(clock)).toBeCloseTo(0.03, 12);
  expect(now).toBe(8 * 30);
});

test("a slower machine is told a longer time, and more transitions too", () => {
  expect(forecast(1000, 0.2)).not.toBe(forecast(1000, 0.1));
  expect(piecesOf([1000, 1000])).toBeCloseTo(2 * piecesOf([1000]), 6);
  expect(piecesOf([1_000_000])).toBeGreaterThan(2 * piecesOf([1]));
});

describe("npm test", () => {
  const pieces = (seconds: number) => () => seconds;

  test.each([
    // By the last run: 2 minutes of tests on one worker, half of it on two, and one file cannot be shared.
    [[60_000, 60_000], 1, "about 2 minutes here, as in the last run"],
    [[60_000, 60_000], 2, "about 70 seconds here, as in the last run"],
    [[60_000], 2, "about 70 seconds here, as in the last run"],
    // 93 files that never ran here: what was measured where a piece takes 0.2 milliseconds.
    [Array.from({ length: 93 }, () => undefined), 2, "about 3 minutes here, as busy as this machine is now"],
    [
      [...Array.from({ length: 93 }, () => undefined), 240_000],
      2,
      "about 5 minutes here, as busy as this machine is now",
    ],
    [[], 2, "some seconds here, as in the last run"],
  ])("with %j on %d workers", (durations, workers, says) => {
    expect(howLong(durations, workers, pieces(0.0002))).toBe(`takes ${says}`);
  });

  test("takes twice as long on a machine of half the speed, where it never ran", () => {
    const files = Array.from({ length: 93 }, () => undefined);
    expect(howLong(files, 2, pieces(0.0004))).toBe("takes about 5 minutes here, as busy as this machine is now");
  });

  test("says so before its first test, of the files that it runs", () => {
    expect(config.test?.globalSetup).toContain("test/support/say-how-long.ts");
    const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const durations = new Map([
      [":test/a.test.ts", 120_000],
      [":test/b.test.ts", 360_000],
    ]);
    const vitest = {
      state: { getPaths: () => ["/clone/test/a.test.ts", "/clone/test/b.test.ts"] },
      cache: { getFileTestResults: (key: string) => ({ duration: durations.get(key) }) },
    };
    sayHowLong({ name: "", vitest, config: { root: "/clone", maxWorkers: 1 } } as unknown as TestProject);
    const said = write.mock.calls.map(([text]) => text);
    write.mockRestore();
    expect(said).toEqual(["2 files of tests: takes about 10 minutes here, as in the last run\n"]);
  });
});
