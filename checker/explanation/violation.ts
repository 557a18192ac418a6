/** Whether a state or a step violates a property, by the reference semantics: what counterfactual runs are asked. */
import { Thrown } from "../errors.js";
import type { Instance, Values } from "../model/instance.js";
import type { Property, Unlisted } from "../model/property.js";
import { canProgress, type Successor } from "../model/reference.js";
import type { AnyState } from "../model/state.js";
import { attempt } from "../model/thrown.js";

/** Answers whether a property is violated, in a state or by a step. What throws counts as a violation. */
export class ViolationOf {
  constructor(
    private readonly instance: Instance,
    private readonly property: Property<AnyState> | Unlisted,
  ) {}

  /** Tells whether a state violates an invariant. */
  inState(values: Values): boolean {
    const { property, instance } = this;
    if (property.kind !== "invariant") return false;
    const state = instance.stateOf(values);
    const holds = attempt(
      () => property.name,
      () => instance.bindings(property.domains).every((binding) => property.holds(state, binding)),
    );
    return holds instanceof Thrown || !holds;
  }

  /** Tells whether a state is a deadlock, if the property is that there is none. */
  isDeadlock(values: Values): boolean {
    const { property, instance } = this;
    if (property.kind !== "no deadlock" || canProgress(instance, values)) return false;
    const stuck = attempt(
      () => property.name,
      () => property.stuck(instance.stateOf(values)),
    );
    return stuck instanceof Thrown || stuck;
  }

  /** Tells whether a step violates the property: a property of steps, or one of what cannot be taken. */
  byStep({ violates, unspecified, threw }: Successor): boolean {
    switch (this.property.kind) {
      case "step invariant":
        return threw !== undefined || violates.some(({ of }) => of === this.property);
      case "no unspecified reception":
        return unspecified !== undefined;
      default:
        return threw !== undefined;
    }
  }
}
