/** The functions that depend on the type of a model's states, bound to it once. */
import { type Action, type ActionOptions, type Binding, type Domains, makeAction, type Result } from "./action.js";
import { type Compassion, type CompassionOf, makeCompassion } from "./compassion.js";
import {
  type Always,
  type AlwaysStep,
  type Goal,
  type Invariant,
  type LeadsTo,
  type Liveness,
  makeGoal,
  makeInvariant,
  makeLeadsTo,
  makeLiveness,
  makeStepInvariant,
  type NoDeadlock,
  type Reachable,
  type StepInvariant,
} from "./property.js";
import { makeReceive, makeRule, type Receiver, type Rule } from "./receive.js";

export interface Vocabulary<S> {
  /** Declares an action: `next` is a pure function of the state and the binding. */
  action<D extends Domains>(
    name: string,
    domains: D,
    next: (state: S, binding: Binding<D>) => Result<S>,
    options?: ActionOptions,
  ): Action<S>;
  /** Declares the reception of the messages of a channel by a table. */
  receive<D extends Domains, M, C, Row extends string, Column extends string>(
    name: string,
    domains: D,
    receiver: Receiver<S, D, M, C, Row, Column>,
    options?: ActionOptions,
  ): Action<S>;
  /** A filled cell of a receive table. */
  rule<C>(says: string, next: (context: C) => Result<S>): Rule<C, S>;
  /** An invariant: holds in every reachable state for every binding of `for`. */
  always<D extends Domains>(of: Always<S, D>): Invariant<S>;
  /** An invariant of steps. */
  alwaysStep<D extends Domains>(of: AlwaysStep<S, D>): StepInvariant<S>;
  /** Fails unless every goal is reached. */
  reachable(of: { name: string; says: string; goals: readonly Goal<S>[] }): Reachable<S>;
  /** Warns of goals that are never reached. */
  coverage(of: { name: string; says: string; goals: readonly Goal<S>[] }): Reachable<S>;
  /** The goal that some state satisfies a predicate. */
  goal<D extends Domains>(label: string, domains: D, holds: (state: S, binding: Binding<D>) => boolean): Goal<S>;
  /** Every fair run comes to a state in which it holds. */
  eventually<D extends Domains>(of: Always<S, D>): Liveness<S>;
  /** In every fair run, each state in which `from` holds is, or is followed by, one in which `to` holds. */
  leadsTo<D extends Domains>(of: LeadsTo<S, D>): Liveness<S>;
  /** In every fair run it holds again and again. */
  alwaysEventually<D extends Domains>(of: Always<S, D>): Liveness<S>;
  /** In every fair run there is a time from which on it holds. */
  eventuallyAlways<D extends Domains>(of: Always<S, D>): Liveness<S>;
  /** An assumption on runs, for a model's `fairness`: steps that happen again and again are answered again and again. */
  compassion<D extends Domains>(of: CompassionOf<S, D>): Compassion<S>;
  /** No state in which only the environment can act while somebody waits. */
  noDeadlock(of: Omit<NoDeadlock<S>, "kind">): NoDeadlock<S>;
}

/** @example const { action, always } = vocabulary<MyState>() */
export function vocabulary<S>(): Vocabulary<S> {
  return {
    action: makeAction,
    receive: makeReceive,
    rule: makeRule,
    always: makeInvariant,
    alwaysStep: makeStepInvariant,
    reachable: (of) => ({ kind: "reachable", ...of }),
    coverage: (of) => ({ kind: "coverage", ...of }),
    goal: makeGoal,
    eventually: (of) => makeLiveness("eventually", of),
    leadsTo: makeLeadsTo,
    alwaysEventually: (of) => makeLiveness("always eventually", of),
    eventuallyAlways: (of) => makeLiveness("eventually always", of),
    compassion: makeCompassion,
    noDeadlock: (of) => ({ kind: "no deadlock", ...of }),
  };
}
