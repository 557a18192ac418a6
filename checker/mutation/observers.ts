/**
 * What looks at the states and steps of a model besides its actions: its properties, its fairness and its constraints.
 * What their functions read is recorded, as the engine records it.
 */
import { ObservedReads, type StatePlace, valueAt } from "../explanation/observed-reads.js";
import type { Binding, Domains } from "../model/action.js";
import type { Instance, Values } from "../model/instance.js";
import { isLiveness, type Property, type Step } from "../model/property.js";
import { cutAt, renumbering, type Successor } from "../model/reference.js";
import type { AnyState } from "../model/state.js";
import { isAskedOf } from "../model/step-fairness.js";
import { attempt } from "../model/thrown.js";
import { keyOf, leavesOf, mapValue } from "../model/value.js";

type OfState = (state: AnyState) => unknown;
type OfStep = (before: AnyState, after: AnyState, step: Step, taken: Successor) => unknown;

/** A step with the state that it is taken in. */
type StepFrom = readonly [before: Values, step: Successor];

export class Observers {
  private readonly reads: ObservedReads;
  private readonly ofStates: readonly OfState[];
  private readonly ofSteps: readonly OfStep[];
  /** Whether a function is shown the messages that steps receive. */
  readonly seeMessages: boolean;

  constructor(private readonly instance: Instance) {
    this.reads = new ObservedReads(instance);
    const { properties, fairness, stateConstraints, actionConstraints } = instance;
    this.ofStates = [
      ...properties.flatMap((property) => this.functionsOfStates(property)),
      ...fairness.flatMap((of) => (of.kind === "compassion" ? this.each(of.domains, of.answered) : [])),
      ...stateConstraints.flatMap((of) => this.each(of.domains, of.holds)),
    ];
    this.ofSteps = [
      ...properties.flatMap((property) => this.functionsOfSteps(property)),
      ...actionConstraints.flatMap((of) => this.eachStep(of.domains, of.holds)),
      ...fairness.flatMap((of) =>
        instance.bindings(of.domains).map(
          (binding): OfStep =>
            (before, after, step, { instance: action, message, chosen }) => {
              if (of.kind === "compassion")
                return of.actions.includes(action.action.name) && of.whenever(before, after, binding, step);
              if (of.when === undefined || !isAskedOf(of, binding, action)) return undefined;
              return of.when(before, after, binding, { ...step, binding: action.binding, message, chosen });
            },
        ),
      ),
    ];
    this.seeMessages = fairness.some((of) => of.kind === "step fairness" && of.when !== undefined);
  }

  /** Whether all functions of states find the same in two states. */
  seeAlike(a: Values, b: Values): boolean {
    const places = this.reads.during([a], (state) => {
      for (const look of this.ofStates) quietly(() => look(state));
    });
    return cutAt(this.instance, a) === cutAt(this.instance, b) && this.areSame(places, [a], [b]);
  }

  /** Whether all functions of steps find the same in two steps of one name. */
  seeStepsAlike([a, ours]: StepFrom, [b, theirs]: StepFrom): boolean {
    if (this.ofSteps.length === 0) return true;
    const { layout } = this.instance;
    let isWritten = true;
    const told: Step = {
      action: ours.instance.action.name,
      writes: (variable, ...members) => {
        const slot = layout.slotOf(layout.familyOf(variable), members);
        isWritten &&= ours.written.has(slot) === theirs.written.has(slot);
        return ours.written.has(slot);
      },
    };
    const places = this.reads.during([a, ours.next!], (before, after) => {
      for (const look of this.ofSteps) quietly(() => look(before!, after!, told, ours));
    });
    return isWritten && this.areSame(places, [a, ours.next!], [b, theirs.next!]);
  }

  /**
   * Whether some states have the same values at the places that functions have read of others, up to the numbers of
   * ordinals. If so, the functions read the same there, and return the same.
   */
  private areSame(places: readonly (readonly StatePlace[])[], ours: readonly Values[], theirs: readonly Values[]) {
    const valuesOf = (states: readonly Values[]) =>
      places.flatMap((of, i) => of.map((place) => valueAt(states[i]!, place)));
    const [a, b] = [valuesOf(ours), valuesOf(theirs)];
    return a.every((value, i) => value === b[i]) || textOf(a) === textOf(b);
  }

  private functionsOfStates(property: Property<AnyState>): OfState[] {
    if (property.kind === "no deadlock") return [(state) => property.stuck(state)];
    if (property.kind === "reachable" || property.kind === "coverage")
      return property.goals.flatMap((goal) => ("holds" in goal ? this.each(goal.domains, goal.holds) : []));
    if (property.kind === "invariant") return this.each(property.domains, (state, of) => property.holds(state, of));
    if (!isLiveness(property)) return [];
    const { from, domains } = property;
    return [
      ...this.each(domains, (state, binding) => property.holds(state, binding)),
      ...(from === undefined ? [] : this.each(domains, from)),
    ];
  }

  private functionsOfSteps(property: Property<AnyState>): OfStep[] {
    if (property.kind === "step invariant")
      return this.eachStep(property.domains, (before, after, of, step) => property.holds(before, after, of, step));
    if (!isLiveness(property) || property.orTaken === undefined) return [];
    return this.eachStep(property.domains, property.orTaken);
  }

  private each(domains: Domains, holds: (state: AnyState, binding: Binding<Domains>) => unknown): OfState[] {
    return this.instance.bindings(domains).map((binding) => (state) => holds(state, binding));
  }

  private eachStep(
    domains: Domains,
    holds: (before: AnyState, after: AnyState, binding: Binding<Domains>, step: Step) => unknown,
  ): OfStep[] {
    return this.instance
      .bindings(domains)
      .map((binding) => (before, after, step) => holds(before, after, binding, step));
  }
}

/** Calls a function. What it throws is found again wherever it reads the same. */
function quietly(look: () => unknown): void {
  attempt(() => "a function that is observed", look);
}

/** Returns values as a text, with the ordinals among them numbered anew, in their order. */
function textOf(values: readonly unknown[]): string {
  const leaves = leavesOf(undefined);
  for (const value of values) leavesOf(value, leaves);
  const { value, floor } = renumbering(leaves.ordinals, "apart");
  return values.map((each) => keyOf(mapValue(each, { ordinal: value, floor }))).join(";");
}
