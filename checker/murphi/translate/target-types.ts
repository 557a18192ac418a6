/** Types of a Murphi file as TypeScript has them. Types of the same structure are one. */
import type { Slot } from "./pass.js";

/** A number that is known with the defaults of the parameters. `§` in its text stands for the parameters. */
export interface Bound {
  readonly text: string;
  readonly value: number;
  /** Whether no parameter changes it. */
  readonly isFixed: boolean;
}

interface Named {
  readonly id: number;
  /** The name of the TypeScript type, if there is one. */
  name: string | undefined;
}

export type RangeTarget = Named & { readonly kind: "range"; readonly low: Bound; readonly high: Bound };
/** @see fixedIn is the union that has the members as fixed members of an index set; their names are constants then */
export type EnumTarget = Named & {
  readonly kind: "enum";
  readonly members: readonly string[];
  fixedIn: UnionTarget | undefined;
  readonly constants: Map<string, string>;
};
export type BooleanTarget = Named & { readonly kind: "boolean" };
/** @see set is the constant of the index set */
export type SetTarget = Named & {
  readonly kind: "scalarset";
  readonly set: string;
  readonly size: Bound;
  readonly words: string;
  readonly prefix: string;
  /** Whether a declaration gives it its name: then its members can be exchanged. */
  readonly isDeclared: boolean;
};
/** @see set is the constant of the index set, if the union is one */
export type UnionTarget = Named & {
  readonly kind: "union";
  readonly of: readonly (SetTarget | EnumTarget)[];
  readonly set: string | undefined;
};
export interface FieldTarget {
  /** The name in the Murphi file. */
  readonly field: string;
  /** The name in the record. */
  readonly name: string;
  readonly type: Target;
  readonly slot: Slot;
  readonly comment: readonly string[];
}
export type RecordTarget = Named & { readonly kind: "record"; readonly fields: readonly FieldTarget[] };
export type ArrayTarget = Named & { readonly kind: "array"; readonly index: SimpleTarget; readonly element: Target };
export type BagTarget = Named & {
  readonly kind: "multiset";
  readonly capacity: Bound;
  readonly element: Target;
  readonly slot: Slot;
};
export type ChosenTarget = Named & { readonly kind: "chosen"; readonly bag: BagTarget };
export type UndefinedTarget = Named & { readonly kind: "undefined" };

export type SimpleTarget = RangeTarget | EnumTarget | BooleanTarget | SetTarget | UnionTarget;
export type Target = SimpleTarget | RecordTarget | ArrayTarget | BagTarget | ChosenTarget | UndefinedTarget;

export const BOOLEAN: BooleanTarget = { kind: "boolean", id: 0, name: undefined };
export const UNDEFINED: UndefinedTarget = { kind: "undefined", id: 1, name: undefined };
const endless = (value: number): Bound => ({ text: String(value), value, isFixed: true });
export const INTEGER: RangeTarget = {
  ...{ kind: "range", id: 2, name: undefined },
  ...{ low: endless(-Infinity), high: endless(Infinity) },
};

export function isSimple(type: Target): type is SimpleTarget {
  return ["range", "enum", "boolean", "scalarset", "union"].includes(type.kind);
}

/** A place within a value that holds a simple value. */
export interface Leaf {
  /** The fields and elements that lead to it: `.state`, `[*]`. */
  readonly steps: readonly string[];
  readonly slot: Slot;
}

/** Returns the places of simple values within a value of a type. @param slot is that of the value */
export function leavesOf(type: Target, slot: Slot): readonly Leaf[] {
  const under = (step: string, leaves: readonly Leaf[]) =>
    leaves.map((leaf) => ({ steps: [step, ...leaf.steps], slot: leaf.slot }));
  if (type.kind === "record")
    return type.fields.flatMap((field) => under(`.${field.field}`, leavesOf(field.type, field.slot)));
  if (type.kind === "array") return under("[*]", leavesOf(type.element, slot));
  return type.kind === "multiset" ? [] : [{ steps: [], slot }];
}

/** Tells whether a value of a type is a bag, or holds one. */
export function holdsBag(type: Target): boolean {
  if (type.kind === "array") return holdsBag(type.element);
  return type.kind === "record" ? type.fields.some((field) => holdsBag(field.type)) : type.kind === "multiset";
}

/** Tells whether a place of a type is declared with null, although it may be known to hold a value where it is read. */
export function isDeclaredNullable(type: Target, slot: Slot): boolean {
  return isSimple(type) && (slot.isNullable || leastText(type) === undefined);
}

/** Returns the least value of a simple type; undefined if it names a member that can be exchanged. */
export function leastText(type: SimpleTarget): string | undefined {
  switch (type.kind) {
    case "range":
      return type.low.isFixed ? type.low.text : "0";
    case "boolean":
      return "false";
    case "enum":
      return memberText(type, type.members[0]!);
    case "scalarset":
      return undefined;
    case "union":
      return type.of[0]!.kind === "enum" ? leastText(type.of[0]!) : undefined;
  }
}

/** Returns the text of a member of an enum. */
export function memberText(type: EnumTarget, member: string): string {
  return type.constants.get(member) ?? JSON.stringify(member);
}
