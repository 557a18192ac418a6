import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

// The peers: other model checkers that explore a twin of a protocol, with one thread. Both rumur and spin
// turn a model into C, which gcc compiles; `seconds` is the wall time of the program that comes out, and
// `buildSeconds` what came before. Needs rumur (written against v2022.08.20), spin (6.5.2) and gcc.

/** What is set in a twin's `const` section: a Murphi number or truth value by its name. */
export type Constants = Readonly<Record<string, number | boolean>>;

export interface Edit {
  readonly from: string;
  readonly to: string;
}

export interface RumurOptions {
  /** A Murphi file. */
  readonly model: string;
  readonly constants?: Constants;
  /** Passages to be replaced, each of which stands in the model once. */
  readonly edits?: readonly Edit[];
  readonly symmetry: "off" | "exhaustive" | "heuristic";
  /** rumur's own default is "stuttering". */
  readonly deadlock?: "off" | "stuck" | "stuttering";
  readonly maxErrors?: number;
  /** Flags for gcc; ["-O3"] unless told. */
  readonly optimize?: readonly string[];
  /** What the set of seen states may hold before it grows, in bytes. */
  readonly setCapacity?: number;
  /** What the search may take; what comes before it may take as many seconds each. Default: no limit. */
  readonly limits?: Limits;
}

/** What a process may take before it is ended. */
export interface Limits {
  readonly seconds?: number | undefined;
  /** The bytes of its address space. */
  readonly memory?: number;
}

/** A process came to one of its limits, so that nothing is known of what it would have said. */
export class LimitReached extends Error {}

export interface SpinOptions {
  /** A Promela file. */
  readonly model: string;
  readonly gccFlags: readonly string[];
  readonly panFlags?: readonly string[];
}

interface PeerRun {
  readonly states: number;
  readonly seconds: number;
  readonly buildSeconds: number;
  readonly statesPerSecond: number;
  readonly version: string;
  /** What to type to repeat the run, in the model's folder. */
  readonly command: string;
}

export interface RumurRun extends PeerRun {
  readonly rules: number;
  /** The first error in rumur's words, a deadlock too. */
  readonly violated: string | undefined;
  /** In how many states each `cover` is true, by its name. */
  readonly covered: Readonly<Record<string, number>>;
}

export interface SpinRun extends PeerRun {
  readonly transitions: number;
  readonly errors: number;
}

/** Spin is weakly fair to processes, or to nothing. */
export type SpinFairness = "weak" | "none";

export interface SpinLtlOptions {
  /** A Promela file. */
  readonly model: string;
  /** The names of some of its `ltl` formulas: see `spinClaims`. */
  readonly claims: readonly string[];
  /** Each claim is looked at with each of these. */
  readonly fairness: readonly SpinFairness[];
  readonly panFlags?: readonly string[];
}

export interface SpinLtlRun extends PeerRun {
  readonly claim: string;
  readonly fairness: SpinFairness;
  readonly transitions: number;
  /** Whether some (fair) run violates the formula. */
  readonly violated: boolean;
}

// A table for some six million states. Growing it from rumur's default of 8 MB costs little, but a user who
// compares speeds would rule it out; pages that are not touched take no memory.
const DEFAULT_SET_CAPACITY = 2 ** 30;

export async function runRumur(options: RumurOptions): Promise<RumurRun> {
  const { constants = {}, deadlock = "off", maxErrors = 1, optimize = ["-O3"] } = options;
  mustExist(options.model);
  const version = (await execute("rumur", ["--version"])).stdout.replace(/^Rumur version /, "").trim();
  return await inTemporaryFolder(async (folder) => {
    const model = basename(options.model);
    const checker = basename(model, ".m");
    const text = await readFile(options.model, "utf8");
    await writeFile(join(folder, model), withConstants(withEdits(text, options.edits ?? [], model), constants, model));
    const generate = [
      "--quiet",
      "--threads",
      "1",
      "--symmetry-reduction",
      options.symmetry,
      "--deadlock-detection",
      deadlock,
      "--max-errors",
      String(maxErrors),
      "--set-capacity",
      String(options.setCapacity ?? DEFAULT_SET_CAPACITY),
      "--output-format",
      "machine-readable",
      "--output",
      `${checker}.c`,
      model,
    ];
    const compile = [...optimize, "-o", checker, `${checker}.c`, "-lpthread"];
    const { seconds } = options.limits ?? {};
    const generated = await succeed("rumur", generate, folder, { seconds });
    const compiled = await succeed("gcc", compile, folder, { seconds });
    // exit status 1 says that there was an error in the model, which the report below says better
    const run = await execute(join(folder, checker), [], folder, options.limits);
    const report = readRumurReport(run.stdout);
    if (report === undefined) {
      if (options.limits?.memory !== undefined && /out of memory|allocat/i.test(run.stderr))
        throw new LimitReached(`rumur: ${describeEnd(run)}`);
      throw new Error(`${checker}: ${describeEnd(run)}`);
    }
    return {
      ...report,
      seconds: run.seconds,
      buildSeconds: generated.seconds + compiled.seconds,
      statesPerSecond: report.states / run.seconds,
      version,
      command: commandLine(["rumur", ...generate], ["gcc", ...compile], [`./${checker}`]) + settings(constants),
    };
  });
}

/**
 * All states, without any claim. In a model with formulas, gccFlags with -DNOCLAIM make the command repeat the run,
 * too.
 */
export async function runSpin(options: SpinOptions): Promise<SpinRun> {
  const { gccFlags, panFlags = [] } = options;
  mustExist(options.model);
  const { text } = withOnlyClaims(await readFile(options.model, "utf8"), []);
  return await withPan(basename(options.model), text, gccFlags, async (runPan) => {
    const { pan: _, ...run } = await runPan(panFlags);
    return run;
  });
}

/** Enough counters for weak fairness to as many processes as Spin can have, 254. They take 64 bytes a state. */
const FAIR_TO_ALL = "-DNFAIR=64";
/**
 * Pan's own limit, 10,000 steps, is soon too small where each is one of the model and one of the claim. But with -f
 * Spin 6.5.2 sometimes goes down to the limit, whatever it is, in a model of 20 states, before it finds the cycle.
 */
const DEPTH = "-m100000";

/** The names of a model's `ltl` formulas. */
export async function spinClaims(model: string): Promise<string[]> {
  mustExist(model);
  return Array.from((await readFile(model, "utf8")).matchAll(/^[ \t]*ltl\s+(\w+)/gm), ([, name]) => name!);
}

/** Builds one verifier with all the claims, and runs it for each of them. */
export async function runSpinLtl(options: SpinLtlOptions): Promise<SpinLtlRun[]> {
  const { claims, panFlags = [] } = options;
  mustExist(options.model);
  const model = basename(options.model);
  const { text, missing } = withOnlyClaims(await readFile(options.model, "utf8"), claims);
  if (missing.length > 0)
    throw new Error(`${model} has no formula ${missing[0]}: give it a line "ltl ${missing[0]} { … }"`);
  // without a reduction, whose states depend on the claim
  return await withPan(model, text, ["-DNOREDUCE", FAIR_TO_ALL], async (runPan) => {
    const runs: SpinLtlRun[] = [];
    for (const claim of claims) {
      for (const fairness of options.fairness) {
        const flags = [DEPTH, "-a", ...(fairness === "weak" ? ["-f"] : []), ...panFlags, "-N", claim];
        const { pan, errors, ...run } = await runPan(flags);
        mustBeSaid(pan.report, new RegExp(`never claim\\s+\\+ \\(${claim}\\)`));
        const searched = fairness === "weak" ? "enabled" : "disabled";
        mustBeSaid(pan.report, new RegExp(`acceptance\\s+cycles\\s+\\+ \\(fairness ${searched}\\)`));
        if (errors > 0 && !violatesClaim(pan, claim))
          throw new Error(`pan: ${model} has an error that is not ${claim}'s\n${pan.report}`);
        runs.push({ ...run, claim, fairness, violated: errors > 0 });
      }
    }
    return runs;
  });
}

interface Pan {
  /** What it printed. */
  readonly report: string;
  /** The claims as Spin's automata, in Promela. */
  readonly claims: string;
}

/** Runs the verifier of a model to the end of its search, or to an error. */
type RunPan = (flags: readonly string[]) => Promise<SpinRun & { readonly pan: Pan }>;

/** Builds the verifier of a model, to be run as often as need be. */
async function withPan<T>(
  model: string,
  text: string,
  gccFlags: readonly string[],
  use: (run: RunPan) => Promise<T>,
): Promise<T> {
  const version = /Version (\S+)/.exec((await execute("spin", ["-V"])).stdout)?.[1] ?? "unknown";
  return await inTemporaryFolder(async (folder) => {
    await writeFile(join(folder, model), text);
    const generate = ["-a", model];
    const compile = [...gccFlags, "-o", "pan", "pan.c"];
    const generated = await succeed("spin", generate, folder);
    const compiled = await succeed("gcc", compile, folder);
    const claims = join(folder, "_spin_nvr.tmp");
    const automata = existsSync(claims) ? await readFile(claims, "utf8") : "";
    return await use(async (flags) => {
      const run = await succeed(join(folder, "pan"), flags, folder);
      const report = readPanReport(run.stdout);
      if (report === undefined) throw new Error(`pan: ${describeEnd(run)}`);
      // an error found is one, but without any the search must have been whole, and pan does not make that an error
      if (report.errors === 0 && run.stdout.includes("max search depth too small")) {
        throw new Error(`pan: ${model} is deeper than the stack; raise -m in panFlags`);
      }
      if (report.errors === 0 && run.stdout.includes("Search not completed")) {
        throw new Error(`pan: ${model} was not searched to the end\n${run.stdout}`);
      }
      return {
        ...report,
        seconds: run.seconds,
        buildSeconds: generated.seconds + compiled.seconds,
        statesPerSecond: report.states / run.seconds,
        version,
        command: commandLine(["spin", ...generate], ["gcc", ...compile], ["./pan", ...flags]),
        pan: { report: run.stdout, claims: automata },
      };
    });
  });
}

/** The model without its other formulas, of which each takes Spin seconds to translate if it is long. */
function withOnlyClaims(text: string, claims: readonly string[]): { text: string; missing: readonly string[] } {
  const missing = new Set(claims);
  const shorter = text.replace(/^ltl\s+(\w+)\s*\{[^}]*\}[ \t]*$/gm, (formula, name: string) => {
    missing.delete(name);
    return claims.includes(name) ? formula : "";
  });
  return { text: shorter, missing: [...missing] };
}

/** A verdict of a search other than the one that was asked for would be taken for its. */
function mustBeSaid(report: string, pattern: RegExp): void {
  if (!pattern.test(report)) throw new Error(`pan: its report does not say ${pattern.source}\n${report}`);
}

/** Whether the error found is a run that the claim accepts, rather than a mistake of the model. */
function violatesClaim({ report, claims }: Pan, claim: string): boolean {
  if (/^pan:1: (acceptance cycle|end state in claim reached)/m.test(report)) return true;
  // a claim that no continuation can satisfy any more ends in an assertion of its own
  const asserted = /^pan:1: assertion violated (.*) \(at depth/m.exec(report)?.[1];
  // of which pan and Spin print the same but for spaces and parentheses
  const plain = (text: string) => text.replace(/[\s()]+/g, "");
  const automaton = new RegExp(`^never ${claim} \\{[^]*?^\\}`, "m").exec(claims)?.[0] ?? "";
  return asserted !== undefined && plain(automaton).includes(plain(`assert(${asserted})`));
}

/**
 * The model with other values in its `const` section, all that stands before its first `type` or `var`:
 * there `NAME: value;` becomes `NAME: constants[NAME];`. A name that is not declared is an error, since a
 * run with values other than those asked for would be counted as if it had them.
 */
export function withConstants(text: string, constants: Constants, model: string): string {
  const end = text.search(/^\s*(type|var)\b/m);
  let section = end < 0 ? text : text.slice(0, end);
  const rest = text.slice(section.length);
  for (const [name, value] of Object.entries(constants)) {
    const declaration = new RegExp(`^([ \\t]*(?:const[ \\t]+)?${name}[ \\t]*:)[^;\\n]*;`, "m");
    if (!declaration.test(section)) {
      throw new Error(`${model} declares no constant ${name}: give it a line "${name}: value;" in its const section`);
    }
    section = section.replace(declaration, `$1 ${value};`);
  }
  return section + rest;
}

/** An edit that changes nothing would be tried in vain, and one of two like passages says less than it seems to. */
function withEdits(text: string, edits: readonly Edit[], model: string): string {
  return edits.reduce((before, { from, to }) => {
    const parts = before.split(from);
    if (parts.length !== 2) throw new Error(`${model} has ${parts.length - 1} passages, not one: ${from}`);
    return parts.join(to);
  }, text);
}

function mustExist(model: string): void {
  if (!existsSync(model)) throw new Error(`there is no model ${basename(model)}`);
}

function commandLine(...commands: readonly (readonly string[])[]): string {
  return commands.map((words) => words.join(" ")).join(" && ");
}

function settings(constants: Constants): string {
  const assignments = Object.entries(constants).map(([name, value]) => `${name}: ${value};`);
  return assignments.length === 0 ? "" : `  # with ${assignments.join(" ")}`;
}

function readRumurReport(xml: string): Pick<RumurRun, "states" | "rules" | "violated" | "covered"> | undefined {
  const summary = /<summary states="(\d+)" rules_fired="(\d+)"/.exec(xml);
  if (summary === null) return undefined;
  const message = /<error\b[^>]*>\s*<message>([\s\S]*?)<\/message>/.exec(xml)?.[1];
  const covers = xml.matchAll(/<cover_result message="([^"]*)" count="(\d+)"/g);
  return {
    states: Number(summary[1]),
    rules: Number(summary[2]),
    violated: message === undefined ? undefined : decodeEntities(message),
    covered: Object.fromEntries(Array.from(covers, ([, name, count]) => [decodeEntities(name!), Number(count)])),
  };
}

function decodeEntities(text: string): string {
  const characters: Readonly<Record<string, string>> = { quot: '"', apos: "'", lt: "<", gt: ">", amp: "&" };
  return text.replace(/&(quot|apos|lt|gt|amp);/g, (whole, name: string) => characters[name] ?? whole);
}

function readPanReport(text: string): { states: number; transitions: number; errors: number } | undefined {
  const states = /^\s*(\S+) states, stored/m.exec(text)?.[1];
  const transitions = /^\s*(\S+) transitions/m.exec(text)?.[1];
  const errors = /errors: (\d+)/.exec(text)?.[1];
  if (states === undefined || transitions === undefined || errors === undefined) return undefined;
  return { states: Number(states), transitions: Number(transitions), errors: Number(errors) };
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit status, or the signal that ended it. */
  readonly status: number | string;
  readonly seconds: number;
}

/** Runs a program to its end, whatever its exit status. @throws LimitReached if it takes longer than it may */
export async function execute(
  file: string,
  args: readonly string[],
  cwd?: string,
  { seconds, memory }: Limits = {},
): Promise<Ended> {
  return await new Promise((resolve, reject) => {
    const start = performance.now();
    const words = memory === undefined ? [file, ...args] : ["prlimit", `--as=${memory}`, "--", file, ...args];
    const child = spawn(words[0]!, words.slice(1), { cwd, stdio: ["ignore", "pipe", "pipe"] });
    const clock = seconds === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", (error: NodeJS.ErrnoException) => {
      const missing = error.code === "ENOENT";
      const name = basename(file);
      reject(missing ? new Error(`${name} is not installed: apt-get install ${name}`) : error);
    });
    child.on("close", (code, signal) => {
      clearTimeout(clock);
      const taken = (performance.now() - start) / 1000;
      if (seconds !== undefined && signal === "SIGKILL" && taken >= seconds)
        reject(new LimitReached(`takes more than ${seconds} s`));
      else
        resolve({
          stdout: Buffer.concat(stdout).toString(),
          stderr: Buffer.concat(stderr).toString(),
          status: code ?? signal ?? "unknown",
          seconds: taken,
        });
    });
  });
}

async function succeed(file: string, args: readonly string[], cwd: string, limits: Limits = {}): Promise<Ended> {
  const ended = await execute(file, args, cwd, limits);
  if (ended.status !== 0) throw new Error(`${basename(file)}: ${describeEnd(ended)}`);
  return ended;
}

function describeEnd({ status, stderr, stdout }: Ended): string {
  const lines = (stderr.trim() || stdout.trim()).split("\n");
  // A compiler quotes the line below what it says of it, and one of generated C may have thousands of characters.
  const errors = lines.filter((line) => /\berror: /.test(line)).slice(0, 10);
  const said = (errors.length > 0 ? errors : lines.slice(-10)).join("\n");
  return `ended with ${status}${said === "" ? "" : `\n${said}`}`;
}

async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "popcheck-peer-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
