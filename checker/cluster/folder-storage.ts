/**
 * A storage in a folder that all machines see: of one machine, or mounted by NFS (version 3 or later) or Lustre.
 *
 * A file is written under a name that nobody else has, flushed, and linked to its name: `link` fails if there is one
 * already. To open the name itself exclusively would not do: who dies before it has filled the file leaves an empty one
 * for ever (docs/explanation/commit-protocol.md).
 */
import { randomUUID } from "node:crypto";
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readFully, syncFolder, writeFully, written } from "../store/number-file.js";
import { refuseOtherNames, type Storage } from "./storage.js";

/** Files that are being written lie in the folder of their names, and begin so; no name of a file does. */
const PARTIAL = "~";

/** How many files are flushed at once. */
const AT_ONCE = 64;

export class FolderStorage implements Storage {
  private readonly made = new Set<string>();

  /** @param folder the path of the folder, which is made when the first file is written */
  constructor(readonly folder: string) {}

  private pathOf(name: string): string {
    refuseOtherNames(name);
    return join(this.folder, name);
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    return unlessMissing(() => new Uint8Array(readFileSync(this.pathOf(name))));
  }

  async readPart(name: string, from: number, length: number): Promise<Uint8Array | undefined> {
    const path = this.pathOf(name);
    return unlessMissing(() => {
      const file = openSync(path, "r");
      try {
        const bytes = new Uint8Array(Math.max(0, Math.min(length, fstatSync(file).size - from)));
        readFully(file, from, bytes, path);
        return bytes;
      } finally {
        closeSync(file);
      }
    });
  }

  async create(name: string, parts: Iterable<Uint8Array>, isDurable = true): Promise<boolean> {
    const path = this.pathOf(name);
    const folder = dirname(path);
    const partial = join(folder, `${PARTIAL}${randomUUID()}`);
    try {
      return written(() => {
        writeAll(this.opened(partial, isDurable), parts, isDurable);
        const isOurs = linked(partial, path);
        if (isOurs && isDurable) syncFolder(folder);
        return isOurs;
      });
    } finally {
      rmSync(partial, { force: true });
    }
  }

  /** Makes a file, and the folders that it lies in, and opens it. */
  private opened(path: string, isDurable: boolean): number {
    this.makeFolder(dirname(path), isDurable);
    try {
      return openSync(path, "wx");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      // Another process has removed the folder since.
      this.made.clear();
      this.makeFolder(dirname(path), isDurable);
      return openSync(path, "wx");
    }
  }

  /** Makes a folder, and those that it lies in. @param isDurable whether they are to outlive the machine at once */
  private makeFolder(folder: string, isDurable: boolean): void {
    if (this.made.has(folder)) return;
    const first = mkdirSync(folder, { recursive: true });
    if (first !== undefined && isDurable)
      for (let made = folder; made.length >= first.length; made = dirname(made)) syncFolder(dirname(made));
    this.made.add(folder);
  }

  async keep(names: readonly string[]): Promise<void> {
    const folders = new Set<string>([this.folder]);
    for (const name of names)
      for (let folder = dirname(name); folder !== "."; folder = dirname(folder)) folders.add(this.pathOf(folder));
    // Those in folders come first. The system writes together what is asked for at the same time.
    const paths = [...names.map((name) => this.pathOf(name)), ...folders];
    for (let done = 0; done < paths.length; done += AT_ONCE)
      await Promise.all(paths.slice(done, done + AT_ONCE).map(flush));
  }

  async names(prefix: string): Promise<string[]> {
    const path = this.pathOf(prefix);
    const found = unlessMissing(() => readdirSync(path, { withFileTypes: true })) ?? [];
    const below = await Promise.all(
      found.map(async (entry) => {
        if (entry.name.startsWith(PARTIAL)) return [];
        const name = `${prefix}/${entry.name}`;
        return entry.isDirectory() ? this.names(name) : [name];
      }),
    );
    return below.flat().sort();
  }

  /**
   * Returns how many bytes the files take whose names begin with the words of `prefix`, and when the last of them was
   * written, in milliseconds since 1970.
   */
  extentOf(prefix: string): { readonly bytes: number; readonly written: number } {
    const stats = readdirSync(this.pathOf(prefix), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .flatMap((entry) => unlessMissing(() => [statSync(join(entry.parentPath, entry.name))]) ?? []);
    return {
      bytes: stats.reduce((sum, { size }) => sum + size, 0),
      written: stats.reduce((last, { mtimeMs }) => Math.max(last, mtimeMs), 0),
    };
  }

  async remove(prefix: string): Promise<void> {
    rmSync(this.pathOf(prefix), { recursive: true, force: true });
    this.made.clear();
  }
}

/** Waits until a file or a folder is on the disk, if there is one. @throws DiskFull if the disk is full */
async function flush(path: string): Promise<void> {
  try {
    const file = await open(path, "r");
    await file.sync().finally(() => file.close());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    written(() => {
      throw error;
    });
  }
}

/** Writes all parts to an open file, and closes it. */
function writeAll(file: number, parts: Iterable<Uint8Array>, isDurable: boolean): void {
  try {
    let length = 0;
    for (const part of parts) {
      writeFully(file, length, part);
      length += part.length;
    }
    if (isDurable) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Gives the file at `partial` the name `path` too, and returns whether it has it. Over NFS a link may be made though
 * the answer is lost and the call is sent again: then it fails, and the number of links tells.
 */
function linked(partial: string, path: string): boolean {
  try {
    linkSync(partial, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return statSync(partial).nlink === 2;
  }
}

function unlessMissing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
