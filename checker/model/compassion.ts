/** Compassion: assumptions on runs that a model declares, such as that clocks advance. */
import type { Binding, Domains } from "./action.js";
import type { Step } from "./property.js";

/**
 * An assumption on runs, for each binding by itself: if steps of `actions` for which `whenever` holds happen infinitely
 * often, then states in which `answered` holds occur infinitely often (a compassion requirement; Manna and Pnueli,
 * 1992).
 */
export interface Compassion<S> {
  readonly kind: "compassion";
  readonly name: string;
  readonly says: string;
  readonly domains: Domains;
  /**
   * The names of the actions whose steps count. A name that the model has no action for is ignored, as long as it has
   * one for another name.
   */
  readonly actions: readonly string[];
  whenever(before: S, after: S, binding: Binding<Domains>, step: Step): boolean;
  answered(state: S, binding: Binding<Domains>): boolean;
}

/** What `compassion` of a vocabulary is given. */
export interface CompassionOf<S, D extends Domains> {
  readonly name: string;
  /** The assumption in a sentence. It is printed with every verdict that rests on it. */
  readonly says: string;
  readonly for: D;
  readonly actions: readonly string[];
  readonly whenever: (before: S, after: S, binding: Binding<D>, step: Step) => boolean;
  readonly answered: (state: S, binding: Binding<D>) => boolean;
}

/** Makes a compassion; `compassion` of a vocabulary is this function with the type of its states fixed. */
export function makeCompassion<S, D extends Domains>(of: CompassionOf<S, D>): Compassion<S> {
  const { name, says, actions } = of;
  return {
    ...{ kind: "compassion", name, says, actions, domains: of.for },
    whenever: (before, after, binding, step) => of.whenever(before, after, binding as Binding<D>, step),
    answered: (state, binding) => of.answered(state, binding as Binding<D>),
  };
}
