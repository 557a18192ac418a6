/**
 * What a described model does, by a plain interpreter. It is written from what the documents say of actions, channels,
 * ordinals and properties, and shares nothing with popcheck.
 */
import {
  type ActionOf,
  type Condition,
  type Description,
  type DomainOf,
  type Expression,
  type Field,
  type LivenessOf,
  type PropertyOf,
  type Quantified,
  type Quantifiers,
  type Rule,
  receives,
  type SetName,
  type Statement,
  type TableOf,
  type Type,
} from "./description.js";
import { isOffDiagonal, keyOfPlain, type Plain, PlainLayout, type PlainState, sorted } from "./plain-state.js";

/** What names stand for: the number of a member (-1: nobody) or a level. */
export type Names = ReadonlyMap<string, number>;

/** An action with its names bound. */
export interface PlainAction {
  readonly of: ActionOf;
  readonly names: Names;
  /** The slot of the channel that it takes from. */
  readonly takes: number | undefined;
}

export interface PlainStep {
  readonly action: PlainAction;
  /** The message that was received. */
  readonly message: Plain | undefined;
  /** The level of the message's kind. */
  readonly kind: number | undefined;
  /** The state after, its ordinals not yet renumbered; undefined if the table has no rule for the message. */
  readonly next: PlainState | undefined;
  readonly written: ReadonlySet<number>;
}

/** Where expressions are evaluated. */
interface Scene {
  readonly state: PlainState;
  readonly names: Names;
  readonly message?: { readonly value: Plain; readonly fields: readonly Field[] };
}

/** A map has no level at a key: equal to no level. */
const NO_LEVEL = -1;

export class PlainModel {
  readonly layout: PlainLayout;
  readonly actions: readonly PlainAction[];

  constructor(readonly of: Description) {
    this.layout = new PlainLayout(of);
    this.actions = of.actions.flatMap((action) =>
      this.bindings(action.domains).flatMap((names): PlainAction[] => {
        if (!receives(action.does)) return [{ of: action, names, takes: undefined }];
        const at = action.does.at.map((name) => names.get(name)!);
        // There is no channel from a member to itself, unless the diagonal is there.
        if (at[0] === at[1] && isOffDiagonal(this.layout.variable(action.does.channel))) return [];
        return [{ of: action, names, takes: this.layout.slotOf(action.does.channel, at) }];
      }),
    );
  }

  bindings(domains: readonly DomainOf[]): Names[] {
    return domains.reduce<Map<string, number>[]>(
      (all, domain) =>
        all.flatMap((names) => this.valuesIn(domain).map((value) => new Map(names).set(domain.name, value))),
      [new Map()],
    );
  }

  private valuesIn(domain: DomainOf): number[] {
    const upTo = (size: number) => Array.from({ length: size }, (_, i) => i);
    if (domain.of === "levels") return upTo(domain.levels);
    const members = upTo(this.layout.sizeOf(domain.set));
    return domain.of === "optional" ? [-1, ...members] : members;
  }

  initial(): PlainState[] {
    const { first } = this.layout;
    const others = this.of.initial.flatMap((of) =>
      this.bindings(of.domains)
        .filter((names) => areDistinct(of, names))
        .map((names) => this.carriedOut(of.does, { state: first, names })!.state),
    );
    return [first, ...others].map((state) => this.layout.renumber(state));
  }

  /** Returns all steps from a state. */
  steps(state: PlainState): PlainStep[] {
    return this.actions.flatMap((action) => this.stepsBy(state, action));
  }

  stepsBy(state: PlainState, action: PlainAction): PlainStep[] {
    const { does } = action.of;
    if (receives(does)) return this.receptions(state, action, does);
    if (!areDistinct(action.of, action.names)) return [];
    return this.applied(does, { state, names: action.names }).map(({ state: next, written }) => ({
      ...{ action, message: undefined, kind: undefined },
      ...{ next, written },
    }));
  }

  private receptions(state: PlainState, action: PlainAction, does: TableOf): PlainStep[] {
    const slot = action.takes!;
    const type = this.layout.slots[slot]!.variable.type as Extract<Type, { most: number }>;
    const waiting = state[slot] as readonly Plain[];
    const takeable =
      type.kind === "queue" ? waiting.slice(0, 1) : waiting.filter((m, i) => !same(m, waiting[i - 1] ?? null));
    return takeable.flatMap((message): PlainStep[] => {
      const at = waiting.findIndex((other) => same(other, message));
      const taken = state.with(
        slot,
        waiting.filter((_, i) => i !== at),
      );
      const kind = (message as readonly number[])[0]!;
      const scene = { state: taken, names: action.names, message: { value: message, fields: type.fields } };
      const row = does.row === undefined ? 0 : (this.value({ op: "read", ...does.row }, scene) as number);
      const cell = does.cells[row]![kind]!;
      const shared = { action, message, kind };
      if (cell === "impossible") return [{ ...shared, next: undefined, written: new Set<number>() }];
      if (!areDistinct(action.of, action.names)) return [];
      return this.applied(cell, scene).map(({ state: next, written }) => ({
        ...shared,
        ...{ next, written: new Set([slot, ...written]) },
      }));
    });
  }

  private applied(rule: Rule, scene: Scene): { state: PlainState; written: ReadonlySet<number> }[] {
    const names = new Map(scene.names);
    for (const { name, value } of rule.lets) {
      const member = this.value(value, { ...scene, names }) as number;
      if (member < 0) return [];
      names.set(name, member);
    }
    const here = { ...scene, names };
    if (!this.holds(rule.guard, here)) return [];
    const { each } = rule;
    const scenes =
      each === undefined
        ? [here]
        : this.members(each.set)
            .map((member) => ({ ...here, names: new Map(names).set(each.name, member) }))
            .filter((inner) => this.holds(each.where, inner));
    const results = rule.branches.flatMap((branch) => scenes.map((inner) => this.carriedOut(branch, inner)));
    // A channel that is full disables the whole action.
    return results.some((result) => result === undefined) ? [] : results.map((result) => result!);
  }

  private members(set: SetName): number[] {
    return Array.from({ length: this.layout.sizeOf(set) }, (_, i) => i);
  }

  private carriedOut(
    statements: readonly Statement[],
    scene: Scene,
  ): { state: PlainState; written: ReadonlySet<number> } | undefined {
    let { state } = scene;
    const written = new Set<number>();
    for (const statement of statements) {
      const here = { ...scene, state };
      const name = statement.op === "send" ? statement.channel : statement.variable;
      const slot = this.layout.slotOf(
        name,
        statement.at.map((each) => scene.names.get(each)!),
      );
      const { type } = this.layout.variable(name);
      let value: Plain;
      if (statement.op === "send") {
        const channel = type as Extract<Type, { most: number }>;
        const before = state[slot] as readonly Plain[];
        if (before.length >= channel.most) return undefined;
        const after = [...before, statement.message.map((field) => this.value(field, here))];
        value = channel.kind === "bag" ? sorted(after) : after;
      } else {
        value = this.value(statement.to, here);
        if (statement.field !== undefined && type.kind === "record") {
          const at = type.fields.findIndex((field) => field.name === statement.field);
          value = (state[slot] as readonly Plain[]).with(at, value);
        }
      }
      state = state.with(slot, value);
      written.add(slot);
    }
    return { state, written };
  }

  value(expression: Expression, scene: Scene): Plain {
    const { state, names } = scene;
    const inner = (of: Expression) => this.value(of, scene);
    switch (expression.op) {
      case "level":
        return expression.value;
      case "nobody":
        return -1;
      case "empty set":
        return 0;
      case "name":
        return named(names, expression.name);
      case "read": {
        const indices = expression.at.map((name) => named(names, name));
        const whole = state[this.layout.slotOf(expression.variable, indices)]!;
        const { type } = this.layout.variable(expression.variable);
        if (expression.field === undefined || type.kind !== "record") return whole;
        return (whole as readonly Plain[])[type.fields.findIndex(({ name }) => name === expression.field)]!;
      }
      case "message": {
        const { value, fields } = scene.message!;
        return (value as readonly Plain[])[fields.findIndex(({ name }) => name === expression.field)]!;
      }
      case "with":
        return (inner(expression.set) as number) | (1 << named(names, expression.member));
      case "without":
        return (inner(expression.set) as number) & ~(1 << named(names, expression.member));
      case "put":
        return (inner(expression.map) as readonly Plain[]).with(named(names, expression.key), inner(expression.to));
      case "drop":
        return (inner(expression.map) as readonly Plain[]).with(named(names, expression.key), NO_LEVEL);
      case "at":
        return (inner(expression.map) as readonly Plain[])[named(names, expression.key)]!;
      case "after":
        return (inner(expression.stamp) as number) + 1;
      case "below all":
        return 0;
      case "floor of":
        return inner(expression.stamp);
      case "member":
        return expression.index;
      case "find": {
        const found = this.members(expression.set).find((member) =>
          this.holds(expression.where, { ...scene, names: new Map(names).set(expression.name, member) }),
        );
        return found ?? -1;
      }
      case "first of": {
        const bits = inner(expression.set) as number;
        return bits === 0 ? -1 : 31 - Math.clz32(bits & -bits);
      }
    }
  }

  holds(condition: Condition, scene: Scene): boolean {
    const value = (of: Expression) => this.value(of, scene);
    switch (condition.op) {
      case "true":
        return true;
      case "eq":
        return same(value(condition.left), value(condition.right));
      case "before":
      case "is below":
        return (value(condition.left) as number) < (value(condition.right) as number);
      case "permits above":
        return (value(condition.left) as number) <= (value(condition.right) as number);
      case "within":
        return (value(condition.left) as number) - (value(condition.right) as number) <= condition.ticks;
      case "in": {
        const member = value(condition.member) as number;
        return member >= 0 && (((value(condition.set) as number) >> member) & 1) === 1;
      }
      case "has":
        return (value(condition.map) as readonly Plain[])[named(scene.names, condition.key)] !== NO_LEVEL;
      case "at least": {
        const of = value(condition.of);
        const bits = (set: number): number => (set === 0 ? 0 : (set & 1) + bits(set >> 1));
        const size = typeof of === "number" ? bits(of) : of.filter((each) => each !== NO_LEVEL).length;
        return size >= condition.least;
      }
      case "and":
        return condition.all.every((each) => this.holds(each, scene));
      case "or":
        return condition.all.some((each) => this.holds(each, scene));
      case "not":
        return !this.holds(condition.of, scene);
      default:
        return this.quantified(condition, scene);
    }
  }

  private quantified({ op, set, name, other, least, where }: Quantified, scene: Scene): boolean {
    const members = this.members(set).filter((member) => other === undefined || member !== named(scene.names, other));
    const count = members.filter((member) =>
      this.holds(where, { ...scene, names: new Map(scene.names).set(name, member) }),
    ).length;
    return op === "every" ? count === members.length : count >= (op === "some" ? 1 : least!);
  }

  /** Whether a condition holds in a state for names; also where names that are to be different are not. */
  holdsOf(of: Quantifiers, condition: Condition, state: PlainState, names: Names): boolean {
    return !areDistinct(of, names) || this.holds(condition, { state, names });
  }

  /** Whether a `leads to` is due in a state. */
  isDue(of: LivenessOf, state: PlainState, names: Names): boolean {
    return areDistinct(of, names) && this.holds(of.from, { state, names });
  }

  /** Whether a step violates a step invariant for names. */
  violates(
    of: Extract<PropertyOf, { kind: "step invariant" }>,
    before: PlainState,
    { action, next, written }: PlainStep,
    names: Names,
  ): boolean {
    if (next === undefined || !areDistinct(of, names)) return false;
    if (of.action !== undefined && of.action !== action.of.name) return false;
    if (of.writes !== undefined) {
      const indices = of.writes.at.map((name) => names.get(name)!);
      if (!written.has(this.layout.slotOf(of.writes.variable, indices))) return false;
    }
    return this.holds(of.before, { state: before, names }) && !this.holds(of.after, { state: next, names });
  }
}

export function areDistinct({ distinct }: Pick<Quantifiers, "distinct">, names: Names): boolean {
  return distinct.every(([a, b]) => names.get(a) !== names.get(b));
}

function named(names: Names, name: string): number {
  const value = names.get(name);
  if (value === undefined) throw new Error(`nothing is called ${name}`);
  return value;
}

function same(a: Plain, b: Plain | null): boolean {
  return typeof a === "number" || typeof b === "number" || b === null ? a === b : keyOfPlain(a) === keyOfPlain(b);
}
