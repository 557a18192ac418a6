/** Files of a call lie below the folder that the server was started in. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { UsageError } from "../../errors.js";
import type { ModelSource } from "../../models/source.js";
import { packageRoot } from "../../package.js";

/**
 * Returns the absolute path of a file that a call names.
 * @param folder an absolute path; links in it, and in the file's path, are followed
 * @throws UsageError if the file does not lie below the folder
 */
export function insideFolder(folder: string, path: string): string {
  const asked = resolve(folder, path);
  // A path that leaves the folder is refused alike whether something is there or not.
  if (isBelow(folder, asked) && (!existsSync(asked) || isBelow(realpathSync(folder), realpathSync(asked))))
    return asked;
  throw new UsageError(
    `${path} does not lie below the folder that popcheck mcp was started in\n  Name a file below ${folder}, or start popcheck mcp in a folder that holds it.`,
  );
}

/**
 * Refuses a model that imports files from elsewhere, before anything of it runs. Packages and popcheck's own files may
 * be imported, wherever they are installed.
 * @param model the absolute path of the model's file
 * @throws UsageError that names the file
 */
export function refuseOutside(folder: string, model: string, { files }: ModelSource): void {
  const from = dirname(realpathSync(model));
  for (const file of Object.keys(files)) {
    const path = resolve(from, file);
    if (path.split(sep).includes("node_modules") || isBelow(realpathSync(packageRoot), path)) continue;
    if (!isBelow(realpathSync(folder), path))
      throw new UsageError(
        `${relative(folder, model)} imports ${file}, which does not lie below the folder that popcheck mcp was started in`,
      );
  }
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && resolve(folder, way) === path;
}
