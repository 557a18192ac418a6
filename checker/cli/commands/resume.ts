/** `popcheck resume DIR`: takes up the search whose checkpoints lie in a folder. */
import { resolve } from "node:path";
import type { SearchOptions } from "../../search/options.js";
import { positiveInteger } from "../args/options.js";
import { loadModel } from "../models/models.js";
import { type CheckArguments, checkAndReport, memoryLimit, threadsOf } from "./check.js";
import { resumeFrom, statesFolder } from "./checkpoints.js";
import { instantiate } from "./run-search.js";

export interface ResumeArguments extends CheckArguments {
  readonly folder: string;
}

/** The exit status. @throws UsageError if no checkpoint can be used */
export async function resumeCommand(argv: ResumeArguments): Promise<number> {
  const folder = resolve(argv.folder);
  return resumeFrom(folder, async (resumption) => {
    const { about, name } = resumption;
    const named = await loadModel(about.model);
    const instance = instantiate(named.model, about.parameters);
    const { maxStates: _before, ...recorded } = about.options;
    const options: SearchOptions = {
      ...recorded,
      checkpoint: folder,
      spill: statesFolder(folder),
      threads: threadsOf(argv.threads),
      memory: memoryLimit(argv.memory),
      ...(argv.maxStates === undefined ? {} : { maxStates: positiveInteger("max-states", argv.maxStates) }),
    };
    process.stderr.write(`taking up ${about.model} at ${name}\n`);
    return checkAndReport(named, about.given, argv, instance, options, resumption);
  });
}
