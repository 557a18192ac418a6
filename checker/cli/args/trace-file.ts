/** Reading a recorded trace from a file. Errors name the file. */

import { readFileSync } from "node:fs";
import { BadTrace, parseTrace } from "../../../traces/formats/parse.js";
import { onOneLine } from "../../../traces/text/shown.js";
import type { Trace } from "../../../traces/trace.js";
import { UsageError } from "../../errors.js";

/**
 * Reads a trace.
 * @param done what cannot be done with a bad one, for the error: `replayed`
 * @throws BadTrace if the file holds no trace
 */
export function recordedTrace(file: string, done: string): Trace {
  return inFile(file, done, () => parseTrace(readTrace(file)));
}

/** Returns the text of a file. @throws BadTrace if it cannot be read */
export function readTrace(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : message;
    throw new BadTrace(reason);
  }
}

/** Does something with a file; an error of the user's gets the file's name. @param done as in `recordedTrace` */
export function inFile<T>(file: string, done: string, doing: () => T): T {
  try {
    return doing();
  } catch (error) {
    // The message quotes the file, whose line breaks must not look like the command's own.
    if (error instanceof BadTrace) throw new BadTrace(`${file} cannot be ${done}: ${onOneLine(error.message)}`);
    if (error instanceof UsageError) throw new UsageError(`${file} cannot be ${done}: ${onOneLine(error.message)}`);
    throw error;
  }
}
