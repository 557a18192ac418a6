/**
 * A trace: a run of the reference semantics that ends in a violation, as data. It is JSON, and reads as ITF: `vars`, and `states`
 * with a value for each variable; everything that is ours stands under `#meta`.
 */
import type { ParameterValues } from "../checker/model/parameters.js";
import type { Json } from "./formats/json.js";

export const TRACE_FORMAT = "popcheck trace 1";

/** What stands for a property in the trace of a run that was walked by hand, and violates none. */
export const WALK = { name: "a walk", kind: "walk", says: "" } as const;

/** Whether a trace is of a run that was walked by hand. */
export function isWalk(trace: Trace): boolean {
  return trace["#meta"].property.kind === WALK.kind;
}

/** What step led to a state. */
export interface TraceStep {
  readonly index: number;
  /** `initial`, or the action's name. */
  readonly action: string;
  /** The values of the action's names. */
  readonly binding: Readonly<Record<string, string>>;
  /** The message that the action received. */
  readonly message?: Json;
  /** The cell of the receive table that decided: `Shared × Invalid`. */
  readonly cell?: string;
  /** The sentence of the paper that the step carries out. */
  readonly says?: string;
  /** Which of the state's successors this is, in the order of the reference semantics; of the initial states for the first. */
  readonly choice: number;
  /** The step could not be taken: nothing says what to do with the message. */
  readonly unspecified?: string;
}

export interface TraceMeta {
  readonly format: "ITF";
  readonly popcheck: typeof TRACE_FORMAT;
  readonly model: string;
  readonly parameters: ParameterValues;
  readonly property: { readonly name: string; readonly kind: string; readonly says: string };
  readonly explanation: string;
  /** The field that stands for a record in short: `page` for `copy`. */
  readonly headline: Readonly<Record<string, string>>;
  /** The fields that say whose requests a record holds back, to be answered later, by variable. */
  readonly heldBack?: Readonly<Record<string, readonly string[]>>;
  /**
   * Of a run that goes on for ever: the number of the state that its last state is again, but for the numbers of ordinals. If that is the last
   * itself, the run stands still.
   */
  readonly loop?: number;
  /** Variables that hold messages in flight. */
  readonly channels: readonly string[];
}

/** A state: a variable without indices has its value; a family is a map from member, or pair of members, to value. */
export interface TraceState {
  readonly "#meta": TraceStep;
  readonly [variable: string]: Json | TraceStep;
}

export interface Trace {
  readonly "#meta": TraceMeta;
  readonly vars: readonly string[];
  readonly states: readonly TraceState[];
}

/** The number of steps of the cycle that a run that goes on for ever ends with: 0 if it stands still; undefined for a run that ends. */
export function cycleLengthOf(trace: Trace): number | undefined {
  const { loop } = trace["#meta"];
  return loop === undefined ? undefined : lengthOf(trace) - loop;
}

/** The number of steps in short: of a run that goes on for ever, those before its cycle and those of it, as `4+10`. */
export function lengthInShort(trace: Trace): string {
  const cycle = cycleLengthOf(trace);
  return cycle === undefined ? `${lengthOf(trace)}` : `${lengthOf(trace) - cycle}+${cycle}`;
}

/** The number of steps. */
export function lengthOf(trace: Trace): number {
  return trace.states.length - 1;
}

/** The entries of a variable in a state: the name of the place, `K1` or `K1→K2` or nothing, and the value there. */
export function entriesOf(state: TraceState, variable: string): [string, Json][] {
  const value = state[variable] as Json;
  if (typeof value === "object" && value !== null && "#map" in value && "#family" in value) {
    return (value["#map"] as [Json, Json][]).map(([key, inner]) => [placeName(key), inner]);
  }
  return [["", value]];
}

export type Fields = { readonly [field: string]: Json };

/** The fields of a record that a value is; undefined for any other value. */
export function fieldsOf(value: Json | undefined): Fields | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const fields = value as Fields;
  if (fields.tag === "None" || Object.keys(fields).some((key) => key.startsWith("#"))) return undefined;
  return fields;
}

function placeName(key: Json): string {
  if (typeof key === "string") return key;
  const tuple = (key as { readonly "#tup": readonly Json[] })["#tup"];
  return tuple.map(String).join("→");
}
