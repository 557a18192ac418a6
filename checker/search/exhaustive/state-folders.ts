/**
 * Where the files of states lie that checkpoints name: each checkpoint names one folder, and two that follow each other
 * name different ones, so that damage to one leaves the other whole. One of the two folders is that of the search
 * itself, which only adds to its files; the other one is a copy that is brought up to date when a checkpoint is written
 * there. A folder is `states-000001`, beside the checkpoints.
 */
import { createHash, type Hash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import {
  type FileRecord,
  type NumberFile,
  recordOf,
  syncFolder,
  writeFully,
  written,
} from "../../store/number-file.js";
import { BadCheckpoint } from "./checkpoint.js";

/** The name of the first folder of states. */
export const FIRST_STATES = "states-000001";
const NAME = /^states-\d{6,9}$/;

/** Returns the names of the folders of states in `folder`. */
function statesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && NAME.test(entry.name))
    .map(({ name }) => name);
}

/**
 * Returns the path of a folder of states.
 * @throws BadCheckpoint if it is missing, or is a link: then its files are not the checkpoint's own
 */
export function statesOf(checkpoints: string, name: string): string {
  if (!statesIn(checkpoints).includes(name)) throw new BadCheckpoint(`its folder ${name} is missing, or is no folder`);
  return join(checkpoints, name);
}

/** Returns a path below `checkpoints` for a folder of states that nothing has used yet. */
export function newStatesFolder(checkpoints: string): string {
  const last = Math.max(0, ...statesIn(checkpoints).map((name) => Number(name.split("-")[1])));
  return join(checkpoints, `states-${String(last + 1).padStart(6, "0")}`);
}

/** Removes the folders of states in `folder`, except those named in `kept`. */
export function sweepStates(folder: string, kept: ReadonlySet<string> = new Set()): void {
  for (const name of statesIn(folder))
    if (!kept.has(name)) rmSync(join(folder, name), { recursive: true, force: true });
}

/** The files of a search's states, and their copy. */
export class StateFolders {
  /** The folders of the kept checkpoints, the newest last; undefined for one without states on disk. */
  private readonly named: (string | undefined)[] = [];
  private copy: StatesCopy | undefined;

  /** @param checkpoints the folder of the checkpoints */
  constructor(private readonly checkpoints: string) {}

  /** Notes that the search goes on from a checkpoint whose files lie in `folder`; undefined if it has none. */
  resumed(folder: string | undefined): void {
    this.named.push(folder);
  }

  /**
   * Sees to it that the bytes of `files` are on the disk, in a folder that the checkpoint before does not name.
   * @param files the search's own, all in one folder; none if its states are in memory
   * @returns the folder's name, and the records of the files there; undefined if there are no files
   * @throws DiskFull if the files cannot be written
   * @throws Error if the disk gives back other bytes than were written
   */
  place(files: readonly NumberFile[]): { readonly folder: string; readonly files: readonly FileRecord[] } | undefined {
    const [first] = files;
    if (first === undefined) return undefined;
    const own = dirname(first.path);
    const records = files.map(recordOf);
    if (this.named.at(-1) !== basename(own)) {
      for (const file of files) file.sync();
      written(() => syncFolder(own));
      return { folder: basename(own), files: records };
    }
    this.copy ??= new StatesCopy(newStatesFolder(this.checkpoints));
    this.copy.update(files);
    return { folder: basename(this.copy.folder), files: records };
  }

  /**
   * Notes that a checkpoint was written whose states are at `placed`, and removes what no kept checkpoint names.
   * @param own the folder that the search itself writes to; undefined if its states are in memory
   */
  noteWritten(placed: ReturnType<StateFolders["place"]>, own: string | undefined): void {
    this.named.push(placed?.folder);
    if (placed && this.copy && basename(this.copy.folder) === placed.folder) this.copy.sweep(placed.files);
    this.named.splice(0, this.named.length - 2);
    const kept = [...this.named, own && basename(own), this.copy && basename(this.copy.folder)];
    sweepStates(this.checkpoints, new Set(kept.filter((name) => name !== undefined)));
  }
}

/** A copy of files that only grow. */
class StatesCopy {
  /** By name: what was copied so far. */
  private readonly files = new Map<string, { length: number; readonly hash: Hash }>();

  constructor(readonly folder: string) {}

  /** Adds what the files have gained since. Files that are no longer among `sources` stay. */
  update(sources: readonly NumberFile[]): void {
    written(() => mkdirSync(this.folder, { recursive: true }));
    for (const source of sources) this.add(source);
    written(() => syncFolder(this.folder));
    written(() => syncFolder(dirname(this.folder)));
  }

  private add(source: NumberFile): void {
    const name = basename(source.path);
    const copied = this.files.get(name) ?? { length: 0, hash: createHash("sha256") };
    if (copied.length === source.length && this.files.has(name)) return;
    const file = written(() => openSync(join(this.folder, name), this.files.has(name) ? "r+" : "wx"));
    this.files.set(name, copied);
    try {
      for (const part of source.parts(copied.length)) {
        written(() => writeFully(file, copied.length, part));
        copied.hash.update(part);
        copied.length += part.length;
      }
      written(() => fsyncSync(file));
    } finally {
      closeSync(file);
    }
    if (copied.hash.copy().digest("hex") !== source.checksum)
      throw new Error(`${source.path} is damaged: the disk gives back other bytes than were written`);
  }

  /** Removes the files that are not among `records`. */
  sweep(records: readonly FileRecord[]): void {
    const kept = new Set(records.map(({ name }) => name));
    for (const name of [...this.files.keys()].filter((name) => !kept.has(name))) {
      this.files.delete(name);
      rmSync(join(this.folder, name), { force: true });
    }
  }
}
