/**
 * The log of an implementation: one JSON object a line, an event of one process each (docs/reference/event-log.md). The
 * events of a process stand in the order in which it had them; nothing is assumed of the order between processes.
 */
import { UsageError } from "../errors.js";
import { didYouMean } from "../nearest.js";
import { type LogEvent, RECEIVE, SEND } from "./events.js";

/** The mark that events of a process are missing at a place of its log. */
export const LOST = "lost";

/** An event with its place in the file. */
export interface LoggedEvent extends LogEvent {
  /** The number of the line, counted from 1. */
  readonly line: number;
}

/** What one process logged of one page. */
export interface ProcessLog {
  readonly process: string;
  readonly events: readonly LoggedEvent[];
  /** The places at which events may be missing: before the event of that index, or behind the last. */
  readonly gaps: ReadonlySet<number>;
}

/** What all processes logged of one page. */
export interface PageLog {
  /** The page; undefined if the log names none. */
  readonly page: string | number | undefined;
  /** One log for each process of the model, in the model's order. */
  readonly processes: readonly ProcessLog[];
}

/** A log that was read. */
export interface EventLog {
  readonly pages: readonly PageLog[];
  /** The names of events that are never logged. */
  readonly unlogged: ReadonlySet<string>;
}

/** A log that cannot be read. The message names the line. */
export class BadLog extends UsageError {}

/** What was read of a process's log, and the last clock there. */
interface Reading {
  readonly events: LoggedEvent[];
  readonly gaps: Set<number>;
  clock: number;
}

type Line = Readonly<Record<string, unknown>>;

/** The fields of a line, with what each must be. */
const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  page: (value) => typeof value === "string" || Number.isFinite(value),
  process: isText,
  event: isText,
  from: isText,
  to: isText,
  message: () => true,
  with: isObject,
  clock: Number.isFinite,
  note: () => true,
};

/**
 * Reads a log.
 * @param file how the log is called in errors
 * @param processes the names of the model's processes
 * @throws BadLog that names the line, and what is wrong with it
 */
export function readLog(text: string, file: string, processes: readonly string[]): EventLog {
  const pages = new Map<string | number | undefined, Map<string, Reading>>();
  const nothing = (): Reading => ({ events: [], gaps: new Set(), clock: Number.NEGATIVE_INFINITY });
  const unlogged = new Set<string>();
  const wrong = (line: number, what: string) => new BadLog(`${file}, line ${line}: ${what}`);
  const lines = text.split("\n");
  for (const [i, words] of lines.entries()) {
    const line = i + 1;
    if (words.trim() === "") continue;
    const read = objectIn(words);
    if (read === undefined) throw wrong(line, `this is no JSON object: ${sketch(words)}`);
    if ("unlogged" in read) {
      if (pages.size > 0) throw wrong(line, '"unlogged" stands before all events');
      for (const name of namesIn(read, (what) => wrong(line, what))) unlogged.add(name);
      continue;
    }
    const event = eventIn(read, line, (what) => wrong(line, what));
    if (!processes.includes(event.process))
      throw wrong(
        line,
        `there is no process ${event.process}${didYouMean(event.process, processes)}\n  The processes are ${processes.join(", ")}: a parameter of the model may say how many there are.`,
      );
    if (unlogged.has(event.event)) throw wrong(line, `"unlogged" says that ${event.event} is never logged`);
    const page = pages.get(event.page) ?? new Map(processes.map((name) => [name, nothing()]));
    pages.set(event.page, page);
    const of = page.get(event.process)!;
    const { clock = of.clock } = event;
    if (clock < of.clock) throw wrong(line, `the clock of ${event.process} falls from ${of.clock} to ${clock}`);
    of.clock = clock;
    if (event.event === LOST) of.gaps.add(of.events.length);
    else of.events.push(event);
  }
  if (pages.size === 0) throw new BadLog(`${file} has no events`);
  return {
    pages: [...pages].map(([page, of]) => ({
      page,
      processes: [...of].map(([process, { events, gaps }]) => ({ process, events, gaps })),
    })),
    unlogged,
  };
}

function objectIn(words: string): Line | undefined {
  try {
    const read: unknown = JSON.parse(words);
    return isObject(read) ? (read as Line) : undefined;
  } catch {
    return undefined;
  }
}

function eventIn(read: Line, line: number, wrong: (what: string) => BadLog): LoggedEvent {
  for (const [name, value] of Object.entries(read)) {
    const fits = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (fits === undefined)
      throw wrong(
        `there is no field "${name}"${didYouMean(name, Object.keys(FIELDS))}\n  The fields are ${Object.keys(FIELDS).join(", ")}.`,
      );
    if (!fits(value)) throw wrong(`"${name}" is ${sketch(JSON.stringify(value))}`);
  }
  for (const name of ["process", "event"]) if (read[name] === undefined) throw wrong(`"${name}" is missing`);
  const { event } = read;
  for (const [name, of] of [
    ["from", RECEIVE],
    ["to", SEND],
  ] as const)
    if (read[name] !== undefined && event !== of) throw wrong(`only the event "${of}" has a "${name}"`);
  if (read.message !== undefined && event !== RECEIVE && event !== SEND)
    throw wrong(`only "${RECEIVE}" and "${SEND}" have a "message"`);
  if (read.with !== undefined && [RECEIVE, SEND, LOST].includes(event as string))
    throw wrong(`"${event}" has no "with"`);
  const { note: _, ...told } = read;
  return { ...told, line } as unknown as LoggedEvent;
}

function namesIn({ unlogged, ...others }: Line, wrong: (what: string) => BadLog): readonly string[] {
  if (Object.keys(others).length > 0) throw wrong('"unlogged" stands in a line of its own');
  if (Array.isArray(unlogged) && unlogged.every((name) => isText(name) && name !== LOST)) return unlogged as string[];
  throw wrong(`"unlogged" is ${sketch(JSON.stringify(unlogged))}, and not a list of names of events`);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sketch(words: string): string {
  return words.length > 60 ? `${words.slice(0, 57)}...` : words;
}
