/** Checkpoints as the command line sees them: when they are written, and how one is found that can be used. */

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
  /** How the model was named. */
  readonly model: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The parameters that the user gave. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly options: SearchOptions;
  /** How long the search had lasted. */
  readonly seconds: number;
}

/** A checkpoint that is read and whole. */
export interface Resumption {
  readonly folder: string;
  readonly name: string;
  readonly body: Snapshot;
  readonly about: RunDescription;
}

/** The folder that states are written to if checkpoints are. */
export function statesFolder(checkpoints: string): string {
  return join(checkpoints, STATES);
}

/**
 * Tries the checkpoints of a folder, the newest first, until one can be used.
 * @param use takes up the search; throws BadCheckpoint if it cannot
 * @param warn is told why one is refused
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

/** What is wrong with a checkpoint, rather than with the program. A damaged file of states shows as a plain error of reading. */
function isRefusal(error: unknown): error is Error {
  return error instanceof BadCheckpoint || (error instanceof Error && Object.getPrototypeOf(error) === Error.prototype);
}

/** Writing one costs time: it is not to take more than one part in so many. */
const COST = 20;

/** Writes checkpoints of a search while it lasts. */
export class Keeper {
  private last: number;
  private every: number;
  private failed: string | undefined;

  /** @param minutes between checkpoints, at the least */
  constructor(
    private readonly check: Check,
    minutes: number,
    private readonly about: Omit<RunDescription, "seconds" | "version">,
    private readonly warn: (message: string) => void = (message) => process.stderr.write(message),
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.every = minutes * 60_000;
    this.last = clock();
    this.tell();
  }

  /** What would be recorded now. */
  private tell(): void {
    const seconds = this.check.sample().seconds;
    this.check.search.about = { ...this.about, version: version(), seconds } satisfies RunDescription;
  }

  /** Writes one if it is time to. */
  update(): void {
    if (this.clock() - this.last >= this.every) this.write();
  }

  write(): void {
    const started = this.clock();
    this.tell();
    this.check.search.checkpoint();
    this.last = this.clock();
    this.every = Math.max(this.every, COST * (this.last - started));
    this.complain();
  }

  /** Says so, once, if checkpoints cannot be written. */
  complain(): void {
    const { checkpointFailure } = this.check.search;
    if (checkpointFailure !== undefined && checkpointFailure !== this.failed) {
      this.warn(`warning: no checkpoint could be written: ${checkpointFailure}; the one before stays\n`);
    }
    this.failed = checkpointFailure;
  }
}
