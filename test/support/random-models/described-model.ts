/** A described model as a model of popcheck: what an author would have written with the vocabulary. */
import { Map as ImmutableMap, Set as ImmutableSet, is, Record as RecordFactory } from "immutable";
import {
  type Action,
  Bag,
  type Compassion,
  disabled,
  type Floor,
  type IndexSet,
  impossible,
  type Member,
  matrix,
  model,
  type OrdinalValue,
  oneOf,
  optional,
  ordered,
  ordinal,
  type Property,
  perMember,
  perPair,
  Queue,
  type ReceiveTable,
  type Result,
  type StateBase,
  scalarset,
  single,
  type Variables,
  vocabulary,
} from "../../../checker/model/index.js";
import type { AnyModel } from "../../../checker/model/model.js";
import {
  type AssumptionOf,
  type Condition,
  type Description,
  type DomainOf,
  type Expression,
  LEVELS,
  type PropertyOf,
  type Quantified,
  type Quantifiers,
  type Rule,
  receives,
  type Statement,
  type TableOf,
  type Type,
} from "./description.js";

type State = StateBase<unknown> & { readonly [name: string]: (...args: unknown[]) => unknown };
type Names = { readonly [name: string]: unknown };
type AnyRecord = { get(field: string): unknown; set(field: string, value: unknown): AnyRecord };

interface Scene {
  readonly state: State;
  readonly names: Names;
  readonly message?: AnyRecord;
}

const { action, receive, rule, always, alwaysStep, reachable, goal, noDeadlock, compassion, ...lively } =
  vocabulary<State>();
const shape = { says: "", explain: () => "it is wrong" };

/** Makes the model. Every call makes index sets, an ordinal and classes of records of its own. */
export function modelOf(description: Description): AnyModel {
  return new Described(description).model();
}

class Described {
  private readonly sets: { readonly A: IndexSet; readonly B: IndexSet };
  private readonly ordinal;
  private readonly classes = new Map<string, (values: object) => AnyRecord>();
  private readonly types = new Map<string, Type>();

  constructor(private readonly of: Description) {
    const { sizes, ordered: isOrdered } = of;
    this.sets = {
      A: (isOrdered ? ordered : scalarset)("a", { prefix: "A", size: sizes.A }),
      B: scalarset("b", { prefix: "B", size: sizes.B }),
    };
    this.ordinal = ordinal("t", of.ordinal);
    for (const { name, type } of of.variables) {
      this.types.set(name, type);
      if (!("fields" in type)) continue;
      const first = Object.fromEntries(type.fields.map((field) => [field.name, this.first(field.type)]));
      const Class = class extends RecordFactory(first, name) {};
      this.classes.set(name, (values) => new Class(values) as unknown as AnyRecord);
    }
  }

  model(): AnyModel {
    const { of } = this;
    const actions = of.actions.map((each) => this.action(each));
    const properties = of.properties.map((each) => this.property(each));
    const assumed = of.assumptions.map((each) => this.assumption(each));
    const initial = (declared: State) => [
      declared,
      ...of.initial.flatMap((each) =>
        this.bindings(each)
          .filter((names) => areDistinct(each, names))
          .map((names) => this.carriedOut(each.does, { state: declared, names }) as State),
      ),
    ];
    return {
      ...model({
        name: "random",
        about: "",
        parameters: {},
        variables: () => this.variables(),
        actions: () => actions as never,
        properties: () => properties as never,
        fairness: () => assumed as never,
      }),
      initial,
    };
  }

  private variables(): Variables {
    return Object.fromEntries(
      this.of.variables.map(({ name, by: [first, second], diagonal, type }) => {
        const value = this.first(type, name);
        if (first === undefined) return [name, single(value)];
        if (second === undefined) return [name, perMember(this.sets[first], value)];
        if (first !== second || diagonal) return [name, matrix(this.sets[first], this.sets[second], value)];
        return [name, perPair(this.sets[first], value)];
      }),
    ) as Variables;
  }

  private first(type: Type, variable = ""): unknown {
    switch (type.kind) {
      case "level":
        return LEVELS[0];
      case "member":
        return null;
      case "set":
        return ImmutableSet();
      case "map":
        return ImmutableMap();
      case "stamp":
        return this.ordinal.first;
      case "floor":
        return this.ordinal.floor();
      case "record":
        return this.classes.get(variable)!({});
      case "bag":
        return Bag.of();
      case "queue":
        return Queue.of();
    }
  }

  private domains(domains: readonly DomainOf[]) {
    return Object.fromEntries(
      domains.map((domain) => [
        domain.name,
        domain.of === "set"
          ? this.sets[domain.set]
          : domain.of === "optional"
            ? optional(this.sets[domain.set])
            : oneOf(...LEVELS.slice(0, domain.levels)),
      ]),
    );
  }

  /** All bindings, for the initial states: those of actions and properties are popcheck's. */
  private bindings({ domains }: Quantifiers): Names[] {
    return domains.reduce<Names[]>(
      (all, domain) =>
        all.flatMap((names) => {
          const size = "set" in domain ? this.of.sizes[domain.set] : domain.levels;
          const numbers = Array.from({ length: size }, (_, i) => i);
          const values: unknown[] =
            "set" in domain ? numbers.map((i) => this.sets[domain.set].member(i)) : LEVELS.slice(0, size);
          const nobody = domain.of === "optional" ? [null] : [];
          return [...nobody, ...values].map((value) => ({ ...names, [domain.name]: value }));
        }),
      [{}],
    );
  }

  private action({ name, domains, distinct, does, fair, environment }: Description["actions"][number]): Action<State> {
    const options = { ...(fair && { fair }), ...(environment && { environment }) };
    if (receives(does)) return this.reception(name, domains, distinct, does, options);
    return action(
      name,
      this.domains(domains),
      (state, names) => (areDistinct({ distinct }, names) ? this.applied(does, { state, names }) : disabled),
      options,
    );
  }

  private reception(
    name: string,
    domains: readonly DomainOf[],
    distinct: Quantifiers["distinct"],
    { channel, at, row, cells }: TableOf,
    options: object,
  ): Action<State> {
    const rows = LEVELS.slice(0, cells.length);
    const columns = LEVELS.slice(0, cells[0]!.length);
    const cellOf = (cell: Rule | "impossible") =>
      cell === "impossible"
        ? impossible("it cannot be")
        : rule<Scene>("it is received", (scene) =>
            areDistinct({ distinct }, scene.names) ? this.applied(cell, scene) : disabled,
          );
    const table = {
      ...{ name, rows, columns },
      cells: Object.fromEntries(
        cells.map((of, r) => [rows[r]!, Object.fromEntries(of.map((cell, c) => [columns[c]!, cellOf(cell)]))]),
      ),
    } as unknown as ReceiveTable<string, string, Scene, State>;
    return receive<never, AnyRecord, Scene, string, string>(
      name,
      this.domains(domains) as never,
      {
        channel: (state, names) => state[channel]!(...at.map((each) => names[each])) as never,
        table,
        row: (state, names) =>
          row === undefined ? LEVELS[0] : (this.value({ op: "read", ...row }, { state, names }) as string),
        column: (message) => message.get("kind") as string,
        context: (state, names, message) => ({ state, names, message }),
      },
      options,
    );
  }

  private applied(rule: Rule, scene: Scene): Result<State> {
    const names: Record<string, unknown> = { ...scene.names };
    for (const { name, value } of rule.lets) {
      const member = this.value(value, { ...scene, names });
      if (member === null) return disabled;
      names[name] = member;
    }
    const here = { ...scene, names };
    if (!this.holds(rule.guard, here)) return disabled;
    const { each } = rule;
    const scenes =
      each === undefined
        ? [here]
        : scene.state
            .members(this.sets[each.set])
            .map((member) => ({ ...here, names: { ...names, [each.name]: member } }))
            .filter((inner) => this.holds(each.where, inner));
    const after = rule.branches.flatMap((branch) => scenes.map((inner) => this.carriedOut(branch, inner)));
    if (after.includes(undefined)) return disabled;
    // A rule of one branch returns a state, as authors do, and no list.
    return after.length === 1 ? after[0]! : (after as State[]);
  }

  /** Returns the state after the statements; undefined if a channel is full. */
  private carriedOut(statements: readonly Statement[], scene: Scene): State | undefined {
    let { state } = scene;
    for (const statement of statements) {
      const here = { ...scene, state };
      const variable = statement.op === "send" ? statement.channel : statement.variable;
      const at = statement.at.map((name) => scene.names[name]);
      const before = () => state[variable]!(...at);
      let value: unknown;
      if (statement.op === "send") {
        const { fields, most } = this.types.get(variable) as Extract<Type, { most: number }>;
        const channel = before() as Bag<unknown>;
        if (channel.size >= most) return undefined;
        const message = Object.fromEntries(
          fields.map((field, i) => [field.name, this.value(statement.message[i]!, here)]),
        );
        value = channel.put(this.classes.get(variable)!(message));
      } else {
        value = this.value(statement.to, here);
        if (statement.field !== undefined) value = (before() as AnyRecord).set(statement.field, value);
      }
      state = state[`with${variable[0]!.toUpperCase()}${variable.slice(1)}`]!(...at, value) as State;
    }
    return state;
  }

  private value(expression: Expression, scene: Scene): unknown {
    const { state, names } = scene;
    const inner = (of: Expression) => this.value(of, scene);
    switch (expression.op) {
      case "level":
        return LEVELS[expression.value];
      case "nobody":
        return null;
      case "empty set":
        return ImmutableSet();
      case "name":
        return names[expression.name];
      case "read": {
        const whole = state[expression.variable]!(...expression.at.map((name) => names[name]));
        return expression.field === undefined ? whole : (whole as AnyRecord).get(expression.field);
      }
      case "message":
        return scene.message!.get(expression.field);
      case "with":
        return (inner(expression.set) as ImmutableSet<unknown>).add(names[expression.member]);
      case "without":
        return (inner(expression.set) as ImmutableSet<unknown>).remove(names[expression.member]);
      case "put":
        return (inner(expression.map) as ImmutableMap<unknown, unknown>).set(
          names[expression.key],
          inner(expression.to),
        );
      case "drop":
        return (inner(expression.map) as ImmutableMap<unknown, unknown>).remove(names[expression.key]);
      case "at":
        return (inner(expression.map) as ImmutableMap<unknown, unknown>).get(names[expression.key]);
      case "after": {
        const stamp = inner(expression.stamp) as OrdinalValue;
        return this.ordinal.window === undefined ? stamp.justAfter() : stamp.plus(1);
      }
      case "below all":
        return this.ordinal.belowAll();
      case "floor of":
        return this.ordinal.floor(inner(expression.stamp) as OrdinalValue);
      case "member":
        return this.sets[expression.set].member(expression.index);
      case "find": {
        const isWanted = (member: Member) =>
          this.holds(expression.where, { ...scene, names: { ...names, [expression.name]: member } });
        return state.members(this.sets[expression.set]).find(isWanted) ?? null;
      }
      case "first of":
        return (inner(expression.set) as ImmutableSet<unknown>).first(null);
    }
  }

  private holds(condition: Condition, scene: Scene): boolean {
    const value = (of: Expression) => this.value(of, scene);
    switch (condition.op) {
      case "true":
        return true;
      case "eq": {
        const [left, right] = [value(condition.left), value(condition.right)];
        return left === right || is(left, right);
      }
      case "before":
        return (value(condition.left) as OrdinalValue).isBefore(value(condition.right) as OrdinalValue);
      case "is below":
        return (value(condition.left) as Floor).isBelow(value(condition.right) as OrdinalValue);
      case "permits above":
        return (value(condition.left) as Floor).permitsAbove(value(condition.right) as OrdinalValue);
      case "within":
        return (value(condition.left) as OrdinalValue).minus(value(condition.right) as OrdinalValue) <= condition.ticks;
      case "in":
        return (value(condition.set) as ImmutableSet<unknown>).has(value(condition.member));
      case "has":
        return (value(condition.map) as ImmutableMap<unknown, unknown>).has(scene.names[condition.key]);
      case "at least":
        return (value(condition.of) as { readonly size: number }).size >= condition.least;
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
    const { state, names } = scene;
    const all = state.members(this.sets[set]);
    const members = other === undefined ? all : state.others(names[other] as Member);
    const isOne = (member: Member) => this.holds(where, { ...scene, names: { ...names, [name]: member } });
    if (op === "some") return members.some(isOne);
    return op === "every" ? members.every(isOne) : members.filter(isOne).length >= least!;
  }

  private property(of: PropertyOf): Property<State> {
    const { kind, name } = of;
    const holdsOf = (quantifiers: Quantifiers, condition: Condition) => (state: State, names: Names) =>
      !areDistinct(quantifiers, names) || this.holds(condition, { state, names });
    switch (of.kind) {
      case "no unspecified reception":
        return { kind: of.kind, name, says: "" };
      case "no deadlock":
        return noDeadlock({ ...shape, name, stuck: (state) => this.holds(of.stuck, { state, names: {} }) });
      case "reachable":
        return reachable({
          ...{ name, says: "" },
          goals: of.goals.map(({ label, domains, distinct, holds }) =>
            goal(
              label,
              this.domains(domains),
              (state, names) => areDistinct({ distinct }, names) && this.holds(holds, { state, names }),
            ),
          ),
        });
      case "invariant":
        return always({ ...shape, name, for: this.domains(of.domains), holds: holdsOf(of, of.holds) });
      case "step invariant":
        return alwaysStep({
          ...{ ...shape, name },
          for: this.domains(of.domains),
          holds: (before, after, names: Names, step) => {
            if (!areDistinct(of, names) || (of.action !== undefined && step.action !== of.action)) return true;
            const { writes } = of;
            const members = writes?.at.map((each) => names[each] as symbol) ?? [];
            if (writes !== undefined && !step.writes(writes.variable, ...members)) return true;
            return !this.holds(of.before, { state: before, names }) || this.holds(of.after, { state: after, names });
          },
        });
      case "leads to": {
        const from = (state: State, names: Names) => areDistinct(of, names) && this.holds(of.from, { state, names });
        return lively.leadsTo({ ...shape, name, for: this.domains(of.domains), from, to: holdsOf(of, of.holds) });
      }
      default: {
        const declare = {
          eventually: lively.eventually,
          "always eventually": lively.alwaysEventually,
          "eventually always": lively.eventuallyAlways,
        }[kind as "eventually"];
        return declare({ ...shape, name, for: this.domains(of.domains), holds: holdsOf(of, of.holds) });
      }
    }
  }

  private assumption(of: AssumptionOf): Compassion<State> {
    return compassion({
      ...{ name: of.name, says: "", actions: of.actions, for: this.domains(of.domains) },
      whenever: (before, after, names: Names) =>
        areDistinct(of, names) &&
        this.holds(of.before, { state: before, names }) &&
        this.holds(of.after, { state: after, names }),
      answered: (state, names: Names) => !areDistinct(of, names) || this.holds(of.answered, { state, names }),
    });
  }
}

function areDistinct({ distinct }: Pick<Quantifiers, "distinct">, names: Names): boolean {
  return distinct.every(([a, b]) => names[a] !== names[b]);
}
