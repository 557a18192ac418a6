/** Folders that an option names: they are made, or it is said why they cannot be written. */
import { mkdirSync, mkdtempSync, rmdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../errors.js";

const REASONS: Readonly<Record<string, string>> = {
  ENOTDIR: "a part of the path is a file",
  EEXIST: "it is a file",
  EISDIR: "it is a folder",
  EACCES: "no permission",
  EPERM: "no permission",
  ENOENT: "its folder does not exist, or takes no files",
  EROFS: "the file system is read-only",
  ENOSPC: "there is no space left on the disk",
};

/**
 * Returns the error for what an option names and cannot be written.
 * @param option its name, without hyphens
 * @param error what the system says
 */
export function notWritable(option: string, path: string, error: unknown): UsageError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new UsageError(`--${option} ${path} cannot be written: ${REASONS[code ?? ""] ?? message}`);
}

/**
 * Makes a folder that an option names, with those above it, and tries whether it takes files.
 * @param option its name, without hyphens
 * @throws UsageError if the folder cannot be made, or cannot be written to
 */
export function makeFolder(option: string, folder: string): void {
  try {
    make(resolve(folder));
    rmdirSync(mkdtempSync(join(folder, ".popcheck-")));
  } catch (error) {
    throw notWritable(option, folder, error);
  }
}

/** Makes a folder, one at a time: Node's own recursion does not end where the system takes no folders, as in /proc. */
function make(folder: string): void {
  const is = statSync(folder, { throwIfNoEntry: false });
  if (is?.isDirectory()) return;
  if (is !== undefined) throw Object.assign(new Error("it is a file"), { code: "EEXIST" });
  if (dirname(folder) !== folder) make(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it in the meantime.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
