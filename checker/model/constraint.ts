/**
 * Constraints: bounds of a search that a model declares. What they cut off is not looked at, so every verdict that
 * depends on it holds only within them. (Lamport 2002: CONSTRAINT and ACTION-CONSTRAINT of TLC.)
 */
import type { Binding, Domains } from "./action.js";
import type { Step } from "./property.js";
import { Where } from "./where.js";

interface Named {
  readonly name: string;
  /** The bound in a sentence. It is printed with the verdicts that hold only within it. */
  readonly says: string;
  readonly domains: Domains;
  readonly where: Where;
}

/** A predicate of states. A state in which it is false, for some binding, is visited and checked, but not expanded. */
export interface StateConstraint<S> extends Named {
  readonly kind: "state constraint";
  holds(state: S, binding: Binding<Domains>): boolean;
}

/** A predicate of steps. A step of which it is false, for some binding, is not taken. */
export interface ActionConstraint<S> extends Named {
  readonly kind: "action constraint";
  holds(before: S, after: S, binding: Binding<Domains>, step: Step): boolean;
}

export type Constraint<S> = StateConstraint<S> | ActionConstraint<S>;

/** What `constraint` of a vocabulary is given. */
export interface StateConstraintOf<S, D extends Domains> {
  readonly name: string;
  readonly says: string;
  readonly for: D;
  readonly holds: (state: S, binding: Binding<D>) => boolean;
}

/** What `actionConstraint` of a vocabulary is given. */
export interface ActionConstraintOf<S, D extends Domains> {
  readonly name: string;
  readonly says: string;
  readonly for: D;
  readonly holds: (before: S, after: S, binding: Binding<D>, step: Step) => boolean;
}

/** Makes a state constraint; `constraint` of a vocabulary is this function with the type of its states fixed. */
export function makeConstraint<S, D extends Domains>(of: StateConstraintOf<S, D>): StateConstraint<S> {
  const { name, says } = of;
  return {
    ...{ kind: "state constraint", name, says, domains: of.for, where: new Where() },
    holds: (state, binding) => of.holds(state, binding as Binding<D>),
  };
}

/** Makes an action constraint; `actionConstraint` of a vocabulary is this function, likewise. */
export function makeActionConstraint<S, D extends Domains>(of: ActionConstraintOf<S, D>): ActionConstraint<S> {
  const { name, says } = of;
  return {
    ...{ kind: "action constraint", name, says, domains: of.for, where: new Where() },
    holds: (before, after, binding, step) => of.holds(before, after, binding as Binding<D>, step),
  };
}
