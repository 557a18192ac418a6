/**
 * The standard streams of the process, whose other end may go away at any time: a reader that has seen enough (`check …
 * | head`), a full disk, a closed terminal. None of them ends a search or changes what it comes to.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { devNull } from "node:os";
import { isatty } from "node:tty";

let guarded = false;
/** Why the standard output was not written to its end; undefined if nothing is missing that anybody waits for. */
let loss: Error | undefined;
let statusOfLoss = 0;

/**
 * Has errors of the standard streams be told instead of thrown. Call it before anything is written; further calls do
 * nothing.
 */
export function guardStandardStreams(): void {
  if (guarded) return;
  guarded = true;
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (name === "stderr" || loss !== undefined || !isLoss(error)) return;
      loss = error;
      process.stderr.write(`warning: the standard output cannot be written to its end: ${error.message}\n`);
    });
    if (stream.constructor.name === "SyncWriteStream") writeWholly(stream);
  }
  process.once("exit", () => {
    if (loss !== undefined && process.exitCode === 0) process.exitCode = statusOfLoss;
  });
  leaveClosedTerminals();
}

/** Has the process end with `status` instead of 0 if the standard output, which was asked for, is not whole. */
export function demandWholeOutput(status: number): void {
  statusOfLoss = status;
}

/** Tells a reader that has gone, which is nobody's loss, from a disk that is full. */
function isLoss({ code }: NodeJS.ErrnoException): boolean {
  return code !== "EPIPE" && code !== "EIO" && code !== "ERR_STREAM_DESTROYED";
}

/**
 * Has a stream to a file write each text wholly. Node writes once, and loses without an error what a nearly full disk
 * has no room for.
 */
function writeWholly(stream: NodeJS.WriteStream & { readonly fd?: number }): void {
  const { fd } = stream;
  if (fd === undefined) return;
  stream._write = (chunk: Buffer | string, encoding: BufferEncoding, done: (error?: Error | null) => void) => {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      done();
    } catch (error) {
      done(error as Error);
    }
  };
}

/**
 * Gives a null device the place of each terminal that was closed before the process ends. Node sets its terminals back
 * at the end, and aborts if one of them is gone.
 */
function leaveClosedTerminals(): void {
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  process.once("exit", () => {
    for (const descriptor of terminals) {
      if (isatty(descriptor)) continue;
      closeSync(descriptor);
      // The lowest number that is free is the one that was just closed.
      openSync(devNull, "r+");
    }
  });
}
