/** `popcheck replay FILE`: follows a recorded counterexample through the plain functions again. */

import { projectable } from "../../../traces/analysis/processes.js";
import { textOfTrace } from "../../../traces/text/text.js";
import { isWalk, type Trace } from "../../../traces/trace.js";
import { EXIT, statusOfViolation } from "../../reports/exit-status.js";
import { lookOf } from "../../reports/terminal.js";
import type { PropertyKind } from "../../search/outcome.js";
import { onlyMembers } from "../args/projection.js";
import { replayed } from "../args/replayed.js";
import { recordedTrace } from "../args/trace-file.js";

export interface ReplayArguments {
  readonly file: string;
  readonly model?: string;
  readonly full?: boolean;
  readonly show?: string | readonly string[];
  readonly only?: string | readonly string[];
}

/** Runs the command and returns the exit status: that of the violation if there still is one. */
export async function replayCommand({ file, model, full, show, only }: ReplayArguments): Promise<number> {
  const recorded = recordedTrace(file, "replayed");
  const projected = onlyMembers(only, projectable(recorded), file);
  const { trace, explanation } = await replayed(file, recorded, { model, show, done: "replayed" });
  process.stdout.write(textOf(trace, explanation === undefined, full ?? false, projected));
  return explanation === undefined ? EXIT.holds : statusOfViolation(trace["#meta"].property.kind as PropertyKind);
}

function textOf(trace: Trace, holds: boolean, full: boolean, projected: readonly string[] | undefined): string {
  const look = lookOf(process.stdout);
  const text = textOfTrace(trace, { width: look.width, styles: look, full, only: projected, holds });
  return `${text}\n${holds && !isWalk(trace) ? "    the property holds at the end of this run now\n" : ""}`;
}
