/** Checkpoints as a caller sees them: what they say of a run, and when they are written. */

import { UsageError } from "../errors.js";
import { checksumOfProgram, type ModelSource } from "../models/source.js";
import { version } from "../package.js";
import type { Check } from "../search/check.js";
import { checkpointsIn, removeCheckpoints } from "../search/exhaustive/checkpoint.js";
import type { Snapshot } from "../search/exhaustive/snapshot.js";
import { sweepStates } from "../search/exhaustive/state-folders.js";
import type { SearchOptions } from "../search/options.js";
import { lockFolder } from "./folder-lock.js";

/** What a checkpoint says of the run that wrote it. */
export interface RunDescription {
  readonly version: string;
  /** The checksum of what runs besides the model: popcheck's own compiled files, and Immutable. */
  readonly program: string;
  /** The name, or the absolute path, by which the model is loaded. */
  readonly model: string;
  readonly source: ModelSource;
  /** Shows that this account has run this model; undefined if it could keep no key. */
  readonly seal?: string | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The parameters that the user gave. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly options: SearchOptions;
  /** How long the search had lasted, in seconds. */
  readonly seconds: number;
}

/** A checkpoint that was read and is whole. */
export interface Resumption {
  readonly folder: string;
  readonly name: string;
  readonly body: Snapshot;
  readonly about: RunDescription;
}

/** What is sealed under a checkpoint: that this account has run this model. */
export function sealedText(model: string, { checksum }: ModelSource): string {
  return `popcheck has run the model ${JSON.stringify(model)} with the source ${checksum}`;
}

/**
 * Runs a new search that writes checkpoints into `folder`, which no other process may use meanwhile.
 * @param fresh whether checkpoints that are there are removed
 * @throws UsageError if there are checkpoints and `fresh` is false, if the folder is in use, or if it cannot be written
 */
export async function withNewCheckpoints<T>(folder: string, fresh: boolean, task: () => Promise<T>): Promise<T> {
  const unlock = lockFolder(folder);
  try {
    if (checkpointsIn(folder).length > 0 && !fresh)
      throw new UsageError(
        `${folder} holds checkpoints of an earlier search\n  Go on with that search by popcheck resume ${folder}, or give --fresh, which removes them and begins anew.`,
      );
    removeCheckpoints(folder);
    sweepStates(folder);
    return await task();
  } finally {
    unlock();
  }
}

/** The search lasts at least this many times as long between checkpoints as it takes to write one. */
const COST = 20;

/** Writes checkpoints of a search while it lasts. */
export class CheckpointWriter {
  private last: number;
  private every: number;
  private failed: string | undefined;

  /** @param minutes the least time between two checkpoints */
  constructor(
    private readonly check: Check,
    minutes: number,
    private readonly about: Omit<RunDescription, "seconds" | "version" | "program">,
    private readonly warn: (message: string) => void = (message) => process.stderr.write(message),
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.every = minutes * 60_000;
    this.last = clock();
    this.describe();
  }

  /** Gives the search the description to write into the next checkpoint. */
  private describe(): void {
    const { seconds } = this.check.sample();
    const run = { ...this.about, version: version(), program: checksumOfProgram(), seconds };
    this.check.search.about = run satisfies RunDescription;
  }

  /** Writes a checkpoint if the last one is old enough. */
  update(): void {
    if (this.clock() - this.last >= this.every) this.write();
  }

  write(): void {
    const started = this.clock();
    this.describe();
    this.check.search.checkpoint();
    this.last = this.clock();
    this.every = Math.max(this.every, COST * (this.last - started));
    this.complain();
  }

  /** Warns, once, if checkpoints cannot be written. */
  complain(): void {
    const { checkpointFailure } = this.check.search;
    if (checkpointFailure !== undefined && checkpointFailure !== this.failed) {
      this.warn(`warning: no checkpoint could be written: ${checkpointFailure}; the one before stays\n`);
    }
    this.failed = checkpointFailure;
  }
}
