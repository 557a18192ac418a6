/** The names of steps, which say what a step receives. Pure functions of the trace. */
import { nameOfStep } from "../../checker/model/step-name.js";
import { showItf } from "../formats/json.js";
import type { Trace, TraceStep } from "../trace.js";
import { type ChannelMove, channelsOf, movesIn, wayInWords } from "./channels.js";

/** Returns the name of step `index`: `App_Write(K1)`; of one that receives, `Receive Invalid(stamp t2) K3→K1`. */
export function stepNameOf(trace: Trace, index: number): string {
  const { action, message, ...step } = trace.states[index]!["#meta"];
  const binding = namedIn(step);
  if (message === undefined) return nameOfStep(action, binding);
  const text = showItf(message);
  const way = wayOf(trace, index, text);
  return nameOfStep(action, binding, text, way, way?.split(/[ →]/));
}

/** Returns the values that a step is named with: those of its action's names, and what it has chosen. */
export function namedIn({ binding, chosen = {} }: Pick<TraceStep, "binding" | "chosen">): TraceStep["binding"] {
  return { ...binding, ...chosen };
}

/** Returns the way of the message that a step received or, without a rule for it, left where it lies. */
function wayOf(trace: Trace, index: number, text: string): string | undefined {
  const received = receivedByName(trace, index);
  if (received !== undefined) return wayInWords(received.channel, received.place, received.ends);
  const { refused, by } = trace.states[index]!["#meta"];
  const channel = channelsOf(trace).find(({ name }) => name === refused?.channel);
  if (channel === undefined || refused === undefined) return undefined;
  const { from, to } = channel.endsOf(refused.place, text);
  return wayInWords(channel, refused.place, { from, to: to ?? by });
}

/**
 * Returns what the name of step `index` says of the step's messages: the one that it took; undefined if it took none,
 * or several that look alike.
 */
export function receivedByName(trace: Trace, index: number): ChannelMove | undefined {
  const { message } = trace.states[index]!["#meta"];
  if (index === 0 || message === undefined) return undefined;
  const text = showItf(message);
  const taken = movesIn(trace, index).filter((move) => move.by < 0 && move.text === text);
  return taken.length === 1 && taken[0]!.by === -1 ? taken[0] : undefined;
}
