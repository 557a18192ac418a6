/**
 * Random models, the same for the same seed: processes (members of A) with a local state, around random variables of
 * all types, with random guards, updates, properties and fairness. All treat members alike, unless asked otherwise:
 * then one condition names a member, or depends on the order of members or of a set.
 */
import type {
  ActionOf,
  ChannelType,
  Condition,
  Description,
  DomainOf,
  Expression,
  PropertyOf,
  Quantifiers,
  Rule,
  Scalar,
  SetName,
  Statement,
  TableOf,
  Type,
} from "./description.js";

import { isOffDiagonal } from "./plain-state.js";
import { Expressions, NOWHERE, type Scope } from "./random-expressions.js";

export const ASYMMETRIES = ["names a member", "order of members", "order of a set"] as const;
export type Asymmetry = (typeof ASYMMETRIES)[number];

export class Generator extends Expressions {
  /** @param asymmetry how the model is to tell members apart; undefined if it is not to */
  description(asymmetry: Asymmetry | undefined): Description {
    this.makeVariables(asymmetry === "order of a set");
    const actions = Array.from({ length: 3 + this.roll(2 + this.richness) }, (_, n) => this.action(`A${n}`));
    const tables = this.variables.flatMap(({ name, type }) => ("most" in type ? [name] : []));
    for (const channel of tables) actions.push(this.reception(`Receive${channel}`, channel));
    const symmetric: Description = {
      sizes: this.sizes,
      ordered: asymmetry === undefined && this.chance(4),
      ordinal: this.ordinal,
      variables: this.variables,
      initial: this.chance(25) ? [this.initial()] : [],
      actions,
      properties: this.properties(actions, tables.length > 0),
      assumptions: this.chance(40)
        ? Array.from({ length: 1 + this.roll(2) }, (_, n) => this.assumption(n, actions))
        : [],
    };
    return asymmetry === undefined ? symmetric : this.told(symmetric, asymmetry);
  }

  // --- actions ---

  private quantifiers(): { of: Quantifiers; scope: Scope } {
    const kind = this.roll(20);
    const set = (name: string, set: SetName): DomainOf => ({ name, of: "set", set });
    const domains: DomainOf[] = kind < 2 ? [] : [set("i", "A")];
    const distinct: [string, string][] = [];
    if (kind >= 14 && kind < 18) {
      domains.push(set("j", "A"));
      if (this.chance(80)) distinct.push(["i", "j"]);
    }
    const isB = this.variables.some(
      ({ by, type }) => ([...by] as SetName[]).includes("B") || ("set" in type && type.set === "B"),
    );
    if (isB && this.chance(40)) domains.push(set("b", "B"));
    if (this.chance(10)) domains.push({ name: "l", of: "levels", levels: 2 });
    if (this.chance(6)) domains.push({ name: "o", of: "optional", set: "A" });
    return { of: { domains, distinct }, scope: this.scopeOf({ domains, distinct }) };
  }

  private scopeOf({ domains, distinct }: Quantifiers): Scope {
    return {
      members: domains.flatMap((domain) => (domain.of === "set" ? [{ name: domain.name, set: domain.set }] : [])),
      levels: domains.flatMap((domain) => (domain.of === "levels" ? [domain.name] : [])),
      distinct,
    };
  }

  private action(name: string): ActionOf {
    const { of, scope } = this.quantifiers();
    // A member that may be nobody can only be a member after it was found to be one.
    const optional = of.domains.find((domain) => domain.of === "optional");
    const lets = optional === undefined ? [] : [{ name: "p", value: { op: "name" as const, name: optional.name } }];
    const does = this.rule(scope, lets);
    return { name, ...of, does, ...this.fairness() };
  }

  private fairness(): Pick<ActionOf, "fair" | "environment"> {
    const kind = this.roll(10);
    if (kind < 4) return { fair: "weak" };
    if (kind < 6) return { fair: "strong" };
    return kind === 6 ? { environment: true } : {};
  }

  private rule(outer: Scope, given: Rule["lets"] = []): Rule {
    let scope = outer;
    const lets = [...given];
    for (const { name } of lets) scope = { ...scope, members: [...scope.members, { name, set: "A" }] };
    const isMember = (type: Type) => type.kind === "member" && type.set === "A";
    const places = [...this.reads(scope, isMember), ...this.ofMessage(scope, isMember)];
    if (places.length > 0 && this.chance(scope.message ? 50 : 15)) {
      const name = this.fresh();
      lets.push({ name, value: this.pick(places) });
      scope = { ...scope, members: [...scope.members, { name, set: "A" }] };
    }
    const steps = this.progress(scope);
    const guards = [...steps.guard, ...(this.chance(55) ? [this.condition(scope, 1)] : [])];
    const guard: Condition =
      guards.length === 0 ? { op: "true" } : guards.length === 1 ? guards[0]! : { op: "and", all: guards };
    if (this.chance(12)) {
      const name = this.fresh();
      const inner = { ...scope, members: [...scope.members, { name, set: "A" as const }] };
      const each = { name, set: "A" as const, where: this.condition(inner, 1) };
      return { lets, guard, branches: [[...this.statements(inner, 1), ...steps.does]], each };
    }
    const branches = [[...this.statements(scope, steps.does.length === 0 ? 1 : 0), ...steps.does]];
    if (this.chance(18)) branches.push(this.statements(scope, 1));
    if (this.chance(3)) branches.push(this.statements(scope, 1));
    return { lets, guard, branches };
  }

  /** A process goes from one local level to another. */
  private progress(scope: Scope): { guard: Condition[]; does: Statement[] } {
    const [local] = this.variables;
    const at = this.indices(scope, local!);
    if (at === undefined || this.chance(20)) return { guard: [], does: [] };
    const field = local!.type.kind === "record" ? { field: "level" } : {};
    const levels = local!.type.kind === "record" ? local!.type.fields[0]!.type : (local!.type as Scalar);
    const { of } = levels as Extract<Scalar, { kind: "level" }>;
    const from = this.roll(of);
    const to = (from + 1 + this.roll(of - 1)) % of;
    const place = { variable: local!.name, at, ...field };
    return {
      guard: [{ op: "eq", left: { op: "read", ...place }, right: { op: "level", value: from } }],
      does: [{ op: "assign", ...place, to: { op: "level", value: to } }],
    };
  }

  private reception(name: string, channel: string): ActionOf {
    const variable = this.variables.find((variable) => variable.name === channel)!;
    const { by, type } = variable;
    const { fields } = type as ChannelType;
    const domains: DomainOf[] =
      by.length === 2
        ? ["from", "to"].map((name, end) => ({ name, of: "set" as const, set: by[end]! }))
        : by.length === 1 || this.chance(60)
          ? [{ name: "i", of: "set" as const, set: by[0] ?? ("A" as const) }]
          : [];
    const distinct: [string, string][] = isOffDiagonal(variable) ? [["from", "to"]] : [];
    const scope: Scope = { ...this.scopeOf({ domains, distinct }), message: fields };
    const at = domains.slice(0, by.length).map((domain) => domain.name);
    const [local] = this.variables;
    const receiver = this.indices({ ...scope, members: scope.members.slice(-1) }, local!);
    const levels = local!.type.kind === "record" ? local!.type.fields[0]!.type : (local!.type as Scalar);
    const { of } = levels as Extract<Scalar, { kind: "level" }>;
    const hasRows = receiver !== undefined && this.chance(70);
    const kinds = (fields[0]!.type as Extract<Scalar, { kind: "level" }>).of;
    const cells = Array.from({ length: hasRows ? of : 1 }, () =>
      Array.from({ length: kinds }, (): Rule | "impossible" => (this.chance(12) ? "impossible" : this.rule(scope))),
    );
    const field = local!.type.kind === "record" ? { field: "level" } : {};
    const row = hasRows ? { row: { variable: local!.name, at: receiver, of, ...field } } : {};
    const does: TableOf = { channel, at, cells, ...row };
    return { name, domains, distinct, does, ...this.fairness() };
  }

  private initial(): Description["initial"][number] {
    const { of, scope } = this.quantifiers();
    const domains = of.domains.filter((domain) => domain.of !== "optional");
    const does = this.statements(scope, 1);
    // No channel is full in an initial state.
    const sends = does.filter(({ op }) => op === "send");
    return { domains, distinct: of.distinct, does: does.filter((each) => each.op !== "send" || each === sends[0]) };
  }

  // --- properties ---

  private properties(actions: readonly ActionOf[], receives: boolean): PropertyOf[] {
    const rare = (scope: Scope): Condition => ({
      op: "not",
      of: { op: "and", all: Array.from({ length: 1 + this.roll(3) }, () => this.condition(scope, 1)) },
    });
    const properties: PropertyOf[] = [1, 2].map((n) => {
      const { of, scope } = this.quantifiers();
      return { kind: "invariant", name: `invariant ${n}`, ...of, holds: rare(scope) };
    });
    for (let n = 1; n <= 1 + this.roll(2); n++) properties.push(this.stepInvariant(n, actions));
    const stuck: Condition = this.chance(40) ? { op: "true" } : this.condition(NOWHERE, 1);
    properties.push({ kind: "no deadlock", name: "no deadlock", stuck });
    if (receives) properties.push({ kind: "no unspecified reception", name: "no unspecified reception" });
    const goals = [1, 2, 3].map((n) => {
      const { of, scope } = this.quantifiers();
      const all = Array.from({ length: 1 + this.roll(3) }, () => this.condition(scope, 1));
      return { label: `goal ${n}`, ...of, holds: { op: "and" as const, all } };
    });
    properties.push({ kind: "reachable", name: "reachable", goals });
    const kinds = ["eventually", "leads to", "leads to", "always eventually", "eventually always"] as const;
    kinds.forEach((kind, n) => {
      if (!this.chance(55)) return;
      const { of, scope } = this.quantifiers();
      const [from, holds] = [this.condition(scope, 1), this.condition(scope, 1)];
      properties.push({ kind, name: `${kind} ${n}`, ...of, from, holds });
    });
    return properties;
  }

  private stepInvariant(n: number, actions: readonly ActionOf[]): PropertyOf {
    const { of, scope } = this.quantifiers();
    const written = this.pick(this.variables);
    const at = this.indices(scope, written);
    return {
      ...{ kind: "step invariant", name: `step invariant ${n}`, ...of },
      ...(this.chance(40) ? { action: this.pick(actions).name } : {}),
      ...(at !== undefined && this.chance(35) ? { writes: { variable: written.name, at } } : {}),
      before: this.chance(30) ? { op: "true" } : this.condition(scope, 1),
      after: this.condition(scope, 1),
    };
  }

  private assumption(n: number, actions: readonly ActionOf[]): Description["assumptions"][number] {
    const { of, scope } = this.quantifiers();
    return {
      ...{ name: `assumption ${n}`, ...of },
      actions: actions
        .filter(() => this.chance(60))
        .map(({ name }) => name)
        .concat(actions[0]!.name),
      before: this.condition(scope, 1),
      after: this.condition(scope, 1),
      answered: this.condition(scope, 1),
    };
  }

  // --- asymmetry ---

  /** Returns the model with one action that tells members apart, perhaps only in rare states. */
  private told(of: Description, asymmetry: Asymmetry): Description {
    const rules = of.actions.flatMap(({ does, domains }, action) =>
      "cells" in does ? [] : [{ action, does, domains }],
    );
    const { action, does, domains } = this.pick(rules);
    const scope = this.scopeOf({ domains, distinct: of.actions[action]!.distinct });
    const inner = {
      ...scope,
      members: [...scope.members, ...does.lets.map(({ name }) => ({ name, set: "A" as const }))],
    };
    const name = this.fresh();
    const someone: Expression =
      asymmetry === "names a member"
        ? { op: "member", set: "A", index: this.roll(this.sizes.A) }
        : asymmetry === "order of members"
          ? {
              ...{ op: "find", set: "A", name },
              where: this.condition({ ...inner, members: [...inner.members, { name, set: "A" }] }, 1),
            }
          : { op: "first of", set: this.pick(this.reads(inner, (t) => t.kind === "set" && t.set === "A")) };
    const members = this.membersOf(inner, "A");
    let changed: Rule;
    if (members.length > 0) {
      const tells: Condition = { op: "eq", left: { op: "name", name: this.pick(members) }, right: someone };
      const seldom: Condition = { op: "and", all: [this.condition(inner, 0), this.condition(inner, 0)] };
      const condition: Condition = this.chance(50) ? tells : { op: "or", all: [{ op: "not", of: seldom }, tells] };
      changed = { ...does, guard: { op: "and", all: [does.guard, condition] } };
    } else {
      // The action knows no member: it takes one that it finds by itself.
      const place = this.variables.find(
        ({ by, type }) => by.length === 0 && type.kind === "member" && type.set === "A",
      );
      const to: Statement =
        place === undefined
          ? this.localOf(name)
          : { op: "assign", variable: place.name, at: [], to: { op: "name", name } };
      const lets = [...does.lets, { name, value: someone }];
      changed = { ...does, lets, branches: does.branches.map((branch) => [...branch, to]) };
    }
    return { ...of, actions: of.actions.map((each, i) => (i === action ? { ...each, does: changed } : each)) };
  }

  private localOf(name: string): Statement {
    const [local] = this.variables;
    const field = local!.type.kind === "record" ? { field: "level" } : {};
    return { op: "assign", variable: local!.name, at: [name], ...field, to: { op: "level", value: 1 } };
  }
}
