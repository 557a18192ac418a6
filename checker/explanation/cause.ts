/**
 * What a verdict hung on: the places that the property read in the last state, and which of them would have had to
 * differ for it to hold. Tried are the values that a place has in some state of the run, or in an initial state; of a
 * channel also what it holds without one message; of an ordinal also the values that other places of these have.
 */
import type { CausalChange, Cause } from "../../traces/cause.js";
import type { ConcreteRun } from "../../traces/replay/run.js";
import { Thrown } from "../errors.js";
import { Channel } from "../model/channel.js";
import type { Instance, Values } from "../model/instance.js";
import { OrdinalValue } from "../model/ordinal.js";
import type { Property, Unlisted } from "../model/property.js";
import { type Successor, stateAfter, stepOf, successorsWith } from "../model/reference.js";
import type { AnyState } from "../model/state.js";
import { attempt } from "../model/thrown.js";
import { keyOf } from "../model/value.js";
import {
  type ObservedReads,
  placeInWords,
  type StatePlace,
  valueAt,
  valueInWords,
  withValueAt,
} from "./observed-reads.js";

/** The most places that are changed together, and the most changes that are tried. */
const [MOST_PLACES, MOST_TRIES] = [3, 20_000];

/** A place that was read; of a step, in the state before it, after it, or both. */
export interface ReadPlace extends StatePlace {
  readonly when?: "before" | "after";
}

/** The question that a verdict answers: of one state, or of the states before and after a step. */
interface Question {
  readonly states: readonly Values[];
  readonly reads: readonly ReadPlace[];
  readonly holds: (states: readonly Values[]) => boolean;
}

/** Returns what the verdict on the last state or step of a run hung on; undefined if nothing was read. */
export function causeOf(
  instance: Instance,
  property: Property<AnyState> | Unlisted,
  run: ConcreteRun,
  observed: ObservedReads,
): Cause | undefined {
  const question = questionOf(instance, property, run, observed);
  if (question === undefined || question.reads.length === 0) return undefined;
  const { repairs, most } = repairsOf(instance, question, [...run.states, ...instance.initial]);
  const reads = question.reads.map((read) => ({
    ...named(instance, read),
    value: valueInWords(valueAt(question.states[placeInStates(read, question)]!, read)),
  }));
  return { reads, repairs, most };
}

/**
 * Returns the places that the property reads at the end of a run that violates it; of a deadlock, those by which it is
 * one.
 * @param run at least the last state; of a property of steps, the last two, with the last step
 */
export function placesRead(
  instance: Instance,
  property: Property<AnyState>,
  run: ConcreteRun,
  observed: ObservedReads,
): readonly ReadPlace[] {
  if (property.kind === "no deadlock")
    return distinct(observed.during([run.states.at(-1)!], (state) => property.stuck(state))[0]!);
  return questionOf(instance, property, run, observed)?.reads ?? [];
}

function questionOf(
  instance: Instance,
  property: Property<AnyState> | Unlisted,
  run: ConcreteRun,
  observed: ObservedReads,
): Question | undefined {
  const last = run.states.at(-1)!;
  const step = run.steps.at(-1);
  switch (property.kind) {
    case "invariant":
      return ofState(instance, property.domains, property.holds, last, observed);
    case "step invariant":
      return step && ofStep(instance, property, run, step, observed);
    case "no unspecified reception":
      return step?.unspecified && ofRefusal(instance, step, last, observed, ({ unspecified }) => unspecified);
    case "no error":
      return step?.threw === undefined ? undefined : ofRefusal(instance, step, last, observed, ({ threw }) => threw);
    default:
      return undefined;
  }
}

type Bindings = Parameters<Instance["bindings"]>[0];
type Judge = (state: AnyState, binding: ReturnType<Instance["bindings"]>[number]) => boolean;

function ofState(instance: Instance, domains: Bindings, holds: Judge, last: Values, observed: ObservedReads): Question {
  const bindings = instance.bindings(domains);
  const violated = bindings.filter((binding) => !holds(instance.stateOf(last), binding));
  const reads = violated.flatMap((binding) => observed.during([last], (state) => holds(state, binding))[0]!);
  return {
    states: [last],
    reads: distinct(reads),
    holds: ([values]) => bindings.every((binding) => holds(instance.stateOf(values!), binding)),
  };
}

function ofStep(
  instance: Instance,
  property: Extract<Property<AnyState>, { kind: "step invariant" }>,
  run: ConcreteRun,
  step: Successor,
  observed: ObservedReads,
): Question {
  const states = run.states.slice(-2);
  const { written } = step;
  const last = states[1]!;
  const writes = stepOf(instance, stateAfter(instance, instance.stateOf(last), written, last), step.instance);
  const bindings = instance.bindings(property.domains);
  const judge = ([before, after]: readonly AnyState[], binding: (typeof bindings)[number]) =>
    property.holds(before!, after!, binding, writes);
  const plain = (of: readonly Values[]) => of.map((values) => instance.stateOf(values));
  const violated = bindings.filter((binding) => !judge(plain(states), binding));
  const reads = violated.flatMap((binding) => {
    const [before, after] = observed.during(states, (...of) => judge(of, binding));
    const placed = (when: "before" | "after") => (place: StatePlace) =>
      written.has(place.slot) ? { ...place, when } : place;
    return [...before!.map(placed("before")), ...after!.map(placed("after"))];
  });
  return {
    states,
    reads: distinct(reads),
    holds: (of) => bindings.every((binding) => judge(plain(of), binding)),
  };
}

/** The question why an action cannot be taken. @param isRefused tells whether a successor is no step */
function ofRefusal(
  instance: Instance,
  { instance: action, message }: Successor,
  last: Values,
  observed: ObservedReads,
  isRefused: (successor: Successor) => unknown,
): Question {
  const reads = observed.during([last], (state) => {
    const channel = action.takes === undefined ? undefined : (last[action.takes] as Channel<unknown>);
    const before = channel === undefined ? state : state.write(action.takes!, channel.take(message));
    action.action.run(before, action.binding, message);
  })[0]!;
  return {
    states: [last],
    reads: distinct(reads).filter(({ slot }) => slot !== action.takes),
    holds: ([values]) => {
      const successors = [...successorsWith(instance, values!, action, message)];
      return !successors.some((successor) => isRefused(successor));
    },
  };
}

function distinct(reads: readonly ReadPlace[]): ReadPlace[] {
  const known = new Map(reads.map((read) => [JSON.stringify([read.slot, read.field, read.when]), read]));
  return [...known.values()];
}

function placeInStates({ when }: ReadPlace, { states }: Question): number {
  return when === "before" ? 0 : states.length - 1;
}

function named(instance: Instance, read: ReadPlace) {
  return { place: placeInWords(instance, read), ...(read.when === undefined ? {} : { when: read.when }) };
}

/** A place with another value. */
interface Change {
  readonly read: ReadPlace;
  readonly value: unknown;
}

/** Finds the smallest sets of changes with which the property would hold. @param seen the states to take values from */
function repairsOf(instance: Instance, question: Question, seen: readonly Values[]): Pick<Cause, "repairs" | "most"> {
  const candidates = question.reads.map((read) => othersFor(read, question, seen));
  const repaired: ReadonlySet<ReadPlace>[] = [];
  const repairs: CausalChange[][] = [];
  let tries = 0;
  let most = 0;
  for (let size = 1; size <= Math.min(MOST_PLACES, question.reads.length); size++) {
    const sets = subsets(candidates, size);
    const ways = sets.reduce((sum, set) => sum + set.reduce((product, changes) => product * changes.length, 1), 0);
    if (tries + ways > MOST_TRIES) break;
    tries += ways;
    most = size;
    for (const set of sets) {
      const places = new Set(set.flatMap(([change]) => (change === undefined ? [] : [change.read])));
      if (places.size < size || repaired.some((smaller) => [...smaller].every((read) => places.has(read)))) continue;
      const working = combinations(set).filter((changes) => holdsWith(question, changes));
      if (working.length === 0) continue;
      repaired.push(places);
      repairs.push(
        size === 1
          ? [
              changeOf(
                instance,
                working[0]![0]!.read,
                working.map(([change]) => change!.value),
              ),
            ]
          : working[0]!.map(({ read, value }) => changeOf(instance, read, [value])),
      );
    }
  }
  return { repairs, most };
}

function changeOf(instance: Instance, read: ReadPlace, values: readonly unknown[]): CausalChange {
  return { ...named(instance, read), values: values.map(valueInWords) };
}

/** Returns the changes that can be tried at a place: the latest value of the run first. */
function othersFor(read: ReadPlace, question: Question, seen: readonly Values[]): Change[] {
  const now = valueAt(question.states[placeInStates(read, question)]!, read);
  const without = now instanceof Channel ? now.takeable().map((message) => now.take(message)) : [];
  const own = [now, ...[...seen].reverse().map((values) => valueAt(values, read))];
  const values = [...own, ...without, ...ordinalsBeside(own, question)];
  const byKey = new Map(values.map((value) => [keyOf(value), value]));
  byKey.delete(keyOf(now));
  return [...byKey.values()].map((value) => ({ read, value }));
}

/**
 * Returns the values of an ordinal that the places have which the verdict has read, if one of them has held such a
 * value: what a property says of data that is not the latest hangs on the values being apart, not on any of them.
 * @param own the values of the place
 */
function ordinalsBeside(own: readonly unknown[], question: Question): unknown[] {
  const isOrdinal = (value: unknown): value is OrdinalValue => value instanceof OrdinalValue;
  const ordinal = own.find(isOrdinal)?.ordinal;
  const all = question.reads.map((read) => valueAt(question.states[placeInStates(read, question)]!, read));
  return all.filter(isOrdinal).filter((value) => value.ordinal === ordinal);
}

function holdsWith({ states, holds }: Question, changes: readonly Change[]): boolean {
  const changed = changes.reduce<readonly Values[]>(
    (of, { read, value }) =>
      of.map((values, i) => {
        const isMeant = read.when === undefined || of.length === 1 || (read.when === "before") === (i === 0);
        return isMeant ? withValueAt(values, read, value) : values;
      }),
    states,
  );
  const answer = attempt(
    () => "a property in a state that was changed",
    () => holds(changed),
  );
  return !(answer instanceof Thrown) && answer;
}

function subsets<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => subsets(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]));
}

function combinations<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((all, list) => all.flatMap((chosen) => list.map((item) => [...chosen, item])), [[]]);
}
