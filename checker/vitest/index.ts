/**
 * Matchers for vitest: `import "popcheck/vitest"` in a test, or in a file that vitest's `setupFiles` names. All of them
 * search, and so are awaited: `await expect(model).toHold("SWMR")`.
 */
import { expect } from "vitest";
import type { ValuesOf } from "../model/parameters.js";
import type { StateOf } from "../model/state.js";
import { holds, type MatcherOptions, reaches, type ToBeFound, violates } from "./matchers.js";

export type { MatcherOptions, ToBeFound };

/** The values that the parameters of a model may be given. */
type Given<M> = M extends { readonly parameters: infer P } ? Partial<ValuesOf<P>> : Readonly<Record<string, unknown>>;

/** The states of a model. */
type StateIn<M> = M extends { readonly parameters: infer P; readonly variables: (parameters: never) => infer V }
  ? StateOf<V, ValuesOf<P>>
  : never;

type For<M, Options> = Omit<Options, "parameters"> & { readonly parameters?: Given<M> };

/** What models can be expected to do. @typeParam M the type of the model */
export interface ModelMatchers<M> {
  /**
   * Expects that properties hold in every state.
   * @param property the name of one, or a list; left out, all that the model lists
   */
  toHold(property?: string | readonly string[], options?: For<M, MatcherOptions>): Promise<void>;
  /** Expects that a property is violated; with `steps`, by a shortest run of that length. */
  toViolate(property: string, options?: For<M, ToBeFound>): Promise<void>;
  /**
   * Expects that some state can be reached; with `steps`, in that many at the least.
   * @param wanted a condition as `find` of the explorer takes it, `some c: cache[c] = Modified`, or a function of the
   * state
   */
  toReach(wanted: string | ((state: StateIn<M>) => boolean), options?: For<M, ToBeFound>): Promise<void>;
}

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: vitest declares it so, and all declarations must agree
  interface Matchers<T = any> extends ModelMatchers<T> {}
}

expect.extend({
  toHold: (of, property, options) => holds(of, property, options),
  toViolate(of, property, options) {
    return violates(of, property, options, this.isNot);
  },
  toReach(of, wanted, options) {
    return reaches(of, wanted, options, this.isNot);
  },
});
