/** The types of a Murphi file, made from syntax. */
import { Record as RecordFactory } from "immutable";
import type { Expression, TypeSyntax } from "../syntax.js";
import type { Code } from "./code.js";
import type { Env } from "./env.js";
import { capitalized } from "./names.js";
import type { Pass } from "./pass.js";
import type { Bound, EnumTarget, RecordTarget, SetTarget, SimpleTarget, Target, UnionTarget } from "./target-types.js";

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
