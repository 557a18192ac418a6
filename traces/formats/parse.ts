/**
 * Reading a trace. Its file is input from a stranger: a file that is no trace is refused, in one line that says where.
 */

import equal from "fast-deep-equal";
import { UsageError } from "../../checker/errors.js";
import { partsOf } from "../../checker/model/process.js";
import { onOneLine } from "../text/shown.js";
import { entriesOf, TRACE_FORMAT, type Trace, type TraceState } from "../trace.js";
import { type Json, showItf } from "./json.js";
import { firstFlaw } from "./schema.js";

/** A file that is no trace, or a trace of another model. */
export class BadTrace extends UsageError {
  override readonly name = "BadTrace";
}

type JsonObject = { readonly [key: string]: unknown };

function isFields(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the trace in a file's text. @throws BadTrace that says what is wrong with the text */
export function parseTrace(text: string): Trace {
  let json: unknown;
  try {
    // Some editors begin a file with a byte order mark, which says nothing.
    json = JSON.parse(text.startsWith("\ufeff") ? text.slice(1) : text);
  } catch (error) {
    throw refused(`it is not JSON: ${(error as Error).message}`);
  }
  if (!isFields(json) || !isFields(json["#meta"])) throw refused(`it has no "#meta", as a trace of popcheck has`);
  refuseOtherFormats(json["#meta"]);
  refuseUnbounded(json);
  const fresh = withNewValues(json);
  const flaw = firstFlaw(fresh);
  if (flaw) throw refused(flawInWords(fresh, flaw.path, flaw.message));
  // The file's own object is returned, and not the schema's copy, whose fields may stand in another order.
  const trace = json as unknown as Trace;
  refuseDamagedWhole(trace, fresh as unknown as Trace);
  return trace;
}

/** Makes the error. Its message shows text of the file on a terminal, so control characters are dropped. */
function refused(reason: string): BadTrace {
  const shown = onOneLine(reason);
  return new BadTrace(shown.length > 400 ? `${shown.slice(0, 400)} …` : shown);
}

function refuseOtherFormats({ popcheck }: JsonObject): void {
  if (popcheck === TRACE_FORMAT) return;
  const format = typeof popcheck === "string" ? `"${popcheck}"` : "of another tool";
  throw refused(`its format is ${format}, and not "${TRACE_FORMAT}"`);
}

/**
 * The depth of nesting that is refused. No value of a model is so deep, and a stranger's file must not use up the
 * stack.
 */
const DEEPEST = 100;

/** The length of the path to a variable's value in the file: states, number, name, #map, entry, side. */
const ABOVE_VALUES = 6;

/**
 * Refuses what no reader of a trace could bear, wherever it stands: values that are nested too deep, and fields named
 * after what every object inherits, such as `__proto__` or `valueOf`.
 */
function refuseUnbounded(json: JsonObject): void {
  const path: (string | number)[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if (path.length > DEEPEST + ABOVE_VALUES)
      throw refused(flawInWords(json, path.slice(0, ABOVE_VALUES), `is nested deeper than ${DEEPEST} levels`));
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        path.push(i);
        walk(value[i]);
        path.pop();
      }
      return;
    }
    for (const key of Object.keys(value)) {
      if (key in Object.prototype)
        throw refused(flawInWords(json, path, `has a field "${key}", as every object has by nature`));
      path.push(key);
      walk((value as JsonObject)[key]);
      path.pop();
    }
  };
  walk(json);
}

/**
 * Returns the trace without values that an earlier state holds too, so that each is checked only once. In a long trace
 * most values are those of the state before, and many others have occurred before.
 */
function withNewValues(json: JsonObject): JsonObject {
  const { states } = json;
  if (!Array.isArray(states)) return json;
  const seen = new Set<string>();
  return { ...json, states: states.map((state, i) => newValuesOf(states[i - 1], state, seen)) };
}

function newValuesOf(before: unknown, state: unknown, seen: Set<string>): unknown {
  if (!isFields(state)) return state;
  const fresh: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(state)) {
    const old = isFields(before) && Object.hasOwn(before, name) ? before[name] : undefined;
    if (name === "#meta") fresh[name] = withNewMessage(value, seen);
    else if (!equal(value, old)) fresh[name] = isFamily(value) ? newEntries(name, old, value, seen) : value;
  }
  return fresh;
}

type RecordedFamily = JsonObject & { readonly "#map": readonly unknown[] };

function isFamily(value: unknown): value is RecordedFamily {
  return isFields(value) && "#family" in value && Array.isArray(value["#map"]);
}

function newEntries(variable: string, old: unknown, family: RecordedFamily, seen: Set<string>): RecordedFamily {
  const before = isFamily(old) ? old["#map"] : [];
  const entries = family["#map"].filter((entry, i) => !equal(entry, before[i]) && isNew([variable, entry], seen));
  return { ...family, "#map": entries };
}

function withNewMessage(step: unknown, seen: Set<string>): unknown {
  if (!isFields(step) || step.message === undefined || isNew(["#meta", step.message], seen)) return step;
  const { message: _known, ...others } = step;
  return others;
}

function isNew(held: readonly [string, unknown], seen: Set<string>): boolean {
  const known = seen.size;
  return seen.add(JSON.stringify(held)).size > known;
}

/** Refuses what the schema cannot see, because it concerns several fields. */
function refuseDamagedWhole(trace: Trace, fresh: Trace): void {
  const { vars, states } = trace;
  const { loop, channels } = trace["#meta"];
  refuseBadNames(vars, channels);
  refuseBadReasons(trace);
  refuseBadEnds(trace);
  if (loop !== undefined && loop >= states.length)
    throw refused(`its cycle begins at state ${loop}, which it does not have`);
  states.forEach((state, i) => {
    const { index } = state["#meta"];
    if (index !== i) throw refused(`"index" of state ${i} is ${index}: states are numbered from 0 on`);
    const missing = vars.find((variable) => !Object.hasOwn(state, variable));
    if (missing !== undefined) throw refused(`state ${i} has no value for ${missing}`);
    const isFresh = (variable: string) => Object.hasOwn(fresh.states[i]!, variable);
    for (const variable of vars.filter(isFresh)) refuseDoublePlaces(state, variable, i);
    const bad = channels.filter(isFresh).find((channel) => !isChannel(fresh.states[i]!, channel));
    if (bad !== undefined) throw refused(`${bad} holds no messages in state ${i}, as a channel does`);
  });
}

function refuseBadNames(vars: readonly string[], channels: readonly string[]): void {
  for (const [list, names] of [
    ["vars", vars],
    ["channels", channels],
  ] as const) {
    const seen = new Set<string>();
    const twice = names.find((name) => seen.size === seen.add(name).size);
    if (twice !== undefined) throw refused(`"${list}" names ${twice} twice`);
  }
  const reserved = vars.find((name) => name === "#meta" || name in Object.prototype);
  if (reserved !== undefined) throw refused(`"vars" has ${reserved}, which is no name of a variable`);
  const known = new Set(vars);
  const unknown = channels.find((channel) => !known.has(channel));
  if (unknown !== undefined) throw refused(`${unknown} holds no messages: "channels" names it, and "vars" does not`);
}

/** Refuses numbers of steps and states that the run does not have, and expressions without a value for each state. */
function refuseBadReasons({ states, "#meta": { race, neverTaken = [], shown = [] } }: Trace): void {
  const last = states.length - 1;
  const steps = [
    ...(race?.orders ?? []).flatMap(({ first, second }) => (second === undefined ? [first] : [first, second])),
    ...(race?.superfluous ?? []),
  ];
  const step = steps.find((number) => number < 1 || number > last);
  if (step !== undefined) throw refused(`"race" names step ${step}, which it does not have`);
  const numbers = neverTaken.flatMap(({ enabledAt, closed }) => [...enabledAt, ...closed.flatMap(({ at }) => at)]);
  const state = numbers.find((number) => number > last);
  if (state !== undefined) throw refused(`"neverTaken" names state ${state}, which it does not have`);
  const short = shown.find(({ values }) => values.length !== states.length);
  if (short !== undefined) throw refused(`"shown" has not one value of ${short.expression} for each state`);
}

/** Refuses processes of one name, and ends of what is no channel. */
function refuseBadEnds({ vars, "#meta": { channels, processes = [], ends = {} } }: Trace): void {
  const names = processes.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw refused(`"processes" names ${twice} twice`);
  for (const name of Object.keys(ends)) {
    const { variable, field } = partsOf(name, vars);
    if (field === undefined ? !channels.includes(name) : !vars.includes(variable))
      throw refused(`"ends" names ${name}, which is no channel`);
  }
}

function refuseDoublePlaces(state: TraceState, variable: string, index: number): void {
  const places = new Set<string>();
  for (const [place] of entriesOf(state, variable)) {
    if (places.has(place)) throw refused(`state ${index}, ${variable} ${place}: it has two values`);
    places.add(place);
  }
}

/** Tells whether a state's value for a channel is a list of messages, or a map from message to a positive count. */
function isChannel(state: TraceState, channel: string): boolean {
  return entriesOf(state, channel).every(([, content]) => {
    if (Array.isArray(content)) return true;
    const counts = isFields(content) ? content["#map"] : undefined;
    const isCount = (count: Json) => Number.isSafeInteger(Number(showItf(count))) && Number(showItf(count)) > 0;
    return Array.isArray(counts) && counts.every(([, count]) => isCount(count as Json));
  });
}

/** Writes a flaw with its place: `state 3, copy K1: "stamp" is missing`; `"choice" of state 2 is no whole number`. */
function flawInWords(json: unknown, path: readonly PropertyKey[], message: string): string {
  const [top, index, name, ...inner] = path.map(String);
  const quoted = (fields: readonly string[]) => (fields.length === 0 ? "" : ` "${fields.join(" ")}"`);
  if (top === "#meta") return `${quoted(path.slice(1).map(String)).trim() || "it"} in its "#meta" ${message}`;
  if (top === "vars")
    return `"vars" is no list of variables: ${["it", ...(index ? [`number ${index}`] : [])].at(-1)} ${message}`;
  if (top !== "states") return `it ${message}`;
  if (index === undefined) return `"states" is no list of states: it ${message}`;
  if (name === undefined) return `state ${index} ${message}`;
  if (name === "#meta")
    return inner.length === 0
      ? `state ${index} has no "#meta"`
      : `${quoted(inner).trim()} of state ${index} ${message}`;
  const { place, rest } = placeIn(json, Number(index), name, inner);
  return `state ${index}, ${[name, place].join(" ").trim()}:${quoted(rest) || " it"} ${message}`;
}

/** Returns the place in a family to which a path leads, and the rest of the path. */
function placeIn(
  json: unknown,
  index: number,
  name: string,
  inner: readonly string[],
): { place: string; rest: readonly string[] } {
  const family = (json as { states: Record<string, unknown>[] }).states[index]![name];
  const [mark, entry, side, ...rest] = inner;
  if (!isFamily(family) || mark !== "#map" || entry === undefined) return { place: "", rest: inner };
  const place = (family["#map"][Number(entry)] as unknown[] | undefined)?.[0];
  if (side !== "1") return { place: "", rest: inner };
  const tuple = isFields(place) ? place["#tup"] : place;
  return { place: [tuple].flat().map(String).join("→"), rest };
}
