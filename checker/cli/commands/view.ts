/**
 * `popcheck view FILE [OTHER]`: writes a recorded counterexample as a page in one file, or two beside each other. The
 * model is not needed.
 */

import { resolve } from "node:path";
import { htmlOf } from "../../../traces/page/html.js";
import { UsageError } from "../../errors.js";
import { EXIT } from "../../reports/exit-status.js";
import { assetsOf } from "../../reports/page-assets.js";
import { recordedTrace } from "../args/trace-file.js";
import { prepareFile, writeText } from "../outputs/outputs.js";

export interface ViewArguments {
  readonly file: string;
  readonly other?: string;
  readonly out?: string;
}

/**
 * Runs the command and returns the exit status.
 * @throws BadTrace for a file that is no trace
 * @throws UsageError if the page cannot be written
 */
export function viewCommand({ file, other, out = pageFor(file) }: ViewArguments): number {
  const files = other === undefined ? [file] : [file, other];
  const [same] = files.filter((each) => resolve(each) === resolve(out));
  if (same !== undefined) throw new UsageError(`--out ${out} is the trace itself: give the page a file of its own`);
  if (out !== "-") prepareFile("out", out);
  const traces = files.map((each) => recordedTrace(each, "shown"));
  const page = htmlOf(traces, assetsOf("traces/page/viewer"), { beside: traces.length > 1 });
  if (out === "-") process.stdout.write(page);
  else {
    writeText("out", out, page);
    process.stdout.write(`${out}\n`);
  }
  return EXIT.holds;
}

/**
 * Returns the page's file, which lies beside the trace: `out/popcorn-4.2-swmr.html` for `out/popcorn-4.2-swmr.json`.
 */
function pageFor(file: string): string {
  return `${file.replace(/\.json$/, "")}.html`;
}
