/** Long runs and the other commands: interrupts, list, describe, verify; and how soon a run starts. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { bin, folder, popcheck, popcheckAlone, type Run, ran, root } from "../support/command-line.js";
import { PROCESS_DEADLINE } from "../support/deadlines.js";
import { exceptRelease, releaseTest } from "../support/extent.js";

describe("an interrupt", () => {
  test("ends the search with what was found so far, and the status of the gravest of it", () => {
    const run = popcheckAlone("check", "endless.ts", "--property", "true");
    expect({ status: run.status, signal: run.signal }).toEqual({ status: 3, signal: null });
    expect(run.stdout).toMatch(/^incomplete: interrupted/m);
    expect(run.stdout).toMatch(/^states +[1-9][\d,]* distinct/m);
  });

  test("kills the process if it is the second", () => {
    expect(popcheckAlone("check", "killed.ts").signal).toBe("SIGINT");
  });
});

describe("list and describe", () => {
  test("list names every built-in model with a sentence", () => {
    const { stdout, status } = popcheck("list");
    expect(status).toBe(0);
    for (const name of ["popcorn", "german", "die-hard", "peterson", "naive-mutex", "two-phase-commit"]) {
      expect(stdout).toMatch(new RegExp(`^${name} +\\S+ \\S+`, "m"));
    }
  });

  test("describe tells the type, the default and the values of each parameter", () => {
    const { stdout } = popcheck("describe", "options.ts", "--no-hold");
    expect(stdout).toMatch(/^ {2}--max-count +integer, 1 to 1000 +default 5 +where it ends$/m);
    expect(stdout).toMatch(/^ {2}--stage +one of 4\.7, 4\.10 +default 4\.7 +the stage$/m);
    expect(stdout).toMatch(/^ {2}--hold +flag +default on, here off +whether it holds$/m);
  });

  test("describe tells the sentence of each property", () => {
    expect(popcheck("describe", "both.ts").stdout).toMatch(/^ {2}no end +no deadlock +it goes on$/m);
  });

  test("describe shows popcorn's receive table, and marks what the paper excludes", () => {
    const { stdout } = popcheck("describe", "popcorn", "--stage", "4.2");
    expect(stdout).toMatch(/^ +Fetch +Fetch_Write +Invalid +Copy +Copy_Void +Ack +Nack$/m);
    expect(stdout).toMatch(/^ {2}Shared +· +✗ +· +✗ +✗ +✗ +✗$/m);
    expect(stdout).toMatch(/^ {4}Ack +✗ impossible: \S/m);
    expect(stdout).toMatch(/^ {4}Fetch +4\.2: \S/m);
  });

  test("the help of a check shows the parameters of the model", () => {
    const { stdout, status } = popcheck("check", "options.ts", "--help");
    expect(status).toBe(0);
    expect(stdout).toMatch(/--max-count/);
    expect(stdout).toMatch(/the stage \[4\.7, 4\.10\]/);
    expect(stdout).toMatch(/--max-states/);
    for (const option of ["--log", "--log-every", "--statistics"])
      expect(stdout).toMatch(new RegExp(`^ +${option} `, "m"));
  });

  test("without a command there is help", () => {
    const { stdout, status } = popcheck();
    expect(status).toBe(0);
    expect(stdout).toMatch(/popcheck check <model>/);
  });
});

describe("verify", () => {
  /** Copies the package, with known answers of its own. */
  const packageWith = (cases: readonly object[]) => {
    const copy = mkdtempSync(join(folder, "package-"));
    for (const part of ["checker", "spec", "invariants", "traces"])
      cpSync(join(root, "dist", part), join(copy, "dist", part), { recursive: true });
    cpSync(join(root, "package.json"), join(copy, "package.json"));
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    mkdirSync(join(copy, "test"));
    const file = join(copy, "test", "known-answers.json");
    writeFileSync(file, JSON.stringify({ about: "for a test", cases }));
    const verify = (...words: string[]): Run =>
      ran(join(copy, "dist", "checker", "cli", "popcheck.js"), ["verify", ...words], { cwd: copy });
    return { copy, verify, recorded: () => JSON.parse(readFileSync(file, "utf8")) };
  };
  const mutex = {
    ...{ model: "naive-mutex", parameters: {}, verify: true, distinct: 13, generated: 25, depth: 9 },
    verdicts: { "mutual exclusion": "violated 6", "no deadlock": "holds", "a process enters": "holds" },
  };
  const ladder = ["4.2", "4.7"].map((stage) => ({ model: "popcorn", parameters: { stage, kernels: 2 }, verify: true }));
  const long = { model: "german", parameters: { nodes: 6 }, verify: false, distinct: 1 };

  test("exits with 0 if every count and verdict is as recorded, and leaves out what takes long", () => {
    const run = packageWith([mutex, long]).verify();
    expect(run.stderr).toMatch(/^1 case: takes \D*\d* ?\w+ here, as busy as this machine is now\n$/);
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/^naive-mutex +13 states +\S+ s +mutual exclusion violated$/m);
    expect(run.stdout).toMatch(/^1 case in .*; 1 counterexample in out\/traces\/$/m);
    expect(run.stdout).toMatch(
      /^not run without --all: 1 case, larger or of other parameters, 1 of german; it takes /m,
    );
  });

  const different: [what: string, known: object, difference: string][] = [
    ["distinct states", { ...mutex, distinct: 14 }, "distinct: 13, recorded: 14"],
    [
      "length of a counterexample",
      { ...mutex, verdicts: { ...mutex.verdicts, "mutual exclusion": "violated 7" } },
      "mutual exclusion: violated 6, recorded: violated 7",
    ],
    [
      "verdict",
      { ...mutex, verdicts: { ...mutex.verdicts, "no deadlock": "violated 3" } },
      "no deadlock: holds, recorded: violated 3",
    ],
    [
      "property that is gone",
      { ...mutex, verdicts: { ...mutex.verdicts, fairness: "holds" } },
      "fairness: no such property, recorded: holds",
    ],
    ["property that is new", { ...mutex, verdicts: {} }, "a process enters: holds, recorded: nothing"],
  ];
  test.each(exceptRelease(different, (_, place) => place > 1))(
    "exits with 1 and names the difference in the %s",
    (_, known, difference) => {
      const run = packageWith([known]).verify();
      expect(run.status).toBe(1);
      expect(run.stderr).toContain(`\n    ${difference}\n`);
    },
  );

  test("shows the ladder as a table of property by stage, and writes the counterexamples", () => {
    const { copy, verify } = packageWith(ladder);
    const { stdout } = verify("--trace", "found");
    expect(stdout).toContain("popcorn, 2 kernels\n");
    expect(stdout).toMatch(/^ +4\.2 +4\.7$/m);
    expect(stdout).toMatch(/^SWMR +✗ \d+ ! +holds !$/m);
    expect(stdout).toMatch(/^distinct states +45 ! +[\d,]+ !\nseconds +[\d.]+ +[\d.]+$/m);
    expect(stdout).toMatch(/✗ 7 {2}violated, and the shortest counterexample has 7 steps/);
    const trace = "popcorn-4.2-kernels-2-swmr.json";
    expect(readdirSync(join(copy, "found"))).toContain(trace);
    // Reasons would take as long as the search; view and replay look for them.
    expect(JSON.parse(readFileSync(join(copy, "found", trace), "utf8"))["#meta"]).not.toHaveProperty("cause");
  });

  releaseTest("records what it found with --update, in place, and is content afterwards", () => {
    const { verify, recorded } = packageWith([...ladder, { ...mutex, distinct: 1 }, long]);
    expect(verify("--update").status).toBe(0);
    const { about, cases } = recorded();
    expect(about).toBe("for a test");
    expect(cases[2]).toEqual(mutex);
    expect(cases[3]).toEqual(long);
    expect(cases[0].verdicts.SWMR).toMatch(/^violated \d+$/);
    const again = verify();
    expect(again).toMatchObject({ status: 0, stderr: expect.stringMatching(/^3 cases: takes .* now\n$/) });
    expect(again.stdout).not.toContain("!  not as recorded\n4.2");
    expect(again.stdout).toMatch(/^SWMR +✗ \d+ +holds$/m);
    expect(again.stdout).not.toMatch(/^(SWMR|no deadlock|distinct states) .*!/m);
  });
});

describe("starting up", () => {
  /** The files that a process loads, as V8 counts them. */
  const loadedBy = (...words: string[]): string[] => {
    const coverage = mkdtempSync(join(folder, "coverage-"));
    const { status } = spawnSync(process.execPath, [bin, ...words], {
      ...{ cwd: folder, timeout: PROCESS_DEADLINE, env: { ...process.env, NODE_V8_COVERAGE: coverage } },
    });
    expect(status).toBe(0);
    // Each thread has a report of its own.
    const urls = readdirSync(coverage).flatMap((report) => {
      const { result } = JSON.parse(readFileSync(join(coverage, report), "utf8")) as { result: { url: string }[] };
      return result.map(({ url }) => url);
    });
    return [...new Set(urls)].flatMap((url) => (url.startsWith("file:") ? [relative(root, fileURLToPath(url))] : []));
  };
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const packagesOf = (files: readonly string[]) =>
    Object.keys(dependencies).filter((name) => files.some((file) => file.startsWith(`node_modules/${name}/`)));

  test("loads no compiler, no other model, and little else for a built-in one", () => {
    const files = loadedBy("check", "german", "--nodes", "1");
    expect(packagesOf(files)).toEqual(["fast-deep-equal", "immutable", "yargs"]);
    expect(files.filter((file) => file.startsWith("dist/spec/"))).toEqual(["dist/spec/german.js"]);
    expect(files.filter((file) => file.startsWith("dist/invariants/"))).toEqual([]);
    // Each costs a start about a millisecond: 294, and room for some more.
    expect(files.length).toBeLessThan(315);
  });

  test("loads the compiler for a file", () => {
    expect(packagesOf(loadedBy("check", "holds.ts"))).toContain("esbuild");
  });
});
