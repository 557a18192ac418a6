/** `popcheck check MODEL`: searches, reports, writes what it was asked to write. */

import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { UsageError } from "../../errors.js";
import type { Instance } from "../../model/instance.js";
import { version } from "../../package.js";
import { type SearchOptions, STORE_KINDS, type StoreKind } from "../../search/options.js";
import { type Outcome, SEARCH_KINDS, type SearchKind } from "../../search/outcome.js";
import type { RandomSearchOptions } from "../../search/random/random-search.js";
import { MOST_THREADS } from "../../search/workers/control.js";
import { bytes, givenParameters, positiveInteger, positiveNumber } from "../args/options.js";
import { membersIn, onlyMembers } from "../args/projection.js";
import { messageOf } from "../errors.js";
import { REMARKS, type Remark, statusOf } from "../exit.js";
import type { NamedModel } from "../models/models.js";
import { RunLog } from "../progress/run-log.js";
import { lookOf } from "../progress/terminal.js";
import { jsonOf } from "../reports/json.js";
import { prepareFile, prepareFolder, slug, traceStem, writeJson, writeTraces } from "../reports/outputs.js";
import { type ReportOptions, reportOf } from "../reports/report.js";
import { prepareReports, writeReports } from "../reports/report-files.js";
import { statisticsReport } from "../reports/statistics-report.js";
import { type Resumption, statesFolder } from "./checkpoints.js";
import { isRandomSearch, randomSearchOptions, runRandomSearch } from "./run-random-search.js";
import { instantiate, search, type Watch } from "./run-search.js";

/** The options as yargs gives them; every value is a text. */
export interface CheckArguments {
  readonly [option: string]: unknown;
  readonly property?: string | readonly string[];
  readonly search?: string;
  readonly seed?: string;
  readonly walks?: string;
  readonly seconds?: string;
  readonly threads?: string;
  readonly store?: string;
  readonly symmetry?: boolean;
  readonly maxStates?: string;
  readonly maxDepth?: string;
  readonly memory?: string;
  readonly spill?: string;
  readonly checkpoint?: string;
  readonly checkpointEvery?: string;
  readonly stop?: boolean;
  readonly audit?: string;
  readonly json?: string;
  readonly junit?: string;
  readonly sarif?: string;
  readonly html?: string;
  readonly log?: string;
  readonly logEvery?: string;
  readonly statistics?: boolean;
  readonly trace?: string;
  readonly full?: boolean;
  readonly only?: string | readonly string[];
  readonly failOn?: string | readonly string[];
}

/** The exit status. */
export async function checkCommand(named: NamedModel, argv: CheckArguments): Promise<number> {
  const given = givenParameters(named.model.parameters, argv);
  const instance = instantiate(named.model, given);
  const kind = searchKind(argv.search);
  if (isRandomSearch(kind)) return report(named, given, argv, instance, byChance(named, given, instance, kind, argv));
  return withScratch(searchOptions(instance, kind, argv), (options) =>
    checkAndReport(named, given, argv, instance, options),
  );
}

/** Searches with a temporary folder to go on in, unless another is given. */
async function withScratch(options: SearchOptions, task: (options: SearchOptions) => Promise<number>): Promise<number> {
  if (options.spill !== TEMPORARY) return task(options);
  const folder = mkdtempSync(join(tmpdir(), "popcheck-"));
  try {
    return await task({ ...options, spill: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Searches, from the beginning or from a checkpoint, and reports. The exit status. */
export async function checkAndReport(
  named: NamedModel,
  given: Readonly<Record<string, unknown>>,
  argv: CheckArguments,
  instance: Instance,
  options: SearchOptions,
  resumption?: Resumption,
): Promise<number> {
  const { checkpoint } = options;
  if (checkpoint !== undefined) prepareFolder("checkpoint", checkpoint);
  const minutes = argv.checkpointEvery === undefined ? 5 : positiveNumber("checkpoint-every", argv.checkpointEvery);
  const about = { model: modelPath(named), parameters: instance.parameters, given, options };
  const keep = checkpoint === undefined ? undefined : { about, minutes };
  const watch: Pick<Watch, "keep" | "resumption"> = { keep, resumption };
  const run = { options, go: (log: RunLog | undefined) => search(instance, options, { ...watch, log }) };
  return report(named, given, argv, instance, run);
}

/** Does what is to be done, reports, and writes what was asked for. The exit status. */
async function report(
  named: NamedModel,
  given: Readonly<Record<string, unknown>>,
  argv: CheckArguments,
  instance: Instance,
  run: SearchRun,
): Promise<number> {
  const { json, trace: folder } = argv;
  if (folder !== undefined) prepareFolder("trace", folder);
  if (json !== undefined && json !== "-") prepareFile("json", json);
  prepareReports(argv);
  const only = onlyMembers(argv.only, membersIn(instance), instance.model.name);
  const failOn = remarks(argv.failOn);

  const outcome = await logged(argv, instance, run, failOn);
  const files = folder === undefined ? new Map<string, string>() : writeTraces(outcome, folder, traceStem(outcome));
  if (json === "-") process.stdout.write(`${JSON.stringify(jsonOf(outcome, files, failOn), undefined, 2)}\n`);
  else {
    process.stdout.write(textOf(outcome, named, given, files, { full: argv.full ?? false, only }));
    if (argv.statistics) process.stdout.write(`\n${statisticsReport(outcome, lookOf(process.stdout).width)}`);
  }
  if (json !== undefined && json !== "-") writeJson("json", json, jsonOf(outcome, files, failOn));
  writeReports(argv, outcome, named, given);
  return statusOf(outcome, failOn);
}

/** What is to be done, with options that are told in the log. */
interface SearchRun {
  readonly options: SearchOptions | RandomSearchOptions;
  readonly go: (log: RunLog | undefined) => Promise<Outcome>;
}

function byChance(
  named: NamedModel,
  given: Readonly<Record<string, unknown>>,
  instance: Instance,
  kind: "random" | "swarm",
  argv: CheckArguments,
): SearchRun {
  const options = randomSearchOptions(kind, argv, sharedOptions(instance, argv));
  const threads = threadsOf(argv.threads);
  return { options, go: (log) => runRandomSearch({ named, given, instance, options, threads }, { log }) };
}

/** Searches, with a log if one is asked for. */
async function logged(
  argv: CheckArguments,
  instance: Instance,
  { options, go }: SearchRun,
  failOn: readonly Remark[],
): Promise<Outcome> {
  const log = logOf(argv);
  log?.start({ version: version(), model: instance.model.name, parameters: instance.parameters, options });
  try {
    const outcome = await go(log);
    log?.end(outcome, failOn);
    return outcome;
  } catch (error) {
    log?.fail(messageOf(error, false));
    throw error;
  }
}

/** How the model is named from any folder. */
function modelPath({ reference, isFile }: NamedModel): string {
  return isFile ? resolve(reference) : reference;
}

function logOf({ log, logEvery, json }: CheckArguments): RunLog | undefined {
  const every = logEvery === undefined ? 1 : positiveInteger("log-every", logEvery);
  if (log === undefined) {
    if (logEvery !== undefined) throw new UsageError("--log-every needs --log FILE");
    return undefined;
  }
  if (log === "-") throw new UsageError("--log takes a file, not the standard output");
  if (json !== undefined && resolve(json) === resolve(log))
    throw new UsageError(`--log and --json both name ${log}: the outcome would replace the log`);
  return new RunLog(log, every * 1000);
}

function textOf(
  outcome: Outcome,
  named: NamedModel,
  given: Readonly<Record<string, unknown>>,
  files: ReadonlyMap<string, string>,
  shown: Pick<ReportOptions, "full" | "only">,
): string {
  const model = named.isFile ? ` --model ${quoted(named.reference)}` : "";
  const replay = new Map([...files].map(([property, file]) => [property, `popcheck replay ${quoted(file)}${model}`]));
  return reportOf(outcome, { look: lookOf(process.stdout), given, ...shown, replay });
}

function quoted(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function remarks(given: string | readonly string[] | undefined): Remark[] {
  return [given ?? []].flat().map((name) => {
    const remark = REMARKS.find((remark) => remark === name);
    if (remark === undefined) throw new UsageError(`--fail-on takes ${REMARKS.join(" or ")}, not ${name || "nothing"}`);
    return remark;
  });
}

function searchKind(text = "bfs"): SearchKind {
  const kind = SEARCH_KINDS.find((kind) => kind === text);
  if (kind === undefined) throw new UsageError(`--search takes ${SEARCH_KINDS.join(", ")}, not ${text}`);
  return kind;
}

function searchOptions(instance: Instance, search: "bfs" | "dfs", argv: CheckArguments) {
  const { store = "exact", checkpoint } = argv;
  if (search === "dfs" && checkpoint !== undefined)
    throw new UsageError("--checkpoint goes with a breadth-first search only");
  if (!isStoreKind(store)) throw new UsageError(`--store takes ${STORE_KINDS.join(", ")}, not ${store}`);
  for (const option of ["seed", "walks", "seconds"] as const)
    if (argv[option] !== undefined)
      throw new UsageError(
        `--${option} is for --search random and swarm: a search looks at every state, in no order by chance`,
      );
  const threads = threadsOf(argv.threads);
  if (search === "dfs" && argv.threads !== undefined && threads > 1)
    throw new UsageError("--search dfs has one thread: leave --threads out, or search breadth first");
  return { search, store, threads, ...folders(argv.spill, checkpoint), ...sharedOptions(instance, argv) } as const;
}

/** The options that every search has. */
function sharedOptions(instance: Instance, { maxStates, maxDepth, audit, property, ...argv }: CheckArguments) {
  return {
    symmetry: argv.symmetry ?? true,
    stopAtFirst: argv.stop ?? false,
    memory: memoryLimit(argv.memory),
    ...(property === undefined ? {} : { properties: [property].flat().map((name) => propertyCalled(name, instance)) }),
    ...(maxStates === undefined ? {} : { maxStates: positiveInteger("max-states", maxStates) }),
    ...(maxDepth === undefined ? {} : { maxDepth: positiveInteger("max-depth", maxDepth) }),
    ...(audit === undefined ? {} : { audit: positiveInteger("audit", audit) }),
  } as const;
}

/** Stands for a folder that is made when the search begins, and removed when it is over. */
const TEMPORARY = "";

/** Where states go when the memory is full, and checkpoints. */
function folders(
  spill: string | undefined,
  checkpoint: string | undefined,
): Pick<SearchOptions, "spill" | "checkpoint"> {
  if (checkpoint !== undefined) {
    if (spill !== undefined)
      throw new UsageError("--checkpoint DIR keeps states in a folder of its own: give no --spill");
    return { checkpoint: resolve(checkpoint), spill: statesFolder(resolve(checkpoint)) };
  }
  if (spill === "none") return {};
  if (spill !== undefined) prepareFolder("spill", spill);
  return { spill: spill ?? TEMPORARY };
}

function isStoreKind(text: string): text is StoreKind {
  return (STORE_KINDS as readonly string[]).includes(text);
}

/** How many threads search: as many as are asked for, or as there are cores. @throws UsageError */
export function threadsOf(text: string | undefined): number {
  if (text === undefined) return Math.min(availableParallelism(), MOST_THREADS);
  const threads = positiveInteger("threads", text);
  if (threads > MOST_THREADS) throw new UsageError(`--threads takes a number from 1 to ${MOST_THREADS}, not ${text}`);
  return threads;
}

/** The memory that a search may take; by default three quarters of what the machine, or the container, has. */
export function memoryLimit(text: string | undefined): number {
  if (text !== undefined) return bytes("memory", text);
  const allowed = process.constrainedMemory?.() ?? 0;
  const has = totalmem();
  return Math.floor(0.75 * (allowed > 0 && allowed < has ? allowed : has));
}

/** A property's name as the model writes it; `no-deadlock` will do for "no deadlock". */
function propertyCalled(name: string, { properties }: Instance): string {
  const same = properties.find((property) => property.name === name);
  const alike = properties.filter((property) => slug(property.name) === slug(name));
  return same === undefined && alike.length === 1 ? alike[0]!.name : name;
}
