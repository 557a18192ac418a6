/** Runs a check to its end in slices, so that its caller is told where it is, and can end it. */
import { rmSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { LimitReached, UsageError } from "../errors.js";
import type { Instance } from "../model/instance.js";
import { loading } from "../models/load-error.js";
import type { ModelSource } from "../models/source.js";
import { temporaryFolder } from "../models/temporary-folder.js";
import { compiledFile } from "../package.js";
import { Check } from "../search/check.js";
import type { SearchOptions } from "../search/options.js";
import type { Outcome } from "../search/outcome.js";
import { type BatchAssignment, BatchThreads } from "../search/random/batch-workers.js";
import { limitOf, RandomSearch, type RandomSearchOptions } from "../search/random/random-search.js";
import type { Sample } from "../search/statistics.js";
import { CheckpointWriter, type Resumption, sealedText, withNewCheckpoints } from "./checkpoints.js";
import { makeFolder } from "./folders.js";
import { refuseFewFiles } from "./open-files.js";
import { type CheckRequest, TEMPORARY } from "./request.js";
import { sealOf } from "./seal.js";
import { besideTypes, reasonOf } from "./types.js";
import type { Underway } from "./underway.js";

/** The time between two looks at whether to stop, in milliseconds. */
const SLICE = 50;

/** Who waits for a check. */
export interface RunObserver {
  /**
   * Ends the check as incomplete when it aborts. The reason of the abort is the reason of the outcome, if it is a text.
   */
  readonly signal?: AbortSignal;
  /** Is called when the check begins, with the options in force. */
  readonly onStart?: (options: SearchOptions | RandomSearchOptions) => void;
  /** Is called some twenty times a second. The function that it is given takes a sample of where the check is. */
  readonly onProgress?: (sample: () => Sample) => void;
}

/**
 * Runs a check, and beside it that of the types. If they are wrong, the check ends, and its outcome decides nothing.
 * @param resumption where a checkpoint left it
 * @throws UsageError for an expression to be shown that cannot be read
 * @throws BadCheckpoint if the check cannot be resumed there
 * @throws FunctionError for a function that is impure, is not symmetric, or throws
 * @throws Disagreement if the reference semantics does not confirm a violation
 */
export async function run(
  request: CheckRequest,
  observer: RunObserver = {},
  resumption?: Resumption,
): Promise<Outcome> {
  const { show, instance } = request;
  // A mistake in an expression is told before the search begins.
  if (show !== undefined) (await import("../explorer/shown-expressions.js")).parseExpressions(show, instance);
  const searched = () =>
    besideTypes(request, observer.signal, (areWrong) => search(request, observer, resumption, areWrong));
  const { options } = request;
  if (!("coverage" in options && options.coverage)) return searched();
  return (await import("./covered-sources.js")).withSources(request, searched);
}

/** Runs a search to its end, or until `isPointless` says that nobody waits for its outcome any more. */
async function search(
  request: CheckRequest,
  { signal, onStart, onProgress }: RunObserver,
  resumption: Resumption | undefined,
  isPointless: () => boolean,
): Promise<Outcome | undefined> {
  return withFolders(request, resumption, async (request, source) => {
    onStart?.(request.options);
    const underway = await begin(request, resumption, source);
    try {
      const sample = () => underway.sample();
      const { seconds } = request;
      const until = seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + 1000 * seconds;
      while (!(await underway.work(SLICE))) {
        if (isPointless()) return undefined;
        onProgress?.(sample);
        if (signal?.aborted) await underway.stop(reasonOf(signal));
        else if (performance.now() >= until) await underway.stop(`stopped at --seconds ${seconds}`);
      }
      const outcome = await underway.outcome();
      const isClean = outcome.properties.every(({ trace }) => trace === undefined);
      return isClean || request.reasons === false
        ? outcome
        : (await import("./reasons.js")).withReasons(request, outcome);
    } finally {
      tidied(() => underway.close());
    }
  });
}

/**
 * Runs `task` with the folders that the request asks for: a temporary one for states, or one for checkpoints that no
 * other process uses.
 * @throws UsageError if they cannot be had
 */
async function withFolders<T>(
  request: CheckRequest,
  resumption: Resumption | undefined,
  task: (request: CheckRequest, source?: ModelSource) => Promise<T>,
): Promise<T> {
  const { options, fresh = false } = request;
  if (isRandom(options)) return task(request);
  refuseFewFiles(options);
  const { checkpoint } = options;
  if (checkpoint !== undefined) {
    const source = await request.source?.();
    // Who resumes has locked the folder before reading it.
    return resumption ? task(request, source) : withNewCheckpoints(checkpoint, fresh, () => task(request, source));
  }
  if (options.spill !== undefined && options.spill !== TEMPORARY) makeFolder("spill", options.spill);
  if (options.spill !== TEMPORARY) return task(request);
  const folder = temporaryFolder("popcheck-");
  try {
    return await task({ ...request, options: { ...options, spill: folder } });
  } finally {
    tidied(() => rmSync(folder, { recursive: true, force: true }));
  }
}

/** Removes what a check leaves behind. If that fails, there is a warning, and the outcome is not lost. */
function tidied(remove: () => void): void {
  try {
    remove();
  } catch (error) {
    process.stderr.write(`warning: files that the check has left cannot be removed: ${(error as Error).message}\n`);
  }
}

async function begin(request: CheckRequest, resumption?: Resumption, source?: ModelSource): Promise<Underway> {
  const { options, cluster } = request;
  if (isRandom(options)) return beginRandom(request, options);
  if (cluster !== undefined) return (await import("./cluster-run.js")).beginCluster(request, cluster, options);
  return beginExhaustive(request, options, resumption, source);
}

/** Sets a model up for a search; what its author's code throws is told as the author's mistake. */
function settingUp<T>({ model }: Instance, setUp: () => T): T {
  return loading(`${model.name} cannot be set up`, setUp);
}

function isRandom(options: SearchOptions | RandomSearchOptions): options is RandomSearchOptions {
  return options.search === "random" || options.search === "swarm";
}

/** What a thread of a random search is given. */
export interface RandomSearchWorkerData {
  readonly reference: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly options: RandomSearchOptions;
  readonly assignment: BatchAssignment;
}

const workerFile = compiledFile("checker/api/random-search-worker.js");

function beginRandom(request: CheckRequest, options: RandomSearchOptions): Underway {
  const { instance, given, reference, threads } = request;
  if (threads === undefined || threads === 1 || reference === undefined)
    return settingUp(instance, () => new RandomSearch(instance, options));
  const start = (assignment: BatchAssignment) => {
    const workerData: RandomSearchWorkerData = { reference, given, options, assignment };
    return new Worker(workerFile, { workerData });
  };
  return settingUp(
    instance,
    () => new RandomSearch(instance, options, new BatchThreads(threads, limitOf(options), start)),
  );
}

/**
 * Begins an exhaustive search. If the request has a folder for checkpoints, they are written at intervals and when the
 * check is ended.
 */
function beginExhaustive(
  { instance, given, reference, checkpointMinutes = 5 }: CheckRequest,
  options: SearchOptions,
  resumption: Resumption | undefined,
  source: ModelSource | undefined,
): Underway {
  const check = settingUp(instance, () => new Check(instance, options));
  // Outside of it: a checkpoint that cannot be used is no mistake of the author's, and the one before it is tried.
  if (resumption) takeUp(check, resumption);
  const writer =
    source === undefined || reference === undefined
      ? undefined
      : new CheckpointWriter(check, checkpointMinutes, {
          ...{ model: reference, source, seal: sealOf(sealedText(reference, source)) },
          ...{ parameters: instance.parameters, given, options },
        });
  return {
    work: async (milliseconds) => {
      const isOver = check.work(milliseconds);
      if (isOver) writer?.complain();
      else writer?.update();
      if (!isOver) await new Promise((resolve) => setImmediate(resolve));
      return isOver;
    },
    sample: () => check.sample(),
    stop: async (reason) => {
      writer?.write();
      check.stop(reason);
    },
    outcome: () => check.outcome(),
    close: () => check.close(),
  };
}

/**
 * Has a check go on from a checkpoint.
 * @throws BadCheckpoint if the checkpoint cannot be used
 * @throws UsageError if the search does not fit into its limits even before it goes on
 */
function takeUp(check: Check, { folder, name, body, about }: Resumption): void {
  try {
    check.resume(folder, name, body, about.seconds);
  } catch (error) {
    check.close();
    if (error instanceof LimitReached)
      throw new UsageError(
        `${name} cannot be taken up: ${error.heading}${error.message}\n  Give more --memory, or more room on the disk.`,
        { cause: error },
      );
    throw error;
  }
}
