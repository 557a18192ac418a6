/** A trace as text: what each step changed, and the sentence of the paper that it carries out. A pure function of the trace. */
import { nameOfStep } from "../checker/model/step-name.js";
import { changesOf, messagesOf, wholeState } from "./change.js";
import { align, columnWidths, counted, fold, foldAfter, padTo, widthOf } from "./columns.js";
import { type Json, showItf } from "./json.js";
import { cycleLengthOf, lengthOf, type Trace } from "./trace.js";

export interface TextOptions {
  /** Fold to so many columns. Without it a step is a line, however long. */
  readonly width?: number | undefined;
  /** How a terminal shows what matters less. */
  readonly dim?: ((text: string) => string) | undefined;
  /** After each step the whole state, not only what changed. */
  readonly full?: boolean | undefined;
  /** No shorter trace leads there: the search was breadth-first. */
  readonly shortest?: boolean | undefined;
  /** `VIOLATED` unless the property holds at the end (again). */
  readonly verdict?: string | undefined;
}

/** One step, in the columns of the text. */
interface Row {
  readonly index: string;
  readonly action: string;
  readonly changes: string;
  readonly messages: string;
  readonly says: string;
}

/** A heading, a line for each step, and under the last one what is wrong. */
export function textOfTrace(trace: Trace, options: TextOptions = {}): string {
  const { property, loop } = trace["#meta"];
  const steps = `${options.shortest && loop === undefined ? "shortest: " : ""}${lengthInWords(trace)}`;
  const heading = `${options.verdict ?? "VIOLATED"}  ${padTo(property.name, 38)}  ${steps}`;
  return [heading, ...stepLines(trace, options), ...evidence(trace, options)].join("\n");
}

/** `15 steps`; of a run that goes on for ever, `5 steps, then 10 again and again`. */
function lengthInWords(trace: Trace): string {
  const cycle = cycleLengthOf(trace);
  const before = counted(lengthOf(trace) - (cycle ?? 0), "step");
  if (cycle === undefined) return before;
  return cycle === 0 ? `${before}, then nothing more` : `${before}, then ${cycle} again and again`;
}

/** What stands above the first step of a cycle, and beneath its last. */
function marksOf(trace: Trace): Map<number, string> {
  const { loop } = trace["#meta"];
  const last = lengthOf(trace);
  if (loop === undefined) return new Map();
  if (loop === last) return new Map([[last + 1, `--- here the run stands still for ever`]]);
  return new Map([
    [loop + 1, "--- from here on again and again:"],
    [last + 1, `--- this is state ${loop} again`],
  ]);
}

function stepLines(trace: Trace, options: TextOptions): string[] {
  const rows = trace.states.map((_, index) => rowOf(trace, index));
  const { width = Number.POSITIVE_INFINITY, dim = (text: string) => text } = options;
  const layout = [onOneLine, withSentenceBeneath].find((layout) =>
    layout(rows, same).every((lines) => lines.every((line) => widthOf(line) <= width)),
  );
  const steps = layout ? layout(rows, dim) : rows.map((row) => folded(row, rows, width, dim));
  const marks = marksOf(trace);
  const mark = (i: number) => (marks.has(i) ? [marks.get(i)!] : []);
  const shown = steps.flatMap((lines, i) => [
    ...mark(i),
    ...lines,
    ...(options.full
      ? wholeState(trace, trace.states[i]!).flatMap((line) => foldAfter("      ", line, options.width))
      : []),
  ]);
  return [...shown, ...mark(steps.length)];
}

type Paint = (text: string) => string;

function same(text: string): string {
  return text;
}

/** Each step on a line. */
function onOneLine(rows: readonly Row[], dim: Paint): string[][] {
  const lines = align(
    rows.map(({ index, action, changes, messages, says }) => [index, action, changes, messages, says]),
  );
  return rows.map(({ says }, i) => {
    const line = lines[i]!;
    return [says === "" ? line : line.slice(0, line.length - says.length) + dim(says)];
  });
}

/** Each step on a line, its sentence on the next. */
function withSentenceBeneath(rows: readonly Row[], dim: Paint): string[][] {
  const cells = rows.map(({ index, action, changes, messages }) => [index, action, changes, messages]);
  const lines = align(cells);
  const [indexWidth = 0, actionWidth = 0] = columnWidths(cells);
  const start = " ".repeat(indexWidth + actionWidth + 4);
  return rows.map(({ says }, i) => (says === "" ? [lines[i]!] : [lines[i]!, start + dim(says)]));
}

/** A step on several lines: beside the action what changed, beneath it the messages, then the sentence. */
function folded(row: Row, rows: readonly Row[], width: number, dim: Paint): string[] {
  const [indexWidth = 0, actionWidth = 0] = columnWidths(rows.map(({ index, action }) => [index, action, "…"]));
  const beside = indexWidth + actionWidth + 4;
  const start = beside > width / 2 ? indexWidth + 4 : beside;
  const lines = (text: string, paint: Paint) =>
    text === "" ? [] : fold(text, Math.max(20, width - start)).map((line) => paint(line));
  const body = [...lines(row.changes, same), ...lines(row.messages, same), ...lines(row.says, dim)];
  const head = `${padTo(row.index, indexWidth)}  ${row.action}`;
  const first = start === beside ? (body.shift() ?? "") : "";
  return [(padTo(head, start) + first).trimEnd(), ...body.map((line) => " ".repeat(start) + line)];
}

function rowOf(trace: Trace, index: number): Row {
  const step = trace.states[index]!["#meta"];
  const last = String(lengthOf(trace)).length;
  return {
    index: String(step.index).padStart(Math.max(2, last)),
    action: nameOfStep(step.action, step.binding),
    changes: changesOf(trace, index).join("  "),
    messages:
      step.unspecified === undefined
        ? messagesOf(trace, index).join("  ")
        : `no rule for ${step.message === undefined ? "it" : showItf(step.message)}`,
    says: step.says ?? "",
  };
}

/** What is wrong in the last state, and what to do about it. */
function evidence(trace: Trace, { width }: TextOptions): string[] {
  const { explanation } = trace["#meta"];
  const last = trace.states[trace.states.length - 1]!["#meta"];
  const lines = explanation === "" ? [] : foldAfter("    ^ ", explanation, width);
  if (last.unspecified === undefined || last.cell === undefined) return lines;
  const message = nameOfMessage(last.message);
  return [...lines, ...foldAfter("      ", `Fix the rule that sent ${message}, or give ${last.cell} a rule.`, width)];
}

function nameOfMessage(message: Json | undefined): string {
  return message === undefined ? "it" : showItf(message);
}
