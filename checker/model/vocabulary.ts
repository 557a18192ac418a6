/** The functions whose types depend on the type of a model's states, bound to that type once. */
import { type Action, type ActionOptions, type Binding, type Domains, makeAction, type Result } from "./action.js";
import { type Compassion, type CompassionOf, makeCompassion } from "./compassion.js";
import {
  type ActionConstraint,
  type ActionConstraintOf,
  makeActionConstraint,
  makeConstraint,
  type StateConstraint,
  type StateConstraintOf,
} from "./constraint.js";
import type { Parameters } from "./parameters.js";
import {
  type Always,
  type AlwaysStep,
  type Goal,
  type Initial,
  type Invariant,
  type LeadsTo,
  type Liveness,
  makeGoal,
  makeInitial,
  makeInvariant,
  makeLeadsTo,
  makeLiveness,
  makeStepInvariant,
  type NoDeadlock,
  type Property,
  type Reachable,
  type StepInvariant,
} from "./property.js";
import { makeReceive, makeRule, type Receiver, type Rule } from "./receive.js";
import { makeRefines, type Refines } from "./refinement-mapping.js";
import { makeStepFairness, type StepFairness, type StepFairnessOf } from "./step-fairness.js";
import type { Variables } from "./variables.js";
import { Where } from "./where.js";

/** The functions that declare actions, rules and properties over states of type `S`. */
export interface Vocabulary<S> {
  /** Declares an action: `next` is a pure function of the state and the binding. */
  action<D extends Domains>(
    name: string,
    domains: D,
    next: (state: S, binding: Binding<D>) => Result<S>,
    options?: ActionOptions<D>,
  ): Action<S>;
  /** Declares the reception of the messages of a channel by a table. */
  receive<D extends Domains, M, C, Row extends string, Column extends string>(
    name: string,
    domains: D,
    receiver: Receiver<S, D, M, C, Row, Column>,
    options?: ActionOptions<D>,
  ): Action<S>;
  /** Declares a filled cell of a receive table. @param says the sentence that the rule carries out, with its section */
  rule<C>(says: string, next: (context: C) => Result<S>): Rule<C, S>;
  /** Declares an invariant, which holds in every reachable state for every binding of `for`. */
  always<D extends Domains>(of: Always<S, D>): Invariant<S>;
  /** Declares a formula on the initial state: it holds in every initial state, and is asked of no other. */
  initially<D extends Domains>(of: Always<S, D>): Initial<S>;
  /** Declares an invariant of steps. */
  alwaysStep<D extends Domains>(of: AlwaysStep<S, D>): StepInvariant<S>;
  /** Declares a property that is violated unless every goal is reached. */
  reachable(of: { name: string; says: string; goals: readonly Goal<S>[] }): Reachable<S>;
  /** Declares a property that warns of goals that are never reached. */
  coverage(of: { name: string; says: string; goals: readonly Goal<S>[] }): Reachable<S>;
  /** Declares the goal that `holds` is true in some state. */
  goal<D extends Domains>(label: string, domains: D, holds: (state: S, binding: Binding<D>) => boolean): Goal<S>;
  /** Declares that every fair run comes to a state in which `holds` is true. */
  eventually<D extends Domains>(of: Always<S, D>): Liveness<S>;
  /**
   * Declares that in every fair run each state in which `from` holds is, or is followed by, one in which `to` holds.
   */
  leadsTo<D extends Domains>(of: LeadsTo<S, D>): Liveness<S>;
  /** Declares that in every fair run `holds` is true again and again. */
  alwaysEventually<D extends Domains>(of: Always<S, D>): Liveness<S>;
  /** Declares that in every fair run `holds` is true for good from some time on. */
  eventuallyAlways<D extends Domains>(of: Always<S, D>): Liveness<S>;
  /**
   * Declares an assumption on runs, for a model's `fairness`: certain steps that happen again and again are answered
   * again and again.
   */
  compassion<D extends Domains>(of: CompassionOf<S, D>): Compassion<S>;
  /**
   * Declares, for a model's `fairness`, that steps of several actions as one, or some steps of an action, are weakly
   * fair: if from some time on one of them is always enabled, one of them is taken again and again.
   */
  weakFairness<D extends Domains>(of: StepFairnessOf<S, D>): StepFairness<S>;
  /** Declares, likewise, strong fairness: if again and again one is enabled, one is taken again and again. */
  strongFairness<D extends Domains>(of: StepFairnessOf<S, D>): StepFairness<S>;
  /** Declares, for a model's `constraints`, which states are expanded: those that do not satisfy it are cut off. */
  constraint<D extends Domains>(of: StateConstraintOf<S, D>): StateConstraint<S>;
  /** Declares, for a model's `constraints`, which steps are taken. */
  actionConstraint<D extends Domains>(of: ActionConstraintOf<S, D>): ActionConstraint<S>;
  /** Declares that in no state only the environment can act while somebody waits. */
  noDeadlock(of: Omit<NoDeadlock<S>, "kind">): NoDeadlock<S>;
  /**
   * Declares that the model refines another one, the abstract model, by a mapping: a list of properties, of the initial
   * states, of the steps, and of each fairness that the abstract model declares.
   * @throws LoadError for a mapping that does not fit the abstract model, or assumptions of it that cannot be compared
   * @example properties: () => [swmr, ...refines({ name: "refines page", says: "…", model: page, map: { … } })]
   */
  refines<P extends Parameters, V extends Variables>(of: Refines<S, P, V>): readonly Property<S>[];
}

/** Returns the declaring functions for states of type `S`. @example const { action, always } = vocabulary<MyState>() */
export function vocabulary<S>(): Vocabulary<S> {
  return {
    action: makeAction,
    receive: makeReceive,
    rule: makeRule,
    always: makeInvariant,
    initially: makeInitial,
    alwaysStep: makeStepInvariant,
    reachable: (of) => ({ kind: "reachable", where: new Where(), ...of }),
    coverage: (of) => ({ kind: "coverage", where: new Where(), ...of }),
    goal: makeGoal,
    eventually: (of) => makeLiveness("eventually", of),
    leadsTo: makeLeadsTo,
    alwaysEventually: (of) => makeLiveness("always eventually", of),
    eventuallyAlways: (of) => makeLiveness("eventually always", of),
    compassion: makeCompassion,
    weakFairness: (of) => makeStepFairness("weak", of),
    strongFairness: (of) => makeStepFairness("strong", of),
    constraint: makeConstraint,
    actionConstraint: makeActionConstraint,
    noDeadlock: (of) => ({ kind: "no deadlock", where: new Where(), ...of }),
    refines: makeRefines,
  };
}
