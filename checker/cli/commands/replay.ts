/** `popcheck replay FILE`: follows a recorded counterexample through the plain functions again. */

import { projectable } from "../../../traces/analysis/processes.js";
import { BadTrace } from "../../../traces/formats/parse.js";
import { replay } from "../../../traces/replay/replay.js";
import { onOneLine } from "../../../traces/text/shown.js";
import { textOfTrace } from "../../../traces/text/text.js";
import { isWalk, type Trace } from "../../../traces/trace.js";
import { instantiate } from "../../api/request.js";
import { UsageError } from "../../errors.js";
import { isModelName, loadModel } from "../../models/models.js";
import { EXIT, statusOfViolation } from "../../reports/exit-status.js";
import { lookOf } from "../../reports/terminal.js";
import type { PropertyKind } from "../../search/outcome.js";
import { onlyMembers } from "../args/projection.js";
import { inFile, recordedTrace } from "../args/trace-file.js";
import { noteUncheckedTypes } from "../outputs/unchecked-types.js";

export interface ReplayArguments {
  readonly file: string;
  readonly model?: string;
  readonly full?: boolean;
  readonly only?: string | readonly string[];
}

/** Runs the command and returns the exit status: that of the violation if there still is one. */
export async function replayCommand({ file, model, full, only }: ReplayArguments): Promise<number> {
  const recorded = recordedTrace(file, "replayed");
  const projected = onlyMembers(only, projectable(recorded), file);
  const { model: name, parameters } = recorded["#meta"];
  const of = onOneLine(name);
  const reference = model ?? name;
  if (model === undefined && !isModelName(name)) {
    throw new UsageError(`${file} is a trace of ${of}, which is no built-in model\n  Name its file with --model.`);
  }
  const loaded = await loadModel(reference);
  if (loaded.model.name !== name) throw new UsageError(`${file} is a trace of ${of}, not of ${loaded.model.name}`);
  noteUncheckedTypes(loaded);
  const { trace, difference, explanation } = inFile(file, "replayed", () =>
    replay(instantiate(loaded.model, parameters), recorded),
  );
  if (difference) {
    const { at, what, recorded: then, actual: now } = difference;
    throw new BadTrace(
      `${file} does not replay: it and the model part at ${at}\n  ${what} in the file: ${then}\n  ${what} by the model: ${now}\n  The file or the model has been changed since. Check the model again with --trace.`,
    );
  }
  process.stdout.write(textOf(trace, explanation === undefined, full ?? false, projected));
  return explanation === undefined ? EXIT.holds : statusOfViolation(trace["#meta"].property.kind as PropertyKind);
}

function textOf(trace: Trace, holds: boolean, full: boolean, projected: readonly string[] | undefined): string {
  const look = lookOf(process.stdout);
  const text = textOfTrace(trace, { width: look.width, styles: look, full, only: projected, holds });
  return `${text}\n${holds && !isWalk(trace) ? "    the property holds at the end of this run now\n" : ""}`;
}
