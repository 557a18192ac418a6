/** Resumes a search where a checkpoint left it. */
import { resolve } from "node:path";
import { loadModel, type NamedModel } from "../models/models.js";
import type { Outcome } from "../search/outcome.js";
import { type Resumption, resumeFrom, statesFolder } from "./checkpoints.js";
import { type CheckOptions, type CheckRequest, defaultMemory, instantiate, threadsOf, typesOf } from "./request.js";
import { type RunObserver, run } from "./run.js";
import { settingUpTyped } from "./types.js";

/** What may differ from the search that wrote the checkpoint. A limit that is left out no longer applies. */
export type ResumeOptions = Pick<CheckOptions, "threads" | "memory" | "maxStates" | "checkpointMinutes" | "types">;

/**
 * Resumes a search. It loads the model that the checkpoint names, and runs its code.
 * @param folder the folder that `checkpoint` named
 * @throws UsageError if none of its checkpoints can be used
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

/** Returns the request that goes on from a checkpoint, and the model that the checkpoint names. */
export async function resumedRequest(
  { folder, about }: Resumption,
  { threads, memory, maxStates, checkpointMinutes, types }: ResumeOptions,
): Promise<{ readonly named: NamedModel; readonly request: CheckRequest }> {
  const named = await loadModel(about.model);
  const instance = await settingUpTyped(named, types, () => instantiate(named.model, about.parameters));
  const { maxStates: _before, ...recorded } = about.options;
  const options = {
    ...recorded,
    checkpoint: folder,
    spill: statesFolder(folder),
    threads: threadsOf(threads),
    memory: memory ?? defaultMemory(),
    ...(maxStates === undefined ? {} : { maxStates }),
  };
  const request = {
    instance,
    given: about.given,
    reference: about.model,
    options,
    ...typesOf(named, types),
    ...(checkpointMinutes === undefined ? {} : { checkpointMinutes }),
  };
  return { named, request };
}
