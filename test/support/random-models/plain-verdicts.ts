/** What each property says of a described model, by its plain graph. */
import { isLivenessOf, type PropertyOf } from "./description.js";
import { isViolated } from "./plain-fairness.js";
import type { PlainGraph } from "./plain-graph.js";
import { areDistinct, type Names, type PlainModel, type PlainStep } from "./plain-semantics.js";
import type { PlainState } from "./plain-state.js";

/** What a property comes to. */
export interface PlainVerdict {
  readonly verdict: "holds" | "violated";
  /** Of a violated property other than liveness and goals: the least number of steps of a counterexample. */
  readonly length?: number;
  /** Of goals: the labels of those that are not met. */
  readonly unmet?: readonly string[];
}

/** Whether steps other than those of the environment are possible. A message that nothing receives is none. */
export function canGetOn(steps: readonly PlainStep[]): boolean {
  return steps.some(({ action, next }) => next !== undefined && !action.of.environment);
}

export function verdictsOf(graph: PlainGraph): ReadonlyMap<string, PlainVerdict> {
  return new Map(graph.model.of.properties.map((property) => [property.name, verdictOf(graph, property)]));
}

function verdictOf(graph: PlainGraph, property: PropertyOf): PlainVerdict {
  const { model, states, depths, steps } = graph;
  if (isLivenessOf(property)) return { verdict: isViolated(graph, property) ? "violated" : "holds" };
  if (property.kind === "reachable") {
    const unmet = property.goals.filter(({ domains, distinct, holds }) => {
      const bindings = model.bindings(domains).filter((names) => areDistinct({ distinct }, names));
      return !states.some((state) => bindings.some((names) => model.holds(holds, { state, names })));
    });
    return { verdict: unmet.length === 0 ? "holds" : "violated", unmet: unmet.map(({ label }) => label) };
  }
  let length = Number.POSITIVE_INFINITY;
  states.forEach((state, i) => {
    const further = stepsToViolation(model, property, state, steps[i]!);
    if (further !== undefined) length = Math.min(length, depths[i]! + further);
  });
  return length === Number.POSITIVE_INFINITY ? { verdict: "holds" } : { verdict: "violated", length };
}

/** Returns 0 if a state violates a property, 1 if a step from it does, and undefined if neither does. */
function stepsToViolation(
  model: PlainModel,
  property: PropertyOf,
  state: PlainState,
  steps: readonly PlainStep[],
): number | undefined {
  switch (property.kind) {
    case "invariant": {
      const isBroken = (names: Names) => !model.holdsOf(property, property.holds, state, names);
      return model.bindings(property.domains).some(isBroken) ? 0 : undefined;
    }
    case "no deadlock":
      return !canGetOn(steps) && model.holds(property.stuck, { state, names: new Map() }) ? 0 : undefined;
    case "no unspecified reception":
      return steps.some(({ next }) => next === undefined) ? 1 : undefined;
    case "step invariant": {
      const bindings = model.bindings(property.domains);
      return steps.some((step) => bindings.some((names) => model.violates(property, state, step, names)))
        ? 1
        : undefined;
    }
    default:
      return undefined;
  }
}
