/** The formats that other tools read, by the names that `popcheck export` takes. */

import type { Trace } from "../trace.js";
import { csvOf } from "./csv.js";
import { dotOf } from "./dot.js";
import { plainItfOf } from "./plain-itf.js";
import { mermaidOf, plantumlOf } from "./sequence.js";
import { shivizOf } from "./shiviz.js";

/** The formats by name: each is a function from a trace to the text of a file. */
export const FORMATS: Readonly<Record<string, (trace: Trace) => string>> = {
  itf: plainItfOf,
  mermaid: mermaidOf,
  plantuml: plantumlOf,
  shiviz: shivizOf,
  dot: dotOf,
  csv: csvOf,
};

export const FORMAT_NAMES: readonly string[] = Object.keys(FORMATS);
