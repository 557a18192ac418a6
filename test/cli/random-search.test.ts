/** `--search random` and `--search swarm` on the command line: threads, options, reports, statuses, files. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  counter,
  files,
  folder,
  linesOfLog,
  observed,
  popcheck,
  popcheckAlone,
  small,
  start,
} from "../support/command-line.js";
import { exceptRelease, releaseTest } from "../support/extent.js";

/** Two things can happen in each state, so that walks differ. */
writeFileSync(
  join(folder, "wander.ts"),
  counter({
    properties: `always({ name: "small", says: "it stays below 9", for: {}, holds: (s) => s.count() < 9, explain: (s) => "the count is " + s.count() })`,
    step: "if (state.count() > 0 && state.count() < 9) return [state.withCount(state.count() - 1), state.withCount(state.count() + 1)];",
  }),
);
writeFileSync(
  join(folder, "throws-late.ts"),
  counter({
    properties: small.replace("< 3", "< 300"),
    step: `if (state.count() === 4) throw new Error("no idea what to do");`,
  }),
);
/**
 * Interrupts itself from the first of the threads that search, which has found the violation by then, not from the one
 * that confirms it. The thread number 1 is the watchdog.
 */
writeFileSync(
  join(folder, "endless-beside.ts"),
  `import { threadId } from "node:worker_threads";\n${files["endless.ts"]!.replace("!interrupted &&", "!interrupted && threadId === 2 &&")}`,
);
const wander = ["check", "wander.ts", "--max-count", "20"];
const json = (file: string) => JSON.parse(readFileSync(join(folder, file), "utf8"));

/** Returns a report without what differs from run to run. */
const lasting = (text: string) => text.replace(/^time .*$/m, "").replace(/, \d threads$/m, "");

describe("any number of threads gives the same", () => {
  const searches = [
    ["random walks", "popcorn --stage 4.2 --kernels 3 --search random --walks 50 --seed 5 --max-depth 60"],
    ["random walks that find little", "popcorn --stage 4.7 --kernels 3 --search random --walks 30 --seed 5"],
    ["random walks of a file's model", "wander.ts --max-count 20 --search random --walks 40 --seed 9 --max-depth 15"],
    [
      "random walks up to the first violation",
      "popcorn --stage 4.2 --search random --walks 900 --seed 5 --stop --max-depth 20",
    ],
    ["a swarm", "popcorn --stage 4.2 --search swarm --walks 4 --seed 5 --max-states 500"],
    ["a swarm of a file's model", "wander.ts --max-count 20 --search swarm --walks 6 --seed 2 --max-depth 12"],
  ] as const;
  test.each(exceptRelease(searches, ([what]) => what !== "a swarm of a file's model"))("%s", (_, words) => {
    const runs = ["1", "2", "3"].map((threads) => popcheck("check", ...words.split(" "), "--threads", threads));
    expect(runs.map(({ status }) => status)).toEqual(runs.map(() => runs[0]!.status));
    expect([3, 11, 12]).toContain(runs[0]!.status);
    expect(lasting(runs[1]!.stdout)).toBe(lasting(runs[0]!.stdout));
    expect(lasting(runs[2]!.stdout)).toBe(lasting(runs[0]!.stdout));
  });

  test("a function that throws is told with its place", () => {
    const runs = ["1", "2"].map((threads) =>
      popcheck("check", "throws-late.ts", "--search", "random", "--seed", "5", "--threads", threads, "--walks", "9"),
    );
    for (const { status, stdout } of runs) {
      expect(status).toBe(15);
      expect(stdout).toMatch(
        /\^ action Up, declared at .*throws-late\.ts.*, threw no idea what to do \(.*throws-late\.ts:\d+\)/,
      );
    }
    expect(lasting(runs[1]!.stdout)).toBe(lasting(runs[0]!.stdout));
  });
});

describe("the report", () => {
  test("tells the bound, the seed and the walks, and calls what was not violated incomplete", () => {
    const { stdout, status } = popcheck(
      "check",
      "peterson",
      "--search",
      "random",
      "--walks",
      "30",
      "--max-depth",
      "50",
      "--seed",
      "12",
    );
    expect(status).toBe(3);
    expect(stdout).toMatch(/^incomplete {2}mutual exclusion /m);
    expect(stdout).toMatch(/^walks +30 of at most 50 steps, 1,500 steps, the longest 50/m);
    expect(stdout).toMatch(/^seed +12$/m);
    expect(stdout).toMatch(/^time .* steps\/s/m);
    expect(stdout).toMatch(
      /^incomplete: random walks do not see every state; ended after 30 walks\n {2}This is not a pass\. /m,
    );
  });

  test("of a swarm likewise", () => {
    const { stdout, status } = popcheck("check", "peterson", "--search", "swarm", "--walks", "3", "--seed", "0");
    expect(status).toBe(3);
    expect(stdout).toMatch(/^swarm +3 members of at most 1,000 steps deep and 1,000,000 states, \d+ states/m);
    expect(stdout).toMatch(/^incomplete: a swarm does not see every state; ended after 3 members$/m);
  });

  test("of a violation tells the walk, and does not call it shortest", () => {
    const { stdout, status } = popcheck(...wander, "--search", "random", "--walks", "90", "--seed", "1");
    expect(status).toBe(12);
    expect(stdout).toMatch(/^VIOLATED {2}small +9 steps$/m);
    expect(stdout).toMatch(/^ {4}found by walk \d+, and shortened: there may be a shorter way$/m);
    expect(stdout).not.toContain("shortest:");
  });

  releaseTest("draws a seed at random, with which the run can be done again", () => {
    const run = (...more: string[]) =>
      popcheck(...wander, "--search", "random", "--walks", "20", "--max-depth", "12", ...more);
    const seedOf = (text: string) => /^seed +(\d+)$/m.exec(text)![1]!;
    const [first, second] = [run().stdout, run().stdout];
    expect(seedOf(first)).not.toBe(seedOf(second));
    expect(lasting(run("--seed", seedOf(first)).stdout)).toBe(lasting(first));
  });

  test.each([
    ["12 for a safety property", ["violates.ts"], 12],
    ["11 for a deadlock", ["deadlocks.ts"], 11],
    ["12 for both", ["both.ts"], 12],
    ["3 for nothing", ["holds.ts"], 3],
    ["3 for a goal that was not met", ["unreached.ts"], 3],
    ["3 for a goal that was met, since nothing holds for sure", ["options.ts", "--max-count", "10"], 3],
    ["12 for an unspecified reception", ["relay.ts"], 12],
  ])("exits with %s", (_, words, status) => {
    for (const search of ["random", "swarm"])
      expect(popcheck("check", ...words, "--search", search, "--walks", "5", "--threads", "1").status).toBe(status);
  });
});

describe("a counterexample", () => {
  test.each(exceptRelease(["random", "swarm"], (search) => search === "random"))(
    "of %s is written, and replays",
    (search) => {
      const words = ["--stage", "4.2", "--kernels", "2", "--property", "SWMR", "--seed", "3", "--walks", "20"];
      const { stdout, status } = popcheck("check", "popcorn", ...words, "--search", search, "--trace", search);
      expect(status).toBe(12);
      const file = `${search}/popcorn-4.2-swmr.json`;
      expect(stdout).toContain(`replay: popcheck replay ${file}`);
      expect(popcheck("replay", file)).toMatchObject({ status: 12, stderr: "" });
    },
  );
});

describe("files", () => {
  test("the outcome as JSON has the seed, the walks and their bound", () => {
    popcheck(
      ...wander,
      "--search",
      "random",
      "--walks",
      "10",
      "--seed",
      "4",
      "--max-depth",
      "40",
      "--json",
      "walks.json",
    );
    const report = json("walks.json");
    expect(report).toMatchObject({
      search: "random",
      complete: false,
      status: 12,
      seed: 4,
      maxDepth: 40,
      maxStates: null,
    });
    expect(report.incomplete).toMatch(/^random walks do not see every state; /);
    const [{ foundBy, outcome }] = report.properties;
    expect([outcome, foundBy]).toEqual(["violated", report.walks]);
    expect(report).toMatchObject({ distinct: 0, generated: report.steps, levels: null, outDegrees: null });
    popcheck(
      ...wander,
      "--search",
      "swarm",
      "--walks",
      "2",
      "--seed",
      "4",
      "--max-states",
      "7",
      "--json",
      "swarm.json",
    );
    expect(json("swarm.json")).toMatchObject({
      search: "swarm",
      walks: expect.any(Number),
      maxDepth: 1000,
      maxStates: 7,
    });
    popcheck("check", "holds.ts", "--json", "search.json");
    expect(json("search.json")).toMatchObject({
      seed: null,
      walks: null,
      steps: null,
      maxDepth: null,
      maxStates: null,
    });
  });

  releaseTest("the log has the options at the start, walks in the samples, and the seed at the end", async () => {
    const words = ["--search", "random", "--seed", "8", "--seconds", "100000", "--threads", "1"];
    const run = start("check", "peterson", ...words, "--log", "walks.jsonl");
    type Line = { walks: number; steps: number; seconds: number; statesPerSecond: number };
    const samples = () => linesOfLog("walks.jsonl").filter(({ event }) => event === "sample") as Line[];
    // A rate is told of the time between two samples.
    await observed(run, () => samples().some(({ walks, statesPerSecond }) => walks > 0 && statesPerSecond > 0));
    run.process.kill("SIGINT");
    const { status } = await run.ended;
    const [first, ...others] = linesOfLog("walks.jsonl");
    const end = others.at(-1) as Line;
    expect(first).toMatchObject({ event: "start", options: { search: "random", seed: 8, seconds: 100_000 } });
    expect(others[0]).toMatchObject({ event: "sample", search: "random" });
    expect(end).toMatchObject({ event: "end", seed: 8, status: 3, complete: false });
    expect(end).toMatchObject({ incomplete: expect.stringMatching(/; interrupted$/) });
    const last = samples().at(-1)!;
    expect(end.seconds).toBeGreaterThanOrEqual(last.seconds);
    expect(end.walks).toBeGreaterThanOrEqual(last.walks);
    expect(status).toBe(3);
  });

  test("a random search that is given seconds ends by itself when they are over", () => {
    const { status, stdout } = popcheck("check", "peterson", "--search", "random", "--seconds", "1", "--json", "-");
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ status: 3, incomplete: expect.stringMatching(/; ended after 1 s$/) });
    expect(report.seconds).toBeGreaterThanOrEqual(1);
    expect(status).toBe(3);
  });
});

describe("an end before its time", () => {
  const searches: [search: string, threads: string][] = [
    ["random", "1"],
    ["random", "2"],
    ["swarm", "1"],
    ["swarm", "2"],
  ];
  test.each(exceptRelease(searches, (_, place) => place % 3 === 0))(
    "an interrupt ends %s with %s threads, with what was found so far",
    (search, threads) => {
      const run = popcheckAlone(
        "check",
        threads === "1" ? "endless.ts" : "endless-beside.ts",
        "--search",
        search,
        "--threads",
        threads,
        // The first walk does not end by itself.
        "--max-depth",
        "1e7",
      );
      expect({ status: run.status, signal: run.signal }).toEqual({ status: 12, signal: null });
      expect(run.stdout).toMatch(/every state; interrupted$/m);
      expect(run.stdout).toMatch(/^VIOLATED {2}small +\d+ steps$/m);
    },
  );

  test("a memory that the process has passed already is refused", () => {
    const run = popcheck("check", "peterson", "--search", "random", "--memory", "1M", "--threads", "2");
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(/^error: --memory 1M is less than this search needs: at least about \d+M$/m);
  });
});

describe("options that make no sense together are refused in words", () => {
  test.each([
    [["--search", "lucky"], "--search takes bfs, dfs, random, swarm, not lucky"],
    [["--walks", "9"], "--walks is for --search random and swarm"],
    [["--seed", "9", "--search", "dfs"], "--seed is for --search random and swarm"],
    [["--search", "random", "--store", "exact"], "--store makes no sense with --search random"],
    [["--search", "random", "--max-states", "9"], "--max-states makes no sense with --search random"],
    [["--search", "swarm", "--store", "fingerprint"], "--store makes no sense with --search swarm"],
    [["--search", "random", "--seed", "-1"], "--seed takes a whole number from 0, not -1"],
    [["--search", "random", "--seed", "1e99"], "--seed takes a whole number from 0, not 1e99"],
    [["--search", "random", "--walks", "0"], "--walks takes a whole number from 1, not 0"],
    [["--search", "random", "--walks", "9e15"], "--walks takes a number up to 1,073,741,824"],
    [["--search", "random", "--seconds", "no"], "--seconds takes a whole number from 1, not no"],
    [["--search", "dfs", "--threads", "2"], "--search dfs has one thread"],
    [["--search", "random", "--property", "none", "--walks", "1"], `counter has no property called "none"`],
  ])("%j", (words, message) => {
    const { status, stderr, stdout } = popcheck("check", "holds.ts", ...words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(`error: ${message}`);
  });

  test("depth first with one thread is none of them", () => {
    expect(popcheck("check", "holds.ts", "--search", "dfs", "--threads", "1").status).toBe(0);
  });
});
