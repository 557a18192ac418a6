/**
 * Predicates that only ever say true or false. TypeScript asks that of authors, but types are not looked at when a
 * model runs: what forgets its `return` says undefined, and whether that counts as false would be up to who asks.
 */
import { FunctionError } from "../errors.js";
import type { Compassion } from "./compassion.js";
import type { Constraint } from "./constraint.js";
import { type Goal, hasGoals, isLiveness, type Property } from "./property.js";
import type { StepFairness } from "./step-fairness.js";
import { described } from "./value.js";

/**
 * Returns the property with predicates that throw if what they return is no boolean.
 * @throws FunctionError from the predicates, which names the property, the predicate and what it returned
 */
export function strictProperty<S>(property: Property<S>): Property<S> {
  const named = () => `property "${property.name}"${property.where === undefined ? "" : ` (${property.where})`}`;
  if (hasGoals(property)) return { ...property, goals: property.goals.map((goal) => strictGoal(goal, named)) };
  if (property.kind === "no unspecified reception") return property;
  if (property.kind === "no deadlock")
    return { ...property, stuck: (state) => truthOf(property.stuck(state), named, "stuck") };
  if (property.kind === "step invariant") {
    const { holds } = property;
    const strict: typeof holds = (...of) => truthOf(holds.apply(property, of), named, "holds");
    return { ...property, holds: strict };
  }
  const { holds } = property;
  const strict = (state: S, binding: Parameters<typeof holds>[1]) =>
    truthOf(holds.call(property, state, binding), named, property.kind === "leads to" ? "to" : "holds");
  if (!isLiveness(property)) return { ...property, holds: strict };
  const { from, orTaken } = property;
  return {
    ...property,
    holds: strict,
    from: from && ((state, binding) => truthOf(from(state, binding), named, "from")),
    orTaken: orTaken && ((...of) => truthOf(orTaken(...of), named, "orTaken")),
  };
}

function strictGoal<S>(goal: Goal<S>, named: () => string): Goal<S> {
  if (!("holds" in goal)) return goal;
  return {
    ...goal,
    holds: (state, binding) => truthOf(goal.holds(state, binding), named, `the goal "${goal.label}"`),
  };
}

/** Returns the assumption with predicates that throw if what they return is no boolean. @throws FunctionError */
export function strictFairness<S>(assumed: Compassion<S> | StepFairness<S>): Compassion<S> | StepFairness<S> {
  const named = () => `assumption "${assumed.name}"`;
  if (assumed.kind === "step fairness") {
    const { when } = assumed;
    return { ...assumed, when: when && ((...of) => truthOf(when(...of), named, "when")) };
  }
  return {
    ...assumed,
    whenever: (...of) => truthOf(assumed.whenever(...of), named, "whenever"),
    answered: (...of) => truthOf(assumed.answered(...of), named, "answered"),
  };
}

/** Returns the constraint with a predicate that throws if what it returns is no boolean. @throws FunctionError */
export function strictConstraint<S>(constraint: Constraint<S>): Constraint<S> {
  const named = () => `constraint "${constraint.name}" (${constraint.where})`;
  if (constraint.kind === "action constraint") {
    const holds: typeof constraint.holds = (...of) => truthOf(constraint.holds(...of), named, "holds");
    return { ...constraint, holds };
  }
  const holds: typeof constraint.holds = (...of) => truthOf(constraint.holds(...of), named, "holds");
  return { ...constraint, holds };
}

function truthOf(said: unknown, named: () => string, predicate: string): boolean {
  if (typeof said === "boolean") return said;
  const hint = said === undefined ? ": its `return` is missing" : "";
  throw new FunctionError(
    `${predicate} of ${named()} returned ${described(said)}, which is no boolean${hint}\n  Return true or false.`,
  );
}
