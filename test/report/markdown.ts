/** Markdown: folded paragraphs, tables, charts. */

import { mermaidOf } from "../../traces/formats/sequence.js";
import { fold } from "../../traces/text/columns.js";
import { lengthOf, type Trace } from "../../traces/trace.js";
import { lengthInWords } from "./outcomes.js";

const WIDTH = 120;
/** The most steps of a chart that is shown unasked. */
const SHORT = 25;

/** A text as written in a source, which may be folded there: on lines of at most so many columns. */
export function paragraph(text: string): string {
  return fold(text.replace(/\s+/g, " ").trim(), WIDTH).join("\n");
}

export function item(text: string): string {
  const [first, ...rest] = fold(text.replace(/\s+/g, " ").trim(), WIDTH - 2);
  return [`- ${first}`, ...rest.map((line) => `  ${line}`)].join("\n");
}

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

/** The page, with the lines between each pair of marks `<!-- name -->` and `<!-- end -->` written anew. */
export function withTables(page: string, tables: Readonly<Record<string, string>>): string {
  return Object.entries(tables).reduce((text, [name, lines]) => {
    const marked = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- end -->)`);
    if (!marked.test(text)) throw new Error(`the page has no place for the table "${name}"`);
    return text.replace(marked, (_whole, start: string, end: string) => `${start}${lines}\n${end}`);
  }, page);
}

export function commands(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}`).join("\n");
}

/** Where a heading is linked to, as code hosts make it of its text. */
export function anchorOf(heading: string): string {
  const slug = heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
  return `#${slug}`;
}

/**
 * Where a rule stands: its file as it runs, source or compiled, and the line, which moves whenever the file is edited.
 */
const PLACE = / \([^()\s]+\.[jt]s:\d+\)/g;

/** What is wrong in the last state, in the model's words. */
export function explanationOf(trace: Trace): string {
  return trace["#meta"].explanation.replace(PLACE, "");
}

/** A counterexample as a sequence diagram, which code hosts draw. A long one is shown on demand. */
export function chart(trace: Trace, shown: "if short" | "on demand" = "if short"): string {
  const told = { ...trace, "#meta": { ...trace["#meta"], explanation: explanationOf(trace) } };
  const drawing = `\`\`\`mermaid\n${mermaidOf(told)}\`\`\``;
  if (shown === "if short" && lengthOf(trace) <= SHORT) return drawing;
  return `<details>\n<summary>The run as a chart: ${lengthInWords(trace)}</summary>\n\n${drawing}\n\n</details>`;
}
