/** The benchmark's memory: a fallen ratio is noticed, on the same machine only. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addToHistory, type Entry, lastOf, readHistory, regressions } from "./history.js";

const entry = (ratio: number, machine = "here", date = "2026-01-01"): Entry => ({
  ...{ date, machine, case: "german" },
  ratios: { spin: ratio },
});

test("a ratio may waver, and not fall", () => {
  expect(regressions(entry(2), entry(1.81))).toEqual([]);
  expect(regressions(entry(2), entry(3))).toEqual([]);
  expect(regressions(entry(2), entry(1.79))).toEqual([
    "german: the ratio to spin is 1.79, and was 2.00 on 2026-01-01 on this machine",
  ]);
});

test("what was not measured before, or is not now, is not judged", () => {
  expect(regressions(undefined, entry(1))).toEqual([]);
  expect(regressions({ ...entry(2), ratios: { rumur: 9 } }, entry(1))).toEqual([]);
});

test("the last run of the same case on the same machine counts", () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-history-"));
  const file = join(folder, "history.jsonl");
  expect(readHistory(file)).toEqual([]);
  for (const each of [entry(1), entry(2), entry(9, "elsewhere"), { ...entry(9), case: "popcorn" }])
    addToHistory(file, each);
  expect(lastOf(readHistory(file), entry(0))).toEqual(entry(2));
  expect(lastOf(readHistory(file), entry(0, "nowhere"))).toBeUndefined();
  rmSync(folder, { recursive: true });
});
