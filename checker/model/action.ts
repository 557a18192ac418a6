/** Actions: what can happen. A pure function from a state and a binding to the next states. */
import type { Channel } from "./channel.js";
import type { IndexSet, Member } from "./scalarset.js";
import { Where } from "./where.js";

/** What a name in a binding ranges over: the members of an index set, or a few literal values. */
export type Domain = IndexSet | Choice<unknown>;

/** A domain of literal values, the same in every state; with a set, its members too. */
export interface Choice<T> {
  readonly kind: "choice";
  readonly values: readonly T[];
  readonly set: IndexSet | undefined;
}

/** A binding that takes each of these values. @example { data: oneOf(1, 2) } */
export function oneOf<const T>(...values: readonly T[]): Choice<T> {
  return { kind: "choice", values, set: undefined };
}

/** A binding that takes each member of a set, or null. */
export function optional<M extends Member>(set: IndexSet<M>): Choice<M | null> {
  return { kind: "choice", values: [null], set: set as IndexSet };
}

export type Domains = { readonly [name: string]: Domain | Choice<never> };

/** The values that an action's names are bound to. */
export type Binding<D> = {
  readonly [K in keyof D]: D[K] extends IndexSet<infer M> ? M : D[K] extends Choice<infer T> ? T : never;
};

/** What an action says in a state in which it cannot happen. */
export const disabled = { kind: "disabled" } as const;
export type Disabled = typeof disabled;

/** A message met a state for which the protocol has no rule. */
export interface Unspecified {
  readonly kind: "unspecified";
  readonly reason: string;
  readonly where: Where;
}

export function isUnspecified(result: unknown): result is Unspecified {
  return (result as Partial<Unspecified> | undefined)?.kind === "unspecified";
}

/** One next state, several (the action is nondeterministic), or none: an empty list is the same as `disabled`. */
export type Result<S> = S | readonly S[] | Disabled;

/** What a run of an action came to, for the engine. */
export interface Run<S> {
  readonly result: Result<S> | Unspecified;
  /** The cell of a receive table that decided. */
  readonly cell?: CellUsed;
}

/** A cell of a receive table as reports name it: `Shared × Invalid`. */
export interface CellUsed {
  readonly table: string;
  readonly name: string;
  readonly says: string;
}

export interface ActionOptions {
  /** The section and the sentence that this action carries out, for traces: "4.2: a read on Invalid fetches". */
  readonly says?: string;
  /** A step of the environment (the application, a user): never fair, and no way out of a deadlock. */
  readonly environment?: boolean;
  /** What liveness may assume of it, with each binding by itself. Without it, nothing: the action is never forced to happen. */
  readonly fair?: Fairness;
}

/**
 * *Weak* (justice): what is enabled from some time on happens infinitely often. *Strong* (compassion): what is enabled infinitely often
 * happens infinitely often. (Lamport, "The Temporal Logic of Actions", 1994; Manna and Pnueli, 1992.)
 */
export type Fairness = "weak" | "strong";

/** An action, for the engine: authors declare it with `action` or `receive` of their vocabulary. */
export interface Action<S> extends ActionOptions {
  readonly kind: "action";
  readonly name: string;
  readonly domains: Domains;
  /** The channel whose message the action takes. */
  readonly takes?: (state: S, binding: Binding<Domains>) => Channel<unknown>;
  /** The kinds of message that it takes, and the kind of one: it is fair to each by itself. */
  readonly kinds?: { readonly all: readonly string[]; readonly of: (message: unknown) => string };
  readonly where: Where;
  run(state: S, binding: Binding<Domains>, message: unknown): Run<S>;
}

export function makeAction<S, D extends Domains>(
  name: string,
  domains: D,
  next: (state: S, binding: Binding<D>) => Result<S>,
  options: ActionOptions = {},
): Action<S> {
  return {
    kind: "action",
    name,
    domains,
    where: new Where(),
    ...options,
    run: (state, binding) => ({ result: next(state, binding as Binding<D>) }),
  };
}
