/**
 * Processes, and the ends of channels: who acts in a model, and who sends and receives what each channel holds. A model
 * that declares them is drawn as it is; of one that does not, pictures show only what is certain. They have no part in
 * what a model means: no search reads them.
 */
import type { Record as ImmutableRecord } from "immutable";
import type { Channel } from "./channel.js";
import { type IndexSet, type Member, nameOf } from "./scalarset.js";
import type { Layout } from "./state.js";
import type { Variable } from "./variables.js";

/** A process that there is once, such as the home of a directory protocol, or a bus arbiter. */
export interface SingleProcess {
  readonly kind: "single process";
  /** Its name in pictures. */
  readonly name: string;
  /** The variables that are its own, whatever they are indexed by. */
  readonly variables: readonly string[];
}

/** Processes of a model: all members of an index set, or a single process. */
export type Process = IndexSet | SingleProcess;

/**
 * Declares a process that there is once.
 * @param variables the names of the variables that are its own; if left out, it is the variable with its name
 * @example const home = singleProcess("home")
 */
export function singleProcess(name: string, ...variables: string[]): SingleProcess {
  return { kind: "single process", name, variables: variables.length === 0 ? [name] : variables };
}

/** What an end may be that depends on where a message lies: an index of its channel. */
type IndexEnd<I extends readonly unknown[]> = I extends readonly []
  ? never
  : I extends readonly [unknown]
    ? "index"
    : "first index" | "second index";

/**
 * One end of a channel, for a channel of messages `M` in a variable with indices `I`: an index of the variable, a
 * single process, or a function from the message to the process, which returns null where the message does not say.
 */
export type End<M, I extends readonly unknown[]> =
  | IndexEnd<I>
  | SingleProcess
  | ((message: M) => Member | SingleProcess | null);

/**
 * Who sends and who receives the messages of a channel. An end that is left out is the first index (`from`) or the
 * second index (`to`) of a variable by pair; of any other, it is whoever takes the step, where the step's action says
 * who that is (`by`), and is unknown otherwise.
 */
export interface Ends<M, I extends readonly unknown[]> {
  readonly from?: End<M, I>;
  readonly to?: End<M, I>;
}

/**
 * A field of a record that is a channel of capacity one, as in models made for Murphi: it holds a message unless it is
 * `empty`. The message of a function that is an end is the whole record.
 */
export interface FieldEnds<T, F extends keyof T, I extends readonly unknown[]> extends Ends<T, I> {
  /** The value of the field when no message is under way. */
  readonly empty: T[F];
  /** Fields of the record that hold what the message carries. */
  readonly payload?: readonly (keyof T & string)[];
}

type Name<K> = K & string;
type FieldsOf<T> = T extends ImmutableRecord<infer P> ? P : never;

/** The ends of a model's channels: by variable that holds a channel, and by field of a variable that holds a record. */
export type ChannelEnds<V> = {
  readonly [K in keyof V as V[K] extends Variable<infer T, never>
    ? T extends Channel<unknown>
      ? K
      : never
    : never]?: V[K] extends Variable<Channel<infer M>, infer I> ? Ends<M, I> : never; // biome-ignore format: one mapped type
} & {
  readonly [K in FieldNames<V>]?: FieldEndsOf<V, K>;
};

type FieldNames<V> = {
  [K in keyof V]: V[K] extends Variable<infer T, never>
    ? T extends ImmutableRecord<infer P>
      ? `${Name<K>}.${Name<keyof P>}`
      : never
    : never;
}[keyof V];

type FieldEndsOf<V, N> = N extends `${infer K}.${infer F}`
  ? K extends keyof V
    ? V[K] extends Variable<infer T, infer I>
      ? F extends keyof FieldsOf<T>
        ? FieldEnds<FieldsOf<T>, F, I>
        : never
      : never
    : never
  : never;

/** The ends of a channel of any type, as the checker takes them. */
export interface AnyEnds {
  readonly from?: AnyEnd;
  readonly to?: AnyEnd;
  readonly empty?: unknown;
  readonly payload?: readonly string[];
  /** Of messages that are records: the field that says what a message it is, if that is not called `kind`. */
  readonly kind?: string;
  /**
   * Of a channel that is several fields of a record, each of capacity one, such as the elements of an array: the
   * fields, instead of the one that the channel is called by. Which of them holds a message says nothing.
   */
  readonly slots?: readonly MessageField[];
}

/** Where a record holds a message: the field that says what it is, and the fields that the message carries. */
export interface MessageField {
  readonly field: string;
  readonly payload: readonly string[];
}

/** Returns the fields of a record that are a channel. @param field the one that the channel is called by */
export function messageFields(field: string, { slots, payload = [] }: Pick<AnyEnds, "slots" | "payload">) {
  return slots ?? [{ field, payload }];
}

/**
 * Returns the names by which the fields of a message are told. What leads to a record within a record is no part of
 * them: `UniMsg.Data` is told as `Data` if the whole message lies in `UniMsg`.
 */
export function toldNames({ field, payload }: MessageField): readonly string[] {
  const inner = field.lastIndexOf(".") + 1;
  const isWithin = payload.every((name) => name.startsWith(field.slice(0, inner)));
  return payload.map((name) => (isWithin ? name.slice(inner) : name));
}

// biome-ignore lint/suspicious/noExplicitAny: the checker gives a model's functions only messages of the model's own
export type AnyEnd = string | SingleProcess | ((message: any) => Member | SingleProcess | null);

/** Tells whether a declared process is a single one. */
export function isSingle(process: unknown): process is SingleProcess {
  return (process as { kind?: unknown } | null | undefined)?.kind === "single process";
}

/**
 * Returns who is at an end of the channel in a slot, by the message; undefined if nothing says so. What a declared
 * function returns is not looked at.
 * @param side which end it is: one that is left out is an index of a variable by pair
 */
export function processAt(
  { slots, declarations }: Pick<Layout, "slots" | "declarations">,
  slot: number,
  end: AnyEnd | undefined,
  side: "from" | "to",
): ((message: unknown) => unknown) | undefined {
  if (typeof end === "function") return end;
  if (isSingle(end)) return () => end;
  const { variable, indices } = slots[slot]!;
  if (end === undefined && indices.length !== 2) return undefined;
  const place = (end ?? (side === "to" ? "second index" : "first index")) === "second index" ? 1 : 0;
  const member = declarations[variable]!.sets[place]!.member(indices[place]!);
  return () => member;
}

/** A process by its name; a single one with the variables that are its own. */
export interface NamedProcess {
  readonly name: string;
  readonly variables?: readonly string[];
}

/** Returns the declared processes one by one, in the order in which pictures show them. */
export function namedProcesses(processes: readonly Process[], layout: Pick<Layout, "membersOf">): NamedProcess[] {
  return processes.flatMap((process): NamedProcess[] =>
    isSingle(process)
      ? [{ name: process.name, variables: process.variables }]
      : layout.membersOf(process).map((member) => ({ name: nameOf(member) })),
  );
}

/**
 * Splits the name of a channel into the variable that holds it and, if it is a field, the field.
 * @param variables the names of all variables: one of a Murphi model, and a field, may have points themselves
 */
export function partsOf(
  channel: string,
  variables: readonly string[],
): { readonly variable: string; readonly field: string | undefined } {
  const holders = variables.filter((variable) => channel === variable || channel.startsWith(`${variable}.`));
  const known = holders.sort((a, b) => b.length - a.length)[0];
  const variable = known ?? channel.replace(/\..*$/s, "");
  return { variable, field: variable === channel ? undefined : channel.slice(variable.length + 1) };
}
