/**
 * Fairness: which runs liveness is asked of. Each *requirement* excludes some runs; a run is fair if it meets all. An action's own
 * fairness is declared beside it, and is a requirement for each binding and, of a receiving action, for each kind of message: that one kind
 * is received again and again is of no help to another. Steps of the environment are never fair.
 */
import type { Action, Fairness } from "./action.js";
import type { Compassion } from "./compassion.js";
import { type ActionInstance, type Bound, type Instance, nameOfInstance, namesIn } from "./instance.js";
import type { AnyState } from "./state.js";
import { nameOfStep } from "./step-name.js";

/** The fairness of an action with one binding and, if it receives, one kind of message. */
export interface ActionRequirement {
  readonly strength: Fairness;
  readonly action: ActionInstance;
  readonly message: string | undefined;
}

/** A compassion with one binding. */
export interface CompassionRequirement extends Bound<Compassion<AnyState>> {
  readonly strength: "compassion";
}

export type Requirement = ActionRequirement | CompassionRequirement;

/** Everything that a run must meet to be fair, in a fixed order. */
export function requirementsOf(instance: Instance): Requirement[] {
  const ofActions = instance.actions.flatMap((action) => {
    const { fair, kinds } = action.action;
    if (fair === undefined) return [];
    return (kinds?.all ?? [undefined]).map((message) => ({ strength: fair, action, message }));
  });
  const assumed = instance.fairness.flatMap((of) =>
    instance.bindings(of.domains).map((binding) => ({ strength: "compassion" as const, of, binding })),
  );
  return [...ofActions, ...assumed];
}

/** `weak: Deliver(K1→K2) of Fetch`; `clocks advance(K1, K2)`. */
export function nameOfRequirement(requirement: Requirement): string {
  if (requirement.strength === "compassion") return nameOfStep(requirement.of.name, namesIn(requirement.binding));
  const { strength, action, message } = requirement;
  return `${strength}: ${nameOfInstance(action)}${message === undefined ? "" : ` of ${message}`}`;
}

/** What is assumed, in sentences: printed with every verdict on liveness. */
export function fairnessInWords({ actions, fairness }: Pick<Instance, "actions" | "fairness">): string[] {
  const all = [...new Set(actions.map(({ action }) => action))];
  const named = (wanted: (action: Action<AnyState>) => boolean) => [
    ...new Set(all.filter(wanted).map(({ name, kinds }) => (kinds ? `${name} (of each kind of message)` : name))),
  ];
  const list = (strength: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${strength}: ${names.join(", ")}`];
  return [
    ...list(
      "weakly fair, each binding by itself",
      named(({ fair }) => fair === "weak"),
    ),
    ...list(
      "strongly fair, each binding by itself",
      named(({ fair }) => fair === "strong"),
    ),
    ...list(
      "never forced to happen",
      named(({ fair }) => fair === undefined),
    ),
    ...fairness.map(({ name, says }) => `assumed: ${name}: ${says}`),
  ];
}
