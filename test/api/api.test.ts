/**
 * What programs import: what a check decides, what it reports meanwhile, how it is ended; and that nothing else can be
 * imported.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { check, loadModel, parseTrace, replay, resume, type Sample, validateLog } from "../../checker/api/index.js";
import { UsageError } from "../../checker/errors.js";
import { inPackage } from "../../checker/package.js";
import { german } from "../../spec/german.js";
import { PROCESS_DEADLINE } from "../support/deadlines.js";

const folder = mkdtempSync(join(tmpdir(), "popcheck-api-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("check", () => {
  test("decides what the command line decides", async () => {
    const outcome = await check(await loadModel("popcorn"), { parameters: { stage: "4.2", kernels: 2 } });
    const run = spawnSync(
      process.execPath,
      [
        inPackage("dist/checker/cli/popcheck.js"),
        "check",
        "popcorn",
        "--stage",
        "4.2",
        "--kernels",
        "2",
        "--json",
        "-",
      ],
      { encoding: "utf8" },
    );
    const json = JSON.parse(run.stdout);
    expect([outcome.distinct, outcome.generated, outcome.depth]).toEqual([json.distinct, json.generated, json.depth]);
    const verdicts = outcome.properties.map(({ name, verdict }) => [name, verdict]);
    expect(verdicts).toEqual(json.properties.map(({ name, outcome }: Record<string, string>) => [name, outcome]));
    expect(verdicts).toContainEqual(["SWMR", "violated"]);
  });

  test("takes a model as a value", async () => {
    const { distinct, properties } = await check(german, { parameters: { nodes: 2 }, threads: 1 });
    expect(distinct).toBeGreaterThan(100);
    expect(properties.every(({ verdict }) => verdict === "holds")).toBe(true);
  });

  test("tells where it is while it lasts, and what it came to is beyond that", async () => {
    const samples: Sample[] = [];
    const controller = new AbortController();
    // It would last for hours.
    const { distinct } = await check(german, {
      parameters: { nodes: 6 },
      threads: 1,
      signal: controller.signal,
      onProgress: (sample) => {
        if (samples.push(sample()) === 3) controller.abort();
      },
    });
    expect(samples).toHaveLength(3);
    expect(samples.at(-1)!.distinct).toBeGreaterThanOrEqual(samples[0]!.distinct);
    expect(samples.at(-1)!.distinct).toBeLessThanOrEqual(distinct);
  });

  test.each(["bfs", "random"] as const)("ends as incomplete when it is aborted: %s", async (search) => {
    const controller = new AbortController();
    const outcome = await check(german, {
      parameters: { nodes: 5 },
      search,
      threads: 1,
      signal: controller.signal,
      onProgress: () => controller.abort("enough"),
    });
    expect(outcome.incomplete).toMatch(/enough/);
    const invariants = outcome.properties.filter(({ kind }) => kind === "invariant");
    expect(invariants.map(({ verdict }) => verdict)).toEqual(invariants.map(() => "incomplete"));
  });

  test("refuses options that make no sense, before anything is searched", async () => {
    const refused = (options: object) => expect(check(german, options)).rejects.toThrow(UsageError);
    await refused({ search: "dfs", threads: 2 });
    await refused({ search: "best-first" });
    await refused({ seed: 1 });
    await refused({ parameters: { nodes: -1 } });
    await refused({ properties: ["no such property"] });
    // Threads, and a resumed search, load the model by its name or its file.
    await refused({ search: "random", threads: 2 });
    await refused({ checkpoint: join(folder, "never") });
    expect(readdirSync(folder)).not.toContain("never");
  });
});

test("a run that was found is replayed, and one of another model is refused", async () => {
  const popcorn = await loadModel("popcorn");
  const { properties } = await check(popcorn, { parameters: { stage: "4.2", kernels: 2 }, properties: ["SWMR"] });
  const { trace } = properties[0]!;
  const again = replay(popcorn, parseTrace(JSON.stringify(trace)));
  expect(again.difference).toBeUndefined();
  expect(again.explanation).toBe(trace!["#meta"].explanation);
  expect(() => replay(german, trace!)).toThrow(UsageError);
});

test("a search that left a checkpoint is taken up", async () => {
  const checkpoint = join(folder, "taken-up");
  const named = await loadModel("german");
  const parameters = { nodes: 3 };
  const first = await check(named, { parameters, checkpoint, maxStates: 2_000, threads: 1 });
  expect(first.incomplete).toMatch(/max-states/);
  const [whole, resumed] = [await check(named, { parameters, threads: 1 }), await resume(checkpoint, { threads: 1 })];
  expect([resumed.distinct, resumed.generated, resumed.depth]).toEqual([whole.distinct, whole.generated, whole.depth]);
});

test("a property may be named as a file name writes it", async () => {
  const { properties } = await check(await loadModel("german"), {
    parameters: { nodes: 1 },
    properties: ["cntrlprop"],
    threads: 1,
  });
  expect(properties.map(({ name }) => name)).toEqual(["CntrlProp"]);
});

describe("the package", () => {
  const installed = join(folder, "user", "node_modules", "popcheck");

  /** Runs a module of a user who has installed the package. */
  function userRuns(code: string) {
    const file = join(folder, "user", "try.mjs");
    writeFileSync(file, code);
    return spawnSync(process.execPath, [file], {
      cwd: join(folder, "user"),
      encoding: "utf8",
      timeout: PROCESS_DEADLINE,
    });
  }

  test("is packed with all that it needs", () => {
    const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
    const { stdout, status } = spawnSync("npm", pack, { cwd: inPackage("."), encoding: "utf8" });
    expect(status).toBe(0);
    mkdirSync(installed, { recursive: true });
    spawnSync("tar", ["xzf", join(folder, stdout.trim()), "-C", installed, "--strip-components=1"]);
    symlinkSync(inPackage("node_modules"), join(installed, "node_modules"));
    const run = userRuns(`
      import { check, loadModel, version } from "popcheck";
      import { integer } from "popcheck/model";
      const { distinct } = await check(await loadModel("german"), { parameters: { nodes: 2 }, search: "random", walks: 5, seed: 1 });
      console.log(version(), typeof integer, distinct);
    `);
    expect(run.stderr).toBe("");
    expect(run.stdout).toBe(`${JSON.parse(readFileSync(inPackage("package.json"), "utf8")).version} function 0\n`);
  });

  test("exports the protocols and the properties, each file by its path, and one vocabulary serves all", () => {
    const stems = readdirSync(inPackage("."), { recursive: true, encoding: "utf8" })
      .filter((path) => /^(spec|invariants)\/.*\.ts$/.test(path))
      .map((path) => path.replace(/\.ts$/, ""));
    const named = ["spec/popcorn", "spec/relatives/ivy", "invariants/popcorn"];
    const run = userRuns(`
      for (const path of ${JSON.stringify([...stems, ...named])}) await import("popcheck/" + path);
      import { check } from "popcheck";
      import { withProperties } from "popcheck/model";
      import { popcorn } from "popcheck/spec/popcorn";
      import { popcornProperties } from "popcheck/invariants/popcorn";
      const { properties } = await check(withProperties(popcorn, popcornProperties), {
        parameters: { stage: "4.2", kernels: 2 }, properties: ["SWMR"], threads: 1,
      });
      console.log(properties[0].verdict, properties[0].trace.states.length - 1);
    `);
    expect(run.stderr).toBe("");
    expect(run.stdout).toBe("violated 8\n");
  });

  test("has the sources of the protocols, and of what init writes, but those of the checker", () => {
    const { stdout, stderr } = userRuns(`
      import { readdirSync } from "node:fs";
      import { projectNames, writeProject } from "popcheck";
      for (const from of projectNames) console.log(from, writeProject("mine/" + from, from).popcheck);
      console.log(readdirSync("node_modules/popcheck").filter((name) => !/[.]|^LICENSE$/.test(name)).sort().join());
    `);
    expect(stderr).toBe("");
    const { version } = JSON.parse(readFileSync(inPackage("package.json"), "utf8"));
    expect(stdout.split("\n")).toEqual([
      ...["directory", "popcorn", "german"].map((from) => `${from} ^${version}`),
      "dist,docs,invariants,node_modules,spec",
      "",
    ]);
  });

  test("validates a log of an implementation", async () => {
    const text = readFileSync(inPackage("docs/examples/two-kernels.jsonl"), "utf8");
    const of = await loadModel("popcorn");
    const parameters = { stage: "4.7", kernels: 2 };
    expect(validateLog(of, text, { parameters })).toMatchObject({ model: "popcorn", verdict: "run" });
    expect(validateLog(of.model, text.replace("Nack", "Ack"), { parameters }).verdict).toBe("no run");
    expect(() => validateLog(of, "{}", { parameters, file: "x" })).toThrow('x, line 1: "process" is missing');
  });

  test("exports what docs/reference/api.md lists, and nothing else", () => {
    const { stdout } = userRuns(`console.log(JSON.stringify(Object.keys(await import("popcheck"))));`);
    const page = readFileSync(inPackage("docs/reference/api.md"), "utf8");
    const listed = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual(JSON.parse(stdout).sort());
    for (const path of ["dist/checker/search/check.js", "dist/spec/popcorn/index.js", "checker/model/index.js"])
      expect(userRuns(`await import("popcheck/${path}");`).stderr).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });
});
