/** Places: variables, their fields and elements, read and written by immutable values. */
import { type Code, codeOf, type Place, quoted, type Step } from "./code.js";
import type { Context } from "./context.js";
import { access, keyText, split } from "./paths.js";
import { type BagTarget, isDeclaredNullable, isSimple } from "./target-types.js";
import { intervalOf, valuesText } from "./values.js";

/** Tells whether a place is a family by members, or a row of one: many variables at once. */
export function isFamily({ root, steps }: Place): boolean {
  return root.kind === "state" && steps.length < root.of.sets.length;
}

/** Returns the element of an array at an index that is one of its own. */
export function elementAt(place: Place, text: string): Place {
  if (place.type.kind !== "array") throw new Error(`${place.written} has no elements`);
  const { index, element } = place.type;
  return { ...place, steps: [...place.steps, { kind: "key", text, isStable: true, index }], type: element };
}

/** Returns the text of what holds a place outermost: the value of a variable. */
function baseText(context: Context, place: Place): string {
  const { root } = place;
  if (root.kind !== "state") return root.text;
  if (isFamily(place) && place.type.kind === "array") {
    const inner = context.within();
    const name = inner.env.fresh("i");
    const element = rawText(inner, elementAt(place, name));
    return `${context.pass.helper("gathered")}(${valuesText(context, place.type.index)}, (${name}) => ${element})`;
  }
  return `${context.stateText(place)}.${root.of.reader}(${split(place).indices.join(", ")})`;
}

/** Returns the text that reads a place, whatever it holds. */
export function rawText(context: Context, place: Place): string {
  return baseText(context, place) + split(place).inner.map(access).join("");
}

/** Returns the code that reads a place, whatever it holds. */
export function raw(context: Context, place: Place): Code {
  context.flow.read(place);
  return codeOf(rawText(context, place), place.type, {
    place,
    canFault: place.canFault,
    interval: intervalOf(place.type),
  });
}

/** Returns the code that reads a place that must hold a value. */
export function read(context: Context, place: Place): Code {
  const code = raw(context, place);
  if (!isSimple(place.type)) return code;
  if (place.slot.isNullable) {
    const text = `${context.pass.helper("defined")}(${code.text}, ${quoted(place.written)})`;
    return { ...code, text, canFault: true };
  }
  const isStored = place.root.kind !== "value" && (place.steps.length > 0 || place.root.kind === "state");
  const isNull = isDeclaredNullable(place.type, place.slot) && (isStored || context.isUninitialized(place));
  return isNull ? { ...code, text: `${code.text}!` } : code;
}

/** Returns the statement that writes a place, and notes that it is written. */
export function assignment(context: Context, place: Place, value: string): string {
  context.flow.write(place);
  context.notes(place);
  return assignmentText(context, place, value);
}

function assignmentText(context: Context, place: Place, value: string): string {
  const { indices, inner } = split(place);
  const { root } = place;
  const nested = (base: string, steps: readonly Step[]): string => {
    const [first, ...rest] = steps;
    if (first === undefined) return value;
    const written = rest.length === 0 ? value : nested(base + access(first), rest);
    return `${base}.set(${keyText(first)}, ${written})`;
  };
  const whole = nested(baseText(context, place), inner);
  if (root.kind !== "state") return `${root.text} = ${whole};`;
  const { state } = context;
  return `${state} = ${state}.${root.of.writer}(${[...indices, whole].join(", ")});`;
}

/** Returns the statement that writes several fields of one place, whose writes are noted already. */
export function merge(
  context: Context,
  place: Place,
  fields: readonly { readonly place: Place; readonly name: string; readonly value: string }[],
): string {
  const entries = fields.map(({ name, value }) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
    return key === value ? key : `${key}: ${value}`;
  });
  return assignmentText(context, place, `${rawText(context, place)}.merge({ ${entries.join(", ")} })`);
}

/** Returns the place of a field. */
export function fieldOf(place: Place, field: string): Place {
  if (place.type.kind !== "record") throw new Error(`${place.written} has no fields`);
  const found = place.type.fields.find((each) => each.field === field)!;
  return {
    ...place,
    steps: [...place.steps, { kind: "field", field, name: found.name }],
    ...{ type: found.type, slot: found.slot, written: `${place.written}.${field}` },
  };
}

/** Returns the place of a message that a name stands for. */
export function messagePlace(text: string, bag: BagTarget, written: string): Place {
  const root = { kind: "value", text } as const;
  return { root, steps: [], type: bag.element, slot: bag.slot, isWritable: false, written, canFault: false };
}
