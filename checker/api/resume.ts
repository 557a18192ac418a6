/** Resumes a search where a checkpoint left it. */
import { resolve } from "node:path";
import type { NamedModel } from "../models/models.js";
import { newStatesFolder } from "../search/exhaustive/state-folders.js";
import type { Outcome } from "../search/outcome.js";
import type { Resumption } from "./checkpoints.js";
import {
  type CheckOptions,
  type CheckRequest,
  defaultMemory,
  instantiate,
  referenceOf,
  threadsOf,
  typesOf,
} from "./request.js";
import { type AskToRun, modelOf, resumeFrom } from "./resumption.js";
import { type RunObserver, run } from "./run.js";
import { settingUpTyped } from "./types.js";

/** What may differ from the search that wrote the checkpoint. A limit that is left out no longer applies. */
export type ResumeOptions = Pick<
  CheckOptions,
  "threads" | "memory" | "maxStates" | "seconds" | "checkpointMinutes" | "types" | "show"
> & {
  /**
   * The name or the file of the model. A folder that was not made on this account is resumed only with it, unless its
   * model is a built-in one.
   */
  readonly model?: string;
};

/**
 * Resumes a search. It loads the model, and runs its code.
 * @param folder the folder that `checkpoint` named
 * @throws UsageError if none of its checkpoints can be used, if the folder is in use, or if its model must be given
 */
export async function resume(
  folder: string,
  options: ResumeOptions = {},
  observer: RunObserver = {},
): Promise<Outcome> {
  return resumeFrom(resolve(folder), async (resumption) => {
    const { request } = await resumedRequest(resumption, options);
    return run(request, observer, resumption);
  });
}

/**
 * Returns the request that goes on from a checkpoint, and its model.
 * @param ask is asked before the model of a folder that was not made on this account runs
 */
export async function resumedRequest(
  resumption: Resumption,
  { threads, memory, maxStates, seconds, checkpointMinutes, types, show, model }: ResumeOptions,
  ask?: AskToRun,
): Promise<{ readonly named: NamedModel; readonly request: CheckRequest }> {
  const { folder, about } = resumption;
  const named = await modelOf(resumption, model, ask);
  const instance = await settingUpTyped(named, types, () => instantiate(named.model, about.parameters));
  const { maxStates: _before, ...recorded } = about.options;
  const options = {
    ...recorded,
    checkpoint: folder,
    spill: newStatesFolder(folder),
    threads: threadsOf(threads, memory),
    memory: memory ?? defaultMemory(),
    ...(maxStates === undefined ? {} : { maxStates }),
  };
  const request = {
    instance,
    given: about.given,
    reference: referenceOf(named),
    source: named.source,
    options,
    ...(show === undefined ? {} : { show }),
    ...typesOf(named, types),
    ...(seconds === undefined ? {} : { seconds }),
    ...(checkpointMinutes === undefined ? {} : { checkpointMinutes }),
  };
  return { named, request };
}
