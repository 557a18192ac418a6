/** Actions, properties and assumptions with one binding each, and states as lists of values. */
import type { Action, Binding, Domains } from "./action.js";
import { type Member, nameOf } from "./scalarset.js";
import type { AnyState } from "./state.js";
import { nameOfStep } from "./step-name.js";
import { format } from "./value.js";

/** A global state in the reference semantics: one value for each slot. */
export type Values = readonly unknown[];

/** An action with one binding. */
export interface ActionInstance {
  readonly index: number;
  readonly action: Action<AnyState>;
  readonly binding: Binding<Domains>;
  /** The slot of the channel that the action takes from; undefined if it receives nothing. */
  readonly takes: number | undefined;
}

/** Something with one binding: an invariant, a goal, a compassion. */
export interface Bound<T> {
  readonly of: T;
  readonly binding: Binding<Domains>;
}

/** Returns a binding with its values replaced by `rename`. */
export function renamedBinding(binding: Binding<Domains>, rename: (value: unknown) => unknown): Binding<Domains> {
  const entries = Object.entries(binding).map(([name, value]) => [name, rename(value)]);
  return Object.fromEntries(entries) as Binding<Domains>;
}

/** Names an action with its binding, as reports do: `App_Read(K1)`. */
export function nameOfInstance({ action, binding }: Pick<ActionInstance, "action" | "binding">): string {
  return nameOfStep(action.name, namesIn(binding));
}

/** Returns the values of a binding as reports name them. */
export function namesIn(binding: Binding<Domains>): Readonly<Record<string, string>> {
  const named = Object.entries(binding).map(([name, value]) => [
    name,
    typeof value === "symbol" ? nameOf(value as Member) : format(value),
  ]);
  return Object.fromEntries(named) as Record<string, string>;
}

/** Returns whose step an action with its binding is; undefined if the action does not say so. */
export function processOf({ action: { by }, binding }: Pick<ActionInstance, "action" | "binding">): string | undefined {
  return typeof by === "string" ? namesIn(binding)[by] : by?.name;
}
