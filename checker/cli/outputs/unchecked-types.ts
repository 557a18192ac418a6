/** What is said where an author's file is run without its types being checked. */
import { onOneLine } from "../../../traces/text/shown.js";
import type { NamedModel } from "../../models/models.js";

/** Says on the standard error that the types of a model's file are not checked; of a built-in model they were. */
export function noteUncheckedTypes({ script, reference }: Pick<NamedModel, "script" | "reference">): void {
  if (script === undefined) return;
  process.stderr.write(`the types of ${onOneLine(reference)} are not checked here: popcheck check does\n`);
}
