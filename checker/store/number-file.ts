/** Files of numbers that are only appended to, with a running checksum. */

import { createHash, type Hash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename } from "node:path";
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

export class NumberFile {
  private readonly file: number;
  private hash: Hash = createHash("sha256");
  /** Size in bytes. */
  length = 0;

  /**
   * Makes an empty file at `path`, in place of any file there.
   * @throws DiskFull if it cannot be made
   */
  constructor(readonly path: string) {
    this.file = written(() => openSync(path, "w+"));
  }

  /** @throws DiskFull if `bytes` cannot be written whole; `length` is then as before */
  append(bytes: Uint8Array): void {
    written(() => {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.file, bytes, done, Math.min(bytes.length - done, MOST), this.length + done);
      }
    });
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
    closeSync(this.file);
  }

  /** Closes the file and removes it. */
  remove(): void {
    this.close();
    if (existsSync(this.path)) unlinkSync(this.path);
  }

  /**
   * Reopens a file and cuts off what stands behind its first `length` bytes.
   * @throws Error if the file is shorter, or the checksum of these bytes is not `checksum`
   */
  static resume(path: string, length: number, checksum: string): NumberFile {
    const resumed = Object.create(NumberFile.prototype) as { -readonly [K in keyof NumberFile]: NumberFile[K] } & {
      file: number;
      hash: Hash;
    };
    if (statSync(path).size < length) throw new Error(`${path} is shorter than it was`);
    const file = openSync(path, "r+");
    const hash = createHash("sha256");
    const buffer = new Uint8Array(1 << 20);
    for (let at = 0; at < length; at += buffer.length) {
      const part = buffer.subarray(0, Math.min(buffer.length, length - at));
      readFully(file, at, part, path);
      hash.update(part);
    }
    if (hash.copy().digest("hex") !== checksum) {
      closeSync(file);
      throw new Error(`${path} is damaged: its checksum is not the recorded one`);
    }
    ftruncateSync(file, length);
    Object.assign(resumed, { path, file, hash, length });
    return resumed as unknown as NumberFile;
  }
}

/** Linux reads and writes slightly less than 2 GiB in one call. */
const MOST = 2 ** 30;

function written<T>(task: () => T): T {
  try {
    return task();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new DiskFull(code === "ENOSPC" ? "there is no space left on the disk" : message, { cause: error });
  }
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
