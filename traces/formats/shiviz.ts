/**
 * A trace as a log with vector clocks, for ShiViz: one event for each step, at the process that acts. Who receives a
 * message knows all that its sender knew. Only messages order events; that processes also read common variables does
 * not show. A pure function of the trace.
 */
import { changesOf, messagesOf } from "../analysis/change.js";
import { exchangesByStep, messageHistoryOf, titleOf } from "../analysis/messages.js";
import { onOneLine } from "../text/shown.js";
import { type Trace, whyNotTaken } from "../trace.js";

/**
 * The expression by which ShiViz reads a line. It takes it from the first line of a file, and a delimiter of runs from
 * the second.
 */
export const SHIVIZ_PARSER = String.raw`(?<host>\S+) (?<clock>\{[^}]*\}) (?<event>.*)`;

type Clock = ReadonlyMap<string, number>;

/** Returns a trace as a log for ShiViz. */
export function shivizOf(trace: Trace): string {
  const history = messageHistoryOf(trace);
  const { received } = exchangesByStep(history);
  const hosts = hostNames(history.lifelines);
  const clocks = new Map<string, Clock>(history.lifelines.map((name) => [name, new Map([[name, 1]])]));
  const first = changesOf(trace, 0).join("  ");
  const lines = history.lifelines.map((name) => line(name, clocks.get(name)!, `0 initial  ${first}`, hosts));
  const after: Clock[] = [];
  trace.states.forEach((_, index) => {
    if (index === 0) return;
    const actor = history.actors[index]!;
    const known = received[index]! // What is in flight from the start comes from its sender's first event.
      .map(({ sentAt, from }) => (sentAt === 0 ? new Map([[from, 1]]) : after[sentAt]!));
    const clock = joined([clocks.get(actor)!, ...known]);
    clock.set(actor, clocks.get(actor)!.get(actor)! + 1);
    clocks.set(actor, clock);
    after[index] = clock;
    lines.push(line(actor, clock, eventOf(trace, index), hosts));
  });
  return `${[SHIVIZ_PARSER, "", ...lines].join("\n")}\n`;
}

function eventOf(trace: Trace, index: number): string {
  const refused = whyNotTaken(trace.states[index]!["#meta"]);
  return [
    titleOf(trace, index),
    ...changesOf(trace, index),
    ...messagesOf(trace, index),
    ...(refused === undefined ? [] : [refused]),
  ].join("  ");
}

function joined(clocks: readonly Clock[]): Map<string, number> {
  const result = new Map<string, number>();
  for (const clock of clocks) for (const [name, at] of clock) result.set(name, Math.max(at, result.get(name) ?? 0));
  return result;
}

function line(name: string, clock: Clock, event: string, hosts: ReadonlyMap<string, string>): string {
  const times = [...clock].map(([of, at]) => `${JSON.stringify(hosts.get(of))}:${at}`).join(",");
  return `${hosts.get(name)} {${times}} ${onOneLine(event)}`;
}

/**
 * Returns a host for each lifeline. ShiViz takes a host to be one word of letters and digits; lifelines that would
 * share a host are numbered.
 */
function hostNames(lifelines: readonly string[]): Map<string, string> {
  const hosts = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of lifelines) {
    const word = name.replace(/[^\p{L}\p{N}_.-]+/gu, "_") || "_";
    let host = word;
    for (let n = 2; taken.has(host); n++) host = `${word}.${n}`;
    taken.add(host);
    hosts.set(name, host);
  }
  return hosts;
}
