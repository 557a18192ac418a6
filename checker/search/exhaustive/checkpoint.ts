/**
 * Checkpoints: everything that a search needs to go on, each in a folder of its own below the one that the user names.
 * Here they are written; manifest.ts reads them.
 *
 *   checkpoint-000007/manifest.json   a line with the checksum of the next line, which holds everything small and the
 *                                     checksums of the other files
 *   checkpoint-000007/states.bin      the store's shards, unless the states are on disk anyway
 *   checkpoint-000007/journal.bin     the misses that the first thread has answered (journal.ts)
 *   checkpoint-000007/pairs.bin       the pairs of compressed rows
 *   states-000001/                    the states of a search that has outgrown its memory, and the rows that a store of
 *                                     fingerprints has forgotten (state-folders.ts)
 *   lock-1                            the process that writes here (checker/api/folder-lock.ts)
 *
 * A checkpoint is written under another name and renamed once everything is on the disk, so there is a whole one or
 * none. The one before it is kept, and is used if the last one cannot be. No file that a kept checkpoint names is
 * written again in place: files of states only grow, and a checkpoint names their beginnings.
 */
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../../checksum.js";
import { NumberFile, readFully, syncFolder, written } from "../../store/number-file.js";

export const CHECKPOINT_FORMAT = "popcheck checkpoint 6";
/** The files of a checkpoint besides its manifest. */
export const CHECKPOINT_FILES = ["journal.bin", "states.bin", "pairs.bin"] as const;
export type CheckpointFile = (typeof CHECKPOINT_FILES)[number];

/** A checkpoint cannot be used; the message says why. */
export class BadCheckpoint extends Error {
  override readonly name = "BadCheckpoint";
}

/** A file of a checkpoint: its size in bytes, and its SHA-256. */
export interface ManifestFile {
  readonly name: CheckpointFile;
  readonly bytes: number;
  readonly checksum: string;
}

/** What stands in the manifest: which files there are, and everything small. */
export interface Manifest<Body> {
  readonly format: typeof CHECKPOINT_FORMAT;
  readonly files: readonly ManifestFile[];
  readonly body: Body;
}

function numberOf(name: string): number {
  return Number(name.split("-")[1]);
}

/** Returns the names of the checkpoints in `folder`, the newest first. */
export function checkpointsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^checkpoint-\d{6,9}$/.test(entry.name))
    .map(({ name }) => name)
    .sort((a, b) => numberOf(b) - numberOf(a));
}

/**
 * Writes a checkpoint, and returns its name. It and the one before it are kept, and all others removed: what could not
 * be used on resuming must not take the place of what could.
 * @param before the name of the checkpoint before it, written or taken up by this search; undefined if there is none
 * @param contents by the name of a file, the parts of its contents
 * @throws DiskFull if the disk is full: nothing is left of the checkpoint then
 */
export function writeCheckpoint<Body>(
  folder: string,
  before: string | undefined,
  contents: Readonly<Record<CheckpointFile, Iterable<Uint8Array>>>,
  body: Body,
): string {
  written(() => mkdirSync(folder, { recursive: true }));
  const last = checkpointsIn(folder)[0];
  const number = last === undefined ? 1 : numberOf(last) + 1;
  const name = `checkpoint-${String(number).padStart(6, "0")}`;
  const partial = join(folder, `${name}.partial`);
  rmSync(partial, { recursive: true, force: true });
  try {
    written(() => mkdirSync(partial));
    const files = CHECKPOINT_FILES.map((file) => ({ name: file, ...writeParts(join(partial, file), contents[file]) }));
    const manifest: Manifest<Body> = { format: CHECKPOINT_FORMAT, files, body };
    const text = JSON.stringify(manifest);
    writeParts(join(partial, "manifest.json"), [Buffer.from(`${sha256(text)}\n${text}\n`)]);
    written(() => {
      syncFolder(partial);
      renameSync(partial, join(folder, name));
      syncFolder(folder);
    });
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
  const others = checkpointsIn(folder).filter((other) => other !== name && other !== before);
  for (const other of others) rmSync(join(folder, other), { recursive: true, force: true });
  return name;
}

function writeParts(path: string, parts: Iterable<Uint8Array>): { bytes: number; checksum: string } {
  const file = new NumberFile(path);
  try {
    const held = new Uint8Array(1 << 20);
    let count = 0;
    for (const part of parts) {
      if (count + part.length > held.length) {
        file.append(held.subarray(0, count));
        count = 0;
      }
      if (part.length > held.length) file.append(part);
      else {
        held.set(part, count);
        count += part.length;
      }
    }
    file.append(held.subarray(0, count));
    file.sync();
    return { bytes: file.length, checksum: file.checksum };
  } finally {
    file.close();
  }
}

/** Reads a file in parts, one behind the other. */
export class PartReader {
  private readonly file: number;

  /** @param at where to read next */
  constructor(
    private readonly path: string,
    public at: number,
  ) {
    this.file = openSync(path, "r");
  }

  read(into: Uint8Array): void {
    readFully(this.file, this.at, into, this.path);
    this.at += into.length;
  }

  close(): void {
    closeSync(this.file);
  }
}

/** Returns the bytes of a file of a checkpoint that is small enough to be held in memory. */
export function readAll(folder: string, name: string, file: CheckpointFile): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, name, file)));
}

/** Removes partial checkpoints from `folder`, which an interrupted writer has left. */
export function sweepPartial(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (/^checkpoint-\d{6,9}\.partial$/.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** Removes all checkpoints from `folder`. */
export function removeCheckpoints(folder: string): void {
  sweepPartial(folder);
  for (const name of checkpointsIn(folder)) rmSync(join(folder, name), { recursive: true, force: true });
}
