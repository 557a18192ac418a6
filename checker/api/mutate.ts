/** Whether the properties of a model are strong enough: its mutants are judged one by one. */
import type { AnyModel } from "../model/model.js";
import type { NamedModel } from "../models/models.js";
import {
  judgeMutants,
  type MutationObserver,
  type MutationOptions,
  type MutationOutcome,
} from "../mutation/mutation.js";
import { type CheckOptions, requestOf } from "./request.js";

/** Which mutants are judged, and how they are searched. */
export interface MutateOptions
  extends MutationOptions,
    MutationObserver,
    Pick<CheckOptions, "parameters" | "properties" | "receptions" | "symmetry" | "threads" | "memory"> {}

/**
 * Judges the mutants of a model: each is the model with one thing changed, and is checked as a model of its own.
 * @param of a model, or what `loadModel` returns; its functions run in this process
 * @throws UsageError for options that make no sense, and for a model that cannot be searched to its end
 * @throws LoadError if the model cannot be set up
 */
export async function mutate(of: AnyModel | NamedModel, options: MutateOptions = {}): Promise<MutationOutcome> {
  const { sample, seed, kinds, only, seconds, maxStates, signal, onJudged, ...search } = options;
  const { instance, options: how } = requestOf(of, { ...search, spill: false, types: false });
  return judgeMutants(instance, { sample, seed, kinds, only, seconds, maxStates }, how as never, { signal, onJudged });
}
