/** Places: variables, their fields and elements, read and written by immutable values. */
import { type Code, codeOf, quoted } from "./code.js";
import type { Context } from "./context.js";
import type { WrittenPlace } from "./env.js";
import type { Slot } from "./pass.js";
import {
  type BagTarget,
  isDeclaredNullable,
  isSimple,
  leavesOf,
  type SimpleTarget,
  type Target,
} from "./target-types.js";
import { intervalOf, valuesText } from "./values.js";

/** A variable of the state. */
export interface StateVariable {
  readonly name: string;
  readonly reader: string;
  readonly writer: string;
  /** The types that index the family. */
  readonly sets: readonly SimpleTarget[];
  readonly type: Target;
  readonly slot: Slot;
}

export type Step =
  | { readonly kind: "field"; readonly field: string; readonly name: string }
  | { readonly kind: "key"; readonly text: string; readonly isStable: boolean; readonly index: SimpleTarget };

export type Root =
  | { readonly kind: "state"; readonly of: StateVariable }
  | { readonly kind: "local"; readonly text: string }
  /** A value that is no variable of the file's: a message, a result, a choice between two places. */
  | { readonly kind: "value"; readonly text: string };

export interface Place {
  readonly root: Root;
  /** What leads from the root to the place; the first of them index the family of a variable of the state. */
  readonly steps: readonly Step[];
  readonly type: Target;
  readonly slot: Slot;
  readonly isWritable: boolean;
  /** The place as the Murphi file has it, for errors. */
  readonly written: string;
  /** Whether to find it may be an error. */
  readonly canFault: boolean;
}

function access(step: Step): string {
  if (step.kind === "key") return `.get(${step.text})!`;
  return /^[A-Za-z_$][\w$]*$/.test(step.name) ? `.${step.name}` : `[${quoted(step.name)}]`;
}

function keyText(step: Step): string {
  return step.kind === "key" ? step.text : quoted(step.name);
}

/** Returns the indices of the family, and the steps within its value. */
function split({ root, steps }: Place): { readonly indices: readonly string[]; readonly inner: readonly Step[] } {
  const count = root.kind === "state" ? root.of.sets.length : 0;
  return { indices: steps.slice(0, count).map(keyText), inner: steps.slice(count) };
}

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

/** Returns what is said of a written place when one asks whether a rule has changed it. */
export function writtenPlace(place: Place, isKnown: (text: string) => boolean): WrittenPlace | undefined {
  const { root } = place;
  if (root.kind !== "state") return undefined;
  const { indices, inner } = split(place);
  const cut = inner.findIndex((step) => step.kind === "key" && !isKnown(step.text));
  const steps = inner.slice(0, cut < 0 ? undefined : cut);
  return {
    variable: root.of.name,
    indices: root.of.sets.map((_, i) => (indices[i] !== undefined && isKnown(indices[i]) ? indices[i] : null)),
    steps: steps.map((step) => ({ text: access(step), isField: step.kind === "field" })),
  };
}

/** Returns the path of a place, for what is surely written: an index has its type behind it. */
export function pathOf({ root, steps }: Place): readonly string[] | undefined {
  if (root.kind === "value") return undefined;
  const first = root.kind === "state" ? `state ${root.of.name}` : `local ${root.text}`;
  return [
    first,
    ...steps.map((step) =>
      step.kind === "field" ? `.${step.field}` : `[${step.isStable ? step.text : "?"}:${step.index.id}]`,
    ),
  ];
}

export function leavesOfPlace(place: Place): readonly { readonly path: readonly string[]; readonly slot: Slot }[] {
  const path = pathOf(place);
  if (path === undefined) return [];
  return leavesOf(place.type, place.slot).map((leaf) => ({ path: [...path, ...leaf.steps], slot: leaf.slot }));
}
