/**
 * Fairness: which runs a liveness property is about. Each *requirement* excludes some runs, and a run is fair if it
 * meets all of them. The fairness that is declared with an action makes one requirement for each binding and, if the
 * action receives, for each kind of message: to receive one kind again and again does not help another kind. What a
 * model declares of steps makes one for each of its own bindings, whatever actions take them. Steps of the environment
 * are never fair.
 */
import type { Action, Fairness } from "./action.js";
import type { Compassion } from "./compassion.js";
import { type ActionInstance, type Bound, type Instance, nameOfInstance, namesIn } from "./instance.js";
import { stepOf } from "./reference.js";
import type { AnyState } from "./state.js";
import { type CountedStep, isAskedOf, type StepFairness } from "./step-fairness.js";
import { nameOfStep } from "./step-name.js";

/** The fairness of an action with one binding and, if the action receives, one kind of message. */
export interface ActionRequirement {
  readonly strength: Fairness;
  readonly action: ActionInstance;
  readonly message: string | undefined;
}

/** A fairness of steps with one binding. */
export interface StepRequirement extends Bound<StepFairness<AnyState>> {
  readonly strength: Fairness;
}

/** A compassion with one binding. */
export interface CompassionRequirement extends Bound<Compassion<AnyState>> {
  readonly strength: "compassion";
}

/** One condition that a fair run meets. */
export type Requirement = ActionRequirement | StepRequirement | CompassionRequirement;

/** Returns everything that a run must meet to be fair, in a fixed order. */
export function requirementsOf(instance: Instance): Requirement[] {
  const ofActions = instance.actions.flatMap((action) => {
    const { fair, kinds } = action.action;
    if (fair === undefined) return [];
    return (kinds?.all ?? [undefined]).map((message) => ({ strength: fair, action, message }));
  });
  const declared = instance.fairness.flatMap((of) =>
    instance
      .bindings(of.domains)
      .map(
        (binding): Requirement =>
          of.kind === "compassion" ? { strength: "compassion", of, binding } : { strength: of.strength, of, binding },
      ),
  );
  return [...ofActions, ...declared];
}

/**
 * Tells whether a step counts for a fairness of steps.
 * @param after the state that the step leads to, with what it wrote
 * @param step the message that it receives, undefined if it receives none, and what it has chosen
 * @throws what `when` throws
 */
export function isCounted(
  instance: Instance,
  { of, binding }: Omit<StepRequirement, "strength">,
  action: ActionInstance,
  before: AnyState,
  after: AnyState,
  step: Pick<CountedStep, "message" | "chosen">,
): boolean {
  if (!isAskedOf(of, binding, action)) return false;
  if (of.when === undefined) return true;
  const { message, chosen } = step;
  const counted = { ...stepOf(instance, after, action), binding: action.binding, message, chosen };
  return of.when(before, after, binding, counted);
}

/** Names a requirement as reports do: `weak: Deliver(K1→K2) of Fetch`; `clocks advance(K1, K2)`. */
export function nameOfRequirement(requirement: Requirement): string {
  if (!("action" in requirement)) {
    const { strength, of, binding } = requirement;
    return `${strength === "compassion" ? "" : `${strength}: `}${nameOfStep(of.name, namesIn(binding))}`;
  }
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
  const ofSteps = fairness.flatMap((of) => (of.kind === "step fairness" ? [of] : []));
  const isDeclared = ({ name }: Action<AnyState>) => ofSteps.some((of) => of.actions.includes(name));
  return [
    ...list(
      "weakly fair, each binding by itself",
      named(({ fair }) => fair === "weak"),
    ),
    ...list(
      "strongly fair, each binding by itself",
      named(({ fair }) => fair === "strong"),
    ),
    ...ofSteps.map((of) => stepFairnessInWords(of, all)),
    ...list(
      "never forced to happen",
      named((action) => action.fair === undefined && !isDeclared(action)),
    ),
    ...fairness.flatMap(({ kind, name, says }) => (kind === "compassion" ? [`assumed: ${name}: ${says}`] : [])),
  ];
}

/** Says which steps are fair together: `weakly fair, some step of A, B for each i: "some server serves": …`. */
function stepFairnessInWords(
  { strength, name, says, domains, actions, when }: StepFairness<AnyState>,
  all: readonly Action<AnyState>[],
): string {
  const known = actions.filter((name) => all.some((action) => action.name === name));
  const which = `${when === undefined ? "some step of" : "some of the steps of"} ${known.join(" or ")}`;
  const names = Object.keys(domains);
  const each = names.length === 0 ? "" : `, for each ${names.join(", ")} by itself`;
  return `${strength}ly fair as "${name}": ${which}${each}: ${says}`;
}
