/** What a step changed, in words: the difference between two states of a trace. Pure functions of the trace. */
import equal from "fast-deep-equal";
import { type Json, showItf } from "../formats/json.js";
import { entriesOf, fieldsOf, type Trace, type TraceState } from "../trace.js";
import { messageFieldsOf, movesIn, wayInWords } from "./channels.js";
import { receivedByName } from "./step-names.js";

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
      if (old === undefined || equal(old, value)) return [];
      const difference = change(old, value, headline[variable], messageFieldsOf(trace, variable));
      return difference === undefined ? [] : [{ ...of, ...difference }];
    });
  });
}

/** How the places of a trace's variables are called. */
interface Labelling {
  /** The variables that hold no messages. */
  readonly variables: readonly string[];
  /**
   * Those of whose places "K1 Shared" is clear without the variable: no other with a headline has these places or, if
   * it has no headline, no other variable has places.
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
  const placesOf = (variable: string) => entriesOf(trace.states[0]!, variable).map(([place]) => place);
  const withHeadline = variables.filter((variable) => variable in headline);
  const withPlaces = variables.filter((variable) => placesOf(variable).some((place) => place !== ""));
  const hasOwnPlaces = (variable: string) => {
    const others = new Set(withHeadline.filter((other) => other !== variable).flatMap(placesOf));
    return placesOf(variable).every((place) => !others.has(place));
  };
  const meantByPlace = new Set([
    ...withHeadline.filter(hasOwnPlaces),
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

/**
 * Returns `Shared → WritingPend1 [stamp – → t1]` in parts, or `Shared [dirty false → true]` if the headline stays;
 * undefined if nothing changes but what messages tell.
 * @param told the fields that hold messages
 */
function change(
  before: Json,
  after: Json,
  headline: string | undefined,
  told: ReadonlySet<string>,
): ValueDifference | undefined {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  if (!old || !now || !equal(Object.keys(old), Object.keys(now))) return { from: showItf(before), to: showItf(after) };
  const changed = Object.keys(now).filter((field) => !told.has(field) && !equal(old[field], now[field]));
  if (changed.length === 0) return undefined;
  const others = changed
    .filter((field) => field !== headline)
    .map((field) => `${field} ${showItf(old[field])} → ${showItf(now[field])}`);
  const fields = others.length === 0 ? {} : { fields: `[${others.join(", ")}]` };
  if (headline === undefined || !(headline in now)) return fields;
  const to = showItf(now[headline]);
  return changed.includes(headline) ? { from: showItf(old[headline]), to, ...fields } : { to, ...fields };
}

/** Equal messages that a step received (`-`) or sent (`+`), with the ways that they took. */
export interface Moved {
  readonly sign: "-" | "+";
  readonly text: string;
  readonly ways: readonly {
    /** The name of the channel. */
    readonly channel: string;
    readonly place: string;
    readonly times: number;
    /** The way as it is told: `K1→K2`. */
    readonly told: string;
  }[];
}

/**
 * Returns what step `index` sent, `+ Fetch K1→K2, K1→K3`, and received, `- Fetch K1→K2`, but for the message that the
 * step's name says. For the initial state, it returns what is in flight.
 */
export function messagesOf(trace: Trace, index: number): string[] {
  return messagesIn(trace, index).map(movedInWords);
}

/** Writes moved messages as `messagesOf` does. */
export function movedInWords({ sign, text, ways }: Moved): string {
  const told = ways.map(({ told, times }) => [told, times === 1 ? "" : `×${times}`].filter((part) => part !== ""));
  const places = told.map((parts) => parts.join(" "));
  return [sign, text, places.filter((way) => way !== "").join(", ")].join(" ").trim();
}

/** Returns the messages that step `index` moved, but for the one that its name says; the received ones come first. */
export function messagesIn(trace: Trace, index: number): Moved[] {
  const moved = new Map<string, { sign: "-" | "+"; text: string; ways: Moved["ways"][number][] }>();
  const named = receivedByName(trace, index);
  for (const { channel, place, text, by, ends } of movesIn(trace, index)) {
    if (named?.channel === channel && named.place === place && named.text === text) continue;
    const sign = by < 0 ? "-" : "+";
    const each = moved.get(sign + text) ?? { sign, text, ways: [] };
    const told = wayInWords(channel, place, ends);
    each.ways.push({ channel: channel.name, place, times: Math.abs(by), told });
    moved.set(sign + text, each);
  }
  return [...moved.values()].sort((a, b) => Number(a.sign === "+") - Number(b.sign === "+"));
}

/** Returns a line for each place of each variable of a state. @param isShown whether the lines of a place are wanted */
export function wholeState(
  trace: Trace,
  state: TraceState,
  isShown: (variable: string, place: string) => boolean = () => true,
): string[] {
  return trace.vars.flatMap((variable) =>
    entriesOf(state, variable)
      .filter(([place]) => isShown(variable, place))
      .map(([place, value]) => `${[variable, place].join(" ").trim()} = ${showItf(value)}`),
  );
}
