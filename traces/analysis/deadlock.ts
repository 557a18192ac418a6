/** What a deadlock waits for, and guards that are closed by where a process stands. Pure functions of the trace. */
import { lengthOf, type Trace } from "../trace.js";
import { messageHistoryOf } from "./messages.js";
import { processesOf, standingVariables } from "./processes.js";

/** Tells whether a trace ends where nothing can happen any more. */
export function isDeadlock(trace: Trace): boolean {
  return trace["#meta"].property.kind === "no deadlock";
}

/**
 * Returns the steps that a deadlock waits for, each with the read that closes its guard. A step that is closed by where
 * a process stands is left out: the process waits for something else. The steps of processes that the explanation
 * names, as the waiting ones, come first.
 */
export function waitedFor(trace: Trace): NonNullable<Trace["#meta"]["closed"]> {
  const { closed = [] } = trace["#meta"];
  const waits = closed.filter(({ reason }) => !isClosedByStanding(trace, reason));
  const named = processesOf(trace).names.filter((name) => mentions(trace["#meta"].explanation, name));
  const rank = (step: string) => (named.some((name) => mentions(step, name)) ? 0 : 1);
  return [...waits].sort((a, b) => rank(a.name) - rank(b.name));
}

/** Returns the messages in flight at the end, as `Fetch K1→K2`. */
export function inFlightAtEnd(trace: Trace): string[] {
  return messageHistoryOf(trace)
    .exchanges.filter(({ receivedAt, sentAt }) => receivedAt === undefined && sentAt <= lengthOf(trace))
    .map(({ text, count, told }) =>
      [text, count === 1 ? "" : `×${count}`, told].filter((part) => part !== "").join(" "),
    );
}

/** Says of a step that a deadlock waits for why it cannot be taken, and whose it is if its name does not tell. */
export function waitInWords({ name, by, reason }: NonNullable<Trace["#meta"]["closed"]>[number]): string {
  const whose = by === undefined || mentions(name, by) ? "" : `, a step of ${by},`;
  return `${name}${whose} cannot be taken, as ${reason}`;
}

/**
 * Tells whether a read is of where a process stands: of the headline of a variable, as `copy[K1].page = Shared`, or of
 * a variable without fields that says it, as `location[P1] = wait`.
 */
export function isClosedByStanding(trace: Trace, reason: string): boolean {
  const { headline } = trace["#meta"];
  const whole = [...new Set(standingVariables(trace).values())].filter((variable) => !(variable in headline));
  const places = [
    ...Object.entries(headline).map(([variable, field]) => ({ variable, field: `\\.${escaped(field)}` })),
    ...whole.map((variable) => ({ variable, field: "" })),
  ];
  return places.some(({ variable, field }) =>
    new RegExp(`^${escaped(variable)}(\\[[^\\]]*\\])*${field} = `).test(reason),
  );
}

/** Tells whether a text has a name as a word. */
export function mentions(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w])${escaped(name)}(?![\\w])`).test(text);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
