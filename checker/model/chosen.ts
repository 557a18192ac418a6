/**
 * What a step has chosen: values by the names that `chooseAny` was given. A state carries them, beside its values, from
 * where the choice was made to who names the step; two states that differ in them alone are one.
 */

/** The key of the function that returns a state whose step has chosen these values. */
export const CHOOSING = Symbol.for("popcheck.choosing");

/** The key of what was chosen. */
export const CHOSEN = Symbol.for("popcheck.chosen");

/** Values by name. */
export type Chosen = Readonly<Record<string, unknown>>;

const NOTHING: Chosen = {};

/** Returns what the step to a state has chosen. */
export function chosenOf(state: unknown): Chosen {
  return (state as { readonly [CHOSEN]?: Chosen })[CHOSEN] ?? NOTHING;
}

/** Returns a state whose step has chosen a value. What is no state stays as it is, and is refused elsewhere. */
export function choosing<S>(state: S, name: string, value: unknown): S {
  const choose = (state as { readonly [CHOOSING]?: (chosen: Chosen) => S } | null | undefined)?.[CHOOSING];
  return choose === undefined ? state : choose.call(state, { ...chosenOf(state), [name]: value });
}
