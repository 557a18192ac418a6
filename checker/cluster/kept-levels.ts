/**
 * Which levels of a run outlive the machines. Whoever writes a file does not wait until it is on the disk: that takes
 * longer than to search. A driver has the files of levels that are over flushed while the next ones are searched, and
 * notes how far it is:
 *
 *   NAME/kept/5      all files of the levels up to 5 outlive the machines, and the questions that they rest on
 *
 * What a crash of machines leaves of later levels, recovery.ts looks at.
 */
import { packedIn } from "./question-log.js";
import type { RunFiles } from "./run-files.js";
import { sealedJson } from "./sealed.js";

/** The number before that of the first level with files. */
const NONE = -2;

/** Returns the last level that is noted as kept; the one before the first if none is. */
export async function lastKept({ storage, run }: RunFiles): Promise<number> {
  const names = await storage.names(`${run}/kept`);
  return Math.max(NONE, ...names.map((name) => Number(name.slice(name.lastIndexOf("/") + 1))));
}

export class KeptLevels {
  /** The last level that is kept; undefined before that was looked up. */
  private kept: number | undefined;
  /** The last level that is to be kept. */
  private wanted = NONE;
  private isWorking = false;
  private failure: unknown;
  /** The packs of questions that were flushed. */
  private readonly flushed = new Set<string>();

  constructor(private readonly files: RunFiles) {}

  /**
   * Notes that a level is over, and has its files flushed, some time.
   * @throws DiskFull if there was no room for a level before
   */
  over(level: number): void {
    if (this.failure !== undefined) throw this.failure;
    this.wanted = level;
    if (this.isWorking) return;
    this.isWorking = true;
    this.work().then(
      () => {
        this.isWorking = false;
      },
      (error: unknown) => {
        this.failure = error;
      },
    );
  }

  private async work(): Promise<void> {
    const { storage, run } = this.files;
    this.kept ??= await lastKept(this.files);
    while (this.kept < this.wanted) {
      const upTo = this.wanted;
      const log = await storage.names(`${run}/log`);
      const packs = log.filter((name) => packedIn(name) !== undefined && !this.flushed.has(name));
      const outputs: string[] = [];
      for (let level = this.kept + 1; level <= upTo; level++) outputs.push(...(await this.files.ofLevel(level)));
      await storage.keep([...packs, ...outputs]);
      for (const pack of packs) this.flushed.add(pack);
      await storage.create(`${run}/kept/${upTo}`, sealedJson({}));
      this.kept = upTo;
    }
  }
}
