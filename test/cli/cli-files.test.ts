/** What the command line writes: the outcome as JSON, and counterexamples, which it replays. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { counter, folder, popcheck, root, small } from "../support/command-line.js";

const KEYS = [
  ...[
    "format",
    "model",
    "parameters",
    "search",
    "store",
    "threads",
    "symmetry",
    "assumptions",
    "fairness",
    "constraints",
    "complete",
    "incomplete",
    "growing",
    "status",
    "nothing",
    "vacuous",
    "properties",
  ],
  ...[
    "types",
    "distinct",
    "generated",
    "depth",
    "seconds",
    "livenessSeconds",
    "statesPerSecond",
    "functionRuns",
    "memory",
    "fired",
    "neverReceived",
    "audited",
    "coverage",
  ],
  ...["levels", "outDegrees", "peakMemory", "storeBytes"],
  ...["seed", "walks", "steps", "maxDepth", "maxStates"],
];
const PROPERTY_KEYS = [
  "name",
  "kind",
  "says",
  "outcome",
  "traceLength",
  "traceFile",
  "explanation",
  "cycleLength",
  "waiting",
  "within",
  "vacuous",
  "goals",
  "foundBy",
  "cause",
  "race",
  "matters",
  "neverTaken",
  "shown",
  "further",
];

describe("the outcome as JSON", () => {
  test("is all that the standard output holds with --json -", () => {
    const run = popcheck("check", "violates.ts", "--json", "-");
    expect(JSON.parse(run.stdout)).toMatchObject({
      ...{
        format: "popcheck check 1",
        model: "counter",
        parameters: { maxCount: 5 },
        search: "bfs",
        complete: true,
        incomplete: null,
      },
      ...{
        status: 12,
        distinct: 6,
        generated: 5,
        depth: 5,
        fired: { Up: 5 },
        symmetry: { sets: [], note: null },
        assumptions: [],
        levels: [1, 1, 1, 1, 1, 1],
      },
      properties: [
        {
          name: "small",
          kind: "invariant",
          outcome: "violated",
          traceLength: 3,
          traceFile: null,
          explanation: "the count is 3",
          goals: null,
        },
      ],
    });
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 12, stderr: "" });
  });

  test("has the fields that its documentation promises, and no others", () => {
    const report = JSON.parse(popcheck("check", "unreached.ts", "--json", "-").stdout);
    expect(Object.keys(report)).toEqual(KEYS);
    expect(Object.keys(report.properties[0])).toEqual(PROPERTY_KEYS);
    const documented = readFileSync(join(root, "docs", "reference", "json.md"), "utf8");
    expect([...KEYS, ...PROPERTY_KEYS].filter((key) => !documented.includes(`\`${key}\``))).toEqual([]);
  });

  test("says why a search is incomplete, and that its goals are not decided", () => {
    const report = JSON.parse(popcheck("check", "unreached.ts", "--max-states", "3", "--json", "-").stdout);
    expect(report).toMatchObject({ complete: false, status: 3 });
    expect(report.incomplete).toMatch(/^stopped at --max-states 3/);
    expect(report.properties[0]).toMatchObject({ outcome: "incomplete", goals: { met: [], unmet: ["ten"] } });
  });

  test("tells no levels depth first, where a state's depth is no shortest one", () => {
    const report = JSON.parse(popcheck("check", "holds.ts", "--search", "dfs", "--json", "-").stdout);
    expect(report).toMatchObject({ distinct: 6, levels: null });
    expect(report.peakMemory).toBeGreaterThan(1e7);
    expect(report.storeBytes).toBeGreaterThan(0);
  });

  test("goes to a file beside the text", () => {
    const run = popcheck("check", "violates.ts", "--json", "outcome.json");
    expect(run.stdout).toContain("VIOLATED");
    expect(JSON.parse(readFileSync(join(folder, "outcome.json"), "utf8"))).toMatchObject({ status: 12 });
  });
});

describe("output folders and files", () => {
  test.each([
    ["--trace", ["--trace", "holds.ts/traces"]],
    ["--json", ["--json", "holds.ts/outcome.json"]],
    ["--json", ["--json", "."]],
    ["--log", ["--log", "holds.ts/run.jsonl"]],
    ["--log", ["--log", "nowhere/run.jsonl"]],
    ["--log", ["--log", "."]],
  ])("that cannot be written are refused before the search: %s", (option, words) => {
    // The search of this model would end with status 15.
    const run = popcheck("check", "throws.ts", ...words);
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(new RegExp(`^error: ${option} \\S+ cannot be written: `));
  });

  test("are not made unless asked for", () => {
    const before = readdirSync(folder);
    popcheck("check", "violates.ts");
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe("a counterexample that was written", () => {
  const written = (model: string, ...words: string[]) => {
    const traces = mkdtempSync(join(folder, "traces-"));
    const run = popcheck("check", model, "--trace", traces, ...words);
    return { run, files: readdirSync(traces).map((name) => join(traces, name)) };
  };

  test("lies in a file named after the model, its stage and the property", () => {
    const { files } = written(
      "popcorn",
      "--stage",
      "4.2",
      "--kernels",
      "2",
      "--property",
      "SWMR",
      "--property",
      "no lost update",
    );
    expect(files.map((file) => file.split("/").at(-1))).toEqual([
      "popcorn-4.2-no-lost-update.json",
      "popcorn-4.2-swmr.json",
    ]);
  });

  test("is announced with the command that replays it, and that command does", () => {
    const { run, files } = written("violates.ts");
    const command = /^replay: popcheck (.*)$/m.exec(run.stdout)![1]!;
    expect(command).toBe(`replay ${files[0]} --model violates.ts`);
    const again = popcheck(...command.split(" "));
    expect(again.status).toBe(12);
    expect(again.stdout).toContain(" 3  Up       count 2 → 3  one more\n    ^ the count is 3\n");
  });

  test("of a built-in model replays without naming it", () => {
    const { files } = written("naive-mutex");
    expect(popcheck("replay", files[0]!).status).toBe(12);
  });

  test("of a deadlock replays with the status of a deadlock", () => {
    const { files } = written("deadlocks.ts");
    expect(popcheck("replay", files[0]!, "--model", "deadlocks.ts").status).toBe(11);
  });

  test("of a run that goes on for ever replays with the status of liveness, if its cycle still closes", () => {
    const { files } = written("starving-mutex", "--property", "who waits gets in");
    const run = popcheck("replay", files[0]!);
    expect(run.status).toBe(13);
    expect(run.stdout).toMatch(/this is state 1 again/);
    const trace = readFileSync(files[0]!, "utf8");
    for (const [loop, complaint] of [
      [
        2,
        /changed-lasso\.json cannot be replayed: its cycle does not close: state \d+, its last, is not state 2 again$/m,
      ],
      [9, /its cycle begins at state 9, which it does not have/],
      ["1", /"loop" in its "#meta" is (no number|no whole number|below 0)$/m],
    ] as const) {
      const changed = join(folder, "changed-lasso.json");
      writeFileSync(changed, trace.replace('"loop": 1', `"loop": ${JSON.stringify(loop)}`));
      const { status, stdout, stderr } = popcheck("replay", changed);
      expect(stdout + stderr).toMatch(complaint);
      expect(status).not.toBe(13);
    }
  });

  test("of a message without a rule replays too", () => {
    const { files } = written("relay.ts");
    const run = popcheck("replay", files[0]!, "--model", "relay.ts");
    expect(run.status).toBe(12);
    expect(run.stdout).toContain("no rule for Ping");
  });

  test("replays with status 0 when the property has been repaired", () => {
    const { files } = written("violates.ts");
    writeFileSync(join(folder, "repaired.ts"), counter({ properties: small.replace("< 3", "< 4") }));
    const run = popcheck("replay", files[0]!, "--model", "repaired.ts");
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/^holds {2}small /);
  });

  test.each<[string, (trace: string) => string, RegExp]>([
    [
      "a changed state",
      (trace) => trace.replace('"count": {\n        "#bigint": "2"', '"count": {\n        "#bigint": "7"'),
      /part at step 2, Up\n {2}count in the file: 7\n {2}count by the model: 2\n/,
    ],
    ["half a file", (trace) => trace.slice(0, 100), /cannot be replayed: it is not JSON/],
    [
      "another format",
      (trace) => trace.replace("popcheck trace 1", "popcheck trace 9"),
      /its format is "popcheck trace 9", and not "popcheck trace 1"/,
    ],
    [
      "another model",
      (trace) => trace.replace('"model": "counter"', '"model": "other"'),
      /is a trace of other, not of counter/,
    ],
    [
      "another property",
      (trace) => trace.replace('"name": "small"', '"name": "tiny"'),
      /has no property called "tiny" any more/,
    ],
    [
      "a parameter of its own",
      (trace) => trace.replace('"maxCount": 5', '"minCount": 5'),
      /no parameter called minCount/,
    ],
    [
      "a step that is not there",
      (trace) => trace.replace(/"choice": 0(\s+\},\s+"count": \{\s+"#bigint": "2")/, '"choice": 5$1'),
      /cannot be replayed: it is no run of counter: after 1 step there is no successor number 5/,
    ],
  ])("is refused with status 2 and the reason if it was tampered with: %s", (_, tamper, reason) => {
    const { files } = written("violates.ts");
    const text = readFileSync(files[0]!, "utf8");
    expect(tamper(text)).not.toBe(text);
    writeFileSync(files[0]!, tamper(text));
    const run = popcheck("replay", files[0]!, "--model", "violates.ts");
    expect(run.stderr).toMatch(reason);
    expect({ status: run.status, stdout: run.stdout }).toEqual({ status: 2, stdout: "" });
  });

  test("of a model that is not built in asks for its file", () => {
    const { files } = written("violates.ts");
    const run = popcheck("replay", files[0]!);
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(/a trace of counter, which is no built-in model\n {2}Name its file with --model\./);
  });

  test("that is not there is refused", () => {
    expect(popcheck("replay", "nowhere.json").stderr).toMatch(
      /nowhere\.json cannot be replayed: there is no such file/,
    );
  });
});
