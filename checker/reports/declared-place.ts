/** Which places of declarations a report for a CI server or a code host shows. */
import { isAbsolute } from "node:path";
import type { Place } from "../model/where.js";

/**
 * Tells whether a code host can know the file of a place. A file outside of the working folder is not shown, since its
 * path would be one of this machine; nor is one of an installed package, since it belongs to no repository.
 */
export function isShown({ file }: Place): boolean {
  return !isAbsolute(file) && !/(^|[\\/])node_modules[\\/]/.test(file);
}
