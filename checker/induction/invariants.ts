/** Invariants, asked of a state by the reference semantics. */
import { Thrown } from "../errors.js";
import type { Binding, Domains } from "../model/action.js";
import type { Instance, Values } from "../model/instance.js";
import type { Invariant } from "../model/property.js";
import type { AnyState } from "../model/state.js";
import { attempt } from "../model/thrown.js";

/** An invariant with a binding. */
export interface BoundInvariant {
  readonly of: Invariant<AnyState>;
  readonly binding: Binding<Domains>;
}

/** Returns the first of the invariants that a state violates, with its first such binding; undefined if none. */
export function violated(
  instance: Instance,
  invariants: readonly Invariant<AnyState>[],
  values: Values,
): BoundInvariant | undefined {
  const state = instance.stateOf(values);
  for (const of of invariants) {
    const binding = instance.bindings(of.domains).find((each) => !holdsIn(of, state, each));
    if (binding !== undefined) return { of, binding };
  }
  return undefined;
}

/** Tells whether an invariant holds in a state, with a binding. If it throws, it does not. */
export function holdsIn(of: Invariant<AnyState>, state: AnyState, binding: Binding<Domains>): boolean {
  const holds = attempt(
    () => `property "${of.name}"`,
    () => of.holds(state, binding),
  );
  return !(holds instanceof Thrown) && holds;
}
