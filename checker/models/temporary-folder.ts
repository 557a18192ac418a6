/** Temporary folders, for what is removed when the process is done with it. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../errors.js";

/**
 * Makes a folder for temporary files, and returns its path.
 * @param prefix what its name begins with
 * @throws UsageError if there is no place for temporary files
 */
export function temporaryFolder(prefix: string): string {
  const place = tmpdir();
  try {
    return mkdtempSync(join(place, prefix));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: "which does not exist",
      ENOTDIR: "which is no folder",
      EACCES: "where you may not write",
      EROFS: "on a file system that is read-only",
      ENOSPC: "on a disk without space",
    };
    throw new UsageError(
      `no temporary folder can be made in ${place}, ${reasons[code ?? ""] ?? `where it fails: ${message}`}\n  Make that folder, or name another one in the environment variable TMPDIR.`,
      { cause: error },
    );
  }
}
