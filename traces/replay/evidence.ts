/** What is wrong at the end of a run, by the reference semantics alone. */
import { Thrown } from "../../checker/errors.js";
import type { Instance } from "../../checker/model/instance.js";
import type { Property, Unlisted } from "../../checker/model/property.js";
import { canProgress, stateAfter, stepOf } from "../../checker/model/reference.js";
import type { AnyState } from "../../checker/model/state.js";
import { attempt, told } from "../../checker/model/thrown.js";
import { described } from "../../checker/model/value.js";
import { errorIn } from "./error-in.js";
import type { ConcreteRun } from "./run.js";

/**
 * Returns the explanation of the violation; undefined if the last state or step does not violate the property.
 * @throws Thrown if a predicate of the property throws
 */
export function evidenceOf(
  instance: Instance,
  property: Property<AnyState> | Unlisted,
  run: ConcreteRun,
): string | undefined {
  const values = run.states[run.states.length - 1]!;
  const state = instance.stateOf(values);
  const step = run.steps[run.steps.length - 1];
  switch (property.kind) {
    case "invariant": {
      const binding = instance.bindings(property.domains).find((binding) => !property.holds(state, binding));
      return binding && explanationOf(property.name, () => property.explain(state, binding));
    }
    case "initial": {
      const first = instance.stateOf(run.states[0]!);
      const binding = instance.bindings(property.domains).find((binding) => !property.holds(first, binding));
      return binding && explanationOf(property.name, () => property.explain(first, binding));
    }
    case "step invariant": {
      const violation = step?.violates.find(({ of }) => of === property);
      if (!violation || !step) return undefined;
      // Both states have the ordinals' numbers of the run; the slots that count as written are those that the step
      // wrote.
      const before = instance.stateOf(run.states[run.states.length - 2]!);
      const after = stateAfter(instance, before, step.written, values);
      const { binding } = violation;
      return explanationOf(property.name, () =>
        property.explain(before, after, binding, stepOf(instance, after, step.instance)),
      );
    }
    case "no unspecified reception":
      return (
        step?.unspecified &&
        `${step.cell ?? "a message"}: the table calls this impossible: "${step.unspecified.reason}" (${step.unspecified.where})`
      );
    case "no deadlock":
      if (canProgress(instance, values) || !property.stuck(state)) return undefined;
      return explanationOf(property.name, () => property.explain(state));
    case "no error":
    case "no failed assertion": {
      const isAssertion = property.kind === "no failed assertion";
      const threw = step?.isAssertion === isAssertion ? step.threw : undefined;
      return threw ?? errorIn(instance, values, step, isAssertion);
    }
    default:
      return undefined;
  }
}

/** Returns what an author's function says of a violation. If it throws, that is said; the violation stays one. */
export function explanationOf(property: string, explain: () => unknown): string {
  const explanation = attempt(() => `the explanation of property "${property}"`, explain);
  if (explanation instanceof Thrown) return told(explanation);
  if (typeof explanation === "string") return explanation;
  return `explain of property "${property}" returned ${described(explanation)}, which is no text`;
}
