/**
 * Formulas on the initial state: asked of every initial state by the plain functions, before the search. There is
 * nothing to reduce or to observe, so that the verdict does not depend on how far the search comes.
 */
import { Thrown } from "../../errors.js";
import { isFailedAssertion } from "../../model/assertion.js";
import type { Instance } from "../../model/instance.js";
import { attempt } from "../../model/thrown.js";
import type { PropertyOutcome } from "../outcome.js";
import { confirmed } from "./counterexample.js";

/** An initial state, by its place among the instance's, in which a property is violated. */
export interface InitialViolation {
  /** The place of the property; where its function throws, or an assertion in it fails, of the one that says so. */
  readonly property: number;
  readonly initial: number;
}

export class InitialFormulas {
  /** The first violation of each property. */
  readonly violations: readonly InitialViolation[];
  /** The places of the properties that are not decided, because their functions throw. */
  private readonly undecided = new Set<number>();

  /** @param checked the places of the properties to check */
  constructor(
    private readonly instance: Instance,
    checked: readonly number[],
  ) {
    const first = new Map<number, number>();
    for (const place of checked) {
      const found = this.firstViolation(place);
      if (found === undefined) continue;
      if (found.property !== place) this.undecided.add(place);
      first.set(found.property, Math.min(found.initial, first.get(found.property) ?? found.initial));
    }
    this.violations = [...first].map(([property, initial]) => ({ property, initial }));
  }

  private firstViolation(place: number): InitialViolation | undefined {
    const { instance } = this;
    const property = instance.properties[place]!;
    if (property.kind !== "initial") return undefined;
    const bindings = instance.bindings(property.domains);
    for (const [initial, values] of instance.initial.entries()) {
      const state = instance.stateOf(values);
      for (const binding of bindings) {
        const holds = attempt(
          () => `property "${property.name}"`,
          () => property.holds(state, binding),
        );
        if (holds === true) continue;
        if (!(holds instanceof Thrown)) return { property: place, initial };
        return { property: isFailedAssertion(holds) ? instance.assertionPlace : instance.errorPlace, initial };
      }
    }
    return undefined;
  }

  /** Returns the outcome of the property at `place`, which is one on the initial state. */
  outcomeOf(place: number): PropertyOutcome {
    const { name, kind, says } = this.instance.propertyAt(place);
    const shared = { name, kind, says, goals: undefined };
    const violated = this.violated(place);
    if (violated !== undefined) return { ...shared, verdict: "violated", ...violated };
    const verdict = this.undecided.has(place) ? "incomplete" : "holds";
    return { ...shared, verdict, explanation: undefined, trace: undefined };
  }

  /**
   * Returns the counterexample of the property at `place`, which has no steps; undefined if no formula shows that it is
   * violated.
   */
  violated(place: number): ReturnType<typeof confirmed> | undefined {
    const found = this.violations.find(({ property }) => property === place);
    return found && confirmed(this.instance, place, { initial: found.initial, steps: [] });
  }
}
