import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../../checker/package.js";
import { markdownTable, textTable } from "../support/tables.js";
import { type RumurOptions, runRumur, runSpin, type SpinOptions } from "../twins/peers.js";
import { type Case, cases, type Peer, type Size, type Tool, type Variant } from "./cases.js";
import { addToHistory, type Entry, lastOf, readHistory, regressions, thisMachine } from "./history.js";
import { measured, medianBy } from "./measured.js";

// popcheck compared with its peers: the same models, one run, one thread each; and with itself: with two threads, as
// fingerprints, on disk. `node dist/test/bench/bench.js` exits with 1 if counts that must agree do not, if a speed or a
// size that is promised is not reached, or if a ratio has fallen since the last run on the same machine (history.jsonl,
// to which a full run without failures adds its lines).

const USAGE = `bench.js [--smoke] [--peers-only] [--case NAME] [--repeat N] [--write FILE] [--accept]
  --smoke       small sizes: checks that all works and that counts agree, judges no speed
  --peers-only  leaves popcheck out
  --case NAME   only this case
  --repeat N    runs of each tool, in turns, of which the median counts (3; with --smoke 1)
  --write FILE  writes the table as markdown, too
  --accept      takes ratios that have fallen into the history, as what later runs are compared with`;

interface Measurement {
  readonly distinct: number;
  readonly generated: number;
  readonly seconds: number;
  /**
   * The seconds from nothing to the verdict, with generating and compiling, or with Node's start and the loading of the
   * model.
   */
  readonly totalSeconds: number;
  readonly statesPerSecond: number;
  readonly functionRuns?: number;
  readonly bytesPerState?: number;
  /** The bytes of the process when it was greatest. */
  readonly peakMemory?: number;
  readonly version: string;
  readonly command: string;
  /** What else the tool found: a violation where there should be none. */
  readonly trouble?: string;
}

/** The median run of each tool on a case, and what is wrong with any of its runs. */
interface Result {
  readonly of: Case;
  readonly size: Size;
  readonly runs: Partial<Record<Tool, Measurement>>;
  readonly notes: readonly string[];
  readonly failures: readonly string[];
}

async function measureRumur(options: RumurOptions): Promise<Measurement> {
  const { states, rules, violated, buildSeconds, ...rest } = await runRumur(options);
  const trouble = violated === undefined ? {} : { trouble: violated };
  return { ...rest, distinct: states, generated: rules, totalSeconds: buildSeconds + rest.seconds, ...trouble };
}

async function measureSpin(options: SpinOptions): Promise<Measurement> {
  const { states, transitions, errors, buildSeconds, ...rest } = await runSpin(options);
  const trouble = errors === 0 ? {} : { trouble: `${errors} assertions violated` };
  return { ...rest, distinct: states, generated: transitions, totalSeconds: buildSeconds + rest.seconds, ...trouble };
}

/** Measures popcheck on a model, in a process of its own. */
async function measurePopcheck(of: Size["popcheck"], options: Readonly<Record<string, unknown>>): Promise<Measurement> {
  const { command, totalSeconds, read } = await measured(of.model, of.parameters, {
    symmetry: of.symmetry,
    ...options,
  });
  const [distinct, seconds] = [read("distinct"), read("seconds")];
  return {
    distinct,
    generated: read("generated"),
    seconds,
    totalSeconds,
    statesPerSecond: distinct / seconds,
    functionRuns: read("functionRuns"),
    bytesPerState: read("storeBytes") / distinct,
    peakMemory: read("peakMemory"),
    version: `Node ${process.versions.node}`,
    command,
  };
}

/** The greatest memory of a process that decides liveness, as a multiple of one that does not. */
const MOST_MEMORY_OF_LIVENESS = 3;

type Measure = () => Promise<Measurement>;

async function runCase(of: Case, options: Options): Promise<Result> {
  const size = options.smoke ? of.smoke : of.full;
  const { spin } = size;
  const tools: [Tool, Measure][] = [["rumur", () => measureRumur(size.rumur)]];
  if (size.rumur.symmetry === "exhaustive") {
    tools.push(["rumur, heuristic", () => measureRumur({ ...size.rumur, symmetry: "heuristic" })]);
  }
  if (spin !== undefined) tools.push(["spin", () => measureSpin(spin)]);
  if (!options.peersOnly) tools.unshift(...ownTools(of, size));

  // The tools run in turns, so that a slow moment of the machine meets all of them.
  const measured = new Map<Tool, Measurement[]>(tools.map(([tool]) => [tool, []]));
  for (let turn = 1; turn <= options.repeat; turn++) {
    for (const [tool, measure] of tools) {
      const run = await measure();
      measured.get(tool)?.push(run);
      const rate = count(Math.round(run.statesPerSecond));
      process.stderr.write(`${of.name} ${turn}/${options.repeat} ${tool}: ${rate} states/s\n`);
    }
  }
  const runs = Object.fromEntries(
    [...measured].map(([tool, all]) => [tool, medianBy(all, ({ statesPerSecond }) => statesPerSecond)]),
  ) as Result["runs"];
  const failures = [...countFailures([...measured], of, size), ...(options.smoke ? [] : speedFailures(runs, of))];
  return { of, size, runs, notes: [...spinNotes(runs, of, size), ...livenessNotes(runs, of)], failures };
}

/** Returns popcheck with one thread by default, and its variants. */
function ownTools(of: Case, size: Size): [Tool, Measure][] {
  let bytes = 0;
  const plain = async (): Promise<Measurement> => {
    const run = await measurePopcheck(size.popcheck, {});
    bytes = (run.bytesPerState ?? 0) * run.distinct;
    return run;
  };
  const optionsOf: Record<Variant, () => Readonly<Record<string, unknown>>> = {
    "2 threads": () => ({ threads: 2 }),
    fingerprint: () => ({ store: "fingerprint" }),
    compressed: () => ({ store: "compressed" }),
    liveness: () => ({ liveness: true }),
    // The states take ten times the memory that they may.
    "on disk": () => ({ storeMemory: Math.max(Math.floor(bytes / 10), 3 * 2 ** 20) }),
  };
  const variants = Object.keys(of.variants) as Variant[];
  return [
    ["popcheck", plain],
    ...variants.map((variant): [Tool, Measure] => [
      `popcheck, ${variant}`,
      () => measurePopcheck(size.popcheck, optionsOf[variant]()),
    ]),
  ];
}

/** Returns the result of a case that could not be measured, so that the other cases are still measured. */
function noResult(of: Case, options: Options, error: unknown): Result {
  const size = options.smoke ? of.smoke : of.full;
  return { of, size, runs: {}, notes: [], failures: [`${of.name}: ${message(error).replaceAll(packageRoot, ".")}`] };
}

/**
 * Returns what is wrong: every run of every tool must find that the properties hold, and the same counts, save for
 * `spinDiffers`.
 */
function countFailures(measured: readonly (readonly [Tool, readonly Measurement[]])[], of: Case, size: Size): string[] {
  const failures = new Set<string>();
  const [reference, [expected] = []] = measured[0] ?? [];
  if (expected === undefined) throw new Error("nothing was measured");
  for (const [tool, runs] of measured) {
    for (const run of runs) {
      if (run.trouble !== undefined) failures.add(`${of.name}: ${tool} reports: ${run.trouble}`);
      const mayDiffer = tool === "rumur, heuristic" || (tool === "spin" && size.spinDiffers !== undefined);
      const own = mayDiffer ? (runs[0] ?? run) : expected;
      if (run.distinct === own.distinct && run.generated === own.generated) continue;
      failures.add(`${of.name}: counts disagree: ${tool} has ${counts(run)}, ${reference} ${counts(expected)}`);
    }
  }
  return [...failures];
}

function speedFailures(runs: Result["runs"], of: Case): string[] {
  const { popcheck } = runs;
  if (popcheck === undefined) return [];
  const failures: string[] = [];
  for (const { tool, run, required } of peers(runs, of)) {
    if (required === undefined || popcheck.statesPerSecond >= required * run.statesPerSecond) continue;
    failures.push(`${of.name}: popcheck is ${times(popcheck, run)} ${tool}, but must be ${required} x`);
  }
  for (const [variant, share] of Object.entries(of.variants)) {
    const run = runs[`popcheck, ${variant as Variant}`];
    if (run === undefined || run.statesPerSecond >= share * popcheck.statesPerSecond) continue;
    failures.push(`${of.name}: popcheck, ${variant} is ${times(run, popcheck)} popcheck, but must be ${share} x`);
  }
  const liveness = runs["popcheck, liveness"];
  const peaks = [liveness, popcheck].map((run) => run?.peakMemory ?? 0) as [number, number];
  if (liveness && peaks[0] > MOST_MEMORY_OF_LIVENESS * peaks[1])
    failures.push(
      `${of.name}: liveness takes ${(peaks[0] / peaks[1]).toFixed(2)} x the memory, but may take ${MOST_MEMORY_OF_LIVENESS} x`,
    );
  for (const [tool, most] of Object.entries(of.bytes)) {
    const measured: Tool = tool === "popcheck" ? tool : `popcheck, ${tool as Variant}`;
    const bytes = runs[measured]?.bytesPerState ?? 0;
    if (bytes > most)
      failures.push(`${of.name}: ${tool} takes ${bytes.toFixed(1)} bytes a state, but must stay under ${most}`);
  }
  const functionRuns = popcheck.functionRuns ?? 0;
  if (functionRuns >= of.functionRuns) {
    const limit = count(of.functionRuns);
    failures.push(`${of.name}: popcheck ran functions ${count(functionRuns)} times, but must stay under ${limit}`);
  }
  return failures;
}

const HISTORY = join(packageRoot, "test", "bench", "history.jsonl");

/** The ratios of a case, for the history. */
function entryOf({ of, runs }: Result): Entry {
  const { popcheck } = runs;
  const ratios = Object.entries(runs).flatMap(([tool, run]) => {
    if (popcheck === undefined || run === popcheck) return [];
    const [own, other] = tool.startsWith("popcheck") ? [run, popcheck] : [popcheck, run];
    return [[tool, Number((own.statesPerSecond / other.statesPerSecond).toFixed(3))] as const];
  });
  const date = new Date().toISOString().slice(0, 10);
  return { date, machine: thisMachine(), case: of.name, ratios: Object.fromEntries(ratios) };
}

/** Compares a case with its last run on this machine, and remembers it. What has fallen. */
function compareWithHistory(result: Result, accept: boolean): string[] {
  const now = entryOf(result);
  const fallen = regressions(lastOf(readHistory(HISTORY), now), now);
  const isWhole = Object.keys(now.ratios).length > 0;
  if (isWhole && (accept || fallen.length === 0)) addToHistory(HISTORY, now);
  return accept ? [] : fallen;
}

function livenessNotes(runs: Result["runs"], of: Case): string[] {
  const [asked, plain] = [runs["popcheck, liveness"], runs.popcheck];
  if (asked?.peakMemory === undefined || plain?.peakMemory === undefined) return [];
  return [
    `${of.name}: liveness takes ${(asked.peakMemory / plain.peakMemory).toFixed(2)} x the memory of the process.`,
  ];
}

function spinNotes({ popcheck, rumur, spin }: Result["runs"], of: Case, size: Size): string[] {
  const reference = popcheck ?? rumur;
  if (reference === undefined || spin === undefined || size.spinDiffers === undefined) return [];
  const states = signed(spin.distinct - reference.distinct);
  const steps = signed(spin.generated - reference.generated);
  return [`${of.name}: spin has ${states} states and ${steps} transitions: ${size.spinDiffers}.`];
}

function peers(runs: Result["runs"], of: Case): { tool: Peer; run: Measurement; required: number | undefined }[] {
  return (["rumur", "rumur, heuristic", "spin"] as const).flatMap((tool) => {
    const run = runs[tool];
    return run === undefined ? [] : [{ tool, run, required: of.required[tool] }];
  });
}

/** The columns from here on are numbers. */
const NUMERIC = 2;

const HEADER = [
  "case",
  "tool",
  "distinct",
  "generated",
  "in all, s",
  "search, s",
  "states/s",
  "function runs",
  "bytes/state",
  "popcheck is",
  "required",
];

function rows(results: readonly Result[], judged: boolean): string[][] {
  return results.flatMap(({ of, size, runs }) => {
    const { popcheck } = runs;
    const own = (["popcheck", ...Object.keys(of.variants).map((variant) => `popcheck, ${variant}`)] as Tool[]).flatMap(
      (tool) => {
        const run = runs[tool];
        const share = of.variants[tool.replace("popcheck, ", "") as Variant];
        return run === undefined ? [] : [{ tool, run, required: share === 0 ? undefined : share }];
      },
    );
    return [...own, ...peers(runs, of)].map(({ tool, run, required }) => [
      `${of.name}, ${size.size}`,
      tool,
      count(run.distinct),
      count(run.generated),
      run.totalSeconds.toFixed(2),
      run.seconds.toFixed(2),
      count(Math.round(run.statesPerSecond)),
      run.functionRuns === undefined ? "" : count(run.functionRuns),
      run.bytesPerState === undefined ? "" : run.bytesPerState.toFixed(1),
      popcheck === undefined || run === popcheck
        ? ""
        : tool.startsWith("popcheck")
          ? `itself at ${times(run, popcheck)}`
          : times(popcheck, run),
      judged && required !== undefined ? `${Number(required.toFixed(2))} x` : "",
    ]);
  });
}

function commands(results: readonly Result[]): string[] {
  return results.flatMap(({ of, runs }) =>
    Object.entries(runs).flatMap(([tool, run]) => [`# ${of.name}, ${tool} (${run.version})`, run.command]),
  );
}

function title({ repeat }: Options): string {
  const runs = repeat === 1 ? "one run" : `the median of ${repeat} runs`;
  return (
    `One thread each (but for "2 threads"), ${runs}, on ${availableParallelism()} cores. States/s and ratios are of the search, without` +
    " the peers' generating and compiling of C and without popcheck's loading of the model."
  );
}

function markdown(results: readonly Result[], options: Options): string {
  const table = markdownTable([HEADER, ...rows(results, !options.smoke)], NUMERIC);
  const notes = results.flatMap((result) => [...result.notes, ...result.failures]).map((line) => `- ${line}`);
  const code = ["```sh", ...commands(results), "```"];
  return [title(options), "", ...table, "", ...notes, ...(notes.length === 0 ? [] : [""]), ...code, ""].join("\n");
}

interface Options {
  readonly smoke: boolean;
  readonly peersOnly: boolean;
  readonly cases: readonly Case[];
  readonly repeat: number;
  readonly write: string | undefined;
  readonly accept: boolean;
}

function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      smoke: { type: "boolean", default: false },
      "peers-only": { type: "boolean", default: false },
      case: { type: "string" },
      repeat: { type: "string" },
      write: { type: "string" },
      accept: { type: "boolean", default: false },
    },
  });
  const smoke = values.smoke ?? false;
  const repeat = values.repeat === undefined ? (smoke ? 1 : 3) : Number(values.repeat);
  if (!Number.isInteger(repeat) || repeat < 1) throw new Error("--repeat takes a whole number from 1");
  const chosen = cases.filter(({ name }) => values.case === undefined || values.case === name);
  if (chosen.length === 0) throw new Error(`--case is one of ${cases.map(({ name }) => name).join(", ")}`);
  return {
    smoke,
    peersOnly: values["peers-only"] ?? false,
    cases: chosen,
    repeat,
    write: values.write,
    accept: values.accept ?? false,
  };
}

const times = (own: Measurement, peer: Measurement): string =>
  `${(own.statesPerSecond / peer.statesPerSecond).toFixed(2)} x`;
const count = (value: number): string => value.toLocaleString("en-US");
const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const signed = (value: number): string => (value < 0 ? "" : "+") + count(value);
const counts = ({ distinct, generated }: Measurement): string =>
  `${count(distinct)} distinct and ${count(generated)} generated`;

async function bench(options: Options): Promise<number> {
  const results: Result[] = [];
  for (const of of options.cases) {
    results.push(await runCase(of, options).catch((error: unknown) => noResult(of, options, error)));
  }
  const fallen = options.smoke ? [] : results.flatMap((result) => compareWithHistory(result, options.accept));
  const failures = [...results.flatMap((result) => result.failures), ...fallen];
  const lines = [
    title(options),
    "",
    ...textTable([HEADER, ...rows(results, !options.smoke)], NUMERIC),
    "",
    ...results.flatMap(({ notes }) => notes),
    "",
    ...commands(results),
    "",
    ...failures.map((failure) => `FAILED ${failure}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  if (options.write !== undefined) await writeFile(options.write, markdown(results, options));
  return failures.length === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${message(error)}\n${USAGE}\n`);
    return 2;
  }
  return await bench(options);
}

process.exitCode = await main();
