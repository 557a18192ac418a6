/** Observed functions: an author's function as the engine runs it, and what one run of it comes to. */
import type { Thrown } from "../errors.js";
import type { Binding, Domains } from "../model/action.js";
import { renamedBinding } from "../model/bound.js";
import type { AnyState } from "../model/state.js";

/** The outcome of one run of an author's function. */
export type RunOutcome<Event> = {
  /**
   * Says what else the run has found out, for each next state or, if there is none, once, with members replaced by
   * `rename`. It takes the place of the events where runs are compared.
   */
  readonly about?: (rename: (value: unknown) => unknown) => readonly string[];
} & (
  | { readonly kind: "disabled" }
  | { readonly kind: "threw"; readonly thrown: Thrown }
  | {
      readonly kind: "steps";
      /** The next states, of which the written slots are used. */
      readonly next: readonly AnyState[];
      /** What is to be reported: a violation, an unspecified reception, a goal that is met. */
      readonly events: readonly Event[];
      /** How many next states are left out because a constraint cuts the step off. */
      readonly cut?: number;
    }
);

/** A function whose reads and writes are observed. */
export interface Observed<Event> {
  /** Gives the name that error messages use: "action App_Read(K1)". */
  readonly name: () => string;
  /**
   * The slot of the channel from which the message is taken before the run, and the message's atom; undefined if the
   * function receives nothing.
   */
  readonly takes: { readonly slot: number; readonly message: number } | undefined;
  readonly run: (state: AnyState, message: unknown) => RunOutcome<Event>;
  /** Returns what is to be reported if the function throws. */
  readonly onThrow: (thrown: Thrown) => readonly Event[];
  /** What `run` is bound to. */
  readonly binding: Binding<Domains>;
  /**
   * Returns the same function with the binding that `rename` makes of `binding`, and the slot from which it takes
   * messages; undefined if the model has no such binding.
   */
  readonly renamed: (rename: (value: unknown) => unknown) => RenamedFunction<Event> | undefined;
}

export interface RenamedFunction<Event> {
  readonly slot?: number | undefined;
  readonly run: Observed<Event>["run"];
}

/**
 * Returns the part of an observed function that a function of a state and a binding, which receives nothing, makes up.
 */
export function forBinding<Event>(
  binding: Binding<Domains>,
  of: (state: AnyState, binding: Binding<Domains>) => RunOutcome<Event>,
): Pick<Observed<Event>, "run" | "binding" | "renamed"> {
  return {
    run: (state) => of(state, binding),
    binding,
    renamed: (rename) => {
      const renamed = renamedBinding(binding, rename);
      return { run: (state) => of(state, renamed) };
    },
  };
}
