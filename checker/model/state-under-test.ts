/**
 * A state that a unit test builds, and applies one action or one cell of a receive table to:
 * `stateOf(model).with({ cache: { C1: "Shared" } }).receive(Invalidate, { c: "C1" })`. All of it is the reference
 * semantics: what happens to the state is what the search would see there, whether or not the state is reachable.
 */
import { is } from "immutable";
import { UsageError } from "../errors.js";
import { didYouMean } from "../nearest.js";
import type { Channel } from "./channel.js";
import { type ActionInstance, Instance, namesIn, type Values } from "./instance.js";
import type { Model } from "./model.js";
import type { Parameters, ValuesOf } from "./parameters.js";
import { renumber, type Successor, successorsBy, successorsWith } from "./reference.js";
import { type Member, nameOf } from "./scalarset.js";
import { AnyState, type StateOf } from "./state.js";
import { described, format, notAValue, wrongIn } from "./value.js";
import type { Variable, Variables } from "./variables.js";

/** Values for variables: by the names of members, as reports print them, for what is declared by member or by pair. */
export type Given<V> = {
  readonly [K in keyof V]?: V[K] extends Variable<infer T, infer I>
    ? I extends []
      ? T
      : I extends [unknown]
        ? Readonly<Record<string, T>>
        : Readonly<Record<string, Readonly<Record<string, T>>>>
    : never;
};

/** What the names of an action are bound to. A member may be given by its name, as reports print it: `{ c: "C1" }`. */
export type At = Readonly<Record<string, unknown>>;

/**
 * Returns the first initial state of a model.
 * @param parameters values for the model's parameters; the others have their defaults
 * @throws UsageError for parameters that the model does not take
 * @throws LoadError for a model that is not as it must be
 */
export function stateOf<const P extends Parameters, V extends Variables>(
  model: Model<P, V>,
  parameters: Partial<ValuesOf<P>> = {},
): StateUnderTest<V, ValuesOf<P>> {
  const instance = new Instance(model as never, parameters);
  return new StateUnderTest(instance, instance.initial[0]!, []);
}

/** A state of a model, which stays as it is: what changes it returns another one. */
export class StateUnderTest<V, P = unknown> {
  constructor(
    private readonly instance: Instance,
    private readonly values: Values,
    /** The names of the step invariants that the step that led here violates. */
    private readonly violatedByStep: readonly string[],
  ) {}

  /** The state as actions and properties see it: `state.cache(c)`, `state.members(caches)`. */
  get state(): StateOf<V, P> {
    return this.instance.stateOf(this.values) as unknown as StateOf<V, P>;
  }

  /**
   * Returns the state with other values.
   * @param change values by variable, `{ home: "free", cache: { C1: "Shared" } }`; or a function that writes them, as
   * an action does
   * @throws UsageError for a variable or a member that there is not
   * @throws FunctionError for what no variable may hold
   * @throws LoadError for a receiver's state that is no row of its table, and a message that is no column
   */
  with(change: Given<V> | ((state: StateOf<V, P>) => StateOf<V, P>)): StateUnderTest<V, P> {
    if (typeof change === "function") return this.at(this.valuesOf(change(this.state)));
    const values = [...this.values];
    for (const [variable, given] of Object.entries(change as Readonly<Record<string, unknown>>))
      for (const [slot, value] of this.slotsOf(variable, given)) values[slot] = value;
    return this.at(values);
  }

  /**
   * Returns the state after an action. One that receives takes the only message that it can take.
   * @param at what the action binds; a name that has one value only may be left out
   * @throws UsageError if there is no such action, or if `at` leaves open which binding is meant
   * @throws Error if the action is disabled, throws, meets an impossible cell, or has several next states
   */
  apply(action: string, at: At = {}): StateUnderTest<V, P> {
    const instance = this.instanceOf(action, at);
    return this.only(instance, [...successorsBy(this.instance, this.values, instance)]);
  }

  /** Returns all states that an action can lead to; none if it is disabled. @throws as `apply`, except for several */
  applyAll(action: string, at: At = {}): readonly StateUnderTest<V, P>[] {
    const instance = this.instanceOf(action, at);
    return this.all([...successorsBy(this.instance, this.values, instance)]);
  }

  /**
   * Returns the state after the reception of a message, which is put into the channel if it cannot be taken from it.
   * @param at what the receiving action binds
   * @param action its name, if several take such a message
   * @throws UsageError if no action takes such a message there, or several do, or others are before it in a queue
   * @throws Error if the cell is impossible, or its rule disabled, throws, or has several next states
   */
  receive(message: unknown, at: At = {}, action?: string): StateUnderTest<V, P> {
    const { instance, successors } = this.received(message, at, action);
    return this.only(instance, successors);
  }

  /** Returns all states that the reception of a message can lead to. @throws as `receive`, except for several */
  receiveAll(message: unknown, at: At = {}, action?: string): readonly StateUnderTest<V, P>[] {
    return this.all(this.received(message, at, action).successors);
  }

  /**
   * Returns the names of the invariants that this state violates, and of the invariants of steps that the step that led
   * here violates.
   * @throws Error if one of them throws
   */
  violated(): readonly string[] {
    const state = this.instance.stateOf(this.values);
    const ofState = this.instance.properties.flatMap((property) => {
      if (property.kind !== "invariant") return [];
      const holds = this.instance.bindings(property.domains).every((binding) => property.holds(state, binding));
      return holds ? [] : [property.name];
    });
    return [...ofState, ...this.violatedByStep];
  }

  /** Returns the value of each variable: `cache[C1] Shared, home free`. */
  toString(): string {
    return this.instance.layout.slots.map(({ name }, slot) => `${name} ${format(this.values[slot])}`).join(", ");
  }

  private at(values: Values): StateUnderTest<V, P> {
    const { layout, receiverRows } = this.instance;
    for (const [slot, value] of values.entries()) {
      const wrong = wrongIn(value);
      if (wrong !== undefined) throw notAValue(`the test wrote into ${layout.slots[slot]!.name}`, wrong);
    }
    receiverRows.checkInitial(values, "in the state that the test wrote,");
    return new StateUnderTest(this.instance, values, []);
  }

  private valuesOf(state: unknown): Values {
    if (state instanceof AnyState && state.layout === this.instance.layout) return this.instance.valuesOf(state);
    throw new UsageError(`what changes the state returned ${described(state)}, which is no state that it was given`);
  }

  /** Returns the slots of a variable that are given a value, each with it. */
  private slotsOf(variable: string, given: unknown): [number, unknown][] {
    const { layout } = this.instance;
    const family = layout.variables.indexOf(variable);
    if (family < 0)
      throw new UsageError(
        `${this.instance.model.name} has no variable ${variable}${didYouMean(variable, layout.variables)}; it has ${layout.variables.join(", ")}`,
      );
    const slots = new Map(layout.slots.flatMap((slot, i) => (slot.family === family ? [[slot.name, i] as const] : [])));
    const depth = layout.declarations[variable]!.sets.length;
    const inside = (name: string, value: unknown, left: number): [number, unknown][] => {
      if (left > 0)
        return Object.entries(value as object).flatMap(([member, of]) => inside(`${name}[${member}]`, of, left - 1));
      const slot = slots.get(name);
      if (slot === undefined) throw new UsageError(`there is no ${name}; there are ${[...slots.keys()].join(", ")}`);
      return [[slot, value]];
    };
    return inside(variable, given, depth);
  }

  /** Returns the action with the binding that is meant. */
  private instanceOf(action: string, at: At): ActionInstance {
    const named = this.instance.actions.filter((each) => each.action.name === action);
    if (named.length === 0) {
      const all = [...new Set(this.instance.actions.map((each) => each.action.name))];
      throw new UsageError(
        `${this.instance.model.name} has no action ${action}${didYouMean(action, all)}; it has ${all.join(", ")}`,
      );
    }
    return onlyOf(`action ${action}`, boundAt(named, at), named, at);
  }

  private received(message: unknown, at: At, name: string | undefined) {
    const kindOf = ({ action }: ActionInstance) => {
      const kind = action.kinds?.of(message);
      return action.kinds?.all.includes(kind as string) === true ? kind : undefined;
    };
    const takers = this.instance.actions.filter(
      (each) => kindOf(each) !== undefined && (name === undefined || each.action.name === name),
    );
    const names = [...new Set(takers.map(({ action }) => action.name))];
    const shown = format(message);
    if (names.length === 0) throw new UsageError(`no ${name ?? "action"} receives ${shown} by a table`);
    if (names.length > 1)
      throw new UsageError(`${names.join(" and ")} receive ${shown}: name the one that is meant, behind the binding`);
    const instance = onlyOf(`action ${names[0]}`, boundAt(takers, at), takers, at);
    const slot = instance.takes!;
    const channel = this.values[slot] as Channel<unknown>;
    const canTake = (of: Channel<unknown>) => of.takeable().some((each) => is(each, message));
    const full = canTake(channel) ? channel : channel.put(message);
    if (!canTake(full))
      throw new UsageError(
        `${shown} cannot be received: before it in ${this.instance.layout.slots[slot]!.name} is ${format(full.takeable()[0])}`,
      );
    const values = this.values.with(slot, full);
    return { instance, successors: [...successorsWith(this.instance, values, instance, message)] };
  }

  private only(instance: ActionInstance, successors: readonly Successor[]): StateUnderTest<V, P> {
    const [first, ...others] = this.all(successors);
    const what = nameWith(instance);
    if (first === undefined) throw new Error(`${what} is disabled in the state ${this}`);
    if (others.length > 0)
      throw new Error(
        `${what} has ${others.length + 1} next states in the state ${this}\n  applyAll and receiveAll return all of them.`,
      );
    return first;
  }

  private all(successors: readonly Successor[]): StateUnderTest<V, P>[] {
    return successors.map(({ instance, next, unspecified, cell, threw, violates }) => {
      if (threw !== undefined) throw new Error(threw);
      if (next === undefined)
        throw new Error(`${nameWith(instance)} meets the impossible cell ${cell}: ${unspecified?.reason}`);
      this.instance.receiverRows.checkInitial(next, `in the state after ${nameWith(instance)},`);
      const names = violates.map(({ of }) => of.name);
      return new StateUnderTest<V, P>(this.instance, renumber(next, "in order"), names);
    });
  }
}

/** Names an action with its binding: `Receive(c = C1)`. */
function nameWith({ action, binding }: ActionInstance): string {
  const names = Object.entries(namesIn(binding)).map(([name, value]) => `${name} = ${value}`);
  return `${action.name}${names.length === 0 ? "" : `(${names.join(", ")})`}`;
}

/** Returns the instances whose binding is as given, where it is given. */
function boundAt(instances: readonly ActionInstance[], at: At): ActionInstance[] {
  return instances.filter(({ binding }) =>
    Object.entries(at).every(([name, value]) => {
      if (!Object.hasOwn(binding, name)) return false;
      const bound = (binding as At)[name];
      return is(bound, value) || (typeof bound === "symbol" && nameOf(bound as Member) === value);
    }),
  );
}

/** Returns the only instance. @throws UsageError that lists what could be meant */
function onlyOf(
  what: string,
  bound: readonly ActionInstance[],
  instances: readonly ActionInstance[],
  at: At,
): ActionInstance {
  const [only, another] = bound;
  if (only !== undefined && another === undefined) return only;
  const asked = Object.entries(at).map(([name, value]) => `${name} = ${format(value)}`);
  const there = (only === undefined ? instances : bound).map(nameWith).join(", ");
  throw new UsageError(
    only === undefined
      ? `${what} cannot be bound to ${asked.join(", ")}; there are ${there}`
      : `${what} is bound in several ways: ${there}`,
  );
}
