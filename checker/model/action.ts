/** Actions: what can happen. An action is a pure function from a state and a binding to the next states. */
import { Set as ImmutableSet } from "immutable";
import type { Channel } from "./channel.js";
import { choosing } from "./chosen.js";
import type { SingleProcess } from "./process.js";
import type { IndexSet, Member } from "./scalarset.js";
import type { NamedTable } from "./table.js";
import { Where } from "./where.js";

/** What a name in a binding ranges over: the members of an index set, or a few literal values. */
export type Domain = IndexSet | Choice<unknown>;

/** A domain of literal values, the same in every state. If `set` is given, its members belong to the domain too. */
export interface Choice<T> {
  readonly kind: "choice";
  readonly values: readonly T[];
  readonly set: IndexSet | undefined;
}

/** Makes a domain of the given values: the name is bound to each of them in turn. @example { data: oneOf(1, 2) } */
export function oneOf<const T>(...values: readonly T[]): Choice<T> {
  return { kind: "choice", values, set: undefined };
}

/** Makes a domain of the members of `set` and null. */
export function optional<M extends Member>(set: IndexSet<M>): Choice<M | null> {
  return { kind: "choice", values: [null], set: set as IndexSet };
}

/** The names that an action or a property quantifies over, each with its domain. */
export type Domains = { readonly [name: string]: Domain | Choice<never> };

/** The values that the names of `D` are bound to. */
export type Binding<D> = {
  readonly [K in keyof D]: D[K] extends IndexSet<infer M> ? M : D[K] extends Choice<infer T> ? T : never;
};

/** What an action returns in a state in which it cannot happen. */
export const disabled = { kind: "disabled" } as const;
export type Disabled = typeof disabled;

/** What a receive table answers if it has no rule for a message: the search reports it as an unspecified reception. */
export interface Unspecified {
  readonly kind: "unspecified";
  readonly reason: string;
  readonly where: Where;
}

/** Tells whether `result` is an unspecified reception. */
export function isUnspecified(result: unknown): result is Unspecified {
  return (result as Partial<Unspecified> | undefined)?.kind === "unspecified";
}

/**
 * What an action returns: one next state, a list of them (the action is nondeterministic), or `disabled`. An empty list
 * means the same as `disabled`.
 */
export type Result<S> = S | readonly S[] | Disabled;

/**
 * Returns the next states of all choices of one of `from`: what a port of TLA+'s CHOOSE from interchangeable members
 * needs, since no order of them means anything. An action returns the list: it is nondeterministic, and disabled if
 * there is nothing to choose from.
 * @param next returns what follows from the choice of `one`: a state, several, or `disabled` for what cannot be chosen
 * @param name names what is chosen: then steps are named with it, and fairness of steps can ask for some of the choices
 * @example chooseAny(s.members(clients), (c) => (s.at(c) === "waits" ? s.withAt(c, "served") : disabled), "c")
 */
export function chooseAny<T, S>(from: Iterable<T>, next: (one: T) => Result<S>, name?: string): readonly S[] {
  // The array of a set asks the set only for the elements that lead to a state (checker/observe/collection-view.ts).
  const all = ImmutableSet.isSet(from) ? (from as ImmutableSet<T>).toArray() : [...from];
  return all.flatMap((one) => {
    const result = next(one);
    if (result === disabled) return [];
    const states = Array.isArray(result) ? (result as readonly S[]) : [result as S];
    return name === undefined ? states : states.map((state) => choosing(state, name, one));
  });
}

/** The result of one run of an action, as the engine sees it. */
export interface Run<S> {
  readonly result: Result<S> | Unspecified;
  /** The cell of the receive table that decided; only of a receiving action. */
  readonly cell?: CellUsed;
}

/** A cell of a receive table as reports name it: `Shared × Invalid`. */
export interface CellUsed {
  readonly table: string;
  readonly name: string;
  readonly says: string;
  /** Where the rule is declared. */
  readonly where: Where | undefined;
}

/** What may be said of an action besides its name, its domains and its function. */
export interface ActionOptions<D extends Domains = Domains> {
  /** The sentence that this action carries out, with its section, for traces: "4.2: a read on Invalid fetches". */
  readonly says?: string;
  /**
   * Marks a step of the environment (the application, a user). Such a step is never fair, and does not count against a
   * deadlock.
   */
  readonly environment?: boolean;
  /** How fair the action is, with each binding by itself. If left out, the action is never forced to happen. */
  readonly fair?: Fairness;
  /**
   * Whose step it is: a single process, or the name that is bound to the process. It need be said only where neither
   * the messages that the step moves nor the variables that it changes tell.
   */
  readonly by?: SingleProcess | (keyof D & string);
}

/**
 * How often a step must be taken. *Weak* (justice): a step that stays enabled from some time on is taken infinitely
 * often. *Strong* (compassion): a step that is enabled infinitely often is taken infinitely often. (Lamport, "The
 * Temporal Logic of Actions", 1994; Manna and Pnueli, 1992.)
 */
export type Fairness = "weak" | "strong";

/** How a receiving action reads its table. */
export interface Reception<S> {
  readonly table: NamedTable;
  /** Returns the row: the receiver's state. */
  readonly row: (state: S, binding: Binding<Domains>) => string;
  /** Returns the same action with another table, of the same rows and columns, in place of `table`. */
  readonly by: (other: NamedTable) => Action<S>;
}

/** An action as the engine sees it. Authors declare one with `action` or `receive` of their vocabulary. */
export interface Action<S> extends ActionOptions {
  readonly kind: "action";
  readonly name: string;
  readonly domains: Domains;
  /** Reads the channel whose message the action takes; undefined if the action receives nothing. */
  readonly takes?: (state: S, binding: Binding<Domains>) => Channel<unknown>;
  /**
   * Of a receiving action: all kinds of message that it takes, and the kind of one message. It is fair to each kind by
   * itself.
   */
  readonly kinds?: { readonly all: readonly string[]; readonly of: (message: unknown) => string };
  /** Of a receiving action: its table. */
  readonly reception?: Reception<S>;
  readonly where: Where;
  run(state: S, binding: Binding<Domains>, message: unknown): Run<S>;
}

/** Makes an action; `action` of a vocabulary is this function with the type of its states fixed. */
export function makeAction<S, D extends Domains>(
  name: string,
  domains: D,
  next: (state: S, binding: Binding<D>) => Result<S>,
  options: ActionOptions<D> = {},
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
