/**
 * Checkpoints: everything that a search needs to go on, each in a folder of its own below the one that the user names.
 *
 *   checkpoint-000007/manifest.json   a line with the checksum of the next line, which holds everything small and the
 *                                     checksums of the other files
 *   checkpoint-000007/states.bin      the store's shards, unless the states are on disk anyway
 *   checkpoint-000007/journal.bin     the misses that the first thread has answered (journal.ts)
 *   checkpoint-000007/pairs.bin       the pairs of compressed rows
 *   states/                           the states of a search that has outgrown its memory, and the rows that a store of
 *                                     fingerprints has forgotten
 *
 * A checkpoint is written under another name and renamed once everything is on the disk, so there is a whole one or
 * none. The one before it is kept, and is used if the last one cannot be.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { NumberFile, readFully } from "../../store/number-file.js";

export const CHECKPOINT_FORMAT = "popcheck checkpoint 1";
/** The folder for states on disk, below the folder of the checkpoints. */
export const STATES = "states";

/** A checkpoint cannot be used; the message says why. */
export class BadCheckpoint extends Error {
  override readonly name = "BadCheckpoint";
}

/** What stands in the manifest: which files there are, and everything small. */
export interface Manifest<Body> {
  readonly format: typeof CHECKPOINT_FORMAT;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly checksum: string }[];
  readonly body: Body;
}

/** Returns the names of the checkpoints in `folder`, the newest first. */
export function checkpointsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^checkpoint-\d+$/.test(name))
    .sort()
    .reverse();
}

/**
 * Writes a checkpoint, and returns its name.
 * @param contents by the name of a file, the parts of its contents
 * @throws DiskFull if the disk is full: nothing is left of the checkpoint then
 */
export function writeCheckpoint<Body>(
  folder: string,
  contents: Readonly<Record<string, Iterable<Uint8Array>>>,
  body: Body,
): string {
  mkdirSync(folder, { recursive: true });
  const last = checkpointsIn(folder)[0];
  const number = last === undefined ? 1 : Number(last.split("-")[1]) + 1;
  const name = `checkpoint-${String(number).padStart(6, "0")}`;
  const partial = join(folder, `${name}.partial`);
  rmSync(partial, { recursive: true, force: true });
  try {
    mkdirSync(partial);
    const files = Object.entries(contents).map(([file, parts]) => ({
      name: file,
      ...writeParts(join(partial, file), parts),
    }));
    const manifest: Manifest<Body> = { format: CHECKPOINT_FORMAT, files, body };
    const text = JSON.stringify(manifest);
    writeParts(join(partial, "manifest.json"), [Buffer.from(`${checksumOf(text)}\n${text}\n`)]);
    syncFolder(partial);
    renameSync(partial, join(folder, name));
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
  syncFolder(folder);
  for (const old of checkpointsIn(folder).slice(2)) rmSync(join(folder, old), { recursive: true, force: true });
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

function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function checksumOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * Reads the manifest of the checkpoint `name`, and checks the files.
 * @throws BadCheckpoint if the checkpoint cannot be used
 */
export function readManifest<Body>(folder: string, name: string): Manifest<Body> {
  const path = join(folder, name, "manifest.json");
  if (!existsSync(path)) throw new BadCheckpoint("it has no manifest: it is no checkpoint of popcheck's");
  const [checksum, text = ""] = readFileSync(path, "utf8").split("\n");
  if (checksum !== checksumOf(text)) throw new BadCheckpoint("its manifest is damaged: the checksum is not its own");
  const manifest = JSON.parse(text) as Manifest<Body>;
  if (manifest.format !== CHECKPOINT_FORMAT) {
    throw new BadCheckpoint(
      `it has the format "${String(manifest.format)}", and this popcheck reads "${CHECKPOINT_FORMAT}"`,
    );
  }
  for (const file of manifest.files) checkFile(join(folder, name, file.name), file);
  return manifest;
}

/** @throws BadCheckpoint if the file at `path` is not what was written */
function checkFile(path: string, { name, bytes, checksum }: { name: string; bytes: number; checksum: string }): void {
  if (!existsSync(path)) throw new BadCheckpoint(`its file ${name} is missing`);
  const { size } = statSync(path);
  if (size !== bytes)
    throw new BadCheckpoint(`its file ${name} has ${size} bytes instead of ${bytes}: it was cut off, or grew`);
  const hash = createHash("sha256");
  const reader = new PartReader(path);
  const buffer = new Uint8Array(1 << 20);
  for (let left = bytes; left > 0; left -= buffer.length) {
    const part = buffer.subarray(0, Math.min(left, buffer.length));
    reader.read(part);
    hash.update(part);
  }
  reader.close();
  if (hash.digest("hex") !== checksum)
    throw new BadCheckpoint(`its file ${name} is damaged: the checksum is not the recorded one`);
}

/** Reads a file in parts, from its beginning on. */
export class PartReader {
  private readonly file: number;
  private at = 0;

  constructor(private readonly path: string) {
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
export function readAll(folder: string, name: string, file: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, name, file)));
}

/** Removes partial checkpoints from `folder`, which an interrupted writer has left. */
export function sweepPartial(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (name.endsWith(".partial")) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
