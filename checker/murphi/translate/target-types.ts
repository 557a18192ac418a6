/** Types of a Murphi file as TypeScript has them. Types of the same structure are one. */
import { Record as RecordFactory } from "immutable";
import type { Expression, TypeSyntax } from "../syntax.js";
import type { Code } from "./code.js";
import type { Env } from "./env.js";
import { capitalized } from "./names.js";
import type { Pass, Slot } from "./pass.js";

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
/** @see fixedIn is the union that has the members of the enum as fixed members of an index set; their names are constants */
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

/** Types that were declared or written so far. */
export class Types {
  private readonly known = new Map<string, Target>();
  /** The types that are declared, in the order of the file, with the comments on them. */
  readonly inOrder: { readonly type: Target; comment: readonly string[] }[] = [];
  private ids = 3;

  constructor(
    private readonly pass: Pass,
    private readonly bound: (env: Env, of: Expression) => Code,
  ) {}

  /** Returns the bound that a constant expression is. */
  boundOf(env: Env, of: Expression): Bound {
    const { text, constant } = this.bound(env, of);
    const isFixed = !text.includes("§");
    return { text: isFixed ? String(constant) : text, value: constant as number, isFixed };
  }

  /** Returns the type that syntax means. @param name is what it is called, or may be called */
  typeIn(env: Env, of: TypeSyntax, name: string, isDeclared = false): Target {
    switch (of.kind) {
      case "named": {
        const entity = env.find(of.name);
        if (entity?.kind !== "type") throw new Error(`there is no type ${of.name}`);
        return entity.type;
      }
      case "range": {
        const [low, high] = [this.boundOf(env, of.low), this.boundOf(env, of.high)];
        return this.same(`range ${low.text} ${high.text}`, (id) => ({ kind: "range", id, name: undefined, low, high }));
      }
      case "enum":
        return this.enumIn(
          env,
          of.members.map(({ name }) => name),
          name,
        );
      case "record":
        return this.recordIn(env, of, name);
      case "array": {
        const index = this.typeIn(env, of.index, `${name}Index`) as SimpleTarget;
        const element = this.typeIn(env, of.element, name);
        return this.same(`array ${index.id} ${element.id}`, (id) => ({
          kind: "array",
          id,
          name: undefined,
          index,
          element,
        }));
      }
      case "scalarset":
        return this.scalarsetIn(env, of, name, isDeclared);
      case "union":
        return this.unionIn(env, of, name);
      case "multiset": {
        const capacity = this.boundOf(env, of.capacity);
        const element = this.typeIn(env, of.element, `${name}Message`);
        const slot = this.pass.newSlot();
        return this.same(`multiset ${capacity.text} ${element.id}`, (id) => ({
          ...{ kind: "multiset", id, name: undefined, capacity, element, slot },
        }));
      }
    }
  }

  /** Declares a type by its name. */
  declare(env: Env, of: TypeSyntax, name: string, comment: readonly string[]): void {
    const before = this.inOrder.length;
    const type = this.typeIn(env, of, name, true);
    env.names.set(name, { kind: "type", type });
    if (type.kind === "range" && type.name === undefined) {
      type.name = this.pass.names.take(capitalized(name));
      this.inOrder.push({ type, comment: [] });
    }
    const last = this.inOrder.at(-1);
    if (this.inOrder.length > before && last !== undefined) last.comment = comment;
  }

  private same<T extends Target>(key: string, make: (id: number) => T): T {
    const known = this.known.get(key);
    if (known !== undefined) return known as T;
    const made = make(this.ids++);
    this.known.set(key, made);
    return made;
  }

  private enumIn(env: Env, members: readonly string[], name: string): EnumTarget {
    const type = this.same<EnumTarget>(`enum ${members.join()}`, (id) => {
      const made: EnumTarget = {
        ...{ kind: "enum", id, members, fixedIn: undefined, constants: new Map() },
        name: this.pass.names.take(capitalized(name)),
      };
      this.inOrder.push({ type: made, comment: [] });
      return made;
    });
    for (const member of members) env.names.set(member, { kind: "member", type, member });
    return type;
  }

  private recordIn(env: Env, of: TypeSyntax & { readonly kind: "record" }, name: string): RecordTarget {
    const fields = of.fields.map(({ name: field, type: syntax, at }) => {
      const comment = this.pass.comments.at(at);
      // What has no name of its own is named after the record, too.
      const type = this.typeIn(
        env,
        syntax,
        syntax.kind === "named" ? field : `${capitalized(name)}${capitalized(field)}`,
      );
      return { comment, field, name: fieldName(field), type, slot: this.pass.newSlot() };
    });
    return this.same(`record ${fields.map(({ field, type }) => `${field} ${type.id}`).join()}`, (id) => {
      const made: RecordTarget = { kind: "record", id, fields, name: this.pass.names.take(capitalized(name)) };
      this.inOrder.push({ type: made, comment: [] });
      return made;
    });
  }

  private scalarsetIn(
    env: Env,
    of: TypeSyntax & { readonly kind: "scalarset" },
    name: string,
    isDeclared: boolean,
  ): SetTarget {
    const size = this.boundOf(env, of.size);
    const computed = /^§\.\w+$/.test(size.text) ? [] : [...size.text.matchAll(/§\.(\w+)/g)];
    for (const [, parameter] of computed) this.pass.fixed.add(parameter!);
    // Two declarations are two types, whatever they look like.
    const line = this.pass.source.lineOf(of.at);
    const words = isDeclared ? name : `scalarset of line ${line}`;
    const made: SetTarget = {
      ...{
        kind: "scalarset",
        id: this.ids++,
        size,
        words,
        prefix: isDeclared ? `${name}_` : `line${line}_`,
        isDeclared,
      },
      name: this.pass.names.take(capitalized(name)),
      set: this.pass.names.take(pluralized(capitalized(name).replace(/^./, (letter) => letter.toLowerCase()))),
    };
    this.inOrder.push({ type: made, comment: [] });
    return made;
  }

  private constantFor(member: string): string {
    const text = this.pass.names.take(member);
    this.pass.memberConstants.add(text);
    return text;
  }

  private unionIn(env: Env, of: TypeSyntax & { readonly kind: "union" }, name: string): UnionTarget {
    const parts = of.of.flatMap((syntax) => {
      const type = this.typeIn(env, syntax, name);
      return type.kind === "union" ? [...type.of] : [type as SetTarget | EnumTarget];
    });
    return this.same(`union ${parts.map(({ id }) => id).join()}`, (id) => {
      const sets = parts.filter(({ kind }) => kind === "scalarset");
      if (sets.length > 1) throw this.pass.refused(of.at, "a union of several scalarsets");
      const enums = parts.filter((part) => part.kind === "enum");
      const isSet = sets.length === 1 && enums.every(({ fixedIn }) => fixedIn === undefined);
      if (sets.length === 1 && !isSet) throw this.pass.refused(of.at, "an enum in two unions with scalarsets");
      const named = this.pass.names.take(capitalized(name));
      const made: UnionTarget = {
        ...{ kind: "union", id, of: parts, name: named },
        set: isSet
          ? this.pass.names.take(pluralized(named.replace(/^./, (letter) => letter.toLowerCase())))
          : undefined,
      };
      if (isSet)
        for (const each of enums) {
          each.fixedIn = made;
          for (const member of each.members) each.constants.set(member, this.constantFor(member));
        }
      this.inOrder.push({ type: made, comment: [] });
      return made;
    });
  }
}

/** Returns the name of a field: one that records have already gets a `_`. */
function fieldName(name: string): string {
  const record = new (RecordFactory<Record<string, unknown>>({}))();
  return name in record ? `${name}_` : name;
}

function pluralized(name: string): string {
  return name.endsWith("s") ? `${name}es` : `${name}s`;
}
