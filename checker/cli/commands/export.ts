/**
 * `popcheck export FILE --format FORMAT`: a recorded counterexample as other tools read it. The model is not needed.
 */

import { FORMAT_NAMES, FORMATS } from "../../../traces/formats/formats.js";
import { UsageError } from "../../errors.js";
import { didYouMean } from "../../nearest.js";
import { EXIT } from "../../reports/exit-status.js";
import { recordedTrace } from "../args/trace-file.js";
import { prepareFile, writeText } from "../outputs/outputs.js";

export interface ExportArguments {
  readonly file: string;
  readonly format?: string;
  readonly out?: string;
  readonly symmetry?: boolean;
  readonly maxStates?: string;
}

/**
 * Runs the command and returns the exit status.
 * @throws BadTrace for a file that is no trace
 * @throws UsageError if the output cannot be written
 */
export function exportCommand({ file, format, out, symmetry, maxStates }: ExportArguments): number {
  if (symmetry !== undefined || maxStates !== undefined)
    throw new UsageError(
      `${symmetry === undefined ? "--max-states" : "--symmetry"} is for --graph: a trace is one run`,
    );
  const names = FORMAT_NAMES.join(", ");
  if (format === undefined) throw new UsageError(`give a --format: ${names}`);
  const write = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (write === undefined) {
    throw new UsageError(`--format takes ${names}, not ${format}${didYouMean(format, FORMAT_NAMES)}`);
  }
  if (out !== undefined) prepareFile("out", out);
  const text = write(recordedTrace(file, "exported"));
  if (out === undefined) process.stdout.write(text);
  else writeText("out", out, text);
  return EXIT.holds;
}
