/** What a step changed, in words: the difference between two states of a trace. Pure functions of the trace. */
import equal from "fast-deep-equal";
import { type Json, showItf } from "../formats/json.js";
import { entriesOf, fieldsOf, type Trace, type TraceState } from "../trace.js";

/** How a value changed. */
interface ValueDifference {
  /** The short form of the value before the step, if the short form changed. */
  readonly from?: string;
  /** The short form of the value after the step. */
  readonly to?: string;
  /** The other fields that changed: `[stamp – → t1]`. */
  readonly fields?: string;
}

/** How a variable, or one place of it, changed. */
export interface Change extends ValueDifference {
  readonly variable: string;
  readonly place: string;
  /** The name where no other variable can be meant: `K1`. */
  readonly label: string;
}

/**
 * Returns what step `index` changed in the variables that hold no messages. For the initial state, it returns every
 * value, each record by its headline.
 */
export function changesOf(trace: Trace, index: number): string[] {
  return changesIn(trace, index).map(({ label, from, to, fields }) =>
    [label, ...(from === undefined ? [] : [`${from} →`]), to, fields].filter((part) => part !== undefined).join(" "),
  );
}

/** Returns the changes that `changesOf` puts into words. */
export function changesIn(trace: Trace, index: number): Change[] {
  const { headline } = trace["#meta"];
  const { variables, meantByPlace } = labellingOf(trace);
  const [before, after] = [trace.states[index - 1], trace.states[index]!];
  return variables.flatMap((variable) => {
    const named = meantByPlace.has(variable) ? "" : variable;
    const valuesBefore = new Map(before ? entriesOf(before, variable) : []);
    return entriesOf(after, variable).flatMap(([place, value]): Change[] => {
      const label = [named, place].filter((part) => part !== "").join(" ") || variable;
      const of = { variable, place, label };
      if (before === undefined) return [{ ...of, to: inShort(value, headline[variable]) }];
      const old = valuesBefore.get(place);
      return old === undefined || equal(old, value) ? [] : [{ ...of, ...change(old, value, headline[variable]) }];
    });
  });
}

/** How the places of a trace's variables are called. */
interface Labelling {
  /** The variables that hold no messages. */
  readonly variables: readonly string[];
  /**
   * Those of whose places "K1 Shared" is clear without the variable: it is the only one with a headline, or, if it has
   * none, the only one with places.
   */
  readonly meantByPlace: ReadonlySet<string>;
}

/** It is the same for all steps of a trace, of which there may be many. */
const labellings = new WeakMap<Trace, Labelling>();

function labellingOf(trace: Trace): Labelling {
  const known = labellings.get(trace);
  if (known !== undefined) return known;
  const { headline } = trace["#meta"];
  const channels = new Set(trace["#meta"].channels);
  const variables = trace.vars.filter((variable) => !channels.has(variable));
  const withHeadline = variables.filter((variable) => variable in headline);
  const withPlaces = variables.filter((variable) =>
    entriesOf(trace.states[0]!, variable).some(([place]) => place !== ""),
  );
  const meantByPlace = new Set([
    ...(withHeadline.length === 1 ? withHeadline : []),
    ...(withPlaces.length === 1 && !(withPlaces[0]! in headline) ? withPlaces : []),
  ]);
  const labelling = { variables, meantByPlace };
  labellings.set(trace, labelling);
  return labelling;
}

/** Writes a record by its headline, and any other value as it is. */
export function inShort(value: Json, headline: string | undefined): string {
  const fields = fieldsOf(value);
  return fields && headline !== undefined && headline in fields ? showItf(fields[headline]) : showItf(value);
}

/** Returns `Shared → WritingPend1 [stamp – → t1]` in parts, or `Shared [dirty false → true]` if the headline stays. */
function change(before: Json, after: Json, headline: string | undefined): ValueDifference {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  if (!old || !now || !equal(Object.keys(old), Object.keys(now))) return { from: showItf(before), to: showItf(after) };
  const changed = Object.keys(now).filter((field) => !equal(old[field], now[field]));
  const others = changed
    .filter((field) => field !== headline)
    .map((field) => `${field} ${showItf(old[field])} → ${showItf(now[field])}`);
  const fields = others.length === 0 ? {} : { fields: `[${others.join(", ")}]` };
  if (headline === undefined || !(headline in now)) return fields;
  const to = showItf(now[headline]);
  return changed.includes(headline) ? { from: showItf(old[headline]), to, ...fields } : { to, ...fields };
}

/** Equal messages that a step received (`-`) or sent (`+`), with the places that they moved through. */
export interface Moved {
  readonly sign: "-" | "+";
  readonly text: string;
  readonly ways: readonly { readonly channel: string; readonly place: string; readonly times: number }[];
}

/**
 * Returns what step `index` received, `- Fetch K1→K2`, and sent, `+ Fetch K1→K2, K1→K3`. For the initial state, it
 * returns what is in flight.
 */
export function messagesOf(trace: Trace, index: number): string[] {
  return messagesIn(trace, index).map((moved) => movedInWords(trace, moved));
}

/** Writes moved messages as `messagesOf` does. */
export function movedInWords(trace: Trace, { sign, text, ways }: Moved): string {
  const isAlone = trace["#meta"].channels.length === 1;
  const places = ways.map(({ channel, place, times }) =>
    [isAlone ? "" : channel, place, times === 1 ? "" : `×${times}`].filter((part) => part !== "").join(" "),
  );
  return [sign, text, places.filter((way) => way !== "").join(", ")].join(" ").trim();
}

/** Returns the messages that step `index` moved; the received ones come first. */
export function messagesIn(trace: Trace, index: number): Moved[] {
  const [before, after] = [trace.states[index - 1], trace.states[index]!];
  const moved = new Map<string, { sign: "-" | "+"; text: string; ways: Moved["ways"][number][] }>();
  for (const channel of trace["#meta"].channels) {
    for (const { place, text, by } of movedIn(channel, before, after)) {
      const sign = by < 0 ? "-" : "+";
      const each = moved.get(sign + text) ?? { sign, text, ways: [] };
      each.ways.push({ channel, place, times: Math.abs(by) });
      moved.set(sign + text, each);
    }
  }
  return [...moved.values()].sort((a, b) => Number(a.sign === "+") - Number(b.sign === "+"));
}

/**
 * Returns the messages that a step put into the places of a channel, and with `by` below 0 those that it took from
 * there.
 */
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

/** Counts each message in a channel: a bag is a map from message to count, a queue a list. */
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

/** Returns a line for each place of each variable of a state. @param isShown whether the lines of a place are wanted */
export function wholeState(
  trace: Trace,
  state: TraceState,
  isShown: (place: string) => boolean = () => true,
): string[] {
  return trace.vars.flatMap((variable) =>
    entriesOf(state, variable)
      .filter(([place]) => isShown(place))
      .map(([place, value]) => `${[variable, place].join(" ").trim()} = ${showItf(value)}`),
  );
}
