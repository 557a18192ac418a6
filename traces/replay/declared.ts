/** What a trace keeps of its model's declarations: the processes, and the ends of channels. */
import { FunctionError } from "../../checker/errors.js";
import { Channel } from "../../checker/model/channel.js";
import type { Instance, Values } from "../../checker/model/instance.js";
import {
  type AnyEnd,
  type AnyEnds,
  isSingle,
  type MessageField,
  messageFields,
  namedProcesses,
  partsOf,
  toldNames,
} from "../../checker/model/process.js";
import { memberInfo, nameOf } from "../../checker/model/scalarset.js";
import { type AnyRecord, described } from "../../checker/model/value.js";
import { messageInField, messageText } from "../analysis/channels.js";
import { toItf } from "../formats/itf.js";
import type { TraceEnd, TraceEnds, TraceMeta } from "../trace.js";

/**
 * Returns what a trace keeps of the model's processes and channels: nothing if the model declares none. Ends that are
 * functions of the message are kept as what they return for the messages of the run.
 * @throws FunctionError if such a function returns no process
 */
export function declaredOf(instance: Instance, states: readonly Values[]): Pick<TraceMeta, "processes" | "ends"> {
  const { processes, channels } = instance.model;
  const named = processes && namedProcesses(processes, instance.layout);
  const ends = Object.entries(channels ?? {}).flatMap(([name, of]): [string, TraceEnds][] =>
    of === undefined ? [] : [[name, endsOf(instance, states, name, of)]],
  );
  return {
    ...(named === undefined ? {} : { processes: named }),
    ...(ends.length === 0 ? {} : { ends: Object.fromEntries(ends) }),
  };
}

function endsOf(instance: Instance, states: readonly Values[], name: string, ends: AnyEnds): TraceEnds {
  const { empty, payload, kind, slots } = ends;
  const read = (side: "from" | "to"): { readonly [of in "from" | "to"]?: TraceEnd } => {
    const end = ends[side];
    return end === undefined ? {} : { [side]: endOf(end, `${side} of the channel ${name}`, () => texts()) };
  };
  const texts = () => messagesIn(instance, states, name, ends);
  return {
    ...read("from"),
    ...read("to"),
    ...(empty === undefined ? {} : { empty: toItf(empty) }),
    ...(payload === undefined ? {} : { payload }),
    ...(kind === undefined ? {} : { kind }),
    ...(slots === undefined ? {} : { slots }),
  };
}

function endOf(end: AnyEnd, of: string, messages: () => ReadonlyMap<string, unknown>): TraceEnd {
  if (typeof end === "string") return end === "second index" ? 1 : 0;
  if (isSingle(end)) return end.name;
  return [...messages()].flatMap(([text, message]): [string, string][] => {
    const process: unknown = end(message);
    if (process === null) return [];
    if (isSingle(process)) return [[text, process.name]];
    if (typeof process === "symbol" && memberInfo(process) !== undefined) return [[text, nameOf(process as never)]];
    throw new FunctionError(
      `${of} returned ${described(process)}\n  Return a member, a single process, or null if the message does not say.`,
    );
  });
}

/** Returns what reads the fields of a message, which is one of several in a record, by their told names. */
function within(record: AnyRecord, place: MessageField): { readonly get: (name: string) => unknown } {
  const told = toldNames(place);
  return { get: (name) => record.get(place.payload[told.indexOf(name)] ?? name) };
}

/** Returns the messages that a channel holds in some state, by their texts; for a field, the records. */
function messagesIn(
  { layout }: Instance,
  states: readonly Values[],
  name: string,
  ends: AnyEnds,
): ReadonlyMap<string, unknown> {
  const { empty, kind, slots } = ends;
  const { variable, field } = partsOf(name, layout.variables);
  const family = layout.variables.indexOf(variable);
  const messages = new Map<string, unknown>();
  for (const values of states) {
    for (const [slot, value] of values.entries()) {
      if (layout.slots[slot]!.family !== family) continue;
      if (value instanceof Channel) for (const of of value.messages()) messages.set(messageText(toItf(of), kind), of);
      if (field === undefined) continue;
      for (const place of messageFields(field, ends)) {
        const text = messageInField(toItf(value), place, toItf(empty));
        if (text === undefined) continue;
        messages.set(text, slots === undefined ? value : within(value as AnyRecord, place));
      }
    }
  }
  return messages;
}
