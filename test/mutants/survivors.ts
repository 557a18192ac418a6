/**
 * The mutants that no test notices, as far as they were looked at, each with the reason. A mutant is known by its
 * line's text and the mistake, so that it is known after the file around it has changed.
 */
import { readFileSync } from "node:fs";
import { inPackage } from "../../checker/package.js";

export interface Survivor {
  readonly file: string;
  /** The line as it stands in the file, without the white space around it. */
  readonly line: string;
  /** What stands there, and what stands there instead, as `describe` of operators.ts tells it. */
  readonly change: string;
  /**
   * Whether no outcome can differ (equivalent), or one could, and no test shows it (unnoticed).
   */
  readonly kind: "equivalent" | "unnoticed";
  readonly why: string;
}

export const SURVIVORS = "test/mutants/survivors.json";

export function readSurvivors(): Survivor[] {
  return JSON.parse(readFileSync(inPackage(SURVIVORS), "utf8")) as Survivor[];
}
