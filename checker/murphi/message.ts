/** Messages of a multiset as one value each, and back as cells. */
import { Record as RecordFactory } from "immutable";
import { Bag } from "../model/channel.js";
import { LocalMemory, type Place } from "./memory.js";
import { isSimple, type Type, type Value, valuesOf, widthOf } from "./types.js";

/** The names of the cells of a type, in their order: `.Cmd`, `.Line[1]`; one empty name for a simple type. */
export function pathsOf(type: Type): readonly string[] {
  if (type.kind === "record")
    return type.fields.flatMap(({ name, type }) => pathsOf(type).map((rest) => `.${name}${rest}`));
  if (type.kind === "array") {
    const rests = pathsOf(type.element);
    return valuesOf(type.index).flatMap((value) => rests.map((rest) => `[${nameOfValue(value)}]${rest}`));
  }
  return [""];
}

export function nameOfValue(value: Value): string {
  return typeof value === "symbol" ? (value.description ?? "?") : String(value);
}

/** Returns a name without the point in front. */
export function asField(path: string): string {
  return path.startsWith(".") ? path.slice(1) : path;
}

/** How the messages of one type are made into values and back. */
export interface MessageForm {
  readonly toMessage: (place: Place) => Value;
  readonly toPlace: (message: Value) => Place;
}

const forms = new WeakMap<Type, MessageForm>();

/** Returns the form of a type's messages: a simple value is itself, others are records of their cells. */
export function formOf(type: Type): MessageForm {
  let form = forms.get(type);
  if (form === undefined) {
    form = isSimple(type) ? simpleForm : recordForm(type);
    forms.set(type, form);
  }
  return form;
}

const simpleForm: MessageForm = {
  toMessage: ({ memory, at }) => memory.read(at),
  toPlace: (message) => placeOf([message]),
};

function recordForm(type: Type): MessageForm {
  const fields = pathsOf(type).map(asField);
  class Message extends RecordFactory(Object.fromEntries(fields.map((field) => [field, null as Value]))) {}
  const width = widthOf(type);
  return {
    toMessage: ({ memory, at }) =>
      new Message(Object.fromEntries(fields.slice(0, width).map((field, i) => [field, memory.read(at + i)]))),
    toPlace: (message) => placeOf(fields.map((field) => (message as Message).get(field) as Value)),
  };
}

function placeOf(values: readonly Value[]): Place {
  const memory = new LocalMemory(values.length);
  values.forEach((value, i) => {
    memory.write(i, value);
  });
  return { memory, at: 0 };
}

/** Returns the bag that a cell holds; a local one that nothing was put into is empty. */
export function bagIn({ memory, at }: Place): Bag<Value> {
  return (memory.read(at) ?? Bag.of<Value>()) as Bag<Value>;
}
