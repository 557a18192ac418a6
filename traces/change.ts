/** What a step changed, in words: the difference between two states of a trace. */
import equal from "fast-deep-equal";
import { type Json, showItf } from "./json.js";
import { entriesOf, fieldsOf, type Trace, type TraceState } from "./trace.js";

/** What changed in the variables that hold no messages. The first state is told as a whole, each record by its headline. */
export function changesOf(trace: Trace, index: number): string[] {
  const { channels, headline } = trace["#meta"];
  const variables = trace.vars.filter((variable) => !channels.includes(variable));
  const [before, after] = [trace.states[index - 1], trace.states[index]!];
  return variables.flatMap((variable) => {
    const named = isMeantByPlace(trace, variables, variable) ? "" : variable;
    const valuesBefore = new Map(before ? entriesOf(before, variable) : []);
    return entriesOf(after, variable).flatMap(([place, value]) => {
      const label = [named, place].filter((part) => part !== "").join(" ") || variable;
      if (before === undefined) return [`${label} ${inShort(value, headline[variable])}`];
      const old = valuesBefore.get(place);
      return old === undefined || equal(old, value) ? [] : [`${label} ${change(old, value, headline[variable])}`];
    });
  });
}

/** "K1 Shared" is enough if no other variable could be meant: the only one with a headline, or the only one with places. */
function isMeantByPlace(trace: Trace, variables: readonly string[], variable: string): boolean {
  const { headline } = trace["#meta"];
  if (variable in headline) return variables.filter((other) => other in headline).length === 1;
  const hasPlaces = (of: string) => entriesOf(trace.states[0]!, of).some(([place]) => place !== "");
  return hasPlaces(variable) && variables.filter(hasPlaces).length === 1;
}

function inShort(value: Json, headline: string | undefined): string {
  const fields = fieldsOf(value);
  return fields && headline !== undefined && headline in fields ? showItf(fields[headline]) : showItf(value);
}

/** `Shared → WritingPend1 [stamp – → t1]`; `Shared [dirty false → true]` if the headline stays. */
function change(before: Json, after: Json, headline: string | undefined): string {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  if (!old || !now || !equal(Object.keys(old), Object.keys(now))) return `${showItf(before)} → ${showItf(after)}`;
  const changed = Object.keys(now).filter((field) => !equal(old[field], now[field]));
  const told = (field: string) => `${showItf(old[field])} → ${showItf(now[field])}`;
  const others = changed.filter((field) => field !== headline).map((field) => `${field} ${told(field)}`);
  const bracket = others.length === 0 ? [] : [`[${others.join(", ")}]`];
  if (headline === undefined || !(headline in now)) return bracket.join("");
  return [changed.includes(headline) ? told(headline) : showItf(now[headline]), ...bracket].join(" ");
}

/** What was received, `- Fetch K1→K2`, and sent, `+ Fetch K1→K2, K1→K3`. In the first state: what is in flight. */
export function messagesOf(trace: Trace, index: number): string[] {
  const { channels } = trace["#meta"];
  const [before, after] = [trace.states[index - 1], trace.states[index]!];
  const moved = new Map<string, string[]>();
  for (const channel of channels) {
    for (const { place, text, by } of movedIn(channel, before, after)) {
      const at = [channels.length === 1 ? "" : channel, place].filter((part) => part !== "").join(" ");
      const key = `${by < 0 ? "-" : "+"} ${text}`;
      moved.set(key, [...(moved.get(key) ?? []), Math.abs(by) === 1 ? at : `${at} ×${Math.abs(by)}`.trim()]);
    }
  }
  return [...moved]
    .sort(([a], [b]) => Number(a.startsWith("+")) - Number(b.startsWith("+")))
    .map(([message, places]) => [message, places.filter((place) => place !== "").join(", ")].join(" ").trim());
}

/** What a step put into the places of a channel, and (`by` below 0) took from there. */
export function movedIn(
  channel: string,
  before: TraceState | undefined,
  after: TraceState,
): { place: string; text: string; by: number }[] {
  const old = new Map(before ? entriesOf(before, channel) : []);
  return entriesOf(after, channel).flatMap(([place, value]) => {
    const [was, is] = [inFlight(old.get(place)), inFlight(value)];
    return [...new Set([...was.keys(), ...is.keys()])].flatMap((text) => {
      const by = (is.get(text) ?? 0) - (was.get(text) ?? 0);
      return by === 0 ? [] : [{ place, text, by }];
    });
  });
}

/** How many of each message a channel holds: a bag is a map from message to count, a queue a list. */
function inFlight(channel: Json | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (message: Json, by: number) => {
    const text = showItf(message);
    counts.set(text, (counts.get(text) ?? 0) + by);
  };
  if (Array.isArray(channel)) for (const message of channel as Json[]) add(message, 1);
  else if (typeof channel === "object" && channel !== null && "#map" in channel) {
    for (const [message, number] of channel["#map"] as [Json, Json][]) add(message, Number(showItf(number)));
  }
  return counts;
}

/** Every variable of a state, a line each. */
export function wholeState(trace: Trace, state: TraceState): string[] {
  return trace.vars.flatMap((variable) =>
    entriesOf(state, variable).map(([place, value]) => `${[variable, place].join(" ").trim()} = ${showItf(value)}`),
  );
}
