/** Values of types in the translation: lists of them, what fits into which type, and the texts of types. */
import { shortened } from "../written.js";
import { type Code, codeOf, type Interval, quoted } from "./code.js";
import type { Context } from "./context.js";
import type { Slot } from "./pass.js";
import {
  type Bound,
  isDeclaredNullable,
  isSimple,
  leastText,
  memberText,
  type RangeTarget,
  type SimpleTarget,
  type Target,
} from "./target-types.js";

const GREATEST = 2 ** 31;

/** Returns the least and the greatest number of a type; undefined if it is none of numbers. */
export function intervalOf(type: Target): Interval | undefined {
  if (type.kind !== "range") return undefined;
  const around = ({ text, value, isFixed }: Bound): Interval => {
    if (isFixed) return [value, value];
    return /^§\.\w+$/.test(text) ? [Math.min(-GREATEST, value), Math.max(GREATEST, value)] : [-Infinity, Infinity];
  };
  return [around(type.low)[0], around(type.high)[1]];
}

/** Returns the TypeScript type of values. */
export function typeText(type: Target): string {
  switch (type.kind) {
    case "range":
      return type.name ?? "number";
    case "boolean":
      return "boolean";
    case "enum":
    case "scalarset":
    case "union":
    case "record":
      return type.name!;
    case "chosen":
      return typeText(type.bag.element);
    case "undefined":
      return "null";
    default:
      return type.kind === "array" ? "ImmutableMap" : "Bag";
  }
}

/** Returns the TypeScript type of what a place holds. @param isStored whether it is declared with null */
export function placeTypeText(context: Context, type: Target, slot: Slot, isStored = true): string {
  if (type.kind === "array") {
    context.pass.immutable.add("Map as ImmutableMap");
    return `ImmutableMap<${typeText(type.index)}, ${placeTypeText(context, type.element, slot)}>`;
  }
  if (type.kind === "multiset")
    return `${context.pass.uses("Bag")}<${placeTypeText(context, type.element, type.slot, false)}>`;
  const isNullable = isSimple(type) && (slot.isNullable || (isStored && isDeclaredNullable(type, slot)));
  return isNullable ? `${typeText(type)} | null` : typeText(type);
}

/** Returns the text of the value of a place that nothing was written to. */
export function initialText(context: Context, type: Target, slot: Slot): string {
  if (type.kind === "record")
    return hasVaryingSize(type) ? `empty${type.name}(${context.parameters})` : `new ${type.name}()`;
  if (type.kind === "multiset")
    return `${context.pass.uses("Bag")}.of<${placeTypeText(context, type.element, type.slot, false)}>()`;
  if (type.kind === "array")
    return `${context.pass.helper("filled")}(${valuesText(context, type.index)}, ${initialText(context, type.element, slot)})`;
  if (!isSimple(type)) return "null";
  const text = placeTypeText(context, type, slot);
  if (isDeclaredNullable(type, slot)) return `null as ${text}`;
  const least = type.kind === "range" ? context.bound(type.low) : leastText(type)!;
  return type.kind === "range" ? least : `${least} as ${text}`;
}

/** Tells whether the size of an array in a record hangs on the parameters. */
export function hasVaryingSize(type: Target): boolean {
  if (type.kind === "record") return type.fields.some((field) => hasVaryingSize(field.type));
  return type.kind === "array" && (!isFixedSet(type.index) || hasVaryingSize(type.element));
}

function isFixedSet(type: SimpleTarget): boolean {
  if (type.kind === "range") return type.low.isFixed && type.high.isFixed;
  if (type.kind === "scalarset") return type.size.isFixed;
  return type.kind !== "union" || type.of.every(isFixedSet);
}

/** Returns the text of the list of all values of a type, in their order. */
export function valuesText(context: Context, type: SimpleTarget): string {
  switch (type.kind) {
    case "range":
      return `${context.pass.helper("range")}(${context.bound(type.low)}, ${context.bound(type.high)})`;
    case "boolean":
      return "[false, true]";
    case "enum":
      return `[${type.members.map((member) => memberText(type, member)).join(", ")}]${type.fixedIn === undefined ? " as const" : ""}`;
    case "scalarset":
      return setText(context, type.set, type.size);
    case "union": {
      const [first] = type.of;
      const set = type.of.find((part) => part.kind === "scalarset");
      // An index set of a union has its fixed members first.
      if (
        type.set !== undefined &&
        set !== undefined &&
        (first!.kind === "enum" || type.of.length === 1) &&
        context.state !== ""
      )
        if (type.of.at(-1)!.kind === "scalarset") return `${context.state}.members(${type.set})`;
      return `[${type.of.map((part) => `...${listed(context, part)}`).join(", ")}]`;
    }
  }
}

function listed(context: Context, part: SimpleTarget): string {
  const text = valuesText(context, part);
  return text.endsWith(" as const") ? `(${text})` : text;
}

/** Returns the name of the function that counts: CMurphi counts upwards, rumur also down where no step is given. */
export function countingHelper({ pass }: Context): string {
  return pass.helper(pass.isCMurphi ? "upwards" : "counted");
}

/** Returns the list of values as something that has methods. */
export function listText(context: Context, type: SimpleTarget): string {
  return listed(context, type);
}

function setText(context: Context, set: string, size: Bound): string {
  if (context.state !== "") return `${context.state}.members(${set})`;
  return `${context.pass.helper("membersOf")}(${set}, ${context.bound(size)})`;
}

/** Tells whether a value surely fits into a type. */
export function surelyFits(from: Code, to: SimpleTarget): boolean {
  const { type, interval } = from;
  if (type.id === to.id) return true;
  if (to.kind === "range") {
    if (interval === undefined || !to.low.isFixed || !to.high.isFixed) return false;
    return interval[0] >= to.low.value && interval[1] <= to.high.value;
  }
  const parts = (of: Target) => (of.kind === "union" ? of.of : [of]).map(({ id }) => id);
  const all = parts(to);
  return parts(type).every((id) => all.includes(id));
}

/** Returns a type as errors name it, as the text within a template. */
export function inWords(context: Context, type: Target): string {
  switch (type.kind) {
    case "range":
      return `the range ${inTemplate(context, type.low)} .. ${inTemplate(context, type.high)}`;
    case "enum":
      return `the enum of ${type.members.slice(0, 4).join(", ")}${type.members.length > 4 ? ", …" : ""}`;
    case "boolean":
      return "a boolean";
    case "scalarset":
      return `the scalarset ${type.words}`;
    default:
      return "a union";
  }
}

function inTemplate(context: Context, bound: Bound): string {
  return bound.isFixed ? bound.text : `\${${context.bound(bound)}}`;
}

/** What a value is given for, which errors tell. */
export type GivenFor =
  | { readonly kind: "write"; readonly place: string }
  | { readonly kind: "argument"; readonly place: string }
  | { readonly kind: "message"; readonly place: string };

/** Returns the code of a value that is given for a type; what may not fit is looked at. */
export function fitted(context: Context, from: Code, to: SimpleTarget, { kind, place }: GivenFor): Code {
  if (surelyFits(from, to)) return from;
  if (to.kind === "range") {
    const name = { write: "inRange", argument: "argument", message: "messageInRange" }[kind];
    return checkedNumber(context, from, to, name, shortened(place, 200));
  }
  const words = inWords(context, to);
  const fault = {
    write: `a write of # into ${place}, which is ${words}`,
    argument: `an argument out of range: ${place} is ${words}, and not #`,
    message: `a message out of range: # in ${place}, which holds ${words}`,
  }[kind];
  return checkedMember(context, from, to, fault);
}

function checkedNumber(context: Context, from: Code, to: RangeTarget, helper: string, place: string): Code {
  const bounds = `${context.bound(to.low)}, ${context.bound(to.high)}`;
  const text = `${context.pass.helper(helper)}(${from.text}, ${bounds}, ${quoted(place)})`;
  return codeOf(text, to, { canFault: true, interval: intervalOf(to) });
}

function checkedMember(context: Context, from: Code, to: SimpleTarget, fault: string): Code {
  const values = valuesText(context, to);
  const text = `${context.pass.helper("among")}<${typeText(to)}>(${from.text}, ${values}, ${quoted(fault)})`;
  return codeOf(text, to, { canFault: true });
}

/** Returns the code of an index; one that may be out of bounds is looked at. */
export function indexed(context: Context, from: Code, to: SimpleTarget, element: string): Code {
  if (surelyFits(from, to)) return from;
  return checkedMember(context, from, to, `an index out of bounds: ${element} with #`);
}
