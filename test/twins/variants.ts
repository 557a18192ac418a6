/**
 * Models with something changed: less fairness, or a variable that remembers. A model is data, so what is not changed
 * is the same.
 */
import {
  type Action,
  disabled,
  type Fairness,
  isUnspecified,
  type Result,
  type Run,
} from "../../checker/model/action.js";
import type { AnyModel } from "../../checker/model/model.js";
import type { Variable } from "../../checker/model/variables.js";

// biome-ignore lint/suspicious/noExplicitAny: a model's own type of states, which its functions give out and take in
export type Own = any;

function withActions(of: AnyModel, change: (action: Action<Own>) => Action<Own>): AnyModel {
  return { ...of, actions: (parameters) => of.actions(parameters).map(change) };
}

/** The model with other fairness of its actions, and without what it assumes besides. */
export function withFairness(of: AnyModel, fairnessOf: (action: Action<Own>) => Fairness | undefined): AnyModel {
  const changed = withActions(of, (action) => {
    const { fair: _, ...rest } = action;
    const fair = fairnessOf(action);
    return fair === undefined ? rest : { ...rest, fair };
  });
  return { ...changed, fairness: () => [] };
}

/**
 * The model with one more variable, called `monitor`. `note` is told of each state that is come to, the initial ones
 * too, and gives it back with the variable set: it remembers, and hinders no step.
 */
export function monitored(of: AnyModel, variable: Variable<boolean, never>, note: (state: Own) => Own): AnyModel {
  const afterwards = (result: Run<Own>["result"]): Run<Own>["result"] => {
    if (result === disabled || isUnspecified(result)) return result;
    return Array.isArray(result) ? result.map(note) : (note(result) as Result<Own>);
  };
  const changed = withActions(of, (action) => ({
    ...action,
    run(state, binding, message) {
      const run = action.run(state, binding, message);
      return { ...run, result: afterwards(run.result) };
    },
  }));
  return {
    ...changed,
    variables: (parameters) => ({ ...of.variables(parameters), monitor: variable }),
    initial: (declared) => (of.initial?.(declared) ?? [declared]).map(note),
  };
}
