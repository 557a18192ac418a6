/**
 * `popcheck view FILE [OTHER]`: writes a recorded counterexample as a page in one file, or two beside each other. The
 * model is needed only for expressions to be shown along the run.
 */

import { resolve } from "node:path";
import { htmlOf } from "../../../traces/page/html.js";
import type { Trace } from "../../../traces/trace.js";
import { UsageError } from "../../errors.js";
import { EXIT } from "../../reports/exit-status.js";
import { assetsOf } from "../../reports/page-assets.js";
import { replayed } from "../args/replayed.js";
import { recordedTrace } from "../args/trace-file.js";
import { prepareFile, writeText } from "../outputs/outputs.js";

export interface ViewArguments {
  readonly file: string;
  readonly other?: string;
  readonly out?: string;
  readonly model?: string;
  readonly show?: string | readonly string[];
}

/**
 * Runs the command and returns the exit status.
 * @throws BadTrace for a file that is no trace
 * @throws UsageError if the page cannot be written
 */
export async function viewCommand(argv: ViewArguments): Promise<number> {
  const { file, other, out = pageFor(argv.file), model, show } = argv;
  if (model !== undefined && show === undefined)
    throw new UsageError("--model is for --show: without it, a page needs no model");
  const files = other === undefined ? [file] : [file, other];
  const [same] = files.filter((each) => resolve(each) === resolve(out));
  if (same !== undefined) throw new UsageError(`--out ${out} is the trace itself: give the page a file of its own`);
  if (out !== "-") prepareFile("out", out);
  const traces: Trace[] = [];
  for (const each of files) {
    const recorded = recordedTrace(each, "shown");
    const isRecorded = show === undefined;
    traces.push(isRecorded ? recorded : (await replayed(each, recorded, { model, show, done: "shown" })).trace);
  }
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
