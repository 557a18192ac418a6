/** A model with its actions wrapped: what a survey, a mutant and a comparison of the two are made with. */
import type { Action } from "../model/action.js";
import type { AnyModel } from "../model/model.js";
import type { ParameterValues } from "../model/parameters.js";
import type { AnyState } from "../model/state.js";

/** Returns a model with each action replaced by what `change` makes of it. */
export function withActions(model: AnyModel, change: (action: Action<AnyState>) => Action<AnyState>): AnyModel {
  const actions = (parameters: ParameterValues) =>
    (model.actions(parameters as never) as unknown as Action<AnyState>[]).map(change);
  return { ...model, actions } as unknown as AnyModel;
}
