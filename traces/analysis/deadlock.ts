/** What a deadlock waits for. Pure functions of the trace. */
import { lengthOf, type Trace } from "../trace.js";
import { messageHistoryOf } from "./messages.js";
import { processesOf } from "./processes.js";
import { isClosedByStanding, mentions } from "./standing-guards.js";

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
