/** From the syntax of a type to the type, with its bounds computed. */
import { ordered, scalarset } from "../model/scalarset.js";
import type { Scope } from "./scope.js";
import type { Expression, TypeSyntax } from "./syntax.js";
import {
  countOf,
  type EnumType,
  isSimple,
  type RecordType,
  type ScalarsetType,
  type SimpleType,
  type Type,
  typeInWords,
  type UnionType,
  widthOf,
} from "./types.js";

/**
 * The greatest number of cells that a type may take. Each is a place of the state, which every stored state has; models
 * that are searched have a few hundred.
 */
export const MOST_CELLS = 65_536;

/** Returns the number that an expression is, which must be known. @throws LoadError if it is not */
export type NumberOf = (scope: Scope, of: Expression, what: string) => number;

/**
 * Returns the type that syntax means; the members of its enums are declared in `scope`.
 * @param numberOf computes bounds
 * @param name what the type is called, if a declaration gives it a name
 * @throws LoadError for unknown names, bounds that are no constants, and types that make no sense
 */
export function typeIn(scope: Scope, of: TypeSyntax, numberOf: NumberOf, name?: string): Type {
  const { source } = scope;
  switch (of.kind) {
    case "named": {
      const entity = scope.find(of.name);
      if (entity?.kind === "type") return entity.type;
      throw scope.unknown(of.name, of.at, "type", ({ kind }) => kind === "type");
    }
    case "range": {
      const low = numberOf(scope, of.low, "the lower bound of a range");
      const high = numberOf(scope, of.high, "the upper bound of a range");
      if (high < low) throw source.error(of.at, `the range ${low} .. ${high} has no values: its bounds are exchanged`);
      return { kind: "range", low, high };
    }
    case "enum":
      return enumIn(scope, of);
    case "record":
      return recordIn(scope, of, numberOf);
    case "array": {
      const index = simpleIn(scope, of.index, numberOf, "an array is indexed by");
      const element = typeIn(scope, of.element, numberOf);
      const width = countOf(index) * widthOf(element);
      refuseWide(scope, of.at, width);
      return { kind: "array", index, element, width };
    }
    case "scalarset":
      return scalarsetIn(scope, of, numberOf, name);
    case "union":
      return unionIn(scope, of, numberOf);
    case "multiset": {
      scope.context.dialect.noteCMurphiOnly();
      const capacity = numberOf(scope, of.capacity, "the capacity of a multiset");
      if (capacity < 0) throw source.error(of.at, `a multiset cannot hold ${capacity} messages`);
      const element = typeIn(scope, of.element, numberOf);
      if (holdsMultiset(element)) throw source.error(of.at, "a multiset within a multiset is not supported");
      return { kind: "multiset", capacity, element };
    }
  }
}

/** Returns a simple type. @param what begins the sentence of the error for another one */
export function simpleIn(scope: Scope, of: TypeSyntax, numberOf: NumberOf, what: string): SimpleType {
  const type = typeIn(scope, of, numberOf);
  if (!isSimple(type))
    throw scope.source.error(
      of.at,
      `${what} a range, an enum, a boolean, a scalarset or a union, not ${typeInWords(type)}`,
    );
  if (type.kind === "range") refuseWide(scope, of.at, countOf(type));
  return type;
}

function refuseWide(scope: Scope, at: number, width: number): void {
  if (width > MOST_CELLS)
    throw scope.source.error(at, `this has ${width} values, and ${MOST_CELLS} are the most that a state may hold`);
}

function enumIn(scope: Scope, { members, at }: TypeSyntax & { readonly kind: "enum" }): EnumType {
  if (members.length === 0) throw scope.source.error(at, "an enum has at least one member");
  const names = members.map(({ name }) => name);
  const type: EnumType = { kind: "enum", members: names };
  const seen = new Set<string>();
  members.forEach(({ name, at }) => {
    if (seen.has(name)) throw scope.source.error(at, `this enum has the member "${name}" twice`);
    seen.add(name);
    scope.declare(name, at, { kind: "constant", type, value: name, isMember: true });
  });
  return type;
}

function recordIn(scope: Scope, of: TypeSyntax & { readonly kind: "record" }, numberOf: NumberOf): RecordType {
  let width = 0;
  const names = new Set<string>();
  const fields = of.fields.map(({ name, at, type: syntax }) => {
    if (names.has(name)) throw scope.source.error(at, `this record has the field "${name}" twice`);
    names.add(name);
    const type = typeIn(scope, syntax, numberOf);
    const offset = width;
    width += widthOf(type);
    return { name, type, offset };
  });
  if (fields.length === 0) throw scope.source.error(of.at, "a record has at least one field");
  refuseWide(scope, of.at, width);
  return { kind: "record", fields, width };
}

function scalarsetIn(
  scope: Scope,
  of: TypeSyntax & { readonly kind: "scalarset" },
  numberOf: NumberOf,
  name: string | undefined,
): ScalarsetType {
  const size = numberOf(scope, of.size, "the size of a scalarset");
  if (size <= 0) throw scope.source.error(of.at, `a scalarset has at least one member, not ${size}`);
  refuseWide(scope, of.at, size);
  const line = scope.source.lineOf(of.at);
  // Rumur reduces those that a declaration names, and no others; so do we, so that counts are the same.
  if (name === undefined)
    return { kind: "scalarset", set: ordered(`scalarset of line ${line}`, { prefix: `line${line}_`, size }), size };
  const set = scalarset(name, { prefix: `${name}_`, size });
  scope.context.scalarsets.push(set);
  return { kind: "scalarset", set, size };
}

function unionIn(scope: Scope, of: TypeSyntax & { readonly kind: "union" }, numberOf: NumberOf): UnionType {
  scope.context.dialect.noteCMurphiOnly();
  const parts = of.of.flatMap((syntax) => {
    const type = typeIn(scope, syntax, numberOf);
    if (type.kind === "union") return [...type.of];
    if (type.kind === "scalarset" || type.kind === "enum") return [type];
    throw scope.source.error(syntax.at, `a union is made of scalarsets and enums, not of ${typeInWords(type)}`);
  });
  if (parts.length === 0) throw scope.source.error(of.at, "a union has at least one part");
  const seen = new Set<unknown>();
  for (const part of parts)
    for (const value of part.kind === "enum" ? part.members : [part.set]) {
      if (seen.has(value)) throw scope.source.error(of.at, "two parts of this union share a member");
      seen.add(value);
    }
  return { kind: "union", of: parts };
}

function holdsMultiset(type: Type): boolean {
  if (type.kind === "multiset") return true;
  if (type.kind === "array") return holdsMultiset(type.element);
  return type.kind === "record" && type.fields.some((field) => holdsMultiset(field.type));
}
