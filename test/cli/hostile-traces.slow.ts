/**
 * Traces that are damaged or hostile, by a seed: each command that reads them answers with its output or in a few lines
 * that say what is wrong. Nothing in them reaches a terminal as more than a text.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FORMAT_NAMES } from "../../traces/formats/formats.js";
import { folder, popcheck } from "../support/command-line.js";
import { counterexampleOf } from "../support/counterexamples.js";
import { dice } from "../support/dice.js";
import { damaged, HOSTILE_TEXTS, obeyedIn, oneOf } from "../support/hostile.js";

const SEED = 12;
const FILES = 184;
const traces = [
  await counterexampleOf("popcorn", { stage: "4.2", kernels: 2 }, "SWMR"),
  await counterexampleOf("starving-mutex", {}, "who waits gets in"),
];
const die = dice(SEED);

/** Returns the text of a file that is a trace, or was one. */
function fileText(number: number): string {
  let trace: unknown = oneOf(die, traces);
  for (let times = die(3); times >= 0; times--) trace = damaged(die, trace);
  const text = JSON.stringify(trace) ?? "";
  if (number % 8 === 0) return text.slice(0, die(text.length));
  if (number % 8 === 1) return `\ufeff${text}`;
  if (number % 8 === 2)
    return text.slice(0, die(text.length)) + oneOf(die, HOSTILE_TEXTS) + text.slice(die(text.length));
  return text;
}

describe("a damaged or hostile trace", () => {
  test.each(Array.from({ length: FILES }, (_, i) => i))("number %i", (number) => {
    const file = join(folder, "damaged.json");
    writeFileSync(file, fileText(number));
    for (const words of [
      ["replay", file],
      ["replay", file, "--full", "--only", "K1"],
      ["view", file, "--out", join(folder, "damaged.html")],
      ["export", file, "--format", oneOf(die, FORMAT_NAMES)],
    ]) {
      const { status, stdout, stderr } = popcheck(...words);
      const what = `popcheck ${words.join(" ")}`;
      expect([0, 2, 11, 12, 13, 14], what).toContain(status);
      expect(stderr, what).not.toMatch(/^\s+at .*:\d+|defect of popcheck/m);
      expect(obeyedIn(stderr), what).toEqual([]);
      expect(obeyedIn(stdout, words[4] === "csv" || words[3] === "csv" ? "\r\n" : "\n"), what).toEqual([]);
      if (status === 2) expect([stdout, stderr.match(/^error: /gm)?.length], what).toEqual(["", 1]);
      else expect(stderr, what).toBe("");
    }
  });
});
