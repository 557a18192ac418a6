/**
 * The projection of a run to some of its members: what they do, send, receive, and become. Pure functions of the trace.
 */

import { lengthOf, type Trace } from "../trace.js";
import type { Change, Moved } from "./change.js";
import { changesIn } from "./change.js";
import { type MessageExchange, messageHistoryOf } from "./messages.js";
import { processesOf } from "./processes.js";

/** The part of a run that concerns some members. */
export interface Projection {
  /**
   * The numbers of the steps in which one of the members acts, sends, receives or changes, of the initial state, and of
   * the last step.
   */
  readonly steps: ReadonlySet<number>;
  /** Tells whether a place of a variable belongs to one of the members, or to nobody at all. */
  hasPlace(variable: string, place: string): boolean;
  hasChange(change: Change): boolean;
  /** Tells whether a message that step `index` moves comes from, or goes to, one of the members. */
  hasMessage(index: number, sign: Moved["sign"], text: string, way: Moved["ways"][number]): boolean;
}

/** Returns the projection of a trace. @param projected the names of the members or processes that it is about */
export function projectionOf(trace: Trace, projected: readonly string[]): Projection {
  const members = new Set(projected);
  const { ownerOf } = processesOf(trace);
  const isTheirs = (variable: string, place: string) =>
    members.has(ownerOf(variable, place) ?? "") || place.split("→").some((member) => members.has(member));
  const { actors, exchanges } = messageHistoryOf(trace);
  const steps = new Set([0, lengthOf(trace)]);
  actors.forEach((actor, index) => {
    const isChanged = ({ variable, place }: Change) => isTheirs(variable, place);
    if (members.has(actor) || (index > 0 && changesIn(trace, index).some(isChanged))) steps.add(index);
  });
  for (const { from, to, sentAt, receivedAt } of exchanges) {
    if (members.has(from)) steps.add(sentAt);
    if (members.has(to) && receivedAt !== undefined) steps.add(receivedAt);
  }
  const hasPlace = (variable: string, place: string) =>
    (place === "" && ownerOf(variable, place) === undefined) || isTheirs(variable, place);
  const ends = new Map<string, MessageExchange[]>();
  for (const exchange of exchanges) {
    for (const [index, sign] of [
      [exchange.sentAt, "+"],
      [exchange.receivedAt, "-"],
    ] as const) {
      // biome-ignore format: two ends
      const key = keyOf(index, sign, exchange);
      const known = ends.get(key);
      if (known === undefined) ends.set(key, [exchange]);
      else known.push(exchange);
    }
  }
  return {
    steps,
    hasPlace,
    hasChange: ({ variable, place }) => hasPlace(variable, place),
    hasMessage: (index, sign, text, way) =>
      (ends.get(keyOf(index, sign, { ...way, text })) ?? []).some(
        ({ from, to }) => members.has(from) || members.has(to),
      ),
  };
}

function keyOf(
  index: number | undefined,
  sign: string,
  { channel, place, text }: Pick<MessageExchange, "channel" | "place" | "text">,
) {
  return JSON.stringify([index, sign, channel, place, text]);
}
