/** The functions that depend on the type of a model's states, bound to it once. */
import { type Action, type ActionOptions, type Binding, type Domains, makeAction, type Result } from "./action.js";
import {
  type Always,
  type AlwaysStep,
  type Goal,
  type Invariant,
  makeGoal,
  makeInvariant,
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
  /** The goal that some state satisfies a predicate. */
  goal<D extends Domains>(label: string, domains: D, holds: (state: S, binding: Binding<D>) => boolean): Goal<S>;
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
    goal: makeGoal,
    noDeadlock: (of) => ({ kind: "no deadlock", ...of }),
  };
}
