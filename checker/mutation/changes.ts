/**
 * What a step changes, place by place, and the same step with one change made otherwise. Changes are told by comparing
 * values, so that they are the same over plain values and over a recorder.
 */
import { is, isRecord } from "immutable";
import { Channel, Queue } from "../model/channel.js";
import type { AnyState } from "../model/state.js";
import { type AnyRecord, fieldsOf, keyOf } from "../model/value.js";
import { Recorder } from "../observe/recorder.js";

/** One thing that a step changes: a message that it sends, a field of a record, or the value of a variable. */
export type Change =
  | { readonly kind: "send"; readonly slot: number; readonly message: unknown }
  | {
      readonly kind: "field";
      readonly slot: number;
      readonly field: string;
      readonly before: unknown;
      readonly after: unknown;
    }
  | { readonly kind: "value"; readonly slot: number; readonly before: unknown; readonly after: unknown };

/**
 * Returns what `next` changes of `state`.
 * @param state the state that the action was run on: of an action that receives, without the message
 */
export function changesOf(state: AnyState, next: AnyState): Change[] {
  return [...next.written].flatMap(([slot, after]): Change[] => {
    const before = state.read(slot);
    if (after === before) return [];
    if (before instanceof Channel && after instanceof Channel) return sendsOf(state, slot, before, after);
    if (isRecord(before) && isRecord(after)) return fieldChanges(state, slot, before as AnyRecord, after as AnyRecord);
    return isSame(state, before, after) ? [] : [{ kind: "value", slot, before, after }];
  });
}

function sendsOf(state: AnyState, slot: number, before: Channel<unknown>, after: Channel<unknown>): Change[] {
  const sent = messagesPut(state, slot, before, after);
  if (sent === undefined) return [{ kind: "value", slot, before, after }];
  return sent.map((message) => ({ kind: "send", slot, message }));
}

/** Returns the messages that were put into a channel; undefined if something else was done to it, too. */
function messagesPut(
  state: AnyState,
  slot: number,
  before: Channel<unknown>,
  after: Channel<unknown>,
): unknown[] | undefined {
  const { source } = state;
  if (source instanceof Recorder) {
    const [was, is] = [source.writtenTo(slot, before), source.writtenTo(slot, after)];
    const done = was?.kind === "channel" ? was.operations : [];
    if (is?.kind === "channel" && done.every((operation, i) => is.operations[i] === operation)) {
      const added = is.operations.slice(done.length);
      if (added.every(({ does }) => does === "put")) return added.map(({ message }) => source.plain(message));
    }
  }
  const [old, now] = [before.messages(), after.messages()].map((of) => of.map((message) => plain(state, message)));
  if (after instanceof Queue) {
    const isLonger = old!.every((message, i) => i < now!.length && is(message, now![i]));
    return isLonger ? now!.slice(old!.length) : undefined;
  }
  const left = [...now!];
  for (const message of old!) {
    const at = left.findIndex((other) => is(other, message));
    if (at < 0) return undefined;
    left.splice(at, 1);
  }
  return left;
}

function fieldChanges(state: AnyState, slot: number, before: AnyRecord, after: AnyRecord): Change[] {
  return fieldsWritten(state, slot, after).flatMap((field): Change[] => {
    const [old, now] = [before.get(field), after.get(field)];
    return isSame(state, old, now) ? [] : [{ kind: "field", slot, field, before: old, after: now }];
  });
}

/** Returns the fields that may have been written: over a recorder those that were, so that no other is read. */
function fieldsWritten({ source }: AnyState, slot: number, after: AnyRecord): readonly string[] {
  const fields = fieldsOf(after);
  const written = source instanceof Recorder ? source.writtenTo(slot, after) : undefined;
  if (written?.kind !== "fields" || !(source instanceof Recorder)) return fields;
  const { places } = source.families.heldIn[slot]!;
  const set = new Set(written.fields.map(([place]) => place));
  return fields.filter((field) => set.has(places.get(field) ?? -1));
}

function isSame(state: AnyState, a: unknown, b: unknown): boolean {
  return is(plain(state, a), plain(state, b));
}

/** Returns a value without the views of a recorder in it. */
export function plain({ source }: AnyState, value: unknown): unknown {
  return source instanceof Recorder ? source.plain(value) : value;
}

/** Returns the next state without one of its changes. */
export function without(state: AnyState, next: AnyState, change: Change): AnyState {
  if (change.kind === "value") return next.write(change.slot, state.read(change.slot));
  if (change.kind === "field") return withField(next, change.slot, change.field, change.before);
  const before = state.read(change.slot) as Channel<unknown>;
  const sent = sendsOf(state, change.slot, before, next.read(change.slot) as Channel<unknown>);
  const messages = sent.flatMap((other) => (other.kind === "send" ? [other.message] : []));
  const at = messages.findIndex((message) => is(message, change.message));
  messages.splice(at, 1);
  return next.write(
    change.slot,
    messages.reduce<Channel<unknown>>((channel, message) => channel.put(message), before),
  );
}

/** Returns a state with one field of the record in a slot set. */
export function withField(state: AnyState, slot: number, field: string, value: unknown): AnyState {
  return state.write(slot, (state.read(slot) as AnyRecord).set(field, value));
}

/** Returns a state with one message more in a slot. */
export function sending(state: AnyState, slot: number, message: unknown): AnyState {
  return state.write(slot, (state.read(slot) as Channel<unknown>).put(message));
}

/** Returns a text that two changes share exactly if they are one. */
export function keyOfChange(state: AnyState, change: Change): string {
  const key = (value: unknown) => keyOf(plain(state, value));
  if (change.kind === "send") return `${change.slot} put ${key(change.message)}`;
  return `${change.slot}.${change.kind === "field" ? change.field : ""} := ${key(change.after)}`;
}
