/**
 * Fairness: which runs a liveness property is about. Each *requirement* excludes some runs, and a run is fair if it
 * meets all of them. The fairness that is declared with an action makes one requirement for each binding and, if the
 * action receives, for each kind of message: to receive one kind again and again does not help another kind. Steps of
 * the environment are never fair.
 */
import type { Action, Fairness } from "./action.js";
import type { Compassion } from "./compassion.js";
import { type ActionInstance, type Bound, type Instance, nameOfInstance, namesIn } from "./instance.js";
import type { AnyState } from "./state.js";
import { nameOfStep } from "./step-name.js";

/** The fairness of an action with one binding and, if the action receives, one kind of message. */
export interface ActionRequirement {
  readonly strength: Fairness;
  readonly action: ActionInstance;
  readonly message: string | undefined;
}

/** A compassion with one binding. */
export interface CompassionRequirement extends Bound<Compassion<AnyState>> {
  readonly strength: "compassion";
}

/** One condition that a fair run meets. */
export type Requirement = ActionRequirement | CompassionRequirement;

/** Returns everything that a run must meet to be fair, in a fixed order. */
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

/** Names a requirement as reports do: `weak: Deliver(K1→K2) of Fetch`; `clocks advance(K1, K2)`. */
export function nameOfRequirement(requirement: Requirement): string {
  if (requirement.strength === "compassion") return nameOfStep(requirement.of.name, namesIn(requirement.binding));
  const { strength, action, message } = requirement;
  return `${strength}: ${nameOfInstance(action)}${message === undefined ? "" : ` of ${message}`}`;
}

/** Returns what is assumed of runs, in sentences. They are printed with every verdict on liveness. */
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
