/** The files that a run writes. Before the search, which may take hours, it is made sure that they can be written. */

import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  readlinkSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { jsonText } from "../../../traces/formats/json-text.js";
import type { Trace } from "../../../traces/trace.js";
import { makeFolder, notWritable } from "../../api/folders.js";
import { UsageError } from "../../errors.js";
import { slug } from "../../reports/slug.js";
import type { Outcome } from "../../search/outcome.js";

/** Makes a folder to write into, and tries that with a file. @throws UsageError if that is not possible */
export function prepareFolder(option: string, folder: string): void {
  refuseEmpty(option, folder, "a folder");
  makeFolder(option, folder);
}

/** Tries whether a file can be written, and leaves it as it is. @throws UsageError if it cannot */
export function prepareFile(option: string, file: string): void {
  refuseEmpty(option, file, "a file");
  try {
    tryFile(file);
  } catch (error) {
    throw notWritable(option, file, error);
  }
}

/** @throws UsageError for an empty text, which would name the working folder */
function refuseEmpty(option: string, path: string, what: string): void {
  if (path === "") throw new UsageError(`--${option} takes ${what}, not nothing`);
}

/** The greatest number of symbolic links that are followed to a file that does not exist yet. */
const MOST_LINKS = 40;

function tryFile(file: string, links = 0): void {
  const there = ifThere(() => statSync(file));
  const link = there === undefined && ifThere(() => lstatSync(file))?.isSymbolicLink();
  if (link && links < MOST_LINKS) tryFile(resolve(dirname(resolve(file)), readlinkSync(file)), links + 1);
  else if (there === undefined) tryNewFile(file);
  else if (there.isDirectory()) throw Object.assign(new Error("it is a folder"), { code: "EISDIR" });
  // Opening a pipe would wait for its reader.
  else if (!there.isFile()) accessSync(file, constants.W_OK);
  else closeSync(openSync(file, "a"));
}

function tryNewFile(file: string): void {
  closeSync(openSync(file, "wx"));
  rmSync(file);
}

/** Returns what a file is, undefined if it does not exist. */
function ifThere(look: () => Stats): Stats | undefined {
  try {
    return look();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Opens a file to add to its end, and returns its descriptor. @throws UsageError if it cannot be written */
export function openToAdd(option: string, file: string): number {
  try {
    return openSync(file, "a");
  } catch (error) {
    throw notWritable(option, file, error);
  }
}

export function writeJson(option: string, file: string, json: unknown): void {
  writeText(option, file, `${jsonText(json)}\n`);
}

/** Writes a file, wholly or not at all. @throws UsageError if it cannot be written */
export function writeText(option: string, file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    removePart(file);
    throw notWritable(option, file, error);
  }
}

/** Removes what was written of a file that has no room: a part of a text must not be taken for the whole. */
function removePart(file: string): void {
  try {
    if (lstatSync(file).isFile()) rmSync(file);
  } catch {
    // It was not written at all, or cannot be removed either; the error of writing is told in any case.
  }
}

/** The outputs that a run writes once its verdict is there. One that fails leaves the others, and is told. */
export class Outputs {
  /** Whether each could be written so far. */
  complete = true;

  /** @param warn is given a line for each that cannot be written */
  constructor(private readonly warn: (message: string) => void = (message) => process.stderr.write(message)) {}

  /** Writes one output, and returns whether that went well. @param what names it if the error does not */
  write(what: string, write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      this.complete = false;
      const reason = error instanceof Error ? error.message : String(error);
      this.warn(`warning: ${error instanceof UsageError ? "" : `${what} cannot be written: `}${reason}\n`);
      return false;
    }
  }
}

/**
 * Returns the beginning of the names of a model's trace files: `popcorn-4.2`.
 * @param apart further parameters, which tell the files from those of other cases
 */
export function traceStem(outcome: Outcome, apart: Readonly<Record<string, unknown>> = {}): string {
  const { stage } = outcome.parameters;
  const others = Object.entries(apart).filter(([name]) => name !== "stage");
  const words = others.map(([name, value]) =>
    typeof value === "boolean" ? `${value ? "" : "no-"}${slug(name)}` : `${slug(name)}-${slug(String(value))}`,
  );
  return [slug(outcome.model), ...(stage === undefined ? [] : [slug(String(stage))]), ...words].join("-");
}

/** The file of each counterexample. */
export type TraceFiles = ReadonlyMap<Trace, string>;

/**
 * Returns the file of each counterexample: `folder/<stem>-<property>.json`, and for further ones of the property, or
 * for a property whose name comes to the same, `folder/<stem>-<property>-2.json`.
 */
export function traceFiles(outcome: Outcome, folder: string, stem: string): TraceFiles {
  const files = new Map<Trace, string>();
  const taken = new Set<string>();
  for (const { name, trace, further } of outcome.properties) {
    for (const of of [...(trace === undefined ? [] : [trace]), ...(further?.traces ?? [])]) {
      let file = join(folder, `${stem}-${slug(name)}.json`);
      for (let n = 2; taken.has(file); n++) file = join(folder, `${stem}-${slug(name)}-${n}.json`);
      taken.add(file);
      files.set(of, file);
    }
  }
  return files;
}

/** Writes each counterexample to its file, and returns the files that were written. */
export function writeTraces(files: TraceFiles, outputs: Outputs): TraceFiles {
  return new Map(
    [...files].filter(([trace, file]) => outputs.write(`--trace ${file}`, () => writeJson("trace", file, trace))),
  );
}
