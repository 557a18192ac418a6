/** `popcheck resume DIR`: resumes the search whose checkpoints lie in a folder. */
import { resolve } from "node:path";
import { resumeFrom } from "../../api/checkpoints.js";
import { resumedRequest } from "../../api/resume.js";
import { bytes, positiveInteger } from "../args/options.js";
import { type CheckArguments, checkAndReport, checkpointMinutes } from "./check.js";

export interface ResumeArguments extends CheckArguments {
  readonly folder: string;
}

/** Runs the command and returns the exit status. @throws UsageError if no checkpoint can be used */
export async function resumeCommand(argv: ResumeArguments): Promise<number> {
  return resumeFrom(resolve(argv.folder), async (resumption) => {
    const { named, request } = await resumedRequest(resumption, {
      ...(argv.threads === undefined ? {} : { threads: positiveInteger("threads", argv.threads) }),
      ...(argv.memory === undefined ? {} : { memory: bytes("memory", argv.memory) }),
      ...(argv.maxStates === undefined ? {} : { maxStates: positiveInteger("max-states", argv.maxStates) }),
      ...checkpointMinutes(argv),
      ...(argv.types === undefined ? {} : { types: argv.types }),
    });
    process.stderr.write(`taking up ${resumption.about.model} at ${resumption.name}\n`);
    return checkAndReport(named, argv, request, resumption);
  });
}
