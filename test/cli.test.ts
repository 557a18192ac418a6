/** The command line, run for real: dist/checker/cli/popcheck.js in a process of its own, with models written into a temporary folder. */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lineOf, Progress, type Sample } from "../checker/cli/progress.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, "dist", "checker", "cli", "popcheck.js");
let folder = "";

beforeAll(() => {
  expect(existsSync(bin), "run npm run build first").toBe(true);
  folder = mkdtempSync(join(tmpdir(), "popcheck-cli-test-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Run = SpawnSyncReturns<string>;

function popcheck(...words: string[]): Run {
  return spawnSync(process.execPath, [bin, ...words], { cwd: folder, encoding: "utf8", timeout: 60_000 });
}

/** A model that counts up to `limit`; what differs is put in. */
function counter(of: { parameters?: string; step?: string; properties?: string; head?: string } = {}): string {
  return `import { choice, disabled, flag, integer, model, single, type StateOf, type ValuesOf, vocabulary } from "popcheck/model";
${of.head ?? ""}
const parameters = { maxCount: integer("where it ends", { default: 5, min: 1, max: 1000 }), ${of.parameters ?? ""} };
const variables = () => ({ count: single(0) });
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, always, goal, noDeadlock, reachable } = vocabulary<State>();
const up = action("Up", {}, (state) => {
  ${of.step ?? ""}
  return state.count() < state.parameters.maxCount ? state.withCount(state.count() + 1) : disabled;
}, { says: "one more" });
export const counter = model({
  name: "counter", about: "counts up", parameters, variables, actions: () => [up],
  properties: () => [${of.properties ?? ""}],
});
void [choice, flag, always, goal, noDeadlock, reachable];
`;
}

const small = `always({ name: "small", says: "it stays below 3", for: {}, holds: (s) => s.count() < 3, explain: (s) => "the count is " + s.count() })`;
const noEnd = `noDeadlock({ name: "no end", says: "it goes on", stuck: () => true, explain: (s) => "stuck at " + s.count() })`;
const tenReached = `reachable({ name: "ten", says: "it gets far", goals: [goal("ten", {}, (s) => s.count() === 10)] })`;

/** Messages that no rule receives. */
const relay = `import { Record } from "immutable";
import { Bag, disabled, impossible, model, nameOf, perMember, perPair, scalarset, type StateOf, vocabulary } from "popcheck/model";
class Message extends Record({ kind: "Ping" as "Ping" }) {}
const places = scalarset("place", { prefix: "K", size: 2 });
const variables = () => ({ sent: perMember(places, false), link: perPair(places, Bag.of<Message>()) });
type State = StateOf<ReturnType<typeof variables>, Record<never, never>>;
const { action, receive } = vocabulary<State>();
const cells = {
  Idle: { Ping: impossible("nobody sends") },
};
export default model({
  name: "relay", about: "sends what nobody expects", parameters: {}, variables,
  actions: () => [
    action("Send", { from: places, to: places }, (s, { from, to }) =>
      from === to || s.sent(from) ? disabled : s.withSent(from, true).withLink(from, to, s.link(from, to).put(new Message()) as Bag<Message>)),
    receive("Receive", { from: places, to: places }, {
      channel: (s, { from, to }) => s.link(from, to), table: { name: "relay", rows: ["Idle"], columns: ["Ping"], cells },
      row: () => "Idle" as const, column: (m: Message) => m.kind, context: (state) => state,
    }),
  ],
  properties: () => [{ kind: "no unspecified reception", name: "no unspecified reception", says: "every message has a rule" }],
});
void nameOf;
`;

/** So many states that only an interrupt ends it; it interrupts itself. */
const endless = (explain: string) => `import { model, single, type StateOf, vocabulary } from "popcheck/model";
const variables = () => ({ a: single(0), b: single(0), c: single(0) });
type State = StateOf<ReturnType<typeof variables>>;
const { action, always } = vocabulary<State>();
let interrupted = false;
const turn = (n: number) => (n + 1) % 1000;
export default model({
  name: "endless", about: "three wheels", parameters: {}, variables,
  actions: () => [
    action("A", {}, (s) => {
      if (!interrupted) process.kill(process.pid, "SIGINT");
      interrupted = true;
      return s.withA(turn(s.a()));
    }),
    action("B", {}, (s) => s.withB(turn(s.b()))),
    action("C", {}, (s) => s.withC(turn(s.c()))),
  ],
  properties: () => [
    always({ name: "small", says: "it stays small", for: {}, holds: (s) => s.a() < 3, explain: (s) => { ${explain} return "a is " + s.a(); } }),
    always({ name: "true", says: "anything", for: {}, holds: () => true, explain: () => "" }),
  ],
});
`;

const files: Readonly<Record<string, string>> = {
  "holds.ts": counter({
    properties: `always({ name: "true", says: "anything", for: {}, holds: () => true, explain: () => "" })`,
  }),
  "violates.ts": counter({ properties: small }),
  "deadlocks.ts": counter({ properties: noEnd }),
  "both.ts": counter({ properties: `${noEnd}, ${small}` }),
  "unreached.ts": counter({ properties: tenReached }),
  "relay.ts": relay,
  "throws.ts": counter({ step: `if (state.count() === 4) throw new Error("no idea what to do");` }),
  "impure.ts": counter({ step: "if (state.count() > 0 && Math.random() < 0.5) return disabled;", properties: small }),
  "explains.ts": counter({ properties: small.replace(`"the count is " +`, "(null as any).nothing +") }),
  "broken.ts": `export const x: number = 3;\nexport const y: = 4;\n`,
  "at-load.ts": `\nthrow new Error("not today");\n`,
  "nothing.ts": "export const x = 3;\n",
  "several.ts": `import { counter } from "./holds.js";\nexport const one = counter;\nexport const two = { ...counter };\n`,
  "default.ts": `import { counter } from "./holds.js";\nexport const one = counter;\nexport default { ...counter, name: "chosen" };\n`,
  "imports.ts": `import { nonsense } from "popcheck/model";\nexport const x = nonsense;\n`,
  "clash.ts": counter({ parameters: `maxStates: flag("a clash", false)` }),
  "options.ts": counter({
    parameters: `stage: choice("the stage", "4.7", "4.10"), hold: flag("whether it holds", true), allAtOnce: flag("or not", false)`,
    properties: tenReached,
  }),
  "endless.ts": endless(""),
  "killed.ts": endless(`process.kill(process.pid, "SIGINT");`),
};

describe("the exit status", () => {
  test.each([
    [0, "every property holds in every state", ["german", "--nodes", "1"]],
    [0, "a model of the user's own holds", ["holds.ts"]],
    [12, "an invariant is violated", ["violates.ts"]],
    [12, "a goal is never reached", ["unreached.ts"]],
    [12, "a message has no rule", ["relay.ts"]],
    [11, "only a deadlock is found", ["deadlocks.ts"]],
    [12, "an invariant is violated and there is a deadlock", ["both.ts"]],
    [3, "a limit ends the search", ["holds.ts", "--max-states", "3"]],
    [3, "the depth limit ends the search", ["holds.ts", "--max-depth", "3"]],
    [3, "the memory is used up", ["german", "--nodes", "4", "--no-symmetry", "--memory", "3M"]],
    [3, "a goal may yet be reached", ["unreached.ts", "--max-states", "3"]],
    [12, "a violation is found before a limit", ["violates.ts", "--max-states", "4"]],
    [12, "it was to stop at the first violation", ["both.ts", "--stop"]],
    [1, "a function throws", ["throws.ts"]],
    [1, "a function is impure", ["impure.ts", "--max-count", "900"]],
    [1, "a function throws while it explains", ["explains.ts"]],
    [2, "a model cannot be compiled", ["broken.ts"]],
    [2, "a model throws while it is loaded", ["at-load.ts"]],
    [2, "a file exports no model", ["nothing.ts"]],
    [2, "a file is not there", ["missing.ts"]],
  ])("is %i if %s", (status, _, words) => {
    const run = popcheck("check", ...words);
    expect({ status: run.status, signal: run.signal }).toEqual({ status, signal: null });
    // What went wrong is told on one stream, the outcome on the other.
    expect(status === 1 || status === 2 ? [run.stdout, run.stderr.slice(0, 7)] : [run.stderr]).toEqual(
      status === 1 || status === 2 ? ["", "error: "] : [""],
    );
  });
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
    ["an unknown search", ["check", "german", "--search", "best"], /--search takes bfs or dfs, not best/],
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
  /** Where a text stands in a file: `throws.ts:8`. */
  const placeOf = (file: string, text: string) =>
    `${file}:${files[file]!.split("\n").findIndex((line) => line.includes(text)) + 1}`;

  test("name the action that throws, and its line in the author's file", () => {
    const { stderr } = popcheck("check", "throws.ts");
    expect(stderr).toContain(`action Up, declared at ${placeOf("throws.ts", `action("Up"`)}, threw no idea what to do`);
    expect(stderr).toContain(`\n  at ${placeOf("throws.ts", "no idea")}\n`);
  });

  test("show a stack trace only with --stack", () => {
    const stack = /^ +at .*\(.*throws\.ts:\d+:\d+\)$/m;
    expect(popcheck("check", "throws.ts").stderr).not.toMatch(stack);
    expect(popcheck("check", "throws.ts", "--stack").stderr).toMatch(stack);
  });

  test("call an impure function impure", () => {
    expect(popcheck("check", "impure.ts", "--max-count", "900").stderr).toMatch(/not a pure function of the state/);
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
        ...same
      } = JSON.parse(popcheck("check", model, "--json", "-").stdout);
      return same;
    });
    expect(byPath).toEqual(byName);
  });

  test("leaves no file behind", () => {
    const left = () => readdirSync(tmpdir()).filter((name) => /^popcheck-(?!cli-test)/.test(name));
    const before = left();
    popcheck("check", "holds.ts");
    popcheck("check", "at-load.ts");
    expect(left().filter((name) => !before.includes(name))).toEqual([]);
  });
});

const KEYS = [
  ...[
    "format",
    "model",
    "parameters",
    "search",
    "symmetry",
    "assumptions",
    "complete",
    "incomplete",
    "status",
    "properties",
  ],
  ...["distinct", "generated", "depth", "seconds", "statesPerSecond", "functionRuns", "memory", "fired", "audited"],
];
const PROPERTY_KEYS = ["name", "kind", "says", "outcome", "traceLength", "traceFile", "explanation", "goals"];

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
  ])("that cannot be written are refused before the search: %s", (option, words) => {
    // This model's search would end with status 1.
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
      /cannot be replayed: it is no run of counter: after 1 steps there is no successor number 5/,
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

describe("an interrupt", () => {
  test("ends the search with what was found so far, and the status of the gravest of it", () => {
    const run = popcheck("check", "endless.ts", "--property", "true");
    expect({ status: run.status, signal: run.signal }).toEqual({ status: 3, signal: null });
    expect(run.stdout).toMatch(/^incomplete: interrupted/m);
    expect(run.stdout).toMatch(/^states +[1-9][\d,]* distinct/m);
  });

  test("kills the process if it is the second", () => {
    expect(popcheck("check", "killed.ts").signal).toBe("SIGINT");
  });
});

describe("progress", () => {
  const sample: Sample = { states: 1_234_567, depth: 14, frontier: 20_301, levelDone: 0.731, memory: 812_000_000 };
  /** What is written if the search is asked to show itself at these times. */
  const written = (times: readonly number[], isTTY: boolean) => {
    const texts: string[] = [];
    let now = 0;
    const progress = new Progress({ isTTY, columns: 60, write: (text) => texts.push(text) }, "", () => now);
    for (now of times) progress.update(() => sample);
    progress.clear();
    return texts;
  };

  test("tells states, speed, depth, how much of it is done, frontier and memory", () => {
    expect(lineOf(sample, 512_000)).toBe(
      "1,234,567 states, 512,000 states/s, depth 14, 73% of it done, frontier 20,301, 812 MB",
    );
  });

  test("says nothing in the first second", () => {
    expect(written([100, 500, 999], true)).toEqual([]);
    expect(written([100, 500, 999, 4999], false)).toEqual([]);
  });

  test("keeps one line up to date on a terminal, cut to its width, and takes it away", () => {
    const texts = written([1100, 1200, 1400], true);
    expect(texts).toHaveLength(3);
    expect(texts.map((text) => text.startsWith("\r\u001b[K"))).toEqual([true, true, true]);
    expect(texts.map((text) => text.length - "\r\u001b[K".length)).toEqual([59, 59, 0]);
  });

  test("adds a plain line every five seconds elsewhere", () => {
    const texts = written([1100, 5000, 6000, 10_000, 10_001], false);
    expect(texts).toHaveLength(2);
    expect(texts.every((text) => /^1,234,567 states.*MB\n$/.test(text))).toBe(true);
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
    expect(stdout).toMatch(/^ +Fetch +Invalid +Copy +Copy_Void +Ack$/m);
    expect(stdout).toMatch(/^ {2}Shared +· +· +✗ +✗ +✗$/m);
    expect(stdout).toMatch(/^ {4}Ack +✗ impossible: \S/m);
    expect(stdout).toMatch(/^ {4}Fetch +4\.2: \S/m);
  });

  test("the help of a check shows the parameters of the model", () => {
    const { stdout, status } = popcheck("check", "options.ts", "--help");
    expect(status).toBe(0);
    expect(stdout).toMatch(/--max-count/);
    expect(stdout).toMatch(/the stage \[4\.7, 4\.10\]/);
    expect(stdout).toMatch(/--max-states/);
  });

  test("without a command there is help", () => {
    const { stdout, status } = popcheck();
    expect(status).toBe(0);
    expect(stdout).toMatch(/popcheck check <model>/);
  });
});

describe("verify", () => {
  /** A copy of the package, with known answers of its own. */
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
      spawnSync(process.execPath, [join(copy, "dist", "checker", "cli", "popcheck.js"), "verify", ...words], {
        cwd: copy,
        encoding: "utf8",
      });
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
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/^naive-mutex +13 states +\S+ s +mutual exclusion violated$/m);
    expect(run.stdout).toMatch(/^1 case in .*; 1 counterexample in out\/traces\/$/m);
  });

  test.each([
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
  ])("exits with 1 and names the difference in the %s", (_, known, difference) => {
    const run = packageWith([known]).verify();
    expect(run.status).toBe(1);
    expect(run.stderr).toContain(`\n    ${difference}\n`);
  });

  test("shows the ladder as a table of stage by property, and writes the counterexamples", () => {
    const { copy, verify } = packageWith(ladder);
    const { stdout } = verify("--trace", "found");
    expect(stdout).toContain("popcorn, 2 kernels\n");
    expect(stdout).toMatch(/^stage +SWMR .* distinct +seconds$/m);
    expect(stdout).toMatch(/^4\.2 +✗ \d+ !/m);
    expect(stdout).toMatch(/^4\.7 +holds !/m);
    expect(stdout).toMatch(/✗ 7 {2}violated, and the shortest counterexample has 7 steps/);
    expect(readdirSync(join(copy, "found"))).toContain("popcorn-4.2-kernels-2-swmr.json");
  });

  test("records what it found with --update, in place, and is content afterwards", () => {
    const { verify, recorded } = packageWith([...ladder, { ...mutex, distinct: 1 }, long]);
    expect(verify("--update").status).toBe(0);
    const { about, cases } = recorded();
    expect(about).toBe("for a test");
    expect(cases[2]).toEqual(mutex);
    expect(cases[3]).toEqual(long);
    expect(cases[0].verdicts.SWMR).toMatch(/^violated \d+$/);
    const again = verify();
    expect({ status: again.status, stderr: again.stderr }).toEqual({ status: 0, stderr: "" });
    expect(again.stdout).not.toContain("!  not as recorded\n4.2");
    expect(again.stdout).not.toMatch(/^4\.\d.*!/m);
  });
});

describe("starting up", () => {
  test("loads no compiler and no other model for a built-in one", () => {
    const preload = join(folder, "loaded.cjs");
    writeFileSync(
      preload,
      `process.on("exit", () => require("fs").writeSync(2, Object.keys(require.cache).join("\\n")));`,
    );
    const loaded = (...words: string[]) =>
      spawnSync(process.execPath, ["--require", preload, bin, ...words], { cwd: folder, encoding: "utf8" }).stderr;
    expect(loaded("check", "german", "--nodes", "1")).not.toContain("esbuild");
    expect(loaded("check", "holds.ts")).toContain("esbuild");
  });

  test("and checking a few hundred states takes less than half a second, given a processor", () => {
    const times = Array.from({ length: 5 }, () => {
      const started = performance.now();
      popcheck("check", "german", "--nodes", "1");
      return performance.now() - started;
    });
    // The quickest of five; twice as much is allowed where other tests run at the same time.
    expect(Math.min(...times)).toBeLessThan(1000);
  });
});
