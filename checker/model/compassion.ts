/** Compassion: assumptions on runs that a model declares, such as that clocks advance. */
import type { Binding, Domains } from "./action.js";
import type { Step } from "./property.js";

/**
 * An assumption on runs: if steps of an action for which `whenever` holds happen infinitely often, then states in which `answered` holds occur
 * infinitely often (a compassion requirement; Manna and Pnueli, 1992). For each binding by itself.
 */
export interface Compassion<S> {
  readonly kind: "compassion";
  readonly name: string;
  readonly says: string;
  readonly domains: Domains;
  /** The names of the actions whose steps may be meant; those that a model does not have are passed over. */
  readonly actions: readonly string[];
  whenever(before: S, after: S, binding: Binding<Domains>, step: Step): boolean;
  answered(state: S, binding: Binding<Domains>): boolean;
}

export interface CompassionOf<S, D extends Domains> {
  readonly name: string;
  /** The assumption in a sentence: it is printed with every verdict that rests on it. */
  readonly says: string;
  readonly for: D;
  readonly actions: readonly string[];
  readonly whenever: (before: S, after: S, binding: Binding<D>, step: Step) => boolean;
  readonly answered: (state: S, binding: Binding<D>) => boolean;
}

export function makeCompassion<S, D extends Domains>(of: CompassionOf<S, D>): Compassion<S> {
  const { name, says, actions } = of;
  return {
    ...{ kind: "compassion", name, says, actions, domains: of.for },
    whenever: (before, after, binding, step) => of.whenever(before, after, binding as Binding<D>, step),
    answered: (state, binding) => of.answered(state, binding as Binding<D>),
  };
}
