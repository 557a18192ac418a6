/**
 * States as authors see them: immutable, with a reader and a writer for each variable.
 *
 * `state.copy(k)` reads, and `state.withCopy(k, value)` is a new state. Both are generated from the declaration of the
 * variables. A state stands over a *source*, which it reads what it has not written itself from: plain values (the
 * reference semantics), or a recorder that notes every read (the engine).
 */
import { isBlocked } from "./capacity.js";
import type { Channel } from "./channel.js";
import { CHOOSING, CHOSEN, type Chosen } from "./chosen.js";
import type { Constant } from "./constant.js";
import { type AskedAction, isEnabled, type SomeBinding } from "./enabled.js";
import { type IndexSet, indexIn, type Member, memberInfo, nameOf, type OrderedMember } from "./scalarset.js";
import { described } from "./value.js";
import type { Variable, Variables } from "./variables.js";

export type Readers<V> = {
  readonly [K in keyof V]: V[K] extends Variable<infer T, infer I> ? (...indices: I) => T : never;
};
/** What every state offers besides its variables. */
export interface StateBase<P> {
  /** The values of the model's parameters. */
  readonly parameters: P;
  /**
   * Returns all members of an index set. If they are interchangeable, what a function comes to must not depend on their
   * order, and is refused where it does: `chooseAny` makes a choice.
   */
  members<M extends Member>(set: IndexSet<M>): readonly M[];
  /** Returns all members of the set of `member` except `member`. */
  others<M extends Member>(member: M): readonly M[];
  /** Tells whether `a` has a lower index than `b`. @throws Error if their set is not ordered with these parameters */
  precedes<M extends OrderedMember>(a: M, b: M): boolean;
  /**
   * Tells whether an action is enabled here: whether it makes a step with the binding that is given or, of names that
   * are left out, with any. A receiving action is if it takes some message that is there.
   * @throws Error for a name that the action does not bind, or a value that it does not range over
   * @example s.enabled(grant, { c })
   */
  enabled(action: AskedAction, binding?: SomeBinding): boolean;
  /** Returns the value of a constant. @throws Error if the model does not list it */
  constant<T>(of: Constant<T>): T;
}

/** The type of a model's states: `type MyState = StateOf<ReturnType<typeof variables>, Parameters>`. */
export type StateOf<V, P = Record<never, never>> = StateBase<P> &
  Readers<V> & {
    readonly [K in keyof V & string as `with${Capitalize<K>}`]: V[K] extends Variable<infer T, infer I>
      ? (...indicesAndValue: [...I, T]) => StateOf<V, P>
      : never;
  };

/** Gives a state the values that it has not written itself. */
export interface SlotSource {
  read(slot: number): unknown;
  /**
   * Returns a value that was read, or made of what was read, without anything by which the source sees what is read of
   * it; left out by a source that hands out plain values.
   */
  plain?(value: unknown): unknown;
}

/** One place of a row: a variable at certain indices. */
export interface Slot {
  readonly family: number;
  readonly variable: string;
  /** Indices, counted from zero. */
  readonly indices: readonly number[];
  /** `copy[K1]`, `link[K1][K2]`. */
  readonly name: string;
}

/** The pair of a member with itself, at which a family by pairs of different members has no value. */
export class NoSuchSlot extends Error {
  override readonly name = "NoSuchSlot";
}

/** The slots of a model's variables, with the sizes of their index sets fixed. */
export class Layout {
  readonly slots: Slot[] = [];
  readonly variables: readonly string[];
  private readonly starts: number[] = [];
  private readonly byName = new Map<string, number>();
  private readonly sets: readonly (readonly IndexSet[])[];
  /** By variable: the sizes of its index sets. */
  private readonly sizes: readonly (readonly number[])[];
  /** The members of each index set, by the set's serial number. */
  private readonly members = new Map<number, readonly Member[]>();
  /** The values of the model's constants. */
  constants: ReadonlyMap<Constant, unknown> = new Map();

  constructor(
    readonly declarations: Variables,
    readonly parameters: Readonly<Record<string, unknown>>,
  ) {
    this.variables = Object.keys(declarations);
    this.sets = this.variables.map((name) => declarations[name]!.sets);
    this.sizes = this.sets.map((sets) => sets.map((set) => this.sizeOf(set)));
    this.variables.forEach((variable, family) => {
      this.byName.set(variable, family);
      this.starts.push(this.slots.length);
      for (const indices of this.indexTuples(family)) {
        const members = indices.map((index, i) => this.sets[family]![i]!.member(index));
        this.slots.push({ family, variable, indices, name: variable + members.map((m) => `[${nameOf(m)}]`).join("") });
      }
    });
  }

  /** Returns the number of members of `set`. @throws Error if its parameter is no integer */
  sizeOf(set: IndexSet): number {
    if (set.extends !== undefined) return set.extends.fixed + this.sizeOf(set.extends.set);
    const size = typeof set.size === "number" ? set.size : this.parameters[set.size];
    if (!Number.isInteger(size))
      throw new Error(`the size of ${set.name} is no integer parameter: ${String(set.size)}`);
    return size as number;
  }

  /** Returns all members of `set`. Each caller gets a list of its own, since an author may change it. */
  membersOf<M extends Member>(set: IndexSet<M>): readonly M[] {
    let members = this.members.get(set.serial);
    if (members === undefined) {
      members = Array.from({ length: this.sizeOf(set as IndexSet) }, (_, index) => set.member(index));
      this.members.set(set.serial, members);
    }
    return members.slice() as M[];
  }

  /** Returns all index sets of the variables. */
  indexSets(): readonly IndexSet[] {
    return [...new Set(this.sets.flat())];
  }

  /** Returns all index sets of the variables, and for a union the set that it extends. */
  setsOfMembers(): readonly IndexSet[] {
    return [...new Set(this.sets.flat().map((set) => set.extends?.set ?? set))];
  }

  private indexTuples(family: number): number[][] {
    const all = this.sizes[family]!.reduce<number[][]>(
      (tuples, size) => tuples.flatMap((tuple) => Array.from({ length: size }, (_, index) => [...tuple, index])),
      [[]],
    );
    return this.hasDiagonal(family) ? all : all.filter(([i, j]) => i !== j);
  }

  /** Tells whether a family by pairs, of one set or of two, has a value for every pair. */
  hasDiagonal(family: number): boolean {
    return this.declarations[this.variables[family]!]!.withoutDiagonal !== true;
  }

  /** Returns how many slots lie from those of one first index of a family by pairs to those of the next. */
  rowLengthOf(family: number): number {
    return this.sizes[family]![1]! - (this.hasDiagonal(family) ? 0 : 1);
  }

  /** Returns the value of a constant. @throws Error if the model does not list it */
  constantOf<T>(of: Constant<T>): T {
    if (this.constants.has(of)) return this.constants.get(of) as T;
    throw new Error(`the constant "${of.name}" is none of the model's: list it in constants`);
  }

  /** Returns the index of a variable. @throws Error if there is none of that name */
  familyOf(variable: string): number {
    const family = this.byName.get(variable);
    if (family === undefined) throw new Error(`no variable is called ${variable}`);
    return family;
  }

  /**
   * Returns the slot of a variable at members.
   * @throws NoSuchSlot for a pair of a member with itself
   * @throws Error if the members are not what the variable is indexed by
   */
  slotOf(family: number, members: readonly unknown[]): number {
    const { length } = this.sets[family]!;
    const i = length < 1 ? 0 : this.indexOf(family, 0, members[0]);
    const j = length < 2 ? 0 : this.indexOf(family, 1, members[1]);
    return this.slotAt(family, i, j);
  }

  /**
   * Returns the slot of a variable at indices counted from zero; those that the variable does not have are zero.
   * @throws NoSuchSlot for a pair of a member with itself
   */
  slotAt(family: number, i: number, j = 0): number {
    const sets = this.sets[family]!;
    const start = this.starts[family]!;
    if (sets.length < 2) return start + i;
    const first = start + i * this.rowLengthOf(family);
    if (this.hasDiagonal(family)) return first + j;
    if (i === j) throw new NoSuchSlot(`${this.variables[family]} has no value from a ${sets[0]!.name} to itself`);
    return first + (j < i ? j : j - 1);
  }

  /** Returns the slot to which a renaming of members moves the contents of `slot`. */
  slotAfter(slot: number, member: (member: Member) => Member): number {
    const { family, indices } = this.slots[slot]!;
    const sets = this.sets[family]!;
    return this.slotOf(
      family,
      indices.map((index, i) => member(sets[i]!.member(index))),
    );
  }

  /** Returns, by slot, the slot to which a renaming of members moves its contents. */
  slotsAfter(member: (member: Member) => Member): number[] {
    return this.slots.map((_, slot) => this.slotAfter(slot, member));
  }

  private indexOf(family: number, place: number, member: unknown): number {
    const set = this.sets[family]![place]!;
    const index = typeof member === "symbol" ? indexIn(set, member) : undefined;
    if (index === undefined || index >= this.sizes[family]![place]!)
      throw new Error(`${this.variables[family]} is indexed by ${set.name}, not by ${described(member)}`);
    return index;
  }
}

/** One write of a state, and the one before. */
interface Write {
  readonly slot: number;
  readonly value: unknown;
  readonly before: Write | undefined;
}

/** A state at run time. `stateClass` adds readers and writers. */
export class AnyState implements StateBase<unknown> {
  #written: ReadonlyMap<number, unknown>;
  /** The writes that are not in `#written` yet; the last one comes first. */
  #pending: Write | undefined;
  #chosen: Chosen | undefined;

  constructor(
    readonly layout: Layout,
    readonly source: SlotSource,
    written: ReadonlyMap<number, unknown>,
  ) {
    this.#written = written;
  }

  /**
   * The values that were written over the source, by slot. Writes are collected until somebody looks: a row of n writes
   * would else copy what was written n times.
   */
  get written(): ReadonlyMap<number, unknown> {
    if (this.#pending !== undefined) {
      const writes: Write[] = [];
      for (let write: Write | undefined = this.#pending; write; write = write.before) writes.push(write);
      const written = new Map(this.#written);
      for (const { slot, value } of writes.reverse()) written.set(slot, value);
      this.#written = written;
      this.#pending = undefined;
    }
    return this.#written;
  }

  /** Returns the value of each slot, without a list of what was written. */
  static valuesOf(state: AnyState): unknown[] {
    const { layout, source } = state;
    const missing: boolean[] = Array(layout.slots.length).fill(true);
    const values: unknown[] = Array(layout.slots.length).fill(undefined);
    const take = (slot: number, value: unknown) => {
      if (missing[slot]) values[slot] = value;
      missing[slot] = false;
    };
    for (let write = state.#pending; write !== undefined; write = write.before) take(write.slot, write.value);
    for (const [slot, value] of state.#written) take(slot, value);
    return values.map((value, slot) => (missing[slot] ? source.read(slot) : value));
  }

  get parameters(): unknown {
    return this.layout.parameters;
  }

  members<M extends Member>(set: IndexSet<M>): readonly M[] {
    return this.layout.membersOf(set);
  }

  others<M extends Member>(member: M): readonly M[] {
    const set = memberInfo(member)!.set as IndexSet<M>;
    return this.members(set).filter((other) => other !== member);
  }

  precedes<M extends OrderedMember>(a: M, b: M): boolean {
    const [first, second] = [memberInfo(a)!, memberInfo(b)!];
    if (first.set !== second.set)
      throw new Error(
        `${nameOf(a)} is a member of ${first.set.name}, and ${nameOf(b)} of ${second.set.name}: precedes compares members of one set`,
      );
    if (!first.set.ordered(this.layout.parameters)) {
      throw new Error(`members of ${first.set.name} are interchangeable with these parameters, and cannot be compared`);
    }
    return first.index < second.index;
  }

  enabled(action: AskedAction, binding: SomeBinding = {}): boolean {
    return isEnabled(
      action,
      binding,
      (set) => this.members(set),
      (binding) => this.inputsOf(action, binding),
      (state, next) => isBlocked(state as AnyState, next),
    );
  }

  /** Returns what an action with a binding runs on; nothing if its channel does not exist at the binding. */
  private inputsOf(action: AskedAction, binding: SomeBinding): { state: AnyState; message: unknown }[] {
    if (action.takes === undefined) return [{ state: this, message: undefined }];
    const slots: number[] = [];
    const Class = this.constructor as new (...of: ConstructorParameters<typeof AnyState>) => this;
    const noting = new Class(this.layout, { read: (slot) => void slots.push(slot) }, new Map());
    try {
      action.takes(noting as never, binding as never);
    } catch (error) {
      if (error instanceof NoSuchSlot) return [];
      throw error;
    }
    // Every action is looked at when its model is instantiated: it reads one variable once.
    const slot = slots[0]!;
    const channel = this.read(slot) as Channel<unknown>;
    return channel.takeable().map((message) => ({ state: this.write(slot, channel.take(message)), message }));
  }

  constant<T>(of: Constant<T>): T {
    return this.layout.constantOf(of);
  }

  /** What the step to this state has chosen, by name. */
  get [CHOSEN](): Chosen | undefined {
    return this.#chosen;
  }

  /** Returns this state, to which a step has come that has chosen these values. */
  [CHOOSING](chosen: Chosen): this {
    const Class = this.constructor as new (...of: ConstructorParameters<typeof AnyState>) => this;
    const state = new Class(this.layout, this.source, this.written);
    state.#chosen = chosen;
    return state;
  }

  read(slot: number): unknown {
    const { written } = this;
    return written.has(slot) ? written.get(slot) : this.source.read(slot);
  }

  write(slot: number, value: unknown): this {
    const Class = this.constructor as new (...of: ConstructorParameters<typeof AnyState>) => this;
    const state = new Class(this.layout, this.source, this.#written);
    state.#chosen = this.#chosen;
    state.#pending = { slot, value: withoutMinusZero(value), before: this.#pending };
    return state;
  }
}

/** Returns the name of a variable's writer: `withCopy` of `copy`. */
export function writerOf(variable: string): string {
  return `with${variable.charAt(0).toUpperCase()}${variable.slice(1)}`;
}

/** Returns 0 for -0, which is the same value, and every other value as it is. */
export function withoutMinusZero(value: unknown): unknown {
  return value === 0 ? 0 : value;
}

/**
 * Makes the class of a model's states, with a reader and a writer for each variable.
 * @throws Error for a variable whose reader or writer would hide something that every state has
 */
export function stateClass(layout: Layout): new (...of: ConstructorParameters<typeof AnyState>) => AnyState {
  class ModelState extends AnyState {}
  layout.variables.forEach((variable, family) => {
    const writer = writerOf(variable);
    for (const name of [variable, writer]) {
      if (name in AnyState.prototype || ["layout", "source"].includes(name)) {
        throw new Error(`a variable cannot be called ${variable}: ${name} is taken`);
      }
    }
    const arity = layout.declarations[variable]!.sets.length;
    const define = (name: string, value: unknown) => Object.defineProperty(ModelState.prototype, name, { value });
    define(variable, function (this: AnyState, ...indices: unknown[]) {
      return this.read(layout.slotOf(family, indices));
    });
    define(writer, function (this: AnyState, ...args: unknown[]) {
      return this.write(layout.slotOf(family, args), args[arity]);
    });
  });
  return ModelState;
}
