/**
 * A trace: a run of the reference semantics that ends in a violation, as data. It is JSON, and reads as ITF: it has
 * `vars`, and `states` with a value for each variable; everything that is popcheck's own stands under `#meta`.
 */
import type { ParameterValues } from "../checker/model/parameters.js";
import type { MessageField } from "../checker/model/process.js";
import type { Cause, DecisiveOrders, NeverTaken, ShownExpression } from "./cause.js";
import type { Json } from "./formats/json.js";

export const TRACE_FORMAT = "popcheck trace 1";

/** What stands for the property in the trace of a walk, which violates none. */
export const WALK = { name: "a walk", kind: "walk", says: "" } as const;

/** Tells whether a trace is a walk: a run that was stepped through by hand. */
export function isWalk(trace: Trace): boolean {
  return trace["#meta"].property.kind === WALK.kind;
}

/** The step that led to a state. */
export interface TraceStep {
  readonly index: number;
  /** `initial`, or the action's name. */
  readonly action: string;
  /** The values of the action's names. */
  readonly binding: Readonly<Record<string, string>>;
  /** What the step has chosen, by the names that the model gives to choices. */
  readonly chosen?: Readonly<Record<string, string>>;
  /** The message that the action received, in ITF. */
  readonly message?: Json;
  /** The cell of the receive table that decided: `Shared × Invalid`. */
  readonly cell?: string;
  /** The sentence of the paper that the step carries out. */
  readonly says?: string;
  /**
   * The index of the successor that the run went on to, in the order of the reference semantics; in the first state,
   * the index of the initial state.
   */
  readonly choice: number;
  /** Why the step could not be taken: the protocol has no rule for the message. */
  readonly unspecified?: string;
  /** Of such a step: where the message that it does not take lies. */
  readonly refused?: { readonly channel: string; readonly place: string };
  /** Whose step it is, if the action says so. */
  readonly by?: string;
  /** What a function of the model threw instead of taking the step, and where. */
  readonly threw?: string;
  /** Which assertion failed instead, where the step would have been taken, and in which function. */
  readonly failed?: string;
}

/** Says in short why a step could not be taken; undefined if it was. */
export function whyNotTaken({ unspecified, threw, failed }: TraceStep): string | undefined {
  if (unspecified !== undefined) return "no rule for this message";
  if (failed !== undefined) return "an assertion failed";
  return threw === undefined ? undefined : "a function threw";
}

/** Says why a step could not be taken, with what the protocol or the function says; undefined if it was. */
export function refusalOf({ unspecified, threw, failed }: TraceStep): string | undefined {
  return unspecified === undefined ? (threw ?? failed) : `no rule: ${unspecified}`;
}

/** A process that acts in a run. */
export interface TraceProcess {
  readonly name: string;
  /** The variables that are its own besides its places of others. */
  readonly variables?: readonly string[];
}

/**
 * One end of a channel: an index of its places, counted from 0; the name of a process; or the process of each message,
 * by the message's text.
 */
export type TraceEnd = number | string | readonly (readonly [string, string])[];

/** Who sends and who receives the messages of a channel. An end that is left out is not declared. */
export interface TraceEnds {
  readonly from?: TraceEnd;
  readonly to?: TraceEnd;
  /** Of a field that is a channel of capacity one: its value when it holds no message. */
  readonly empty?: Json;
  /** The other fields that belong to such a message. */
  readonly payload?: readonly string[];
  /** Of messages in a bag or a queue: the field that says what a message it is, if that is not called `kind`. */
  readonly kind?: string;
  /** Of a channel that is several fields of a record: each, with what its message carries. */
  readonly slots?: readonly MessageField[];
}

/** A step that cannot be taken, and the read that closed its guard. */
export interface ClosedStep {
  /** `Receive Fetch K1→K2` */
  readonly name: string;
  /** Whose step it is, if the action says so. */
  readonly by?: string;
  readonly cell: string | undefined;
  /** The read, as `copy[K1].awaiting = {K2}`; undefined if the function read nothing. */
  readonly reason: string | undefined;
}

/** What a trace says besides its states. */
export interface TraceMeta {
  readonly format: "ITF";
  readonly popcheck: typeof TRACE_FORMAT;
  readonly model: string;
  readonly parameters: ParameterValues;
  readonly property: { readonly name: string; readonly kind: string; readonly says: string };
  readonly explanation: string;
  /** By variable: the field that stands for a record in short, as `page` for `copy`. */
  readonly headline: Readonly<Record<string, string>>;
  /** By variable: where a process can stand, as far as the model says it, in the order of the colours of pictures. */
  readonly standings?: Readonly<Record<string, readonly string[]>>;
  /** By variable: the fields of a record that say whose requests it holds back, to answer them later. */
  readonly heldBack?: Readonly<Record<string, readonly string[]>>;
  /**
   * For a run that goes on for ever: the number of the state that its last state equals, up to the numbers of ordinals.
   * If it is the number of the last state, the run stands still.
   */
  readonly loop?: number;
  /** Of a deadlock: the steps that cannot be taken at its end, each with the read that closes its guard. */
  readonly closed?: readonly { readonly name: string; readonly by?: string; readonly reason: string }[];
  /** Of a violation in one state or step: what the verdict hung on. */
  readonly cause?: Cause;
  /** Of a run that ends: which orders of its steps decide. */
  readonly race?: DecisiveOrders;
  /** Of a run that goes on for ever: the steps of who waits that are not taken in its cycle. */
  readonly neverTaken?: readonly NeverTaken[];
  /** The expressions that the user wants to see along the run. */
  readonly shown?: readonly ShownExpression[];
  /** The variables that hold messages in flight. */
  readonly channels: readonly string[];
  /** The processes, if the model declares them, in the order in which pictures show them. */
  readonly processes?: readonly TraceProcess[];
  /** By channel: its declared ends. A channel that is a field is named `node.request`, and is not in `channels`. */
  readonly ends?: Readonly<Record<string, TraceEnds>>;
}

/** A state. A variable without indices has its value; a family is a map from member, or pair of members, to value. */
export interface TraceState {
  readonly "#meta": TraceStep;
  readonly [variable: string]: Json | TraceStep;
}

/** A run, as data. */
export interface Trace {
  readonly "#meta": TraceMeta;
  readonly vars: readonly string[];
  readonly states: readonly TraceState[];
}

/**
 * Returns the number of steps in the cycle of a run that goes on for ever, 0 if it stands still; undefined for a run
 * that ends.
 */
export function cycleLengthOf(trace: Trace): number | undefined {
  const { loop } = trace["#meta"];
  return loop === undefined ? undefined : lengthOf(trace) - loop;
}

/**
 * Returns the number of steps in short; for a run that goes on for ever, the steps before its cycle and those in it, as
 * `4+10`.
 */
export function lengthInShort(trace: Trace): string {
  const cycle = cycleLengthOf(trace);
  return cycle === undefined ? `${lengthOf(trace)}` : `${lengthOf(trace) - cycle}+${cycle}`;
}

/** Returns the number of steps. */
export function lengthOf(trace: Trace): number {
  return trace.states.length - 1;
}

/** Returns the places of a variable in a state, `K1` or `K1→K2` or nothing, each with its value. */
export function entriesOf(state: TraceState, variable: string): [string, Json][] {
  const value = state[variable] as Json;
  if (typeof value === "object" && value !== null && "#map" in value && "#family" in value) {
    return (value["#map"] as [Json, Json][]).map(([key, inner]) => [placeName(key), inner]);
  }
  return [["", value]];
}

export type Fields = { readonly [field: string]: Json };

/** Returns the fields of a value that is a record; undefined for any other value. */
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
