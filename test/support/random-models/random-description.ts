/**
 * Random models, the same for the same seed: processes (members of A) with a local state, around random variables of
 * all types, with random guards, updates, properties and fairness. All treat members alike, unless asked otherwise:
 * then one condition names a member, or depends on the order of members or of a set.
 */
import { dice } from "../dice.js";
import type {
  ActionOf,
  ChannelType,
  Condition,
  Description,
  DomainOf,
  Expression,
  Field,
  PropertyOf,
  Quantifiers,
  Rule,
  Scalar,
  SetName,
  Statement,
  TableOf,
  Type,
  VariableOf,
} from "./description.js";

/** The ways to be asymmetric. */
export const ASYMMETRIES = ["names a member", "order of members", "order of a set"] as const;
export type Asymmetry = (typeof ASYMMETRIES)[number];

/** The names that are in scope, with what they stand for. */
interface Scope {
  readonly members: readonly { readonly name: string; readonly set: SetName }[];
  /** Names that stand for levels. */
  readonly levels: readonly string[];
  readonly distinct: readonly (readonly [string, string])[];
  /** The fields of the message that was received. */
  readonly message?: readonly Field[];
}

const NOWHERE: Scope = { members: [], levels: [], distinct: [] };

export class Generator {
  private readonly roll: (sides: number) => number;
  private readonly sizes: Record<SetName, number>;
  private readonly ordinal: { keep?: number; window?: number };
  private readonly variables: VariableOf[] = [];
  private names = 0;
  /** Whether the branch that is being made has a fresh stamp: two would not be told apart. */
  private hasFresh = false;

  /** @param richness how many variables and actions there are more than the least, at the most */
  constructor(
    seed: number,
    private readonly richness: number,
  ) {
    this.roll = dice((Math.imul(seed, 2654435761) ^ (seed * 97 + richness * 131)) >>> 0);
    for (let i = 0; i < 10; i++) this.roll(2);
    this.sizes = { A: this.pick([2, 2, 3, 3, 3, 4]), B: this.pick([2, 2, 3]) };
    this.ordinal = this.pick([{}, {}, {}, { keep: 1 }, { window: 1 }, { window: 2 }]);
  }

  private chance(percent: number): boolean {
    return this.roll(100) < percent;
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.roll(from.length)]!;
  }

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

  // --- variables ---

  private makeVariables(withSet: boolean): void {
    const set = (): SetName => (this.chance(20) ? "B" : "A");
    const add = (by: VariableOf["by"], type: Type) =>
      this.variables.push({ name: `v${this.variables.length}`, by, type });
    add(["A"], this.chance(35) ? this.recordType() : { kind: "level", of: 2 + this.roll(2) });
    if (withSet) add([], { kind: "set", set: "A" });
    const kinds = [
      "member",
      "member",
      "set",
      "map",
      "level",
      "stamp",
      "floor",
      "record",
      "channel",
      "channel",
    ] as const;
    const more = 1 + this.roll(1 + this.richness);
    for (let i = 0; i < more; i++) {
      const kind = this.pick(kinds);
      if (kind === "channel") add(this.channelIndex(), this.channelType());
      else if (kind === "stamp" || kind === "floor") this.addStamps(add);
      else if (kind === "record") add([], this.recordType());
      else {
        const type = this.scalar(kind, set());
        add(kind === "level" || this.chance(30) ? [this.pick(["A", "A", "B"])] : [], type);
      }
    }
    if (this.chance(12)) add(["A", "A"], { kind: "level", of: 2 });
  }

  private channelIndex(): VariableOf["by"] {
    return this.pick([[], ["A"], ["A"], ["A", "A"]] as const);
  }

  private scalar(kind: "member" | "set" | "map" | "level", set: SetName): Scalar {
    if (kind === "level") return { kind, of: 2 };
    return kind === "map" ? { kind, set, of: 2 } : { kind, set };
  }

  /** A clock, and stamps that are taken from it; with an ordinal that only knows order, a floor, too. */
  private addStamps(add: (by: VariableOf["by"], type: Type) => void): void {
    if (!this.variables.some(({ type }) => type.kind === "stamp")) add([], { kind: "stamp" });
    if (this.isOrderOnly && this.chance(40)) add(this.pick([[], ["A"]] as const), { kind: "floor" });
    else add(["A"], { kind: "stamp" });
  }

  private get isOrderOnly(): boolean {
    return this.ordinal.keep === undefined && this.ordinal.window === undefined;
  }

  private recordType(): Type {
    const fields: Field[] = [{ name: "level", type: { kind: "level", of: 2 + this.roll(2) } }];
    if (this.chance(60)) fields.push({ name: "who", type: { kind: "member", set: "A" } });
    if (this.chance(25)) fields.push({ name: "whom", type: { kind: "set", set: "A" } });
    if (this.chance(15)) fields.push({ name: "flag", type: { kind: "level", of: 2 } });
    return { kind: "record", fields };
  }

  private channelType(): ChannelType {
    const fields: Field[] = [{ name: "kind", type: { kind: "level", of: 1 + this.roll(2) } }];
    if (this.chance(60)) fields.push({ name: "who", type: { kind: "member", set: "A" } });
    if (this.chance(30)) fields.push({ name: "level", type: { kind: "level", of: 2 } });
    const hasStamps = this.variables.some(({ type }) => type.kind === "stamp");
    if (hasStamps && this.chance(50)) fields.push({ name: "stamp", type: { kind: "stamp" } });
    return { kind: this.pick(["bag", "queue"]), most: 1 + this.roll(2), fields };
  }

  // --- what is read ---

  /** The places of a type that can be read in a scope. */
  private reads(scope: Scope, isWanted: (type: Type) => boolean): Expression[] {
    return this.variables.flatMap(({ name, by, type }) => {
      const at = this.indices(scope, by);
      if (at === undefined) return [];
      const whole: Expression[] = isWanted(type) ? [{ op: "read", variable: name, at }] : [];
      const parts = type.kind === "record" ? type.fields.filter((field) => isWanted(field.type)) : [];
      return [...whole, ...parts.map((field): Expression => ({ op: "read", variable: name, at, field: field.name }))];
    });
  }

  private ofMessage(scope: Scope, isWanted: (type: Type) => boolean): Expression[] {
    const fields = scope.message?.slice(1).filter((field) => isWanted(field.type)) ?? [];
    return fields.map(({ name }) => ({ op: "message", field: name }));
  }

  /** Names in scope for the indices of a variable; undefined if there are none. */
  private indices({ members, distinct }: Scope, by: VariableOf["by"]): string[] | undefined {
    const [first, second] = by;
    if (first === undefined) return [];
    if (second === undefined) {
      const names = members.filter(({ set }) => set === first);
      return names.length === 0 ? undefined : [this.pick(names).name];
    }
    const pairs = distinct.filter(([a]) => members.some(({ name, set }) => name === a && set === first));
    if (pairs.length === 0) return undefined;
    const [a, b] = this.pick(pairs);
    return this.chance(50) ? [a, b] : [b, a];
  }

  private membersOf(scope: Scope, set: SetName): string[] {
    return scope.members.filter((member) => member.set === set).map(({ name }) => name);
  }

  // --- conditions ---

  private condition(scope: Scope, depth = 2): Condition {
    if (depth === 0 || this.chance(55)) return this.literal(scope);
    switch (this.roll(6)) {
      case 0:
      case 1:
        return { op: "and", all: [this.condition(scope, depth - 1), this.condition(scope, depth - 1)] };
      case 2:
        return { op: "or", all: [this.condition(scope, depth - 1), this.condition(scope, depth - 1)] };
      case 3:
        return { op: "not", of: this.condition(scope, depth - 1) };
      default:
        return this.quantified(scope, this.pick(["A", "A", "A", "B"]), depth - 1);
    }
  }

  private fresh(): string {
    return `k${this.names++}`;
  }

  private quantified(scope: Scope, set: SetName, depth: number): Condition {
    const name = this.fresh();
    const others = this.membersOf(scope, set);
    const other = others.length > 0 && this.chance(50) ? this.pick(others) : undefined;
    const inner: Scope = {
      ...scope,
      members: [...scope.members, { name, set }],
      distinct: other === undefined ? scope.distinct : [...scope.distinct, [other, name]],
    };
    const where = this.condition(inner, depth);
    const op = this.pick(["some", "some", "every", "count"] as const);
    return {
      ...{ op, set, name, where },
      ...(other === undefined ? {} : { other }),
      ...(op === "count" ? { least: 1 + this.roll(2) } : {}),
    };
  }

  private literal(scope: Scope): Condition {
    for (let attempt = 0; attempt < 8; attempt++) {
      const variable = this.pick(this.variables);
      const made = this.about(scope, variable);
      if (made !== undefined) return this.chance(25) ? { op: "not", of: made } : made;
      // The variable's index is not in scope: it is said of some member.
      const [first] = variable.by;
      if (first !== undefined && attempt > 3) return this.quantified(scope, first, 0);
    }
    return { op: "true" };
  }

  private about(scope: Scope, { name, by, type }: VariableOf): Condition | undefined {
    const at = this.indices(scope, by);
    if (at === undefined) return undefined;
    const read: Expression = { op: "read", variable: name, at };
    if (type.kind === "record") {
      const field = this.pick(type.fields);
      return this.aboutScalar(scope, { ...read, field: field.name }, field.type);
    }
    if ("most" in type) return { op: "at least", of: read, least: 1 + this.roll(type.most) };
    return this.aboutScalar(scope, read, type);
  }

  private aboutScalar(scope: Scope, read: Expression, type: Scalar): Condition | undefined {
    const eq = (right: Expression): Condition => ({ op: "eq", left: read, right });
    switch (type.kind) {
      case "level": {
        if (scope.levels.length > 0 && this.chance(40)) return eq({ op: "name", name: this.pick(scope.levels) });
        return eq({ op: "level", value: this.roll(type.of) });
      }
      case "member": {
        const others = [
          ...this.membersOf(scope, type.set).map((name): Expression => ({ op: "name", name })),
          ...this.ofMessage(scope, (t) => t.kind === "member" && t.set === type.set),
          ...(this.chance(20) ? this.reads(scope, (t) => t.kind === "member" && t.set === type.set) : []),
        ];
        return others.length === 0 || this.chance(35) ? eq({ op: "nobody" }) : eq(this.pick(others));
      }
      case "set": {
        const members = this.membersOf(scope, type.set);
        if (members.length === 0 || this.chance(35)) return { op: "at least", of: read, least: 1 + this.roll(2) };
        return { op: "in", member: { op: "name", name: this.pick(members) }, set: read };
      }
      case "map": {
        const members = this.membersOf(scope, type.set);
        if (members.length === 0 || this.chance(30)) return { op: "at least", of: read, least: 1 + this.roll(2) };
        const key = this.pick(members);
        if (this.chance(40)) return { op: "has", map: read, key };
        return { op: "eq", left: { op: "at", map: read, key }, right: { op: "level", value: this.roll(type.of) } };
      }
      case "stamp":
        return this.aboutStamp(scope, read);
      case "floor": {
        const stamps = this.reads(scope, ({ kind }) => kind === "stamp");
        const op = this.pick(["is below", "permits above"] as const);
        return stamps.length === 0 ? undefined : { op, left: read, right: this.pick(stamps) };
      }
    }
  }

  private aboutStamp(scope: Scope, read: Expression): Condition | undefined {
    const isStamp = ({ kind }: Type) => kind === "stamp";
    if (this.ordinal.keep !== undefined) return { op: "eq", left: read, right: this.clock };
    const stamps = [...this.reads(scope, isStamp), ...this.ofMessage(scope, isStamp), this.clock];
    const right = this.pick(stamps);
    const { window } = this.ordinal;
    if (window !== undefined && this.chance(60)) {
      return { op: "within", left: read, right, ticks: this.roll(2 * window + 1) - window };
    }
    return { op: this.pick(["eq", "before"] as const), left: read, right };
  }

  /** The first stamp, which of an ordinal that does not only know order is the latest of all. */
  private get clock(): Expression {
    return { op: "read", variable: this.variables.find(({ type }) => type.kind === "stamp")!.name, at: [] };
  }

  // --- statements ---

  private statements(scope: Scope, least = 0): Statement[] {
    this.hasFresh = false;
    const made: Statement[] = [];
    const number = least + this.roll(3);
    for (let attempt = 0; made.length < number && attempt < 8; attempt++) {
      const statement = this.statement(scope, this.pick(this.variables));
      if (statement !== undefined) made.push(statement);
    }
    return made;
  }

  private statement(scope: Scope, { name, by, type }: VariableOf): Statement | undefined {
    const at = this.indices(scope, by);
    if (at === undefined) return undefined;
    if ("most" in type) {
      const message = type.fields.map((field) => this.toAssign(scope, field.type, undefined));
      if (message.includes(undefined)) return undefined;
      return { op: "send", channel: name, at, message: message as Expression[] };
    }
    const read: Expression = { op: "read", variable: name, at };
    if (type.kind === "record") {
      const field = this.pick(type.fields);
      const to = this.toAssign(scope, field.type, { ...read, field: field.name });
      return to && { op: "assign", variable: name, at, field: field.name, to };
    }
    // The clock only goes on: that is what an ordinal that keeps, or has a window, asks for.
    const isClock = type.kind === "stamp" && this.clock.op === "read" && this.clock.variable === name;
    const to = isClock && !this.isOrderOnly ? this.freshAfter(this.clock) : this.toAssign(scope, type, read);
    return to && { op: "assign", variable: name, at, to };
  }

  private freshAfter(stamp: Expression): Expression | undefined {
    if (this.hasFresh) return undefined;
    this.hasFresh = true;
    return { op: "after", stamp };
  }

  /** @param read what is there now; undefined in a message */
  private toAssign(scope: Scope, type: Scalar, read: Expression | undefined): Expression | undefined {
    const like = (wanted: (t: Type) => boolean) => [...this.reads(scope, wanted), ...this.ofMessage(scope, wanted)];
    const members = "set" in type ? this.membersOf(scope, type.set) : [];
    switch (type.kind) {
      case "level": {
        const others = like((t) => t.kind === "level" && t.of <= type.of);
        if (others.length > 0 && this.chance(15)) return this.pick(others);
        return { op: "level", value: this.roll(type.of) };
      }
      case "member": {
        const others = [
          ...members.map((name): Expression => ({ op: "name", name })),
          ...like((t) => t.kind === "member" && t.set === type.set),
        ];
        return others.length === 0 || this.chance(25) ? { op: "nobody" } : this.pick(others);
      }
      case "set": {
        const others = like((t) => t.kind === "set" && t.set === type.set);
        if (read === undefined || members.length === 0 || this.chance(15))
          return others.length > 0 && this.chance(50) ? this.pick(others) : { op: "empty set" };
        return { op: this.pick(["with", "with", "without"]), set: read, member: this.pick(members) };
      }
      case "map": {
        if (read === undefined || members.length === 0) return undefined;
        const key = this.pick(members);
        if (this.chance(30)) return { op: "drop", map: read, key };
        return { op: "put", map: read, key, to: { op: "level", value: this.roll(type.of) } };
      }
      case "stamp": {
        const stamps = like(({ kind }) => kind === "stamp");
        if (!this.isOrderOnly || this.chance(50)) return this.pick([...stamps, this.clock]);
        if (this.chance(25) && !this.hasFresh) {
          this.hasFresh = true;
          return { op: "below all" };
        }
        return this.freshAfter(this.pick([...stamps, this.clock])) ?? this.clock;
      }
      case "floor": {
        const stamps = [...like(({ kind }) => kind === "stamp"), this.clock];
        const floors = like(({ kind }) => kind === "floor");
        return floors.length > 0 && this.chance(30) ? this.pick(floors) : { op: "floor of", stamp: this.pick(stamps) };
      }
    }
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
    const isB = this.variables.some(({ by, type }) => by[0] === "B" || ("set" in type && type.set === "B"));
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
    const at = this.indices(scope, local!.by);
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
    const { by, type } = this.variables.find((variable) => variable.name === channel)!;
    const { fields } = type as ChannelType;
    const domains: DomainOf[] =
      by.length === 2
        ? ["from", "to"].map((name) => ({ name, of: "set" as const, set: by[0]! }))
        : by.length === 1 || this.chance(60)
          ? [{ name: "i", of: "set" as const, set: by[0] ?? ("A" as const) }]
          : [];
    const distinct: [string, string][] = by.length === 2 ? [["from", "to"]] : [];
    const scope: Scope = { ...this.scopeOf({ domains, distinct }), message: fields };
    const at = domains.slice(0, by.length).map((domain) => domain.name);
    const [local] = this.variables;
    const receiver = this.indices({ ...scope, members: scope.members.slice(-1) }, local!.by);
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
    const at = this.indices(scope, written.by);
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
