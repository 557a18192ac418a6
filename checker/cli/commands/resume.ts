/** `popcheck resume DIR`: resumes the search whose checkpoints lie in a folder. */
import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { onOneLine } from "../../../traces/text/shown.js";
import { resumedRequest } from "../../api/resume.js";
import { resumeFrom } from "../../api/resumption.js";
import { UsageError } from "../../errors.js";
import { bytes, positiveInteger } from "../args/options.js";
import { type CheckArguments, checkAndReport, checkpointMinutes } from "./check.js";

export interface ResumeArguments extends CheckArguments {
  readonly folder: string;
  readonly model?: string;
}

/** Runs the command and returns the exit status. @throws UsageError if no checkpoint can be used */
export async function resumeCommand(argv: ResumeArguments): Promise<number> {
  if (argv.folder === "") throw new UsageError("give the folder that check --checkpoint wrote to");
  return resumeFrom(resolve(argv.folder), async (resumption) => {
    const how = {
      ...(argv.model === undefined ? {} : { model: argv.model }),
      ...(argv.threads === undefined ? {} : { threads: positiveInteger("threads", argv.threads) }),
      ...(argv.memory === undefined ? {} : { memory: bytes("memory", argv.memory) }),
      ...(argv.maxStates === undefined ? {} : { maxStates: positiveInteger("max-states", argv.maxStates) }),
      ...(argv.seconds === undefined ? {} : { seconds: positiveInteger("seconds", argv.seconds) }),
      ...(argv.show === undefined ? {} : { show: [argv.show].flat() }),
      ...checkpointMinutes(argv),
      ...(argv.types === undefined ? {} : { types: argv.types }),
    };
    process.stderr.write(`taking up ${onOneLine(argv.model ?? resumption.about.model)} at ${resumption.name}\n`);
    const { named, request } = await resumedRequest(resumption, how, askAtTerminal);
    return checkAndReport(named, argv, request, resumption);
  });
}

/** Asks whether to run a model that this account has not run before. Without a terminal nobody can be asked. */
async function askAtTerminal(folder: string, model: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(
      `The checkpoints in ${folder} were not made on this account. They name the model\n  ${model}\nwhose code would run with your rights. Run it? [y/N] `,
    );
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
