/** The command line, run for real: its exit status, its report, its options, and what it says of mistakes. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bin, files, folder, popcheck, popcheckAlone, ran, relay, root } from "../support/command-line.js";
import { exceptRelease } from "../support/extent.js";

const read = (file: string) => readFileSync(join(folder, file), "utf8");
const asked = (...names: string[]) => names.flatMap((name) => ["--property", name]);

describe("the exit status", () => {
  const statuses: readonly (readonly [status: number, when: string, words: readonly string[]])[] = [
    [0, "every property holds in every state", ["german", "--nodes", "1"]],
    [0, "a model of the user's own holds", ["holds.ts"]],
    [12, "an invariant is violated", ["violates.ts"]],
    [12, "a goal is never reached", ["unreached.ts"]],
    [0, "a coverage is not whole", ["uncovered.ts"]],
    [14, "a coverage is not whole, and is to fail", ["uncovered.ts", "--fail-on", "uncovered"]],
    [0, "a coverage is whole, and would be to fail", ["uncovered.ts", "--max-count", "20", "--fail-on", "uncovered"]],
    [3, "a coverage may yet be whole", ["uncovered.ts", "--max-states", "3", "--fail-on", "uncovered"]],
    [0, "a property holds vacuously", ["idle.ts", "--fail-on", "uncovered"]],
    [14, "a property holds vacuously, and is to fail", ["idle.ts", "--fail-on", "uncovered", "--fail-on", "vacuous"]],
    [3, "every property holds vacuously, whatever is to fail", ["vain.ts", "--fail-on", "vacuous"]],
    [3, "every property holds vacuously", ["vain.ts"]],
    [3, "no property is asked about", ["unasked.ts"]],
    [12, "a message has no rule, and another property is asked about", ["relay-unlisted.ts"]],
    [0, "a message has no rule, and nobody is to ask", ["relay-unlisted.ts", "--no-receptions"]],
    [
      2,
      "a message has no rule, and somebody asks whom nobody is to ask",
      ["relay.ts", "--no-receptions", ...asked("no unspecified reception")],
    ],
    [2, "a remark is misspelt", ["idle.ts", "--fail-on", "unused"]],
    [12, "a message has no rule", ["relay.ts"]],
    [11, "only a deadlock is found", ["deadlocks.ts"]],
    [12, "an invariant is violated and there is a deadlock", ["both.ts"]],
    [13, "a property of liveness is violated, and all others hold", ["starving-mutex"]],
    [
      11,
      "there is a deadlock besides",
      ["popcorn", "--stage", "4.4", "--kernels", "2", ...asked("no deadlock", "eventual read")],
    ],
    [3, "liveness is asked of fingerprints", ["token-ring", "--store", "fingerprint", ...asked("who wants gets in")]],
    [2, "a step of the environment is said to be fair", ["unfair.ts"]],
    [3, "a limit ends the search", ["holds.ts", "--max-states", "3"]],
    [3, "the depth limit ends the search", ["holds.ts", "--max-depth", "3"]],
    [2, "the memory is too little to begin with", ["german", "--memory", "3M"]],
    [3, "a goal may yet be reached", ["unreached.ts", "--max-states", "3"]],
    [12, "a violation is found before a limit", ["violates.ts", "--max-states", "4"]],
    [12, "it was to stop at the first violation", ["both.ts", "--stop"]],
    [15, "a function throws", ["throws.ts"]],
    [1, "a function is impure", ["impure.ts"]],
    [12, "a function throws while it explains a violation", ["explains.ts"]],
    [2, "a model cannot be compiled", ["broken.ts"]],
    [2, "a model throws while it is loaded", ["at-load.ts"]],
    [2, "a file exports no model", ["nothing.ts"]],
    [2, "a file is not there", ["missing.ts"]],
  ];
  const expectStatus = (status: number, run: ReturnType<typeof popcheck>) => {
    expect({ status: run.status, signal: run.signal }).toEqual({ status, signal: null });
    // What went wrong is written to one stream, the outcome to the other.
    expect(status === 1 || status === 2 ? [run.stdout, run.stderr.slice(0, 7)] : [run.stderr]).toEqual(
      status === 1 || status === 2 ? ["", "error: "] : [""],
    );
  };
  test.each(exceptRelease(statuses, () => false))("is %i if %s", (status, _, words) =>
    expectStatus(status, popcheck("check", ...words)),
  );
  test.each(exceptRelease(statuses, () => true))("is %i if %s, in a process of its own", (status, _, words) =>
    expectStatus(status, popcheckAlone("check", ...words)),
  );
});

describe("the report of a check", () => {
  test("gives the verdict of each property first, with its sentence", () => {
    const lines = popcheck("check", "both.ts").stdout.split("\n");
    expect(lines.slice(0, 2)).toEqual(["VIOLATED  no end  it goes on", "VIOLATED  small   it stays below 3"]);
  });

  test("shows the counterexample step by step, and what is wrong at its end", () => {
    expect(popcheck("check", "violates.ts").stdout).toContain(
      `VIOLATED  small                                   shortest: 3 steps
 0  initial  count 0
 1  Up       count 0 → 1  one more
 2  Up       count 1 → 2  one more
 3  Up       count 2 → 3  one more
    ^ the count is 3
`,
    );
  });

  test("calls no trace of a depth-first search shortest", () => {
    const { stdout } = popcheck("check", "violates.ts", "--search", "dfs");
    expect(stdout).toMatch(/VIOLATED {2}small +3 steps/);
    expect(stdout).toContain("depth first");
  });

  test("says of an incomplete search that it is not a pass, and which limit to raise", () => {
    const { stdout } = popcheck("check", "holds.ts", "--max-states", "3");
    expect(stdout).toMatch(/^incomplete {2}true /);
    expect(stdout).toMatch(/^incomplete: stopped at --max-states 3/m);
    expect(stdout).toContain("This is not a pass. Raise --max-states");
  });

  // All three variables of the model count: which is named depends on where in a level the time ends.
  test("says of a search that its time has ended so, and which variable counts without end", () => {
    const { status, stdout } = popcheck("check", "wheels.ts", "--property", "true", "--seconds", "1", "--threads", "1");
    expect(stdout).toMatch(/^incomplete: stopped at --seconds 1; every state up to depth \d+ was looked at$/m);
    const advice = stdout.replaceAll(/\s+/g, " ");
    expect(advice).toMatch(
      /This is not a pass\. [abc] met new values at each of the last [\d,]+ depths, [\d,]+ in all: if/,
    );
    expect(status).toBe(3);
  });

  test("names the goals that were never reached", () => {
    expect(popcheck("check", "unreached.ts").stdout).toContain("VIOLATED  ten\n    ^ never reached: ten");
  });

  test("points from a message without a rule at the line of its cell", () => {
    const { stdout } = popcheck("check", "relay.ts");
    const line = relay.split("\n").findIndex((text) => text.includes("impossible(")) + 1;
    expect(stdout).toContain(`Idle × Ping: the table calls this impossible: "nobody sends" (relay.ts:${line})`);
    expect(stdout).toContain("Fix the rule that sent Ping, or give Idle × Ping a rule.");
  });

  test("tells whether members were taken for interchangeable", () => {
    const [reduced, whole] = [[], ["--no-symmetry"]].map(
      (option) => popcheck("check", "naive-mutex", ...option).stdout,
    );
    expect(reduced).toMatch(/^symmetry +processes are interchangeable$/m);
    expect(whole).toMatch(/^symmetry +none; symmetry is off because it was asked to be$/m);
    expect([reduced, whole].map((text) => /^states +(\d+) distinct/m.exec(text!)?.[1])).toEqual(["13", "22"]);
  });

  test("prints the model's assumptions with the verdict", () => {
    const { stdout } = popcheck("check", "popcorn", "--kernels", "2", "--stage", "4.7");
    expect(stdout).toMatch(/^assumptions +messages are neither lost nor duplicated/m);
  });

  test("shows whole states with --full, and else only what changed", () => {
    expect(popcheck("check", "violates.ts", "--full").stdout).toContain("      count = 2\n");
    expect(popcheck("check", "violates.ts").stdout).not.toContain("count = 2");
  });

  test("audits as many states as it is told to", () => {
    const audited = (...words: string[]) =>
      /^audit +(\d+) states? compared/m.exec(popcheck("check", ...words).stdout)?.[1];
    expect(audited("--audit", "2", "holds.ts", "--max-count", "999")).toBe("500");
    expect(audited("--audit", "holds.ts", "--max-count", "999")).toBe("1");
  });

  test("comes without escape sequences if it goes to a pipe", () => {
    expect(popcheck("check", "violates.ts").stdout).not.toContain("\u001b");
  });

  test("tells what liveness rests on, and how a run goes round", () => {
    const { stdout } = popcheck("check", "starving-mutex", ...asked("who waits gets in"));
    expect(stdout).toMatch(
      /^fairness {5}weakly fair, each binding by itself: Acquire, Leave\n {13}never forced to happen: Request$/m,
    );
    expect(stdout).toMatch(/^VIOLATED {2}who waits gets in +1 step, then 3 again and again$/m);
    expect(stdout).toMatch(/^ 1 {2}Request.*\n--- from here on again and again:\n 2 {2}/m);
    expect(stdout).toMatch(/^ 4 {2}Leave.*\n--- this is state 1 again\n {4}\^ P1 waits/m);
  });

  test("tells that nothing more happens, and that a property holds vacuously", () => {
    const { stdout } = popcheck("check", "popcorn", "--stage", "4.4", "--kernels", "2", ...asked("eventual read"));
    expect(stdout).toMatch(/^VIOLATED {2}eventual read +11 steps, then nothing more$/m);
    expect(stdout).toMatch(/^11 .*\n--- here the run stands still for ever\n/m);
    const idle = popcheck("check", "idle.ts");
    expect(idle.status).toBe(0);
    expect(idle.stdout).toMatch(/^holds {4}true {2}anything\nvacuous {2}never\s+1 of 2 verdicts is vacuous\n/);
    expect(idle.stdout).toMatch(/^vacuous {6}never: what it is to follow on never happens$/m);
  });

  test("says in its first line that nothing was verified, and in every other report", () => {
    const cases: [string, string, string][] = [
      ["unasked.ts", "no property was asked about", ""],
      ["vain.ts", "the only property holds vacuously", "vacuous  never"],
    ];
    for (const [file, why, row] of cases) {
      const { stdout } = popcheck("check", file, "--junit", "nothing.xml", "--sarif", "nothing.sarif");
      expect(
        stdout
          .split("\n")
          .slice(0, 2)
          .map((line) => line.trimEnd()),
      ).toEqual([`nothing was verified: ${why}`, row]);
      const json = JSON.parse(popcheck("check", file, "--json", "-").stdout);
      expect(json).toMatchObject({ status: 3, nothing: why, complete: true, vacuous: row === "" ? 0 : 1 });
      expect(read("nothing.xml")).toMatch(/errors="1"[\s\S]*name="something was verified"[\s\S]*type="incomplete"/);
      const [{ invocations }] = JSON.parse(read("nothing.sarif")).runs;
      expect(invocations[0].executionSuccessful).toBe(false);
      expect(invocations[0].toolExecutionNotifications[0].message.text).toContain(why);
    }
  });

  test("asks about impossible cells beside what is named, and says when it does not", () => {
    const rows = (...options: string[]) => popcheck("check", "relay-unlisted.ts", ...options).stdout;
    expect(rows()).toMatch(/^holds {5}true +anything\nVIOLATED {2}no unspecified reception {2}no message meets/);
    expect(rows(...asked("true"))).toMatch(/^VIOLATED {2}no unspecified reception/m);
    const left = rows("--no-receptions");
    expect(left).not.toContain("VIOLATED");
    expect(left).toMatch(/^assumptions {2}nobody asked whether messages meet an impossible cell, by --no-receptions$/m);
  });

  test("tells what is uncovered as a remark, not as a violation, and in JSON the status that it exits with", () => {
    const { stdout } = popcheck("check", "uncovered.ts");
    expect(stdout).toMatch(/^uncovered {2}ten {2}it gets far$/m);
    expect(stdout).toMatch(/^uncovered {4}ten: never reached: ten$/m);
    expect(stdout).not.toContain("VIOLATED");
    const report = JSON.parse(popcheck("check", "uncovered.ts", "--fail-on", "uncovered", "--json", "-").stdout);
    expect(report.status).toBe(14);
    expect(report.properties[0]).toMatchObject({ kind: "coverage", outcome: "uncovered", goals: { unmet: ["ten"] } });
  });

  test("says nothing of fairness if nobody asked about liveness", () => {
    expect(popcheck("check", "peterson", ...asked("mutual exclusion")).stdout).not.toMatch(/fair/);
  });
});

describe("parameters and options", () => {
  const parametersOf = (...words: string[]) =>
    JSON.parse(popcheck("check", "options.ts", "--json", "-", ...words).stdout).parameters;

  test("of a model are options, spelt as in the model or in lower case with dashes", () => {
    expect(parametersOf("--max-count", "7")).toMatchObject({ maxCount: 7 });
    expect(parametersOf("--maxCount=7")).toMatchObject({ maxCount: 7 });
    expect(parametersOf("--all-at-once")).toMatchObject({ allAtOnce: true });
  });

  test("that are flags can be switched on and off", () => {
    expect(parametersOf()).toMatchObject({ hold: true });
    expect(parametersOf("--no-hold")).toMatchObject({ hold: false });
    expect(parametersOf("--hold")).toMatchObject({ hold: true });
  });

  test("that are words stay words: stage 4.10 is not 4.1", () => {
    expect(parametersOf("--stage", "4.10")).toMatchObject({ stage: "4.10" });
  });

  test("may stand before the model", () => {
    const run = popcheck("check", "--no-hold", "--stage", "4.10", "options.ts", "--json", "-");
    expect(JSON.parse(run.stdout).parameters).toMatchObject({ hold: false, stage: "4.10" });
  });

  test("choose the properties that are asked about, by their names or nearly", () => {
    const asked = (...words: string[]) =>
      JSON.parse(popcheck("check", "both.ts", "--json", "-", ...words).stdout).properties.map(
        (p: { name: string }) => p.name,
      );
    expect(asked("--property", "no end")).toEqual(["no end"]);
    expect(asked("--property", "no-end", "--property", "small")).toEqual(["no end", "small"]);
  });

  test.each<[string, string[], RegExp]>([
    [
      "an unknown option, with the model's parameters",
      ["check", "options.ts", "--stagee", "4.7"],
      /unknown option --stagee; did you mean stage\?\n {2}counter takes --max-count, --stage, --hold, --all-at-once\n/,
    ],
    ["an unknown command, with the nearest", ["chekc", "german"], /no command is called chekc; did you mean check\?/],
    ["an unknown model, with the nearest", ["check", "germann"], /no model is called germann; did you mean german\?/],
    [
      "a value that is no number",
      ["check", "german", "--nodes", "three"],
      /--nodes takes an integer from 1 to 6, not three/,
    ],
    ["a value out of range", ["check", "german", "--nodes", "-1"], /--nodes takes an integer from 1 to 6, not -1/],
    [
      "a value that is none of the choices",
      ["check", "options.ts", "--stage", "4.1"],
      /--stage takes one of 4\.7, 4\.10, not 4\.1/,
    ],
    [
      "a parameter in dashes as it was given",
      ["check", "options.ts", "--max-count", "0"],
      /--max-count takes an integer/,
    ],
    ["an option without its value", ["check", "german", "--nodes"], /--nodes needs a value/],
    ["a flag with a value", ["check", "options.ts", "--hold=maybe"], /--hold is a flag: give --hold or --no-hold/],
    [
      "an option given twice",
      ["check", "german", "--nodes", "1", "--nodes", "2"],
      /--nodes is given more than once: 1, 2/,
    ],
    ["a word too many", ["check", "german", "2"], /2 is one word too many: popcheck check <model>/],
    ["a missing model", ["check"], /give a model/],
    ["a limit of nothing", ["check", "german", "--max-states", "0"], /--max-states takes a whole number from 1, not 0/],
    [
      "a size that is none",
      ["check", "german", "--memory", "much"],
      /--memory takes a number of bytes such as 500M or 4G, not much/,
    ],
    ["a log on the standard output", ["check", "german", "--log", "-"], /--log takes a file, not the standard output/],
    [
      "one file for log and outcome",
      ["check", "german", "--log", "run.json", "--json", "./run.json"],
      /--log and --json both name run\.json: the outcome would replace the log/,
    ],
    ["a pace for no log", ["check", "german", "--log-every", "5"], /--log-every needs --log FILE/],
    [
      "a pace that is none",
      ["check", "german", "--log", "run.jsonl", "--log-every", "0"],
      /--log-every takes a whole number from 1, not 0/,
    ],
    ["an unknown search", ["check", "german", "--search", "best"], /--search takes bfs, dfs, random, swarm, not best/],
    [
      "an unknown property, with those there are",
      ["check", "both.ts", "--property", "big"],
      /no property called "big"; it has no end, small/,
    ],
    ["parameters that contradict each other", ["check", "popcorn", "--no-votes"], /--\S+ needs --votes/],
    [
      "a parameter that is called like an option",
      ["check", "clash.ts"],
      /a parameter of counter is called maxStates, as an option of popcheck is: rename it/,
    ],
  ])("are refused with the reason: %s", (_, words, reason) => {
    const run = popcheck(...words);
    expect(run.stderr).toMatch(reason);
    expect({ status: run.status, stdout: run.stdout }).toEqual({ status: 2, stdout: "" });
    expect(run.stderr).not.toMatch(/^ +at /m);
  });
});

describe("errors of a model's author", () => {
  /** Returns where a text stands in a file: `throws.ts:8`. */
  const placeOf = (file: string, text: string) =>
    `${file}:${files[file]!.split("\n").findIndex((line) => line.includes(text)) + 1}`;

  test("name the action that throws, and its line in the author's file, after the run that leads there", () => {
    const outputs = ["--json", "thrown.json", "--html", "thrown.html", "--trace", "thrown"];
    const { stdout, stderr, status } = popcheck("check", "throws.ts", ...outputs);
    expect(stdout).toMatch(/^VIOLATED {2}no error +shortest: \d+ steps?$/m);
    const action = `action Up, declared at ${placeOf("throws.ts", `action("Up"`)}, threw no idea what to do`;
    expect(stdout).toContain(`^ ${action} (${placeOf("throws.ts", "no idea")})`);
    expect({ status, stderr }).toEqual({ status: 15, stderr: "" });
    const { properties, status: recorded } = JSON.parse(readFileSync(join(folder, "thrown.json"), "utf8"));
    expect(recorded).toBe(15);
    expect(properties.at(-1)).toMatchObject({ kind: "no error", outcome: "violated" });
    expect(readFileSync(join(folder, "thrown.html"), "utf8")).toContain(action);
    expect(popcheck("replay", properties.at(-1).traceFile, "--model", "throws.ts")).toMatchObject({ status: 15 });
  });

  test("name it while a model is stepped through, which goes on", () => {
    const { stdout } = ran(bin, ["step", "throws.ts"], { cwd: folder, input: "1\n1\n1\n1\n1\nundo\nstate\n" });
    expect(stdout).toMatch(/ 1 {2}Up +action Up, declared at throws\.ts:\d+, threw no idea what to do/);
    expect(stdout).toMatch(
      /after Up\n[\s\S]*action Up, declared at throws\.ts:\d+, threw no idea[\s\S]*nothing can happen here/,
    );
    expect(stdout.trimEnd()).toMatch(/state \d+[^\n]*\n[^\n]*$/);
  });

  test("show a stack trace only with --stack", () => {
    const stack = /^ +at .*\(.*at-load\.ts:\d+:\d+\)$/m;
    expect(popcheck("check", "at-load.ts").stderr).not.toMatch(stack);
    expect(popcheck("check", "at-load.ts", "--stack").stderr).toMatch(stack);
  });

  test("call an impure function impure", () => {
    expect(popcheck("check", "impure.ts").stderr).toMatch(/not a pure function of the state/);
  });

  test("name the line and the column that cannot be compiled", () => {
    expect(popcheck("check", "broken.ts").stderr).toMatch(
      /^error: broken\.ts cannot be compiled\n {2}broken\.ts:2:17 {2}Unexpected "="/,
    );
  });

  test("name the line that throws while a model is loaded", () => {
    expect(popcheck("check", "at-load.ts").stderr).toMatch(
      /at-load\.ts threw while it was loaded: not today\n {2}at at-load\.ts:2$/m,
    );
  });

  test("name a thing that the vocabulary does not have", () => {
    expect(popcheck("check", "imports.ts").stderr).toMatch(
      /popcheck\/model does not provide an export named 'nonsense'/,
    );
  });

  test("name the models if a file exports several", () => {
    expect(popcheck("check", "several.ts").stderr).toMatch(/exports several models: one, two\n/);
  });
});

describe("a model of the user's own", () => {
  test("may be anywhere, and import files that lie beside it", () => {
    const run = spawnSync(process.execPath, [bin, "check", join(folder, "default.ts")], { cwd: "/", encoding: "utf8" });
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/^model +chosen,/m);
  });

  test("shares the vocabulary with the engine even if it imports it by its path", () => {
    const [byName, byPath] = ["naive-mutex", join(root, "spec", "toy", "naive-mutex.ts")].map((model) => {
      const {
        seconds: _,
        statesPerSecond: _speed,
        memory: _memory,
        peakMemory: _peakMemory,
        // What was compiled has none.
        types: _types,
        ...same
      } = JSON.parse(popcheck("check", model, "--json", "-").stdout);
      return same;
    });
    expect(byPath).toEqual(byName);
  });

  test("leaves no file behind", () => {
    const temporary = mkdtempSync(join(folder, "temporary-"));
    const env = { ...process.env, TMPDIR: temporary };
    const statuses = ["holds.ts", "at-load.ts"].map(
      (file) => spawnSync(process.execPath, [bin, "check", file], { cwd: folder, env }).status,
    );
    expect([...statuses, readdirSync(temporary)]).toEqual([0, 2, []]);
  });
});
