/** Files of numbers that are only appended to, with a running checksum. */

import { createHash, type Hash } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, join } from "node:path";
import { DiskFull } from "../errors.js";

/** A file as a checkpoint records it: its size in bytes, and the SHA-256 of its contents. */
export interface FileRecord {
  readonly name: string;
  readonly length: number;
  readonly checksum: string;
}

export function recordOf(file: NumberFile): FileRecord {
  return { name: basename(file.path), length: file.length, checksum: file.checksum };
}

/**
 * Reopens several files of a folder, by their names.
 * @throws Error if one is missing or damaged; then none is left open
 */
export function resumeFiles(folder: string, files: readonly FileRecord[]): Map<string, NumberFile> {
  const opened = new Map<string, NumberFile>();
  try {
    for (const { name, length, checksum } of files)
      opened.set(name, NumberFile.resume(join(folder, name), length, checksum));
    return opened;
  } catch (error) {
    for (const file of opened.values()) file.close();
    throw error;
  }
}

export class NumberFile {
  private isClosed = false;
  private readonly file: number;
  private hash: Hash = createHash("sha256");
  /** Size in bytes. */
  length = 0;

  /**
   * Makes an empty file at `path`. A file that is there is removed, not emptied: it may have another name too, or be a
   * link to another file.
   * @throws DiskFull if it cannot be made
   */
  constructor(readonly path: string) {
    this.file = written(() => {
      rmSync(path, { force: true });
      return openSync(path, "wx+");
    });
  }

  /** @throws DiskFull if `bytes` cannot be written whole; `length` is then as before */
  append(bytes: Uint8Array): void {
    written(() => writeFully(this.file, this.length, bytes));
    this.hash.update(bytes);
    this.length += bytes.length;
  }

  /**
   * Fills `into` with the bytes from offset `from` on.
   * @throws Error if the file ends before `into` is full
   */
  read(from: number, into: Uint8Array): void {
    readFully(this.file, from, into, this.path);
  }

  /** The SHA-256 of everything written so far, in hexadecimal. */
  get checksum(): string {
    return this.hash.copy().digest("hex");
  }

  /** Waits until everything written is on the disk. */
  sync(): void {
    written(() => fsyncSync(this.file));
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    closeSync(this.file);
  }

  /** Closes the file and removes it. */
  remove(): void {
    this.close();
    rmSync(this.path, { force: true });
  }

  /**
   * Reopens a file and cuts off what stands behind its first `length` bytes.
   * @throws Error if the file is shorter, the checksum of these bytes is not `checksum`, or the path is a link
   */
  static resume(path: string, length: number, checksum: string): NumberFile {
    const resumed = Object.create(NumberFile.prototype) as { -readonly [K in keyof NumberFile]: NumberFile[K] } & {
      file: number;
      hash: Hash;
    };
    // The folder may be a stranger's, and a link lead to any file of the user's.
    const file = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW);
    try {
      const { size } = fstatSync(file);
      if (size < length) throw new Error(`${path} has ${size} bytes instead of ${length}: it was cut off`);
      const hash = createHash("sha256");
      for (const part of partsOf(file, path, 0, length)) hash.update(part);
      if (hash.copy().digest("hex") !== checksum)
        throw new Error(`${path} is damaged: its checksum is not the recorded one`);
      ftruncateSync(file, length);
      Object.assign(resumed, { path, file, hash, length });
      return resumed as unknown as NumberFile;
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  /** Yields the bytes from offset `from` on, in parts, each of which is valid until the next is asked for. */
  parts(from: number): Generator<Uint8Array> {
    return partsOf(this.file, this.path, from, this.length);
  }
}

function* partsOf(file: number, path: string, from: number, to: number): Generator<Uint8Array> {
  const buffer = new Uint8Array(1 << 20);
  for (let at = from; at < to; at += buffer.length) {
    const part = buffer.subarray(0, Math.min(buffer.length, to - at));
    readFully(file, at, part, path);
    yield part;
  }
}

/** Waits until the names in a folder are on the disk. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Linux reads and writes slightly less than 2 GiB in one call. */
const MOST = 2 ** 30;

/**
 * Runs a task that writes to the disk.
 * @throws DiskFull for what the system refuses
 */
export function written<T>(task: () => T): T {
  try {
    return task();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new DiskFull(REASONS[code] ?? message, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "there is no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EFBIG: "a file is larger than the file system, or ulimit -f, allows",
  EMFILE: "more files are open than ulimit -n allows",
  ENFILE: "more files are open than the system allows",
  EROFS: "the file system is read-only",
};

/** Writes all `bytes` to an open file, from offset `at` on. */
export function writeFully(file: number, at: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file, bytes, done, Math.min(bytes.length - done, MOST), at + done);
}

/**
 * Fills `into` with the bytes of an open file from offset `from` on; `path` is for the error message.
 * @throws Error if the file ends before `into` is full
 */
export function readFully(file: number, from: number, into: Uint8Array, path: string): void {
  for (let done = 0; done < into.length; ) {
    const got = readSync(file, into, done, Math.min(into.length - done, MOST), from + done);
    if (got === 0) throw new Error(`${path} ends at byte ${from + done}, and more was expected`);
    done += got;
  }
}
