/** The log of a run: its lines, when they are written, and files that take none. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { requestOf } from "../../checker/api/request.js";
import { watchedRun } from "../../checker/cli/commands/watched-run.js";
import { ratesBetween } from "../../checker/cli/progress/pace.js";
import { RunLog, sampleLine } from "../../checker/cli/progress/run-log.js";
import { german } from "../../spec/german.js";
import { folder, popcheck, root } from "../support/command-line.js";
import { early, later, withLevels } from "../support/samples.js";

const linesOf = (file: string) =>
  readFileSync(join(folder, file), "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

describe("the log of a run", () => {
  test("begins with what is searched, and ends with what it came to", () => {
    const before = Date.now();
    const run = popcheck("check", "violates.ts", "--max-count", "7", "--max-states", "100", "--log", "run.jsonl");
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 12, stderr: "" });
    const [start, end, ...more] = linesOf("run.jsonl");
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(start).toMatchObject({
      ...{ event: "start", format: "popcheck log 1", version, model: "counter", parameters: { maxCount: 7 } },
      options: { search: "bfs", symmetry: true, maxStates: 100 },
    });
    expect(Date.parse(start.time)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(start.time)).toBeLessThanOrEqual(Date.now());
    expect(end).toMatchObject({
      ...{ event: "end", distinct: 8, generated: 7, depth: 7, complete: true, incomplete: null, status: 12 },
      properties: { small: "violated 3" },
    });
    expect(more).toEqual([]);
  });

  test("is added to one that is there", () => {
    for (let run = 0; run < 2; run++) popcheck("check", "holds.ts", "--log", "twice.jsonl");
    expect(linesOf("twice.jsonl").map(({ event }) => event)).toEqual(["start", "end", "start", "end"]);
  });

  test("ends with the error if there is one", () => {
    const { stderr } = popcheck("check", "impure.ts", "--log", "impure.jsonl");
    const last = linesOf("impure.jsonl").at(-1);
    expect(last).toMatchObject({ event: "error", message: stderr.trimEnd() });
    expect(last.message).toContain("is not a pure function");
  });

  test("ends nothing but itself if its disk is full, and says so once", () => {
    const run = popcheck("check", "holds.ts", "--log", "/dev/full");
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/^holds {2}true/);
    expect(run.stderr).toMatch(/^warning: --log \/dev\/full cannot be written any more, .*ENOSPC.*\n$/);
  });

  test("has a sample as often as asked, each in the file as soon as it is taken", () => {
    let now = 0;
    const file = join(folder, "samples.jsonl");
    const log = new RunLog(file, 1000, undefined, () => now);
    const taken = () => readFileSync(file, "utf8").split("\n").length - 1;
    const counts = [0, 999, 1000, 1500, 2000, 9000].map((at) => {
      now = at;
      log.update(() => ({ ...early, seconds: at / 1000, distinct: at ** 2, frontier: 0 }));
      return taken();
    });
    expect(counts).toEqual([0, 0, 1, 1, 2, 3]);
    // Rates look back over five seconds; the last one looks back to the sample before, at 2000.
    const rates = linesOf("samples.jsonl").map(({ newPerSecond }) => newPerSecond);
    expect(rates).toEqual([1000 ** 2 / 1, 2000 ** 2 / 2, (9000 ** 2 - 2000 ** 2) / 7]);
  });

  test("is given samples by a search under way, in the order of time", async () => {
    const file = join(folder, "german.jsonl");
    const log = new RunLog(file, 1);
    // It would last for hours, and is interrupted at the second sample.
    const update = log.update.bind(log);
    vi.spyOn(log, "update").mockImplementation((sample) => {
      update(sample);
      if (linesOf("german.jsonl").length > 2) process.emit("SIGINT");
    });
    const request = requestOf(german, { parameters: { nodes: 6 }, threads: 1 });
    const head = { version: "0", model: "german", parameters: request.instance.parameters };
    const outcome = await watchedRun(request, { log: { of: log, head } });
    log.end(outcome);
    const samples = linesOf("german.jsonl").slice(1, -1);
    expect(samples).toHaveLength(2);
    const distinct = samples.map((sample) => sample.distinct);
    expect(distinct).toEqual([...distinct].sort((a, b) => a - b));
    expect(distinct.at(-1)).toBeLessThanOrEqual(outcome.distinct);
    expect(linesOf("german.jsonl").at(-1)).toMatchObject({
      event: "end",
      status: 3,
      incomplete: expect.stringMatching(/^interrupted/),
    });
  });
});

describe("a sample as a line", () => {
  const rates = ratesBetween(early, later);

  test("has the rates, the size of the last level, and what is expected", () => {
    const sample = withLevels([1600, 800, 400, 200, 100], { seconds: 4.00049 });
    expect(sampleLine(sample, { ...rates!, lookedAt: 10 })).toEqual({
      ...{ event: "sample", seconds: 4, distinct: 1_234_567, generated: 4_936_000, depth: 4, frontier: 100 },
      ...{ levelStates: 100, levelDone: 0, memory: 812_000_000, memoryLimit: 6_000_000_000, storeBytes: 55_555_515 },
      ...{
        growing: null,
        threads: 1,
        spilled: 0,
        statesPerSecond: 10,
        newPerSecond: 117_284,
        generatedPerSecond: 468_000,
      },
      ...{ newShare: 0.2506, trend: "shrinking", secondsLeft: 20 },
    });
  });

  test("has null for what is not known, so that every line has every field", () => {
    const line = sampleLine({ ...later, memoryLimit: undefined }, undefined);
    expect(line).toMatchObject({ memoryLimit: null, levelStates: null, levelDone: null, statesPerSecond: null });
    expect(line).toMatchObject({ newPerSecond: null, generatedPerSecond: null, newShare: null });
    expect(line).toMatchObject({ trend: null, secondsLeft: null });
    expect(Object.keys(line)).toEqual(Object.keys(sampleLine(withLevels([1, 2, 3, 4, 5]), rates)));
  });

  test("has the fields that the documentation of the log names", () => {
    const documented = readFileSync(join(root, "docs", "reference", "log.md"), "utf8");
    writeFileSync(join(folder, "documented.jsonl"), "");
    popcheck("check", "holds.ts", "--log", "documented.jsonl");
    popcheck("check", "impure.ts", "--log", "documented.jsonl");
    const lines = [sampleLine(later, rates), ...linesOf("documented.jsonl")];
    expect(new Set(lines.map(({ event }) => event))).toEqual(new Set(["sample", "start", "end", "error"]));
    const fields = new Set(lines.flatMap((line) => Object.keys(line)));
    expect([...fields].filter((field) => !documented.includes(`\`${field}\``))).toEqual([]);
  });
});
