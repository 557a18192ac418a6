/**
 * The reference semantics: authors' plain functions on plain values, with nothing observed, reduced or cached. It is
 * slow and simple. Every counterexample is replayed through it, `--audit` compares the engine with it, and the tests'
 * naive explorer is built on it.
 */
import { FunctionError, Thrown } from "../errors.js";
import { type CellUsed, disabled, isUnspecified, type Run, type Unspecified } from "./action.js";
import { isFailedAssertion } from "./assertion.js";
import { type ActionInstance, type Bound, nameOfInstance, type Values } from "./bound.js";
import type { Channel } from "./channel.js";
import { type Chosen, chosenOf } from "./chosen.js";
import type { Instance } from "./instance.js";
import type { Floor, Ordinal, OrdinalValue } from "./ordinal.js";
import type { Step, StepInvariant } from "./property.js";
import type { Member } from "./scalarset.js";
import { AnyState } from "./state.js";
import { attempt, named, told } from "./thrown.js";
import { described, keyOf, leavesOf, mapValue, notAValue, wrongIn } from "./value.js";

/** One thing that can happen in a state: a step, a message that no rule receives, or a function that throws. */
export interface Successor {
  readonly instance: ActionInstance;
  /** The message that was received; undefined if the action takes none. */
  readonly message: unknown;
  /** The values of the next state; undefined for an unspecified reception, and for a function that threw. */
  readonly next: Values | undefined;
  /** What it has chosen, by the names that `chooseAny` was given. */
  readonly chosen: Chosen;
  /** The slots that the step wrote. */
  readonly written: ReadonlySet<number>;
  readonly unspecified: Unspecified | undefined;
  /** What the action, or a step invariant that was asked about the step, threw, and where; undefined if none did. */
  readonly threw: string | undefined;
  /** Whether it threw because an assertion failed. */
  readonly isAssertion: boolean;
  /** The name of the action constraint that cuts the step off, so that it is not taken; undefined if none does. */
  readonly cut: string | undefined;
  /** The cell of the receive table that decided, and its sentence. */
  readonly cell: string | undefined;
  readonly cellSays: string | undefined;
  /** Names the action, its place, and the rule that it has followed. */
  readonly inWords: () => string;
  /** The step invariants that the step violates, each with its first such binding. */
  readonly violates: readonly Bound<StepInvariant<AnyState>>[];
}

/** Yields all successors of a state, in a fixed order. Ordinals are as the functions left them, not renumbered. */
export function* successorsOf(instance: Instance, values: Values): Generator<Successor> {
  for (const action of instance.actions) yield* successorsBy(instance, values, action);
}

/**
 * Returns the name of the first state constraint that does not hold in a state, which is then not expanded; undefined
 * if all hold. One that throws does not hold.
 */
export function cutAt(instance: Instance, values: Values): string | undefined {
  return instance.stateConstraints.length === 0 ? undefined : cutIn(instance, instance.stateOf(values));
}

/** Returns what `cutAt` does, of a state as authors' functions take it. */
export function cutIn(instance: Instance, state: AnyState): string | undefined {
  return instance.stateConstraints.find((of) =>
    instance.bindings(of.domains).some(
      (binding) =>
        attempt(
          () => `constraint "${of.name}"`,
          () => of.holds(state, binding),
        ) !== true,
    ),
  )?.name;
}

/** Returns the name of the first action constraint that does not hold for a step; undefined if all hold. */
export function cutBy(
  instance: Instance,
  before: AnyState,
  after: AnyState,
  action: ActionInstance,
): string | undefined {
  if (instance.actionConstraints.length === 0) return undefined;
  const step = stepOf(instance, after, action);
  return instance.actionConstraints.find((of) =>
    instance.bindings(of.domains).some(
      (binding) =>
        !named(
          () => `constraint "${of.name}"`,
          () => of.holds(before, after, binding, step),
        ),
    ),
  )?.name;
}

/** Yields the successors that one action, with its binding, makes. A state that is cut off has none. */
export function* successorsBy(instance: Instance, values: Values, action: ActionInstance): Generator<Successor> {
  if (cutAt(instance, values) !== undefined) return;
  const messages = action.takes === undefined ? [undefined] : (values[action.takes] as Channel<unknown>).takeable();
  for (const message of messages) yield* successorsWith(instance, values, action, message);
}

/** Yields the successors that one action makes with a message that it can take; undefined if it takes none. */
export function* successorsWith(
  instance: Instance,
  values: Values,
  action: ActionInstance,
  message: unknown,
): Generator<Successor> {
  let state = instance.stateOf(values);
  if (action.takes !== undefined) {
    state = state.write(action.takes, (values[action.takes] as Channel<unknown>).take(message));
  }
  const run = attempt(
    () => stepInWords(action),
    () => action.action.run(state, action.binding, message),
  );
  const cell = run instanceof Thrown ? undefined : run.cell;
  const inWords = () => stepInWords(action, cell);
  const shared = {
    instance: action,
    message,
    cell: cell?.name,
    cellSays: cell?.says,
    inWords,
    isAssertion: false,
    cut: undefined,
  };
  const none = { ...shared, next: undefined, chosen: {}, written: new Set<number>(), violates: [] };
  if (!(run instanceof Thrown) && isUnspecified(run.result)) {
    yield { ...none, unspecified: run.result, threw: undefined };
    return;
  }
  const steps = run instanceof Thrown ? run : attempt(inWords, () => stepsOf(instance, values, action, run));
  if (steps instanceof Thrown)
    yield { ...none, unspecified: undefined, threw: told(steps), isAssertion: isFailedAssertion(steps) };
  else for (const step of steps) yield { ...shared, ...step, unspecified: undefined, threw: undefined };
}

/** Returns the steps that a run of an action has made. @throws FunctionError if they are none, or cannot be judged */
function stepsOf(instance: Instance, values: Values, action: ActionInstance, run: Run<AnyState>) {
  const before = instance.stateOf(values);
  return nextStates(instance, action, run).map((after) => {
    const cut = cutOff(instance, before, after, action, run);
    const chosen = chosenOf(after);
    if (cut !== undefined) return { next: undefined, chosen, written: new Set<number>(), violates: [], cut };
    return {
      cut,
      chosen,
      next: instance.valuesOf(after),
      written: new Set(after.written.keys()),
      violates: violatedSteps(instance, before, after, action),
    };
  });
}

/**
 * Returns the name of the action constraint that cuts off a step; undefined if it is taken.
 * @param after a state that `run` of the action has returned
 * @throws FunctionError if the action wrote what no variable may hold, or a message that no table receives
 */
export function cutOff(
  instance: Instance,
  before: AnyState,
  after: AnyState,
  action: ActionInstance,
  run: Run<AnyState>,
): string | undefined {
  refuseWritten(instance, action, after);
  instance.receiverRows.checkMessages(after, () => stepInWords(action, run.cell));
  return cutBy(instance, before, after, action);
}

/**
 * Returns the next states that an action has returned; none if it is disabled or has met an unspecified reception.
 * @throws FunctionError for a result that is neither
 */
export function nextStates(instance: Instance, action: ActionInstance, { result, cell }: Run<AnyState>): AnyState[] {
  if (result === disabled || isUnspecified(result)) return [];
  const next: unknown[] = Array.isArray(result) ? result : [result];
  const isBound = (name: string) => Object.hasOwn(action.binding, name);
  const wrong = next.findIndex((after) => (after as AnyState | null | undefined)?.layout !== instance.layout);
  if (wrong < 0) {
    const twice = (next as AnyState[]).flatMap((after) => Object.keys(chosenOf(after))).find(isBound);
    if (twice === undefined) return next as AnyState[];
    throw new FunctionError(
      `${stepInWords(action, cell)} names what it chooses ${twice}, and binds ${twice} already\n  Give the choice another name.`,
    );
  }

  throw new FunctionError(
    `${stepInWords(action, cell)} returned ${Array.isArray(result) ? "a list with " : ""}${inWords(next[wrong])}\n` +
      "  Return a state, a list of states, or `disabled`.",
  );
}

function inWords(what: unknown): string {
  if (what instanceof AnyState) return "a state of another model";
  if (what === undefined) return "undefined: a `return` is missing";
  if (what instanceof Promise) return "a promise: an action is no async function";
  return `${described(what)}, which is no state`;
}

/** Refuses what no variable may hold. @throws FunctionError that names the variable and the value */
function refuseWritten(instance: Instance, action: ActionInstance, after: AnyState): void {
  for (const [slot, value] of after.written) {
    const wrong = wrongIn(value);
    if (wrong !== undefined)
      throw notAValue(`${stepInWords(action)} wrote into ${instance.layout.slots[slot]!.name}`, wrong);
  }
}

/** Names an action with its binding, its place, and the rule that it has followed. */
export function stepInWords(action: ActionInstance, cell?: CellUsed): string {
  if (cell === undefined) return `action ${nameOfInstance(action)}, declared at ${action.action.where},`;
  return `action ${nameOfInstance(action)}, by its rule for ${cell.name} ("${cell.says}") at ${cell.where},`;
}

/**
 * Returns the step invariants that do not hold for a step, each with its first such binding.
 * @throws Thrown if one of them throws
 */
export function violatedSteps(
  instance: Instance,
  before: AnyState,
  after: AnyState,
  action: ActionInstance,
): ViolatedStep[] {
  const violated: ViolatedStep[] = [];
  const step = stepOf(instance, after, action);
  for (const { of, place } of instance.stepInvariants) {
    const binding = instance.bindings(of.domains).find(
      (binding) =>
        !named(
          () => `property "${of.name}"`,
          () => of.holds(before, after, binding, step),
        ),
    );
    if (binding !== undefined) violated.push({ of, place, binding });
  }
  return violated;
}

/** A step invariant that a step violates, with its index among the instance's properties. */
export interface ViolatedStep extends Bound<StepInvariant<AnyState>> {
  readonly place: number;
}

/**
 * Returns the state that a step leads to, with what it wrote, for authors' functions.
 * @param before the state that it starts from, in which it is read what the step has not written
 * @param written the slots that the step wrote
 * @param values the values after the step, with the numbers that ordinals have in `before`
 */
export function stateAfter(instance: Instance, before: AnyState, written: Iterable<number>, values: Values): AnyState {
  return instance.stateOver(before.source, new Map([...written].map((slot) => [slot, values[slot]])));
}

/** Describes a step for authors' functions. @param after the state that the action returned, with what it wrote */
export function stepOf(instance: Instance, after: AnyState, action: ActionInstance): Step {
  return {
    action: action.action.name,
    writes: (variable, ...members) =>
      after.written.has(instance.layout.slotOf(instance.layout.familyOf(variable), members)),
  };
}

/**
 * Tells whether the protocol has a step, or nobody knows because its function throws or a constraint cuts it off. A
 * message that no rule receives is not taken, and so is no step.
 */
export function canProgress(instance: Instance, values: Values): boolean {
  // Nobody asks what could happen beyond a constraint.
  if (cutAt(instance, values) !== undefined) return true;
  for (const { instance: action, next, threw, cut } of successorsOf(instance, values))
    if ((next !== undefined || threw !== undefined || cut !== undefined) && !action.action.environment) return true;
  return false;
}

/** Where a renumbering sends each ordinal value and each floor. */
export interface Renumbering {
  readonly value: (value: OrdinalValue) => OrdinalValue;
  readonly floor: (floor: Floor) => Floor;
}

/**
 * Returns the renumbering of a state that holds `values`. With "exact" it is the one that the search uses. With "apart"
 * it merges nothing, so that a log can tell values apart that the search need not. With "in order" it also keeps ticks,
 * so that a trace can tell which value is which.
 */
export function renumbering(values: Iterable<OrdinalValue>, how: "exact" | "apart" | "in order"): Renumbering {
  const ranksOf = new Map<Ordinal, number[]>();
  for (const { ordinal, rank } of values) ranksOf.set(ordinal, [...(ranksOf.get(ordinal) ?? []), rank]);
  const newRankOf = new Map<Ordinal, Map<number, number>>();
  for (const [ordinal, unsorted] of ranksOf) {
    const ranks = unsorted.sort((a, b) => a - b);
    const hasTicks = ordinal.window !== undefined;
    const kept = hasTicks ? ranks : ranks.map((_, i) => 2 * i + 1);
    const renumbered = (hasTicks ? how === "in order" : how !== "exact") ? kept : ordinal.renumber(ranks);
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

/** Returns the state with its ordinals renumbered. */
export function renumber(values: Values, how: "exact" | "in order" = "exact"): Values {
  const leaves = leavesOf(undefined);
  for (const value of values) leavesOf(value, leaves);
  if (leaves.ordinals.size === 0 && leaves.floors.size === 0) return values;
  const { value, floor } = renumbering(leaves.ordinals, how);
  return values.map((inner) => mapValue(inner, { ordinal: value, floor }));
}

/** Tells whether two states are equal up to the numbers of their ordinals. */
export function areAlike(a: Values, b: Values): boolean {
  const renumbered = renumber(b);
  return renumber(a).every((value, slot) => keyOf(value) === keyOf(renumbered[slot]));
}

/** Returns the state with members renamed as `member` says, in the slots and inside values. */
export function rename(values: Values, member: (member: Member) => Member, { layout }: Instance): Values {
  const renamed: unknown[] = [];
  values.forEach((value, slot) => {
    renamed[layout.slotAfter(slot, member)] = mapValue(value, { member });
  });
  return renamed;
}
