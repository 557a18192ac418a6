/** Reads rows of levels that are on disk. Every thread opens the files for itself. */
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { readFully } from "../../store/number-file.js";
import { referenceOf } from "../../store/shards.js";
import type { LevelSource, RowRange } from "../workers/control.js";

export interface LevelFiles {
  readonly folder: string;
  /** By shard: how many rows of the archive lie before its first. */
  readonly archivedBefore: readonly number[];
}

export class LevelReader {
  private readonly opened = new Map<string, number>();
  private buffer = new Int32Array(512);

  constructor(private readonly files: LevelFiles) {}

  /**
   * Copies rows to the words from index `at` on, each followed by its reference, as the store does.
   * @returns the index behind the last word
   */
  copyRows({ kind, start }: LevelSource, { shard, from, to }: RowRange, words: Int32Array, at: number): number {
    const path = join(this.files.folder, `${kind}.keys`);
    const file = this.opened.get(path) ?? openSync(path, "r");
    this.opened.set(path, file);
    const first = (kind === "archive" ? this.files.archivedBefore[shard]! : start) + from;
    const count = to - from;
    if (2 * count > this.buffer.length) this.buffer = new Int32Array(2 * count);
    readFully(file, 8 * first, new Uint8Array(this.buffer.buffer, 0, 8 * count), path);
    let into = at;
    for (let i = 0; i < count; i++, into += 3) {
      words[into] = this.buffer[2 * i]!;
      words[into + 1] = this.buffer[2 * i + 1]!;
      words[into + 2] = kind === "archive" ? referenceOf(shard, from + i) : from + i;
    }
    return into;
  }

  /** Closes the files that were opened; they are opened again when they are needed. */
  close(): void {
    for (const file of this.opened.values()) closeSync(file);
    this.opened.clear();
  }
}
