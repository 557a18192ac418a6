/** What is wrong at the end of a run, by the reference semantics alone. */
import type { Instance, Values } from "../../checker/model/instance.js";
import type { Property } from "../../checker/model/property.js";
import { stepOf, successorsOf } from "../../checker/model/reference.js";
import type { AnyState } from "../../checker/model/state.js";
import type { ConcreteRun } from "./run.js";

/** Returns the explanation of the violation; undefined if the last state or step does not violate the property. */
export function evidenceOf(instance: Instance, property: Property<AnyState>, run: ConcreteRun): string | undefined {
  const values = run.states[run.states.length - 1]!;
  const state = instance.stateOf(values);
  const step = run.steps[run.steps.length - 1];
  switch (property.kind) {
    case "invariant": {
      const binding = instance.bindings(property.domains).find((binding) => !property.holds(state, binding));
      return binding && property.explain(state, binding);
    }
    case "step invariant": {
      const violation = step?.violates.find(({ of }) => of === property);
      if (!violation || !step) return undefined;
      // Both states have the ordinals' numbers of the run; the slots that count as written are those that the step
      // wrote.
      const before = instance.stateOf(run.states[run.states.length - 2]!);
      const after = instance.stateOver(
        before.source,
        new Map([...step.written].map((slot) => [slot, state.read(slot)])),
      );
      return property.explain(before, after, violation.binding, stepOf(instance, after, step.instance));
    }
    case "no unspecified reception":
      return (
        step?.unspecified &&
        `${step.cell ?? "a message"}: the table calls this impossible: "${step.unspecified.reason}" (${step.unspecified.where})`
      );
    case "no deadlock":
      return property.stuck(state) && !canProgress(instance, values) ? property.explain(state) : undefined;
    default:
      return undefined;
  }
}

/** Tells whether the protocol has a step. A message that no rule receives is not taken, and so is no step. */
function canProgress(instance: Instance, values: Values): boolean {
  for (const { instance: action, next } of successorsOf(instance, values))
    if (next !== undefined && !action.action.environment) return true;
  return false;
}
