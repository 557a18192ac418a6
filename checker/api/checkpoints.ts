/** Checkpoints as a caller sees them: when they are written, and how one is found that can be used. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors.js";
import { version } from "../package.js";
import type { Check } from "../search/check.js";
import { BadCheckpoint, checkpointsIn, readManifest, STATES, sweepPartial } from "../search/exhaustive/checkpoint.js";
import type { Snapshot } from "../search/exhaustive/snapshot.js";
import type { SearchOptions } from "../search/options.js";

/** What a checkpoint says of the run that wrote it. */
export interface RunDescription {
  readonly version: string;
  /** The name, or the absolute path, by which the model is loaded. */
  readonly model: string;
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

/** Returns the folder that states are written to if checkpoints are. */
export function statesFolder(checkpoints: string): string {
  return join(checkpoints, STATES);
}

/**
 * Tries the checkpoints of `folder`, the newest first, until one can be used, and returns what `use` returns for it.
 * @param use takes up the search; it throws BadCheckpoint if the checkpoint cannot be used
 * @param warn is given a line for each checkpoint that is refused
 * @throws UsageError if none can be used
 */
export async function resumeFrom<T>(
  folder: string,
  use: (resumption: Resumption) => Promise<T>,
  warn: (message: string) => void = (message) => process.stderr.write(message),
): Promise<T> {
  if (!existsSync(folder)) throw new UsageError(`there is no folder ${folder}`);
  sweepPartial(folder);
  const names = checkpointsIn(folder);
  if (names.length === 0) throw new UsageError(`there is no checkpoint in ${folder}`);
  const reasons: string[] = [];
  for (const name of names) {
    try {
      const { body } = readManifest<Snapshot>(folder, name);
      const about = body.about as RunDescription;
      if (about.version !== version()) {
        throw new BadCheckpoint(`popcheck ${about.version} wrote it, and this is popcheck ${version()}`);
      }
      return await use({ folder, name, body, about });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      reasons.push(`  ${name}: ${error.message}`);
      warn(`warning: ${name} is refused: ${error.message}\n`);
    }
  }
  throw new UsageError(`no checkpoint in ${folder} can be used\n${reasons.join("\n")}`);
}

/**
 * Tells whether an error means that the checkpoint is bad, rather than the program. A damaged file of states shows as a
 * plain error of reading.
 */
function isRefusal(error: unknown): error is Error {
  return error instanceof BadCheckpoint || (error instanceof Error && Object.getPrototypeOf(error) === Error.prototype);
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
    private readonly about: Omit<RunDescription, "seconds" | "version">,
    private readonly warn: (message: string) => void = (message) => process.stderr.write(message),
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.every = minutes * 60_000;
    this.last = clock();
    this.describe();
  }

  /** Gives the search the description to write into the next checkpoint. */
  private describe(): void {
    const seconds = this.check.sample().seconds;
    this.check.search.about = { ...this.about, version: version(), seconds } satisfies RunDescription;
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
