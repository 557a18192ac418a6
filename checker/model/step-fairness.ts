/**
 * Fairness that a model declares of steps, rather than beside one action: of several actions as one (TLA's WF(A \/ B)),
 * or of a part of an action (SF(Receive /\ m.kind = Ack)).
 */
import { UsageError } from "../errors.js";
import type { Action, Binding, Domains, Fairness } from "./action.js";
import type { ActionInstance } from "./bound.js";
import type { Chosen } from "./chosen.js";
import type { Step } from "./property.js";

/** A step, as it is asked whether it counts. */
export interface CountedStep extends Step {
  /** The binding of the action. */
  readonly binding: Readonly<Record<string, unknown>>;
  /** The message that the step receives; undefined if it receives none. */
  readonly message: unknown;
  /** What the step has chosen, by the names that `chooseAny` was given. */
  readonly chosen: Chosen;
}

/**
 * One requirement for each binding: its steps together are weakly or strongly fair. They are the steps of `actions`
 * that agree with the binding in the names that both bind and, if there is a `when`, for which it holds.
 */
export interface StepFairness<S> {
  readonly kind: "step fairness";
  readonly strength: Fairness;
  readonly name: string;
  readonly says: string;
  readonly domains: Domains;
  readonly actions: readonly string[];
  readonly when: ((before: S, after: S, binding: Binding<Domains>, step: CountedStep) => boolean) | undefined;
}

/** What `weakFairness` and `strongFairness` of a vocabulary are given. */
export interface StepFairnessOf<S, D extends Domains> {
  readonly name: string;
  /** What has to happen, and why, in a sentence. It is printed with every verdict on liveness. */
  readonly says: string;
  /** What the fairness is asked for by itself: one requirement for each binding. */
  readonly for: D;
  /**
   * The names of the actions whose steps count together, each with a binding that agrees with that of `for` in the
   * names that both have. A name that the model has no action for is ignored, as long as it has one for another name.
   */
  readonly actions: readonly string[];
  /** Which of these steps count; all, if left out. */
  readonly when?: (before: S, after: S, binding: Binding<D>, step: CountedStep) => boolean;
}

/** Makes a fairness of steps; `weakFairness` and `strongFairness` of a vocabulary are this function. */
export function makeStepFairness<S, D extends Domains>(
  strength: Fairness,
  { name, says, actions, when, ...of }: StepFairnessOf<S, D>,
): StepFairness<S> {
  return {
    ...{ kind: "step fairness", strength, name, says, actions, domains: of.for },
    when: when && ((before, after, binding, step) => when(before, after, binding as Binding<D>, step)),
  };
}

/** Tells whether steps of an action with its binding may count: all of them do, if there is no `when`. */
export function isAskedOf(
  { actions, domains }: Pick<StepFairness<never>, "actions" | "domains">,
  binding: Binding<Domains>,
  { action, binding: own }: Pick<ActionInstance, "action" | "binding">,
): boolean {
  if (!actions.includes(action.name)) return false;
  return Object.keys(domains).every((name) => !Object.hasOwn(own, name) || own[name] === binding[name]);
}

/**
 * Refuses a fairness that cannot be asked of an action.
 * @throws UsageError for a step of the environment, and for a name that would say nothing
 */
export function refuseStepFairness(
  { name, domains, when }: StepFairness<never>,
  action: Pick<Action<never>, "name" | "domains" | "environment" | "where">,
): void {
  if (action.environment)
    throw new UsageError(
      `${action.name} is a step of the environment, and "${name}" cannot make it fair (${action.where})`,
    );
  const stranger = Object.keys(domains).find((of) => !Object.hasOwn(action.domains, of));
  if (stranger !== undefined && when === undefined)
    throw new UsageError(
      `"${name}" is asked for each ${stranger}, and ${action.name} binds no ${stranger}: say by \`when\` which of its steps count`,
    );
}
