/** What a deadlock waits for. Pure functions of the trace. */
import { lengthOf, type Trace } from "../trace.js";
import { messageHistoryOf } from "./messages.js";
import { processesOf } from "./processes.js";

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
  const { closed = [], headline } = trace["#meta"];
  const standings = Object.entries(headline).map(
    ([variable, field]) => new RegExp(`^${escaped(variable)}(\\[[^\\]]*\\])*\\.${escaped(field)} = `),
  );
  const waits = closed.filter(({ reason }) => !standings.some((standing) => standing.test(reason)));
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

function mentions(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w])${escaped(name)}(?![\\w])`).test(text);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
