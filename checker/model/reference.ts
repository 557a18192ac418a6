/**
 * The reference semantics: the plain functions on plain values, with nothing observed, reduced or cached. Slow and simple. Every
 * counterexample is replayed through it, `--audit` compares the engine with it, and the tests' naive explorer is built on it.
 */
import { disabled, isUnspecified, type Unspecified } from "./action.js";
import type { Channel } from "./channel.js";
import type { ActionInstance, Bound, Instance, Values } from "./instance.js";
import type { Floor, Ordinal, OrdinalValue } from "./ordinal.js";
import type { Step, StepInvariant } from "./property.js";
import { type IndexSet, type Member, memberInfo } from "./scalarset.js";
import type { AnyState } from "./state.js";
import { keyOf, leavesOf, mapValue } from "./value.js";

/** One thing that can happen in a state. */
export interface Successor {
  readonly instance: ActionInstance;
  /** The message that was received, if the action takes one. */
  readonly message: unknown;
  /** The values of the next state; undefined for an unspecified reception. */
  readonly next: Values | undefined;
  /** The slots that the step wrote. */
  readonly written: ReadonlySet<number>;
  readonly unspecified: Unspecified | undefined;
  /** The cell of the receive table that decided, and its sentence. */
  readonly cell: string | undefined;
  readonly cellSays: string | undefined;
  /** The step invariants that the step violates, with their bindings. */
  readonly violates: readonly Bound<StepInvariant<AnyState>>[];
}

/** All successors of a state, in a fixed order; ordinals are as the functions left them, not renumbered. */
export function* successorsOf(instance: Instance, values: Values): Generator<Successor> {
  for (const action of instance.actions) yield* successorsBy(instance, values, action);
}

/** The successors to which one action, with its binding, leads. */
export function* successorsBy(instance: Instance, values: Values, action: ActionInstance): Generator<Successor> {
  const messages = action.takes === undefined ? [undefined] : (values[action.takes] as Channel<unknown>).takeable();
  for (const message of messages) yield* runOne(instance, values, action, message);
}

function* runOne(instance: Instance, values: Values, action: ActionInstance, message: unknown): Generator<Successor> {
  let state = instance.stateOf(values);
  if (action.takes !== undefined) {
    state = state.write(action.takes, (values[action.takes] as Channel<unknown>).take(message));
  }
  const { result, cell } = action.action.run(state, action.binding, message);
  if (result === disabled) return;
  const shared = { instance: action, message, cell: cell?.name, cellSays: cell?.says };
  if (isUnspecified(result)) {
    yield { ...shared, next: undefined, written: new Set(), unspecified: result, violates: [] };
    return;
  }
  const before = instance.stateOf(values);
  for (const after of (Array.isArray(result) ? result : [result]) as AnyState[]) {
    const violates = violatedSteps(instance, before, after, action);
    yield {
      ...shared,
      next: instance.valuesOf(after),
      written: new Set(after.written.keys()),
      unspecified: undefined,
      violates,
    };
  }
}

/** The step invariants that do not hold for a step, at the first binding of each. */
export function violatedSteps(
  instance: Instance,
  before: AnyState,
  after: AnyState,
  action: ActionInstance,
): ViolatedStep[] {
  const violated: ViolatedStep[] = [];
  const step = stepOf(instance, after, action);
  for (const { of, place } of instance.stepInvariants) {
    const binding = instance.bindings(of.domains).find((binding) => !of.holds(before, after, binding, step));
    if (binding !== undefined) violated.push({ of, place, binding });
  }
  return violated;
}

/** A property of steps that a step violates, with its place among the instance's properties. */
export interface ViolatedStep extends Bound<StepInvariant<AnyState>> {
  readonly place: number;
}

export function stepOf(instance: Instance, after: AnyState, action: ActionInstance): Step {
  return {
    action: action.action.name,
    writes: (variable, ...members) =>
      after.written.has(instance.layout.slotOf(instance.layout.familyOf(variable), members)),
  };
}

/** A renumbering of a state's ordinals: where each value and each floor goes. */
export interface Renumbering {
  readonly value: (value: OrdinalValue) => OrdinalValue;
  readonly floor: (floor: Floor) => Floor;
}

/**
 * The renumbering that a set of ordinal values calls for. `exact` is the one that the search uses; `in order` merges nothing and keeps
 * ticks, so that a trace can tell which value is which.
 */
export function renumbering(values: Iterable<OrdinalValue>, how: "exact" | "in order"): Renumbering {
  const ranksOf = new Map<Ordinal, number[]>();
  for (const { ordinal, rank } of values) ranksOf.set(ordinal, [...(ranksOf.get(ordinal) ?? []), rank]);
  const newRankOf = new Map<Ordinal, Map<number, number>>();
  for (const [ordinal, unsorted] of ranksOf) {
    const ranks = unsorted.sort((a, b) => a - b);
    const renumbered =
      how === "exact" ? ordinal.renumber(ranks) : ordinal.window === undefined ? ranks.map((_, i) => 2 * i + 1) : ranks;
    newRankOf.set(ordinal, new Map(ranks.map((rank, i) => [rank, renumbered[i]!])));
  }
  return {
    value: (value) => value.ordinal.at(newRankOf.get(value.ordinal)!.get(value.rank)!),
    floor: ({ ordinal, rank }) => {
      const below = (ranksOf.get(ordinal) ?? []).filter((other) => other <= rank).pop();
      return ordinal.floorAt(below === undefined ? -1 : newRankOf.get(ordinal)!.get(below)!);
    },
  };
}

/** The state with its ordinals renumbered. */
export function renumber(values: Values, how: "exact" | "in order" = "exact"): Values {
  const leaves = leavesOf(undefined);
  for (const value of values) leavesOf(value, leaves);
  if (leaves.ordinals.size === 0 && leaves.floors.size === 0) return values;
  const { value, floor } = renumbering(leaves.ordinals, how);
  return values.map((inner) => mapValue(inner, { ordinal: value, floor }));
}

/** Whether two states are the same, but for the numbers of their ordinals. */
export function areAlike(a: Values, b: Values): boolean {
  const renumbered = renumber(b);
  return renumber(a).every((value, slot) => keyOf(value) === keyOf(renumbered[slot]));
}

/** The state with the members of a set renamed: the member of index i becomes that of index to[i], in the slots and inside values. */
export function rename(values: Values, set: IndexSet, to: readonly number[], { layout }: Instance): Values {
  const member = (member: Member): Member => {
    const info = memberInfo(member)!;
    return info.set === set ? set.member(to[info.index]!) : member;
  };
  const renamed: unknown[] = [];
  layout.slots.forEach(({ family, variable, indices }, slot) => {
    const { sets } = layout.declarations[variable]!;
    const members = indices.map((index, i) => member(sets[i]!.member(index)));
    renamed[layout.slotOf(family, members)] = mapValue(values[slot], { member });
  });
  return renamed;
}
