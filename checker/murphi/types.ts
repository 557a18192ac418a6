/**
 * Types, with their sizes fixed. A value of a type is kept in *cells*, one behind the other: a simple value or a
 * multiset takes one, a record those of its fields, an array those of its elements.
 */
import type { IndexSet, Member } from "../model/scalarset.js";

/** What a cell holds: null is the undefined value. An enum's members are texts, a multiset is a bag. */
export type Value = number | boolean | string | Member | null | object;

export interface RangeType {
  readonly kind: "range";
  readonly low: number;
  readonly high: number;
}

export interface EnumType {
  readonly kind: "enum";
  readonly members: readonly string[];
}

export interface BooleanType {
  readonly kind: "boolean";
}

export interface ScalarsetType {
  readonly kind: "scalarset";
  readonly set: IndexSet;
  readonly size: number;
}

export interface UnionType {
  readonly kind: "union";
  readonly of: readonly (ScalarsetType | EnumType)[];
}

export type SimpleType = RangeType | EnumType | BooleanType | ScalarsetType | UnionType;

export interface RecordType {
  readonly kind: "record";
  readonly fields: readonly { readonly name: string; readonly type: Type; readonly offset: number }[];
  readonly width: number;
}

export interface ArrayType {
  readonly kind: "array";
  readonly index: SimpleType;
  readonly element: Type;
  readonly width: number;
}

export interface MultisetType {
  readonly kind: "multiset";
  readonly capacity: number;
  readonly element: Type;
}

/** The type of a name that `choose` has bound: it stands for a message of a multiset, and is its index. */
export interface ChosenType {
  readonly kind: "chosen";
  readonly element: Type;
}

/** The type of CMurphi's word UNDEFINED, which goes together with no type: who takes the word looks for it. */
export interface UndefinedType {
  readonly kind: "undefined";
}

export type Type = SimpleType | RecordType | ArrayType | MultisetType | ChosenType | UndefinedType;

export const BOOLEAN: BooleanType = { kind: "boolean" };
export const UNDEFINED: UndefinedType = { kind: "undefined" };

/** The type of numbers that are not stored. */
export const INTEGER: RangeType = { kind: "range", low: -Infinity, high: Infinity };

export function isSimple(type: Type): type is SimpleType {
  return ["range", "enum", "boolean", "scalarset", "union"].includes(type.kind);
}

/** Returns how many cells a value of the type takes. */
export function widthOf(type: Type): number {
  return type.kind === "record" || type.kind === "array" ? type.width : 1;
}

/** Returns how many values a simple type has, the undefined one not counted. */
export function countOf(type: SimpleType): number {
  switch (type.kind) {
    case "range":
      return type.high - type.low + 1;
    case "enum":
      return type.members.length;
    case "boolean":
      return 2;
    case "scalarset":
      return type.size;
    case "union":
      return type.of.reduce((sum, each) => sum + countOf(each), 0);
  }
}

/** Returns all values of a simple type in their order, the undefined one not among them. */
export function valuesOf(type: SimpleType): readonly Value[] {
  switch (type.kind) {
    case "range":
      return Array.from({ length: countOf(type) }, (_, i) => type.low + i);
    case "enum":
      return type.members;
    case "boolean":
      return [false, true];
    case "scalarset":
      return Array.from({ length: type.size }, (_, i) => type.set.member(i));
    case "union":
      return type.of.flatMap(valuesOf);
  }
}

/** Makes the function that tells the place of a value among those of a type; undefined for what is none of them. */
export function ordinalIn(type: SimpleType): (value: Value) => number | undefined {
  if (type.kind === "range") {
    const { low, high } = type;
    return (value) => ((value as number) >= low && (value as number) <= high ? (value as number) - low : undefined);
  }
  const places = new Map(valuesOf(type).map((value, place) => [value, place]));
  return (value) => places.get(value);
}

/** Makes the function that tells whether a value is one of a type. It is given no undefined value. */
export function memberOf(type: SimpleType): (value: Value) => boolean {
  if (type.kind === "range") {
    const { low, high } = type;
    return (value) => typeof value === "number" && value >= low && value <= high;
  }
  const all = new Set(valuesOf(type));
  return (value) => all.has(value);
}

/**
 * Tells whether a value of one type may be assigned to, compared with, or given for one of the other. All ranges go
 * together, and so do a union and what it is made of: whether a value fits is looked at when it is written.
 */
export function isCompatible(a: Type, b: Type): boolean {
  if (a.kind === "undefined" || b.kind === "undefined") return false;
  if (a.kind === "range" && b.kind === "range") return true;
  if (a.kind === "union" || b.kind === "union") return shareMembers(a, b);
  return isSame(a, b);
}

function shareMembers(a: Type, b: Type): boolean {
  const parts = (type: Type) => (type.kind === "union" ? type.of : [type]);
  return parts(a).some((left) => parts(b).some((right) => isSame(left, right)));
}

/** Tells whether two types have the same values in the same cells. */
export function isSame(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (a.kind === "range" && b.kind === "range") return a.low === b.low && a.high === b.high;
  if (a.kind === "enum" && b.kind === "enum") return a.members.join() === b.members.join();
  if (a.kind === "scalarset" && b.kind === "scalarset") return a.set === b.set;
  if (a.kind === "union" && b.kind === "union")
    return a.of.length === b.of.length && a.of.every((part, i) => isSame(part, b.of[i]!));
  if (a.kind === "array" && b.kind === "array") return isSame(a.index, b.index) && isSame(a.element, b.element);
  if (a.kind === "multiset" && b.kind === "multiset") return a.capacity === b.capacity && isSame(a.element, b.element);
  if (a.kind !== "record" || b.kind !== "record") return a.kind === b.kind && a.kind === "boolean";
  if (a.fields.length !== b.fields.length) return false;
  return a.fields.every(({ name, type }, i) => name === b.fields[i]!.name && isSame(type, b.fields[i]!.type));
}

/** Returns a type as errors name it. */
export function typeInWords(type: Type): string {
  switch (type.kind) {
    case "range":
      return type.low === -Infinity ? "a number" : `the range ${type.low} .. ${type.high}`;
    case "enum":
      return `the enum of ${type.members.slice(0, 4).join(", ")}${type.members.length > 4 ? ", …" : ""}`;
    case "boolean":
      return "a boolean";
    case "scalarset":
      return `the scalarset ${type.set.name}`;
    case "union":
      return "a union";
    case "chosen":
      return "a message that choose has bound";
    case "undefined":
      return "the undefined value";
    default:
      return `${type.kind === "array" ? "an" : "a"} ${type.kind}`;
  }
}
