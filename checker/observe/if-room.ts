import { RegionFull } from "../errors.js";

/**
 * Calls `insert`, which enters a path into a decision tree, and ignores that there is no room. A path that is entered
 * in part does no harm: it ends at an unknown child.
 */
export function ifRoom(insert: () => void): void {
  try {
    insert();
  } catch (error) {
    if (!(error instanceof RegionFull)) throw error;
  }
}
