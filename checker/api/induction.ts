/** Whether the invariants of a model are inductive, and which others would make them so. */
import type { Trace } from "../../traces/trace.js";
import { Induction, type InductionOptions, type InductionOutcome } from "../induction/induction.js";
import { type SuggestOutcome, suggest as suggestFor } from "../induction/suggest.js";
import { twoStatesOf } from "../induction/two-states.js";
import type { AnyModel } from "../model/model.js";
import type { IndexSet } from "../model/scalarset.js";
import type { NamedModel } from "../models/models.js";
import type { SearchOptions } from "../search/options.js";
import { type CheckOptions, requestOf } from "./request.js";

/** Which invariants are asked about, over which states. */
export interface InductiveOptions extends InductionOptions, Pick<CheckOptions, "parameters" | "symmetry" | "memory"> {}

/**
 * Asks whether invariants of a model are inductive. The author's functions run in this process.
 * @param of a model, or what `loadModel` returns
 * @returns the outcome, and the smallest step out as a trace of two states
 * @throws UsageError for names of no invariant, and for options that make no sense
 * @throws LoadError if the model cannot be set up
 */
export function inductive(
  of: AnyModel | NamedModel,
  options: InductiveOptions = {},
): InductionOutcome & { readonly trace: Trace | undefined } {
  const { instance, asked, search } = askedOf(of, options);
  const induction = new Induction(instance, asked, search);
  try {
    const outcome = induction.outcome();
    const [first] = outcome.counterexamples;
    return { ...outcome, trace: first && twoStatesOf(induction.instance, first) };
  } finally {
    induction.close();
  }
}

/**
 * Suggests invariants that hold in every reachable state, and eliminate steps out.
 * @param nameOfSet returns the name by which the model's file has an index set
 * @throws UsageError also if not every reachable state can be looked at, or an invariant is violated in one
 */
export function suggest(
  of: AnyModel | NamedModel,
  options: InductiveOptions = {},
  nameOfSet: (set: IndexSet) => string = ({ name }) => name,
): SuggestOutcome {
  const { instance, asked, search } = askedOf(of, options);
  return suggestFor(instance, asked, search, nameOfSet);
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
