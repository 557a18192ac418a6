/** Why a file or a folder that an option names cannot be written. */
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
