/**
 * How a checkpoint is found that can be used, what it says of its run, and whether the model that it names may be run.
 * Its folder may be a stranger's: what it says is checked before any of the model's code runs.
 */
import { existsSync, statSync } from "node:fs";
import * as z from "zod/mini";
import { onOneLine } from "../../traces/text/shown.js";
import { UsageError } from "../errors.js";
import { isModelName, loadModel, type NamedModel } from "../models/models.js";
import { checksumOfProgram, differenceOfSources } from "../models/source.js";
import { version } from "../package.js";
import { BadCheckpoint, checkpointsIn, sweepPartial } from "../search/exhaustive/checkpoint.js";
import { checkFiles, fitting, readManifest } from "../search/exhaustive/manifest.js";
import { type SearchOptions, STORE_KINDS } from "../search/options.js";
import { type Resumption, type RunDescription, sealedText } from "./checkpoints.js";
import { lockFolder } from "./folder-lock.js";
import { isSealed } from "./seal.js";

const positive = () => z.number().check(z.positive());
const checksum = () => z.string().check(z.regex(/^[0-9a-f]{64}$/));
const values = () => z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const runDescription = z.strictObject({
  version: z.string(),
  program: checksum(),
  model: z.string(),
  source: z.strictObject({ checksum: checksum(), files: z.record(z.string(), checksum()) }),
  seal: z.optional(z.string()),
  parameters: values(),
  given: values(),
  options: z.strictObject({
    search: z.optional(z.literal("bfs")),
    symmetry: z.optional(z.boolean()),
    receptions: z.optional(z.boolean()),
    properties: z.optional(z.array(z.string())),
    maxStates: z.optional(positive()),
    maxDepth: z.optional(positive()),
    memory: z.optional(positive()),
    storeMemory: z.optional(positive()),
    checkpoint: z.optional(z.string()),
    spill: z.optional(z.string()),
    store: z.optional(z.enum(STORE_KINDS)),
    threads: z.optional(positive()),
    levelForThreads: z.optional(positive()),
    orderedFrom: z.optional(positive()),
    stopAtFirst: z.optional(z.boolean()),
    audit: z.optional(positive()),
    coverage: z.optional(z.boolean()),
  } satisfies Record<keyof SearchOptions, unknown>),
  seconds: z.number().check(z.nonnegative()),
}) as unknown as z.ZodMiniType<RunDescription>;

/**
 * Reads the checkpoint `name` in `folder`.
 * @throws BadCheckpoint if it is damaged, or was written by another popcheck
 */
function readResumption(folder: string, name: string): Resumption {
  const { files, body } = readManifest(folder, name);
  const { version: written } = (body.about ?? {}) as { version?: unknown };
  if (written !== version())
    throw new BadCheckpoint(`popcheck ${String(written)} wrote it, and this is popcheck ${version()}`);
  const about = fitting(runDescription, body.about, "what its manifest says of the run");
  if (about.program !== checksumOfProgram())
    throw new BadCheckpoint(
      `another build of popcheck ${version()} wrote it: popcheck's own files, or Immutable, are no longer the same`,
    );
  checkFiles(folder, name, files);
  return { folder, name, body, about };
}

/** Asks the user whether to run the model `model`, which a checkpoint in `folder` names. */
export type AskToRun = (folder: string, model: string) => Promise<boolean>;

/**
 * Loads the model of a checkpoint. The model of one that was not made on this account runs only if it is built in, if
 * the caller has given it, or if the user says so: its code may do whatever the user may.
 * @param given the name or the file of the model, if the caller gives it
 * @throws UsageError if the model must not run
 * @throws BadCheckpoint if the model was edited since
 */
export async function modelOf(
  { folder, about }: Resumption,
  given: string | undefined,
  ask: AskToRun = async () => false,
): Promise<NamedModel> {
  const model = given ?? about.model;
  const isKnown = given !== undefined || isModelName(model) || isSealed(sealedText(model, about.source), about.seal);
  const shown = onOneLine(model);
  if (!isKnown && !(await ask(folder, shown)))
    throw new UsageError(
      `the checkpoints in ${folder} were not made on this account, or are of another model: they name ${shown}, whose code would run with your rights\n  Look at that file, and give it: popcheck resume ${folder} --model FILE`,
    );
  if (given === undefined && !isModelName(model) && !existsSync(model))
    throw new UsageError(
      `the checkpoints in ${folder} are of the model ${shown}, which is not there any more\n  If it lies elsewhere now: popcheck resume ${folder} --model FILE`,
    );
  return loadModel(model, (source) => {
    if (source.checksum !== about.source.checksum)
      throw new BadCheckpoint(`the model has changed since: ${differenceOfSources(about.source, source)}`);
  });
}

/**
 * Tries the checkpoints of `folder`, the newest first, until one can be used, and returns what `use` returns for it.
 * No other process may use the folder meanwhile.
 * @param use takes up the search; it throws BadCheckpoint if the checkpoint cannot be used
 * @param warn is given a line for each checkpoint that is refused
 * @throws UsageError if none can be used
 */
export async function resumeFrom<T>(
  folder: string,
  use: (resumption: Resumption) => Promise<T>,
  warn: (message: string) => void = (message) => process.stderr.write(message),
): Promise<T> {
  const is = statSync(folder, { throwIfNoEntry: false });
  if (is === undefined) throw new UsageError(`there is no folder ${folder}`);
  if (!is.isDirectory())
    throw new UsageError(`${folder} is a file: popcheck resume takes the folder that --checkpoint named`);
  if (checkpointsIn(folder).length === 0) throw new UsageError(`there is no checkpoint in ${folder}`);
  const unlock = lockFolder(folder);
  try {
    sweepPartial(folder);
    return await firstOf(folder, use, warn);
  } finally {
    unlock();
  }
}

async function firstOf<T>(
  folder: string,
  use: (resumption: Resumption) => Promise<T>,
  warn: (message: string) => void,
): Promise<T> {
  const reasons: string[] = [];
  for (const name of checkpointsIn(folder)) {
    try {
      return await use(readResumption(folder, name));
    } catch (error) {
      // An error of the search itself is none of the checkpoint's: it ends the run.
      if (!(error instanceof BadCheckpoint)) throw error;
      const reason = onOneLine(error.message);
      reasons.push(`  ${name}: ${reason}`);
      warn(`warning: ${name} is refused: ${reason}\n`);
    }
  }
  throw new UsageError(
    `no checkpoint in ${folder} can be used\n${reasons.join("\n")}\n  popcheck check with --checkpoint ${folder} --fresh begins anew.`,
  );
}
