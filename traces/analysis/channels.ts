/**
 * The channels of a trace: what each holds in a state, and who sends and receives what it holds. What the trace's model
 * does not declare is taken only where it is certain: the first member of a place by pair sends, the second receives.
 * Pure functions of the trace.
 */
import equal from "fast-deep-equal";
import { type MessageField, messageFields, partsOf, toldNames } from "../../checker/model/process.js";
import { type Json, showItf } from "../formats/json.js";
import { entriesOf, fieldsOf, type Trace, type TraceEnd, type TraceEnds, type TraceState } from "../trace.js";

/** Who sends a message, and who receives it; undefined where that is not known. */
export interface KnownEnds {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** A channel: a variable that holds messages, or a field of records that holds one message or none. */
export interface TraceChannel {
  /** The name of the variable, or `node.request`. */
  readonly name: string;
  readonly variable: string;
  readonly field: string | undefined;
  /** The fields that hold its messages, with those that a message carries; none of a variable. */
  readonly fields: readonly MessageField[];
  /** The name of the lane that stands for an end that is not known. */
  readonly lane: string;
  /** Whether a message is told with the channel's name: another channel has the same ends, or an end is not known. */
  readonly isNamed: boolean;
  /** Returns the ends of a message by its place and its text, as far as they are known without the step. */
  endsOf(place: string, text: string): KnownEnds;
  /** Counts the messages in each place of the channel, by their texts. */
  contentsIn(state: TraceState): readonly (readonly [string, ReadonlyMap<string, number>])[];
}

const known = new WeakMap<Trace["#meta"], readonly TraceChannel[]>();

/** Returns the channels of a trace; the variables come first. */
export function channelsOf({ "#meta": meta, vars }: Trace): readonly TraceChannel[] {
  const channels = known.get(meta) ?? channelsIn(meta, vars);
  known.set(meta, channels);
  return channels;
}

function channelsIn({ channels, ends = {} }: Trace["#meta"], variables: readonly string[]): readonly TraceChannel[] {
  const fields = Object.keys(ends).filter((name) => !channels.includes(name));
  const all = [...channels, ...fields];
  const kinds = all.map((name) => JSON.stringify([ends[name]?.from ?? name, ends[name]?.to ?? name]));
  return all.map((name, i) => {
    const of = ends[name] ?? {};
    const isAlone = all.length === 1;
    const isKnown = of.from !== undefined && of.to !== undefined;
    const isField = !channels.includes(name);
    const isLikeOthers = kinds.indexOf(kinds[i]!) !== kinds.lastIndexOf(kinds[i]!);
    const parts = isField ? partsOf(name, variables) : { variable: name, field: undefined };
    return channelOf(name, parts, of, !isAlone && (!isKnown || (isLikeOthers && !isField)));
  });
}

function channelOf(
  name: string,
  { variable, field }: Pick<TraceChannel, "variable" | "field">,
  ends: TraceEnds,
  isNamed: boolean,
): TraceChannel {
  const [from, to] = [memberAt(ends.from), memberAt(ends.to)];
  const { empty, kind } = ends;
  const fields = field === undefined ? [] : messageFields(field, ends);
  return {
    name,
    variable,
    field,
    fields,
    isNamed,
    lane: `channel ${name}`,
    endsOf(place, text) {
      const members = place === "" ? [] : place.split("→");
      const [first, second] = members.length === 2 ? members : [];
      return { from: from ? from(members, text) : first, to: to ? to(members, text) : second };
    },
    contentsIn: (state) =>
      entriesOf(state, variable).map(([place, value]) => [
        place,
        field === undefined ? inFlight(value, kind) : inFields(value, fields, empty),
      ]),
  };
}

type EndReader = (members: readonly string[], text: string) => string | undefined;

function memberAt(end: TraceEnd | undefined): EndReader | undefined {
  if (end === undefined) return undefined;
  if (typeof end === "number") return (members) => members[end];
  if (typeof end === "string") return () => end;
  const byText = new Map(end);
  return (_, text) => byText.get(text);
}

/** Counts each message in a channel: a bag is a map from message to count, a queue a list. */
function inFlight(channel: Json, kind: string | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (message: Json, by: number) => {
    const text = messageText(message, kind);
    counts.set(text, (counts.get(text) ?? 0) + by);
  };
  if (Array.isArray(channel)) for (const message of channel as Json[]) add(message, 1);
  else if (typeof channel === "object" && channel !== null && "#map" in channel) {
    for (const [message, number] of channel["#map"] as [Json, Json][]) add(message, Number(showItf(number)));
  }
  return counts;
}

/**
 * Returns the text of a message: `GetS(src P1)`.
 * @param kind the field that says what a message it is; if left out, it is called `kind`
 */
export function messageText(message: Json, kind: string | undefined): string {
  const fields = kind === undefined ? undefined : fieldsOf(message);
  if (fields === undefined || kind === undefined || !(kind in fields)) return showItf(message);
  const { [kind]: own, ...others } = fields;
  return showItf({ kind: showItf(own), ...others });
}

function inFields(value: Json, fields: readonly MessageField[], empty: Json | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  for (const place of fields) {
    const text = messageInField(value, place, empty);
    if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

/**
 * Returns the text of the message that a field of a record holds, with its payload: `GntS(grantData 1)`; undefined if
 * there is none. A message without a word of its own has the name of the field.
 */
export function messageInField(value: Json, place: MessageField, empty: Json | undefined): string | undefined {
  const { field, payload } = place;
  const fields = fieldsOf(value);
  const content = fields?.[field];
  if (fields === undefined || content === undefined || isNothing(content) || equal(content, empty)) return undefined;
  const told = toldNames(place);
  const carried = payload.flatMap((name, i): [string, Json][] => (name in fields ? [[told[i]!, fields[name]!]] : []));
  const own: [string, Json][] = typeof content === "string" || content === true ? [] : [[field, content]];
  const kind = typeof content === "string" ? content : field;
  if (typeof content !== "string" && content !== true && carried.length === 0) return `${field} ${showItf(content)}`;
  return showItf({ kind, ...Object.fromEntries([...own, ...carried]) });
}

/** Tells whether a value is null, which is no message. */
function isNothing(content: Json): boolean {
  return content === null || (typeof content === "object" && "tag" in content && content.tag === "None");
}

/** Returns the fields of a variable's records that hold messages, or what messages carry. */
export function messageFieldsOf(trace: Trace, variable: string): ReadonlySet<string> {
  return new Set(
    channelsOf(trace).flatMap((channel) =>
      channel.variable === variable ? channel.fields.flatMap(({ field, payload }) => [field, ...payload]) : [],
    ),
  );
}

/** Messages of one text that a step put into a place of a channel or, with `by` below 0, took from there. */
export interface ChannelMove {
  readonly channel: TraceChannel;
  readonly place: string;
  readonly text: string;
  readonly by: number;
  readonly ends: KnownEnds;
}

/**
 * Returns the messages that step `index` moved; for the initial state, those in flight. An end that no declaration of
 * the channel tells is the process whose step it is, if the step's action says that.
 */
export function movesIn(trace: Trace, index: number): ChannelMove[] {
  const [before, after] = [trace.states[index - 1], trace.states[index]!];
  const { by: actor } = after["#meta"];
  return channelsOf(trace).flatMap((channel) => {
    const old = new Map(before ? channel.contentsIn(before) : []);
    return channel.contentsIn(after).flatMap(([place, is]) => {
      const was = old.get(place) ?? new Map<string, number>();
      return [...new Set([...was.keys(), ...is.keys()])].flatMap((text): ChannelMove[] => {
        const by = (is.get(text) ?? 0) - (was.get(text) ?? 0);
        if (by === 0) return [];
        const { from, to } = channel.endsOf(place, text);
        const ends = { from: from ?? (by > 0 ? actor : undefined), to: to ?? (by < 0 ? actor : undefined) };
        return [{ channel, place, text, by, ends }];
      });
    });
  });
}

/**
 * Returns how a message's way is told: `K1→K2`; `from C1`, or `to C2`, if one end is known; the place if none is.
 */
export function wayInWords({ isNamed, name }: TraceChannel, place: string, { from, to }: KnownEnds): string {
  const way =
    from !== undefined && to !== undefined
      ? `${from}→${to}`
      : [...(from === undefined ? [] : [`from ${from}`]), ...(to === undefined ? [] : [`to ${to}`])].join(" ") || place;
  return [isNamed ? name : "", way].filter((part) => part !== "").join(" ");
}
