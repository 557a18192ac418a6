/**
 * What the tests of the command line share: models in a temporary folder, and popcheck run on them in a process of its
 * own.
 */
import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import type { CommandAnswer, CommandRequest } from "./command-server.js";
import { PROCESS_DEADLINE } from "./deadlines.js";
import { bin, root } from "./program.js";

export { bin, root };

expect(existsSync(bin), "run npm run build first").toBe(true);

/** Holds the models below, and is the working folder of every run. */
export const folder = mkdtempSync(join(tmpdir(), "popcheck-cli-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is still running ends with the file. */
const children: ChildProcess[] = [];
afterAll(() =>
  Promise.all(
    children
      .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
      .map((child) => {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.ref();
        child.kill("SIGKILL");
        return ended;
      }),
  ),
);

export type Run = SpawnSyncReturns<string>;

/** Whoever runs the tests may want colours of them; popcheck gets colours only if a test asks for them. */
const { FORCE_COLOR: _forced, NO_COLOR: _none, ...env } = process.env;

/** Runs popcheck in a process of its own: for interrupts, and for what a process is asked at its end. */
export function popcheckAlone(...words: string[]): Run {
  return ran(bin, words, { cwd: folder });
}

/** Where requests are written for the process that runs command lines; one for each file of tests. */
let server: number | undefined;
let asked = 0;

function serve(): number {
  const requests = join(folder, ".requests");
  spawnSync("mkfifo", [requests]);
  // Open for both, so that neither waits for the other.
  const both = openSync(requests, "r+");
  const program = join(root, "dist", "test", "support", "command-server.js");
  const child = spawn(process.execPath, [program], { cwd: folder, env, stdio: [both, "inherit", "inherit"] });
  children.push(child);
  child.unref();
  return both;
}

/**
 * Runs popcheck, as a process of its own does, but in one that has loaded it before, and without checking the types of
 * a model's file, which takes longer than all else: `popcheckTyped` does.
 */
export function popcheck(...words: string[]): Run {
  const [command, file = ""] = words;
  return popcheckTyped(...words, ...(command === "check" && file.endsWith(".ts") ? ["--no-types"] : []));
}

/** Runs popcheck, as a process of its own does, but in one that has loaded it before. */
export function popcheckTyped(...words: string[]): Run {
  server ??= serve();
  const answer = join(folder, `.answer-${asked++}`);
  writeSync(server, `${JSON.stringify({ program: bin, words, answer } satisfies CommandRequest)}\n`);
  const clock = new Int32Array(new SharedArrayBuffer(4));
  const until = performance.now() + PROCESS_DEADLINE;
  while (!existsSync(answer)) {
    if (performance.now() > until) throw new Error(`no answer to popcheck ${words.join(" ")}`);
    Atomics.wait(clock, 0, 0, 2);
  }
  const { status, stdout, stderr } = JSON.parse(readFileSync(answer, "utf8")) as CommandAnswer;
  rmSync(answer);
  return { status, stdout, stderr: withoutProgress(stderr), signal: null, pid: 0, output: [] };
}

/**
 * Runs a program of popcheck to its end. Of the standard error without what a run says every five seconds, which only a
 * slow machine hears.
 */
export function ran(program: string, words: readonly string[], options: { cwd: string; input?: string }): Run {
  const run = spawnSync(process.execPath, [program, ...words], {
    ...{ encoding: "utf8", timeout: PROCESS_DEADLINE, env },
    ...options,
  });
  return { ...run, stderr: withoutProgress(run.stderr) };
}

/** A text without the plain lines of progress. */
export function withoutProgress(text: string): string {
  const ofChecks = /^(?:\d+ of \d+, .*: )?[\d,]+ (?:state|walk|member)s?, .*\n/gm;
  const ofInduction =
    /^(?:(?:searching|reading) reachable states|looking for steps out|choosing suggestions)(?:: .*)?\n/gm;
  return text.replace(ofChecks, "").replace(ofInduction, "");
}

/** A run under way. */
export interface Underway {
  readonly process: ChildProcess;
  /** How it ended, with all that it said. */
  readonly ended: Promise<Pick<Run, "status" | "signal" | "stdout" | "stderr">>;
}

/** Starts popcheck without waiting for its end. */
export function start(...words: string[]): Underway {
  const child = spawn(process.execPath, [bin, ...words], { cwd: folder, env, timeout: PROCESS_DEADLINE });
  children.push(child);
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text) => {
      said[name] += text;
    });
  const ended = new Promise<Awaited<Underway["ended"]>>((resolve) => {
    child.once("close", (status, signal) => resolve({ status, signal, ...said, stderr: withoutProgress(said.stderr) }));
  });
  return { process: child, ended };
}

/** Waits until something can be observed, or the run has ended, which it is not to do first. */
export async function observed({ process: child }: Underway, isThere: () => boolean): Promise<void> {
  while (!isThere()) {
    expect([child.exitCode, child.signalCode], "it ended before").toEqual([null, null]);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The lines of a run's log that are whole, none if it has not begun. */
export function linesOfLog(file: string): Record<string, unknown>[] {
  const path = join(folder, file);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

/** Returns a model that counts up to `limit`, with what differs put in. */
export function counter(
  of: { parameters?: string; more?: string; step?: string; properties?: string; head?: string } = {},
): string {
  return `import { choice, disabled, flag, integer, model, single, type StateOf, type ValuesOf, vocabulary } from "popcheck/model";
${of.head ?? ""}
const parameters = { maxCount: integer("where it ends", { default: 5, min: 1, max: 1000 }), ${of.parameters ?? ""} };
const variables = () => ({ count: single(0) });
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, always, coverage, goal, leadsTo, noDeadlock, reachable } = vocabulary<State>();
const up = action("Up", {}, (state) => {
  ${of.step ?? ""}
  return state.count() < state.parameters.maxCount ? state.withCount(state.count() + 1) : disabled;
}, { says: "one more", ${of.more ?? ""} });
export const counter = model({
  name: "counter", about: "counts up", parameters, variables, actions: () => [up],
  properties: () => [${of.properties ?? ""}],
});
void [choice, flag, always, coverage, goal, leadsTo, noDeadlock, reachable];
`;
}

export const small = `always({ name: "small", says: "it stays below 3", for: {}, holds: (s) => s.count() < 3, explain: (s) => "the count is " + s.count() })`;
const noEnd = `noDeadlock({ name: "no end", says: "it goes on", stuck: () => true, explain: (s) => "stuck at " + s.count() })`;
const anything = `always({ name: "true", says: "anything", for: {}, holds: () => true, explain: () => "" })`;
const never = `leadsTo({ name: "never", says: "", for: {}, from: (s) => s.count() > 99, to: () => false, explain: () => "" })`;
const tenReached = `reachable({ name: "ten", says: "it gets far", goals: [goal("ten", {}, (s) => s.count() === 10)] })`;

/** A model with messages that no rule receives. */
export const relay = `import { Record } from "immutable";
import { Bag, disabled, impossible, model, nameOf, perMember, perPair, scalarset, type StateOf, vocabulary } from "popcheck/model";
class Message extends Record({ kind: "Ping" as "Ping" }) {}
const places = scalarset("place", { prefix: "K", size: 2 });
const variables = () => ({ sent: perMember(places, false), link: perPair(places, Bag.of<Message>()) });
type State = StateOf<ReturnType<typeof variables>>;
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

/** So many states that only an interrupt ends it; it interrupts itself when it is far beyond the first violation. */
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
      if (!interrupted && s.a() >= 10) {
        process.kill(process.pid, "SIGINT");
        interrupted = true;
      }
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

export const files: Readonly<Record<string, string>> = {
  "holds.ts": counter({ properties: anything }),
  "violates.ts": counter({ properties: small }),
  "deadlocks.ts": counter({ properties: noEnd }),
  "both.ts": counter({ properties: `${noEnd}, ${small}` }),
  "unfair.ts": counter({ more: `environment: true, fair: "weak"` }),
  "idle.ts": counter({ more: `fair: "strong"`, properties: `${anything}, ${never}` }),
  "vain.ts": counter({ more: `fair: "strong"`, properties: never }),
  "wheels.ts": endless("").replace("!interrupted && ", "interrupted && "),
  "unasked.ts": counter({}),
  "unreached.ts": counter({ properties: tenReached }),
  "uncovered.ts": counter({ properties: tenReached.replace("reachable(", "coverage(") }),
  "relay.ts": relay,
  "relay-unlisted.ts": relay.replace(
    /\[\{ kind: "no unspecified reception".*\}\]/,
    `[vocabulary<State>().${anything}]`,
  ),
  "throws.ts": counter({ step: `if (state.count() === 4) throw new Error("no idea what to do");` }),
  "impure.ts": counter({ step: "if (state.count() > 0) return state.withCount(Math.floor(Math.random() * 900));" }),
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

for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
