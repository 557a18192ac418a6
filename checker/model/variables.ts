/**
 * Variables: what a global state is made of. A variable is one value, or a family of values by member or by pair of
 * members, of one set or of two.
 */
import type { Capacity } from "./capacity.js";
import type { Channel } from "./channel.js";
import type { IndexSet, Member } from "./scalarset.js";

/**
 * A variable holding `T`, indexed by `I`: `[]` for a single one, `[Kernel]` for a family, `[Kernel, Kernel]` for pairs.
 */
export interface Variable<T, I extends readonly Member[]> {
  readonly kind: "variable";
  readonly sets: readonly IndexSet[];
  /** Of a family by pairs of one set: it has no value for a member and itself. */
  readonly withoutDiagonal?: boolean;
  readonly initial: (...indices: I) => T;
  /** How many messages each channel of the variable holds at the most; undefined if there is no limit. */
  readonly bounds?: Capacity | undefined;
}

/** What may be said of a variable besides its value: of one that holds channels, their capacity. */
export type BoundsOf<T> = T extends Channel<unknown> ? Capacity : never;

/** The declared variables of a model, by name. */
export type Variables = { readonly [name: string]: Variable<unknown, never> };

/**
 * Declares a variable with one value.
 * @param bounds of a channel: its capacity
 */
export function single<T>(initial: T, bounds?: BoundsOf<T>): Variable<T, []> {
  return { kind: "variable", sets: [], initial: () => initial, bounds };
}

/**
 * Declares a variable with a value for each member of `set`.
 * @param initial the initial value, or a function from the member to it
 * @param bounds of channels: the capacity of each
 */
export function perMember<T, M extends Member>(
  set: IndexSet<M>,
  initial: T | ((member: M) => T),
  bounds?: BoundsOf<T>,
): Variable<T, [M]> {
  return { kind: "variable", sets: [set as IndexSet], initial: asFunction(initial), bounds };
}

/**
 * Declares a variable with a value for each ordered pair of different members of `set`: `link[from][to]`.
 * @param initial the initial value, or a function from the two members to it
 * @param bounds of channels: the capacity of each
 */
export function perPair<T, M extends Member>(
  set: IndexSet<M>,
  initial: T | ((first: M, second: M) => T),
  bounds?: BoundsOf<T>,
): Variable<T, [M, M]> {
  const sets = [set as IndexSet, set as IndexSet];
  return { kind: "variable", sets, withoutDiagonal: true, initial: asFunction(initial), bounds };
}

/**
 * Declares a variable with a value for each member of `rows` with each member of `columns`: `vote[acceptor][ballot]`.
 * The two may be one set; then the diagonal is there, too: `clock[i][i]`.
 * @param initial the initial value, or a function from the two members to it
 * @param bounds of channels: the capacity of each
 */
export function matrix<T, R extends Member, C extends Member>(
  rows: IndexSet<R>,
  columns: IndexSet<C>,
  initial: T | ((row: R, column: C) => T),
  bounds?: BoundsOf<T>,
): Variable<T, [R, C]> {
  const sets = [rows as unknown as IndexSet, columns as unknown as IndexSet];
  return { kind: "variable", sets, initial: asFunction(initial), bounds };
}

function asFunction<T, A extends unknown[]>(initial: T | ((...indices: A) => T)): (...indices: A) => T {
  return typeof initial === "function" ? (initial as (...indices: A) => T) : () => initial;
}
