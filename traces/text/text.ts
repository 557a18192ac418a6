/**
 * A trace as text: what each step changed, and the sentence of the paper that it carries out. Pure functions of the
 * trace.
 */
import { changesIn, messagesIn, movedInWords, wholeState } from "../analysis/change.js";
import { inFlightAtEnd, isDeadlock, waitedFor, waitInWords } from "../analysis/deadlock.js";
import { causeInWords, cycleInWords, ordersInWords, stepsThatMatter } from "../analysis/explanation.js";
import { type Projection, projectionOf } from "../analysis/projection.js";
import { meanwhileInWords, overtakingInWords, raceOf } from "../analysis/race.js";
import { stepNameOf } from "../analysis/step-names.js";
import { type Json, showItf } from "../formats/json.js";
import { cycleLengthOf, isWalk, lengthOf, type Trace, type TraceStep } from "../trace.js";
import { align, columnWidths, counted, foldAfter, padTo, widthOf } from "./columns.js";
import { onOneLine } from "./shown.js";
import { foldStyled, plainOf, type Style, type StyledPiece, type Styles, styled, unstyled } from "./styled.js";

/** How a trace is shown as text. */
export interface TextOptions {
  /** The number of columns that lines are folded to. Without it each step is one line, however long. */
  readonly width?: number | undefined;
  /** How a terminal shows the styles. */
  readonly styles?: Styles | undefined;
  /** Whether the whole state follows each step, and not only what changed. */
  readonly full?: boolean | undefined;
  /** The members of the projection: only steps that concern them are shown, and the others are counted. */
  readonly only?: readonly string[] | undefined;
  /** Whether no shorter trace leads there, since the search was breadth first. */
  readonly shortest?: boolean | undefined;
  /** Whether the property holds at the end of the run now. */
  readonly holds?: boolean | undefined;
}

/** Writes a heading, a line for each step, and under the last one what is wrong. */
export function textOfTrace(trace: Trace, options: TextOptions = {}): string {
  const projection = options.only && projectionOf(trace, options.only);
  return [...heading(trace, options), ...stepLines(trace, options, projection), ...evidence(trace, options)].join("\n");
}

/** Writes a line for each step alone, for a report that says itself what the run shows. */
export function stepsInWords(trace: Trace, options: TextOptions = {}): string[] {
  return stepLines(trace, options, options.only && projectionOf(trace, options.only));
}

/** Writes the heading. It says so if the text is a projection, which must not look like the whole run. */
function heading(trace: Trace, { only: projected, shortest, holds, width, styles = unstyled }: TextOptions): string[] {
  const { property, loop } = trace["#meta"];
  const walked = isWalk(trace);
  const verdict = walked ? "walked" : holds ? "holds" : "VIOLATED";
  const steps = `${shortest && loop === undefined ? "shortest: " : ""}${lengthInWords(trace)}`;
  const summary = projected ? `${steps}; shown is only what concerns ${projected.join(", ")}` : steps;
  const name = onOneLine(property.name);
  const whole = `${verdict}  ${padTo(name, 38)}  ${summary}`;
  const beneath = " ".repeat(widthOf(verdict) + 2);
  const isTooWide = width !== undefined && widthOf(whole) > width;
  const [first, ...rest] = isTooWide
    ? [...foldAfter(`${verdict}  `, name, width), ...foldAfter(beneath, summary, width)]
    : [whole];
  return [styles[holds || walked ? "good" : "bad"](verdict) + first!.slice(verdict.length), ...rest];
}

/** Returns `15 steps`; for a run that goes on for ever, `5 steps, then 10 again and again`. */
function lengthInWords(trace: Trace): string {
  const cycle = cycleLengthOf(trace);
  const before = counted(lengthOf(trace) - (cycle ?? 0), "step");
  if (cycle === undefined) return before;
  return cycle === 0 ? `${before}, then nothing more` : `${before}, then ${cycle} again and again`;
}

/**
 * Returns the lines that stand above the first step of a cycle and beneath its last, each by the number of the step
 * that follows it.
 */
function marksOf(trace: Trace): Map<number, string> {
  const { loop } = trace["#meta"];
  const last = lengthOf(trace);
  if (loop === undefined) return new Map();
  if (loop === last) return new Map([[last + 1, "here the run stands still for ever"]]);
  return new Map([
    [loop + 1, "from here on again and again:"],
    [last + 1, `this is state ${loop} again`],
  ]);
}

/** One step, in the columns of the text. */
interface StepRow {
  readonly index: TextCell;
  readonly action: TextCell;
  readonly changes: TextCell;
  readonly messages: TextCell;
  readonly says: TextCell;
}

type TextCell = readonly StyledPiece[];

function stepLines(trace: Trace, options: TextOptions, projection: Projection | undefined): string[] {
  const { width, full, styles = unstyled } = options;
  const shown = trace.states.flatMap((_, index) =>
    projection === undefined || projection.steps.has(index) ? [index] : [],
  );
  const rows = shown.map((index) => rowOf(trace, index, projection));
  const steps = new Map(laidOut(rows, width, styles).map((lines, i) => [shown[i]!, lines]));
  const marks = marksOf(trace);
  const result: string[] = [];
  let left: number[] = [];
  for (let index = 0; index <= trace.states.length; index++) {
    const [mark, lines] = [marks.get(index), steps.get(index)];
    if (mark !== undefined || lines !== undefined || index === trace.states.length) {
      result.push(...leftOut(left, width, styles));
      left = [];
    }
    if (mark !== undefined) result.push(...foldAfter("--- ", mark, width).map(styles.mark));
    if (lines !== undefined) result.push(...lines, ...expressionLines(trace, index, width));
    else left.push(index);
    if (full && lines !== undefined)
      result.push(
        ...wholeState(trace, trace.states[index]!, projection?.hasPlace).flatMap((line) =>
          foldAfter("      ", onOneLine(line), width),
        ),
      );
  }
  return result;
}

/** Returns the values of the expressions that the user wants to see, after a step. */
function expressionLines(trace: Trace, index: number, width: number | undefined): string[] {
  const shown = (trace["#meta"].shown ?? []).map(({ expression, values }) => `${expression} = ${values[index]}`);
  return shown.flatMap((text) => foldAfter("      ", onOneLine(text), width));
}

/** Returns `… 3 steps of others (2 to 4)`. */
function leftOut(steps: readonly number[], width: number | undefined, { dim }: Styles): string[] {
  if (steps.length === 0) return [];
  const numbers = steps.length === 1 ? `${steps[0]}` : `${steps[0]} to ${steps.at(-1)}`;
  return foldAfter("    … ", `${counted(steps.length, "step")} of others (${numbers})`, width).map(dim);
}

/** Returns the lines of each step, in the first layout that fits into `width`. */
function laidOut(rows: readonly StepRow[], width = Number.POSITIVE_INFINITY, styles: Styles): string[][] {
  const layout = [onOneLineEach, withSentenceBeneath].find((layout) =>
    layout(rows, unstyled).every((lines) => lines.every((line) => widthOf(line) <= width)),
  );
  if (layout) return layout(rows, styles);
  const heads = columnWidths(rows.map(({ index, action }) => [plainOf(index), plainOf(action), "…"]));
  return rows.map((row) => folded(row, heads, width, styles));
}

/** Writes each step on one line. */
function onOneLineEach(rows: readonly StepRow[], styles: Styles): string[][] {
  return aligned(
    rows.map(({ index, action, changes, messages, says }) => [index, action, changes, messages, says]),
    styles,
  ).map((line) => [line]);
}

function aligned(rows: readonly (readonly TextCell[])[], styles: Styles): string[] {
  const texts = rows.map((cells) => cells.map(plainOf));
  return align(texts, 2, (_, row, column) => styled(rows[row]![column]!, styles));
}

/** Writes each step on one line, and its sentence on the next. */
function withSentenceBeneath(rows: readonly StepRow[], styles: Styles): string[][] {
  const cells = rows.map(({ index, action, changes, messages }) => [index, action, changes, messages]);
  const lines = aligned(cells, styles);
  const [indexWidth = 0, actionWidth = 0] = columnWidths(cells.map((row) => row.map(plainOf)));
  const start = " ".repeat(indexWidth + actionWidth + 4);
  return rows.map(({ says }, i) => (plainOf(says) === "" ? [lines[i]!] : [lines[i]!, start + styled(says, styles)]));
}

/**
 * Writes a step on several lines: what changed beside the action, beneath it the messages, then the sentence.
 * @param heads the widths of the first two columns over all steps
 */
function folded(row: StepRow, heads: readonly number[], width: number, styles: Styles): string[] {
  const [indexWidth = 0, actionWidth = 0] = heads;
  const beside = indexWidth + actionWidth + 4;
  const start = beside > width / 2 ? indexWidth + 4 : beside;
  const lines = (cell: TextCell) => (plainOf(cell) === "" ? [] : foldStyled(cell, Math.max(20, width - start), styles));
  const body = [row.changes, row.messages, row.says].flatMap(lines);
  const head = foldAfter(`${padTo(plainOf(row.index), indexWidth)}  `, plainOf(row.action), width);
  if (start === beside) head[0] = (padTo(head[0]!, start) + (body.shift() ?? "")).trimEnd();
  return [...head, ...body.map((line) => " ".repeat(start) + line)];
}

function rowOf(trace: Trace, index: number, projection: Projection | undefined): StepRow {
  const step = trace.states[index]!["#meta"];
  const last = String(lengthOf(trace)).length;
  const matters = stepsThatMatter(trace);
  const mark = matters === undefined ? "" : matters.has(index) ? "*" : " ";
  return {
    index: cell(String(step.index).padStart(Math.max(2, last)) + mark),
    action: actionCell(trace, index),
    changes: changesCell(trace, index, projection),
    messages: notTakenCell(step) ?? messagesCell(trace, index, projection),
    says: cell(step.says ?? "", "dim"),
  };
}

/** Writes the name of a step. The message in it is styled as what is received. */
function actionCell(trace: Trace, index: number): TextCell {
  const { action, message } = trace.states[index]!["#meta"];
  const name = stepNameOf(trace, index);
  if (message === undefined) return cell(name);
  return [...cell(`${action} `), ...cell(name.slice(action.length + 1), "received")];
}

/** Says of the last step that it could not be taken; undefined of a step that was. */
function notTakenCell({ unspecified, threw, failed, message }: TraceStep): TextCell | undefined {
  if (unspecified !== undefined) return cell(`no rule for ${nameOfMessage(message)}`, "bad");
  const taken = message === undefined ? "" : `, given ${nameOfMessage(message)}`;
  if (failed !== undefined) return cell(`fails an assertion${taken}`, "bad");
  return threw === undefined ? undefined : cell(`threw${taken}`, "bad");
}

function cell(text: string, style?: Style): TextCell {
  return [{ text: onOneLine(text), style }];
}

/** Writes what a step changed. A place that a process moved to is styled, since a reader looks for it. */
function changesCell(trace: Trace, index: number, projection: Projection | undefined): TextCell {
  const changes = changesIn(trace, index).filter((change) => projection?.hasChange(change) ?? true);
  return changes.flatMap(({ label, from, to, fields }, i) => [
    ...cell(`${i === 0 ? "" : "  "}${label}${from === undefined ? "" : ` ${from} →`}`),
    ...(to === undefined ? [] : [...cell(" "), ...cell(to, from === undefined ? undefined : "moved")]),
    ...(fields === undefined ? [] : cell(` ${fields}`)),
  ]);
}

function messagesCell(trace: Trace, index: number, projection: Projection | undefined): TextCell {
  const messages = messagesIn(trace, index).flatMap((moved) => {
    const { sign, text } = moved;
    const ways = moved.ways.filter((way) => projection?.hasMessage(index, sign, text, way) ?? true);
    return ways.length === 0 ? [] : [{ ...moved, ways }];
  });
  return messages.flatMap((moved, i) => [
    ...(i === 0 ? [] : cell("  ")),
    ...cell(movedInWords(moved), moved.sign === "-" ? "received" : "sent"),
  ]);
}

/** The greatest number of sentences on the race that the text has; a page shows all. */
const MOST_SENTENCES = 3;

/** The greatest number of steps that a deadlock's text says to be closed; a page shows all. */
const MOST_WAITS = 4;

/** Writes what is wrong in the last state, how it came about, and what to do about it. */
function evidence(trace: Trace, { width, only: projected, styles = unstyled }: TextOptions): string[] {
  const { explanation } = trace["#meta"];
  const last = trace.states[trace.states.length - 1]!["#meta"];
  if (explanation === "") return [];
  const wrong = foldAfter("    ^ ", onOneLine(explanation), width).map((line) => {
    const start = line.search(/\S/);
    return line.slice(0, start) + styles.bad(line.slice(start));
  });
  const beneath = (text: string) => foldAfter("      ", onOneLine(text), width);
  const sentences = raceInWords(trace, projected);
  const more = sentences.length - MOST_SENTENCES;
  const race = [
    ...sentences.slice(0, MOST_SENTENCES),
    ...(more > 0 ? [`and ${more} more (popcheck view shows them)`] : []),
  ];
  const hasRemedy = last.unspecified !== undefined && last.cell !== undefined;
  const remedy = `Fix the rule that sent ${nameOfMessage(last.message)}, or give ${last.cell} a rule.`;
  return [
    ...wrong,
    ...causeInWords(trace, MOST_SENTENCES).flatMap(beneath),
    ...deadlockInWords(trace).flatMap(beneath),
    ...cycleInWords(trace, MOST_WAITS).flatMap(beneath),
    ...ordersInWords(trace, MOST_SENTENCES).flatMap(beneath),
    ...race.flatMap(beneath),
    ...(hasRemedy ? beneath(remedy) : []),
  ];
}

/** Returns sentences on what a deadlock waits for, and what is in flight in it. */
function deadlockInWords(trace: Trace): string[] {
  if (!isDeadlock(trace)) return [];
  const flying = inFlightAtEnd(trace);
  const waits = waitedFor(trace).map(waitInWords);
  const more = waits.length - MOST_WAITS;
  return [
    flying.length === 0 ? "no message is in flight" : `in flight: ${flying.join(", ")}`,
    ...waits.slice(0, MOST_WAITS),
    ...(more > 0 ? [`and ${counted(more, "other step")} (popcheck view shows them)`] : []),
  ];
}

/**
 * Returns sentences on who overtakes whom.
 * @param projected if given, the sentences are those in which one of these takes part
 */
function raceInWords(trace: Trace, projected: readonly string[] | undefined): string[] {
  const { meanwhile, overtakings } = raceOf(trace);
  const takesPart = (...names: string[]) => projected === undefined || names.some((name) => projected.includes(name));
  return [
    ...meanwhile.filter(({ who, other }) => takesPart(who, other)).map(meanwhileInWords),
    ...overtakings.filter(({ fast, slow }) => takesPart(fast.from, fast.to, slow.from, slow.to)).map(overtakingInWords),
  ];
}

function nameOfMessage(message: Json | undefined): string {
  return message === undefined ? "it" : showItf(message);
}
