/** Whether the invariants of a model are inductive, and which others would make them so. */
import {
  Induction,
  type InductionOptions,
  type InductionOutcome,
  type InductionProgress,
} from "../induction/induction.js";
import { type SuggestOutcome, suggest as suggesting } from "../induction/suggest.js";
import type { AnyModel } from "../model/model.js";
import type { IndexSet } from "../model/scalarset.js";
import type { NamedModel } from "../models/models.js";
import type { SearchOptions } from "../search/options.js";
import { inSlices } from "../search/slices.js";
import { type CheckOptions, requestOf } from "./request.js";
import { reasonOf } from "./types.js";

/** Which invariants are asked about, over which states, for how long. */
export interface InductiveOptions extends InductionOptions, Pick<CheckOptions, "parameters" | "symmetry" | "memory"> {
  /** Ends after so many seconds, as incomplete. Default: no limit. */
  readonly seconds?: number | undefined;
  /** Ends as incomplete when it aborts. The reason of the abort is the reason of the outcome, if it is a text. */
  readonly signal?: AbortSignal | undefined;
  /** Is called some twenty times a second. The function that it is given tells how far the answer has come. */
  readonly onProgress?: ((progress: () => InductionProgress) => void) | undefined;
}

/** How invariants are suggested. */
export interface SuggestOptions extends InductiveOptions {
  /** Returns the name by which the model's file has an index set. Default: the name of the set. */
  readonly nameOfSet?: ((set: IndexSet) => string) | undefined;
}

/**
 * Asks whether invariants of a model are inductive. The author's functions run in this process.
 * @param of a model, or what `loadModel` returns
 * @returns the outcome, with the smallest step out as a trace of two states
 * @throws UsageError for names of no invariant, and for options that make no sense
 * @throws LoadError if the model cannot be set up
 * @throws FunctionError for a function that is impure or not symmetric
 */
export async function inductive(of: AnyModel | NamedModel, options: InductiveOptions = {}): Promise<InductionOutcome> {
  return answered(of, options, function* (induction) {
    yield* induction.reach();
    return yield* induction.outcome();
  });
}

/**
 * Suggests invariants that hold in every reachable state, and eliminate steps out.
 * @param of a model, or what `loadModel` returns; its functions run in this process
 * @throws UsageError also if not every reachable state can be looked at, or an invariant is violated in one
 * @throws LoadError if the model cannot be set up
 * @throws FunctionError for a function that is impure or not symmetric
 */
export async function suggest(of: AnyModel | NamedModel, options: SuggestOptions = {}): Promise<SuggestOutcome> {
  const { nameOfSet = ({ name }: IndexSet) => name, ...others } = options;
  return answered(of, others, (induction) => suggesting(induction, nameOfSet));
}

/** Runs a task to its end, or to where it is to end. */
async function answered<T>(
  of: AnyModel | NamedModel,
  { signal, onProgress, seconds, ...options }: InductiveOptions,
  task: (induction: Induction) => Generator<void, T>,
): Promise<T> {
  const { instance, asked, search } = askedOf(of, options);
  const induction = new Induction(instance, asked, search);
  const until = seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + 1000 * seconds;
  try {
    return await inSlices(task(induction), () => {
      onProgress?.(() => induction.progress);
      if (signal?.aborted) induction.stop(reasonOf(signal));
      else if (performance.now() >= until) induction.stop(`stopped at --seconds ${seconds}`);
    });
  } finally {
    induction.close();
  }
}

function askedOf(of: AnyModel | NamedModel, { parameters, symmetry, memory, ...options }: InductiveOptions) {
  const { properties = [], assumed = [], ...others } = options;
  const { instance, options: search } = requestOf(of, {
    ...{ threads: 1, spill: false, types: false, properties: [...properties, ...assumed] },
    ...(parameters === undefined ? {} : { parameters }),
    ...(symmetry === undefined ? {} : { symmetry }),
    ...(memory === undefined ? {} : { memory }),
  });
  const { properties: names = [], ...how } = search;
  const asked: InductionOptions = {
    ...others,
    ...(options.properties === undefined ? {} : { properties: names.slice(0, properties.length) }),
    assumed: names.slice(properties.length),
  };
  return { instance, asked, search: how as SearchOptions };
}
