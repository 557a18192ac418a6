/**
 * Random variables, and random expressions, conditions and statements over them, the same for the same seed. All treat
 * members alike.
 */
import { dice } from "../dice.js";
import type {
  ChannelType,
  Condition,
  Expression,
  Field,
  Scalar,
  SetName,
  Statement,
  Type,
  VariableOf,
} from "./description.js";
import { isOffDiagonal } from "./plain-state.js";

/** The names that are in scope, with what they stand for. */
export interface Scope {
  readonly members: readonly { readonly name: string; readonly set: SetName }[];
  /** Names that stand for levels. */
  readonly levels: readonly string[];
  readonly distinct: readonly (readonly [string, string])[];
  /** The fields of the message that was received. */
  readonly message?: readonly Field[];
}

export const NOWHERE: Scope = { members: [], levels: [], distinct: [] };

export class Expressions {
  protected readonly roll: (sides: number) => number;
  protected readonly sizes: Record<SetName, number>;
  protected readonly ordinal: { keep?: number; window?: number };
  protected readonly variables: VariableOf[] = [];
  protected names = 0;
  /** Whether the branch that is being made has a fresh stamp: two would not be told apart. */
  protected hasFresh = false;

  /** @param richness how many variables and actions there are more than the least, at the most */
  constructor(
    private readonly seed: number,
    protected readonly richness: number,
  ) {
    this.roll = dice((Math.imul(seed, 2654435761) ^ (seed * 97 + richness * 131)) >>> 0);
    for (let i = 0; i < 10; i++) this.roll(2);
    this.sizes = { A: this.pick([2, 2, 3, 3, 3, 4]), B: this.pick([2, 2, 3]) };
    this.ordinal = this.pick([{}, {}, {}, { keep: 1 }, { window: 1 }, { window: 2 }]);
  }

  protected chance(percent: number): boolean {
    return this.roll(100) < percent;
  }

  protected pick<T>(from: readonly T[]): T {
    return from[this.roll(from.length)]!;
  }

  // --- variables ---

  protected makeVariables(withSet: boolean): void {
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
    this.makeMatrix();
  }

  /** Makes a table of two sets, or of one with its diagonal, in some models. Its own dice leave the others alone. */
  private makeMatrix(): void {
    const roll = dice((this.seed * 48271 + 11) >>> 0);
    for (let i = 0; i < 10; i++) roll(2);
    if (roll(100) >= 40) return;
    const by = (
      [
        ["A", "B"],
        ["B", "A"],
        ["A", "A"],
      ] as const
    )[roll(3)]!;
    const types: readonly Type[] = [
      { kind: "level", of: 2 },
      { kind: "member", set: roll(2) === 0 ? "A" : "B" },
      { kind: roll(2) === 0 ? "bag" : "queue", most: 1, fields: [{ name: "kind", type: { kind: "level", of: 2 } }] },
    ];
    const name = `v${this.variables.length}`;
    this.variables.push({ name, by, ...(by[0] === by[1] && { diagonal: true }), type: types[roll(3)]! });
  }

  protected channelIndex(): VariableOf["by"] {
    return this.pick([[], ["A"], ["A"], ["A", "A"]] as const);
  }

  protected scalar(kind: "member" | "set" | "map" | "level", set: SetName): Scalar {
    if (kind === "level") return { kind, of: 2 };
    return kind === "map" ? { kind, set, of: 2 } : { kind, set };
  }

  /** A clock, and stamps that are taken from it; with an ordinal that only knows order, a floor, too. */
  protected addStamps(add: (by: VariableOf["by"], type: Type) => void): void {
    if (!this.variables.some(({ type }) => type.kind === "stamp")) add([], { kind: "stamp" });
    if (this.isOrderOnly && this.chance(40)) add(this.pick([[], ["A"]] as const), { kind: "floor" });
    else add(["A"], { kind: "stamp" });
  }

  protected get isOrderOnly(): boolean {
    return this.ordinal.keep === undefined && this.ordinal.window === undefined;
  }

  protected recordType(): Type {
    const fields: Field[] = [{ name: "level", type: { kind: "level", of: 2 + this.roll(2) } }];
    if (this.chance(60)) fields.push({ name: "who", type: { kind: "member", set: "A" } });
    if (this.chance(25)) fields.push({ name: "whom", type: { kind: "set", set: "A" } });
    if (this.chance(15)) fields.push({ name: "flag", type: { kind: "level", of: 2 } });
    return { kind: "record", fields };
  }

  protected channelType(): ChannelType {
    const fields: Field[] = [{ name: "kind", type: { kind: "level", of: 1 + this.roll(2) } }];
    if (this.chance(60)) fields.push({ name: "who", type: { kind: "member", set: "A" } });
    if (this.chance(30)) fields.push({ name: "level", type: { kind: "level", of: 2 } });
    const hasStamps = this.variables.some(({ type }) => type.kind === "stamp");
    if (hasStamps && this.chance(50)) fields.push({ name: "stamp", type: { kind: "stamp" } });
    return { kind: this.pick(["bag", "queue"]), most: 1 + this.roll(2), fields };
  }

  // --- what is read ---

  /** The places of a type that can be read in a scope. */
  protected reads(scope: Scope, isWanted: (type: Type) => boolean): Expression[] {
    return this.variables.flatMap((variable) => {
      const { name, type } = variable;
      const at = this.indices(scope, variable);
      if (at === undefined) return [];
      const whole: Expression[] = isWanted(type) ? [{ op: "read", variable: name, at }] : [];
      const parts = type.kind === "record" ? type.fields.filter((field) => isWanted(field.type)) : [];
      return [...whole, ...parts.map((field): Expression => ({ op: "read", variable: name, at, field: field.name }))];
    });
  }

  protected ofMessage(scope: Scope, isWanted: (type: Type) => boolean): Expression[] {
    const fields = scope.message?.slice(1).filter((field) => isWanted(field.type)) ?? [];
    return fields.map(({ name }) => ({ op: "message", field: name }));
  }

  /** Names in scope for the indices of a variable; undefined if there are none. */
  protected indices(scope: Scope, variable: VariableOf): string[] | undefined {
    const { members, distinct } = scope;
    const [first, second] = variable.by;
    if (first === undefined) return [];
    if (second === undefined) {
      const names = members.filter(({ set }) => set === first);
      return names.length === 0 ? undefined : [this.pick(names).name];
    }
    if (!isOffDiagonal(variable)) {
      const [rows, columns] = [this.membersOf(scope, first), this.membersOf(scope, second)];
      return rows.length === 0 || columns.length === 0 ? undefined : [this.pick(rows), this.pick(columns)];
    }
    const pairs = distinct.filter(([a]) => members.some(({ name, set }) => name === a && set === first));
    if (pairs.length === 0) return undefined;
    const [a, b] = this.pick(pairs);
    return this.chance(50) ? [a, b] : [b, a];
  }

  protected membersOf(scope: Scope, set: SetName): string[] {
    return scope.members.filter((member) => member.set === set).map(({ name }) => name);
  }

  // --- conditions ---

  protected condition(scope: Scope, depth = 2): Condition {
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

  protected fresh(): string {
    return `k${this.names++}`;
  }

  protected quantified(scope: Scope, set: SetName, depth: number): Condition {
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

  protected literal(scope: Scope): Condition {
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

  protected about(scope: Scope, variable: VariableOf): Condition | undefined {
    const { name, type } = variable;
    const at = this.indices(scope, variable);
    if (at === undefined) return undefined;
    const read: Expression = { op: "read", variable: name, at };
    if (type.kind === "record") {
      const field = this.pick(type.fields);
      return this.aboutScalar(scope, { ...read, field: field.name }, field.type);
    }
    if ("most" in type) return { op: "at least", of: read, least: 1 + this.roll(type.most) };
    return this.aboutScalar(scope, read, type);
  }

  protected aboutScalar(scope: Scope, read: Expression, type: Scalar): Condition | undefined {
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

  protected aboutStamp(scope: Scope, read: Expression): Condition | undefined {
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
  protected get clock(): Expression {
    return { op: "read", variable: this.variables.find(({ type }) => type.kind === "stamp")!.name, at: [] };
  }

  // --- statements ---

  protected statements(scope: Scope, least = 0): Statement[] {
    this.hasFresh = false;
    const made: Statement[] = [];
    const number = least + this.roll(3);
    for (let attempt = 0; made.length < number && attempt < 8; attempt++) {
      const statement = this.statement(scope, this.pick(this.variables));
      if (statement !== undefined) made.push(statement);
    }
    return made;
  }

  protected statement(scope: Scope, variable: VariableOf): Statement | undefined {
    const { name, type } = variable;
    const at = this.indices(scope, variable);
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

  protected freshAfter(stamp: Expression): Expression | undefined {
    if (this.hasFresh) return undefined;
    this.hasFresh = true;
    return { op: "after", stamp };
  }

  /** @param read what is there now; undefined in a message */
  protected toAssign(scope: Scope, type: Scalar, read: Expression | undefined): Expression | undefined {
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
}
