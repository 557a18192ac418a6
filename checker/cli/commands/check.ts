/** `popcheck check MODEL`: searches, reports, writes what it was asked to write. */
import { resolve } from "node:path";
import { jsonText } from "../../../traces/formats/json-text.js";
import type { Trace } from "../../../traces/trace.js";
import type { Resumption } from "../../api/checkpoints.js";
import type { CheckOptions, CheckRequest } from "../../api/request.js";
import { typedRequestOf } from "../../api/types.js";
import { LoadError, UsageError } from "../../errors.js";
import type { NamedModel } from "../../models/models.js";
import { version } from "../../package.js";
import { coverageReport } from "../../reports/coverage-report.js";
import { EXIT, REMARKS, type Remark, statusOf } from "../../reports/exit-status.js";
import { jsonOf } from "../../reports/json.js";
import { type ReportOptions, reportOf } from "../../reports/report.js";
import { statisticsReport } from "../../reports/statistics-report.js";
import { lookOf } from "../../reports/terminal.js";
import type { StoreKind } from "../../search/options.js";
import type { Outcome, SearchKind } from "../../search/outcome.js";
import { wrongTypes } from "../../types/type-check.js";
import { bytes, camelCase, givenParameters, positiveInteger, positiveNumber, wholeNumber } from "../args/options.js";
import { membersIn, onlyMembers } from "../args/projection.js";
import { messageOf } from "../errors.js";
import {
  Outputs,
  prepareFile,
  prepareFolder,
  type TraceFiles,
  traceFiles,
  traceStem,
  writeJson,
  writeTraces,
} from "../outputs/outputs.js";
import { prepareReports, writeReports } from "../outputs/report-files.js";
import { RunLog } from "../progress/run-log.js";
import type { Rechecked } from "../watching/rechecked.js";
import { type Watch, watchedRun } from "./watched-run.js";

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
  readonly receptions?: boolean;
  readonly maxStates?: string;
  readonly maxDepth?: string;
  readonly memory?: string;
  readonly spill?: string;
  readonly checkpoint?: string;
  readonly fresh?: boolean;
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
  readonly coverage?: boolean;
  readonly coverageHtml?: string;
  readonly coverageLcov?: string;
  readonly trace?: string;
  readonly full?: boolean;
  readonly counterexamples?: string;
  readonly show?: string | readonly string[];
  readonly only?: string | readonly string[];
  readonly failOn?: string | readonly string[];
  readonly types?: boolean;
  readonly watch?: boolean;
  readonly cluster?: string;
  readonly parts?: string;
  readonly dir?: string;
}

/** Runs the command and returns the exit status. */
export async function checkCommand(named: NamedModel, argv: CheckArguments): Promise<number> {
  if (argv.watch) return watchModel(named, argv);
  return checkAndReport(named, argv, await typedRequestOf(named, checkOptions(named, argv)));
}

/** Checks a model again whenever its files change, until an interrupt comes. */
async function watchModel({ isFile, reference }: NamedModel, argv: CheckArguments): Promise<number> {
  if (!isFile) throw new UsageError(`--watch needs the file of a model, and ${reference} is built in`);
  for (const other of ["checkpoint", "json", "log"] as const)
    if (argv[other] !== undefined) throw new UsageError(`--watch and --${other} do not go together`);
  const run: Rechecked["run"] = async (named, edited) => {
    const request = await typedRequestOf(named, checkOptions(named, argv));
    return checkedAndReported(named, argv, request, { signal: edited });
  };
  const { recheck } = await import("../watching/rechecked.js");
  return recheck([{ line: reference, reference, work: 0, run }]);
}

/** Returns what the command line says of how to check. @throws UsageError for a text that is no value */
function checkOptions({ model }: NamedModel, argv: CheckArguments): CheckOptions {
  const { search, store, symmetry, receptions, stop, property, checkpoint, fresh, spill, types, show } = argv;
  const integer = (name: string, text: string | undefined) =>
    text === undefined ? {} : { [camelCase(name)]: positiveInteger(name, text) };
  return {
    parameters: givenParameters(model.parameters, argv),
    ...(search === undefined ? {} : { search: search as SearchKind }),
    ...(store === undefined ? {} : { store: store as StoreKind }),
    ...(symmetry === undefined ? {} : { symmetry }),
    ...(receptions === undefined ? {} : { receptions }),
    ...(types === undefined ? {} : { types }),
    ...(stop === undefined ? {} : { stopAtFirst: stop }),
    ...(property === undefined ? {} : { properties: [property].flat() }),
    ...(show === undefined ? {} : { show: [show].flat() }),
    ...clusterOf(argv),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(fresh === undefined ? {} : { fresh }),
    ...(spill === undefined ? {} : { spill: spill === "none" ? (false as const) : spill }),
    ...(isCounted(argv) ? { coverage: true } : {}),
    ...(argv.memory === undefined ? {} : { memory: bytes("memory", argv.memory) }),
    ...(argv.seed === undefined ? {} : { seed: wholeNumber("seed", argv.seed) }),
    ...checkpointMinutes(argv),
    ...integer("threads", argv.threads),
    ...integer("counterexamples", argv.counterexamples),
    ...integer("max-states", argv.maxStates),
    ...integer("max-depth", argv.maxDepth),
    ...integer("audit", argv.audit),
    ...integer("walks", argv.walks),
    ...integer("seconds", argv.seconds),
  };
}

/** Returns where workers take tasks from, if they are to search. @throws UsageError if only half of it is given */
function clusterOf({ cluster, dir, parts }: CheckArguments): Pick<CheckOptions, "cluster"> {
  if (cluster === undefined && parts !== undefined)
    throw new UsageError("--parts says how the states of a search on a cluster are cut: it needs --cluster URL");
  if (cluster === undefined && dir === undefined) return {};
  if (cluster === undefined || dir === undefined)
    throw new UsageError(
      "--cluster URL and --dir DIR go together: workers take tasks from one, and files from the other",
    );
  return {
    cluster: { redis: cluster, dir, ...(parts === undefined ? {} : { parts: positiveInteger("parts", parts) }) },
  };
}

/** Whether some output tells what was covered. */
function isCounted({ coverage, coverageHtml, coverageLcov }: CheckArguments): boolean {
  return coverage === true || coverageHtml !== undefined || coverageLcov !== undefined;
}

/** Returns the option of `check` and `resume` that says how often checkpoints are written. @throws UsageError */
export function checkpointMinutes({ checkpointEvery }: CheckArguments): Pick<CheckOptions, "checkpointMinutes"> {
  return checkpointEvery === undefined
    ? {}
    : { checkpointMinutes: positiveNumber("checkpoint-every", checkpointEvery) };
}

/** Searches, from the beginning or from a checkpoint, reports, and returns the exit status. */
export async function checkAndReport(
  named: NamedModel,
  argv: CheckArguments,
  request: CheckRequest,
  resumption?: Resumption,
): Promise<number> {
  return (await checkedAndReported(named, argv, request, { resumption })).status;
}

/** Does the same, unless `signal` aborts before the report, and returns the outcome, too. */
async function checkedAndReported(
  named: NamedModel,
  argv: CheckArguments,
  request: CheckRequest,
  watch: Pick<Watch, "resumption" | "signal">,
): Promise<{ readonly outcome: Outcome; readonly status: number }> {
  const { instance, given } = request;
  const { json, trace: folder } = argv;
  if (folder !== undefined) prepareFolder("trace", folder);
  if (json !== undefined && json !== "-") prepareFile("json", json);
  prepareReports(argv);
  const projected = onlyMembers(argv.only, membersIn(instance), instance.model.name);
  const failOn = remarks(argv.failOn);

  const outcome = await logged(argv, request, failOn, watch);
  if (watch.signal?.aborted) return { outcome, status: EXIT.incomplete };
  return { outcome, status: reported(outcome, argv, { named, given, failOn, only: projected }) };
}

/** What a report says besides the outcome. */
interface ReportContext {
  readonly named: NamedModel;
  readonly given: Readonly<Record<string, unknown>>;
  readonly failOn: readonly Remark[];
  readonly only: readonly string[] | undefined;
}

/**
 * Prints the verdict, then writes the files, and returns the exit status: that of the verdict, unless everything holds
 * and a file that was asked for is missing.
 */
function reported(outcome: Outcome, argv: CheckArguments, { named, given, failOn, only }: ReportContext): number {
  const { json, trace: folder } = argv;
  const areWrong = outcome.types?.verdict === "failed";
  const planned = folder === undefined ? new Map<Trace, string>() : traceFiles(outcome, folder, traceStem(outcome));
  if (json !== "-" && !areWrong) {
    process.stdout.write(textOf(outcome, named, given, planned, { full: argv.full ?? false, only }));
    if (argv.coverage) process.stdout.write(`\n${coverageReport(outcome, lookOf(process.stdout))}`);
    if (argv.statistics) process.stdout.write(`\n${statisticsReport(outcome, lookOf(process.stdout).width)}`);
  }
  const outputs = new Outputs();
  const files = writeTraces(planned, outputs);
  const asJson = () => jsonOf(outcome, files, failOn);
  if (json === "-") process.stdout.write(`${jsonText(asJson())}\n`);
  else if (json !== undefined) outputs.write(`--json ${json}`, () => writeJson("json", json, asJson()));
  const reports = writeReports(argv, outcome, named, given, outputs);
  if (json !== "-" && !areWrong && reports.length > 0) process.stdout.write(`\nwritten to ${reports.join(", ")}\n`);
  if (areWrong) throw new LoadError(wrongTypes(outcome.types));
  const status = statusOf(outcome, failOn);
  return status === EXIT.holds && !outputs.complete ? EXIT.usage : status;
}

/** Searches, with a log if one is asked for. */
async function logged(
  argv: CheckArguments,
  request: CheckRequest,
  failOn: readonly Remark[],
  watch: Pick<Watch, "resumption" | "signal">,
): Promise<Outcome> {
  const { model, parameters } = request.instance;
  const log = logOf(argv);
  const head = { version: version(), model: model.name, parameters };
  try {
    const outcome = await watchedRun(request, { log: log && { of: log, head }, ...watch });
    log?.end(outcome, failOn);
    return outcome;
  } catch (error) {
    log?.fail(messageOf(error, false));
    throw error;
  }
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
  files: TraceFiles,
  shown: Pick<ReportOptions, "full" | "only">,
): string {
  const model = named.isFile ? ` --model ${quoted(named.reference)}` : "";
  const replay = new Map([...files].map(([trace, file]) => [trace, `popcheck replay ${quoted(file)}${model}`]));
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
