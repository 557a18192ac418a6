/** The files that a run writes. Before the search, which may take hours, it is made sure that they can be written. */

import { accessSync, constants, existsSync, mkdirSync, openSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Trace } from "../../../traces/trace.js";
import { UsageError } from "../../errors.js";
import { slug } from "../../reports/slug.js";
import type { Outcome } from "../../search/outcome.js";

function refusal(option: string, path: string, error: unknown): UsageError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOTDIR: "a part of the path is a file",
    EEXIST: "it is a file",
    EISDIR: "it is a folder",
    EACCES: "no permission",
    ENOENT: "its folder does not exist",
    EROFS: "the file system is read-only",
  };
  return new UsageError(`--${option} ${path} cannot be written: ${reasons[code ?? ""] ?? message}`);
}

/** Makes a folder to write into. @throws UsageError if that is not possible */
export function prepareFolder(option: string, folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw refusal(option, folder, error);
  }
}

/** Checks that a file can be written. @throws UsageError if it cannot */
export function prepareFile(option: string, file: string): void {
  try {
    if (existsSync(file) && statSync(file).isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
    accessSync(existsSync(file) ? file : dirname(resolve(file)), constants.W_OK);
    if (!statSync(dirname(resolve(file))).isDirectory()) throw Object.assign(new Error(), { code: "ENOTDIR" });
  } catch (error) {
    throw refusal(option, file, error);
  }
}

/** Opens a file to add to its end, and returns its descriptor. @throws UsageError if it cannot be written */
export function openToAdd(option: string, file: string): number {
  try {
    return openSync(file, "a");
  } catch (error) {
    throw refusal(option, file, error);
  }
}

export function writeJson(option: string, file: string, json: unknown): void {
  writeText(option, file, `${JSON.stringify(json, undefined, 2)}\n`);
}

export function writeText(option: string, file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw refusal(option, file, error);
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

/** Writes each counterexample to `folder/<stem>-<property>.json`, and returns the files by property. */
export function writeTraces(outcome: Outcome, folder: string, stem: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const { name, trace } of outcome.properties) {
    if (trace === undefined) continue;
    let file = join(folder, `${stem}-${slug(name)}.json`);
    for (let n = 2; [...files.values()].includes(file); n++) file = join(folder, `${stem}-${slug(name)}-${n}.json`);
    writeJson("trace", file, trace satisfies Trace);
    files.set(name, file);
  }
  return files;
}
