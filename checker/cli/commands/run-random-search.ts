/** `--search random` and `--search swarm`: searches by chance, on threads that load the model themselves. */

import { randomInt } from "node:crypto";
import { Worker } from "node:worker_threads";
import { UsageError } from "../../errors.js";
import type { Instance } from "../../model/instance.js";
import { compiledFile } from "../../package.js";
import type { Outcome } from "../../search/outcome.js";
import { type BatchAssignment, BatchThreads } from "../../search/random/batch-workers.js";
import { limitOf, MOST_PARTS, RandomSearch, type RandomSearchOptions } from "../../search/random/random-search.js";
import { positiveInteger, wholeNumber } from "../args/options.js";
import { loading } from "../models/load-error.js";
import type { NamedModel } from "../models/models.js";
import type { CheckArguments } from "./check.js";
import { type Watch, watched } from "./run-search.js";

export function isRandomSearch(search: string): search is "random" | "swarm" {
  return search === "random" || search === "swarm";
}

/** The options of a search by chance. @throws UsageError for those that make no sense together */
export function randomSearchOptions(
  search: "random" | "swarm",
  { seed, walks, seconds, store, maxStates }: CheckArguments,
  shared: Omit<RandomSearchOptions, "search" | "seed" | "walks" | "seconds">,
): RandomSearchOptions {
  if (search === "random" && store !== undefined)
    throw new UsageError("--store makes no sense with --search random: walks keep no states");
  if (search === "random" && maxStates !== undefined)
    throw new UsageError(
      "--max-states makes no sense with --search random: walks do not count states; give --walks or --seconds",
    );
  if (search === "swarm" && store !== undefined && store !== "exact")
    throw new UsageError("--store makes no sense with --search swarm: its members keep few states, and those whole");
  const number = walks === undefined ? undefined : positiveInteger("walks", walks);
  if (number !== undefined && number > MOST_PARTS)
    throw new UsageError(`--walks takes a number up to ${MOST_PARTS.toLocaleString("en")}, not ${walks}`);
  return {
    search,
    // 32 bits are easily typed again.
    seed: seed === undefined ? randomInt(2 ** 32) : wholeNumber("seed", seed),
    ...(number === undefined ? {} : { walks: number }),
    ...(seconds === undefined ? {} : { seconds: positiveInteger("seconds", seconds) }),
    ...shared,
  };
}

/** A model as threads can load it, and how to sample it. */
export interface RandomSearchRequest {
  readonly named: NamedModel;
  readonly given: Readonly<Record<string, unknown>>;
  readonly instance: Instance;
  readonly options: RandomSearchOptions;
  readonly threads: number;
}

/** What a thread is told. */
export interface RandomSearchWorkerData {
  readonly reference: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly options: RandomSearchOptions;
  readonly shift: BatchAssignment;
}

/** At the first interrupt it ends with what was found so far; the second kills the process. */
export async function runRandomSearch(of: RandomSearchRequest, watch: Watch = {}): Promise<Outcome> {
  const { named, given, instance, options, threads } = of;
  const start = (shift: BatchAssignment) => {
    const workerData: RandomSearchWorkerData = { reference: named.reference, given, options, shift };
    return new Worker(workerFile, { workerData });
  };
  const begin = () =>
    loading(`${instance.model.name} cannot be set up`, () =>
      threads === 1
        ? new RandomSearch(instance, options)
        : new RandomSearch(instance, options, new BatchThreads(threads, limitOf(options), start)),
    );
  return watched(begin, watch);
}

const workerFile = compiledFile("checker/cli/commands/random-search-worker.js");
