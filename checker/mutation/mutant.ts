/** Mutants: models with one thing changed, each with what it does otherwise and the question that it asks. */
import type { Action } from "../model/action.js";
import type { Instance } from "../model/instance.js";
import type { AnyModel } from "../model/model.js";
import type { AnyState } from "../model/state.js";
import type { Deeds } from "./survey.js";
import { withActions } from "./with-actions.js";

/** The kinds of mutant, each with what it does. */
export const MUTANT_KINDS = {
  "drop-send": "a message is not sent",
  "other-message": "another message of the same shape is sent",
  "other-addressee": "a message goes to another member",
  "swap-ends": "sender and receiver change places, or one bound name stands for another",
  "skip-state": "a process stays in the state that it is in",
  "keep-field": "a field or a variable is not written",
  "forget-stamp": "an ordinal or a floor is not updated, or a floor is not looked at",
  "negate-guard": "what is read is taken for the opposite, or for something else",
  stall: "a message is not taken, or an action never happens",
  "other-rule": "a message is handled as in another state",
} as const;

export type MutantKind = keyof typeof MUTANT_KINDS;

/** What a mutant does otherwise, in words. */
export interface MutantWords {
  /** A clause, in the present tense. */
  readonly says: string;
  /** What the author is asked if nothing notices. */
  readonly asks: string;
}

/** One thing that a model does otherwise. */
export interface Mutant extends MutantWords {
  readonly kind: MutantKind;
  /** The action whose steps are changed. */
  readonly action: string;
  /** The cell of its receive table; undefined if it has none. */
  readonly cell: string | undefined;
  /** Where it is: `cell Invalid × Fetch`, `action App_Read`. */
  readonly where: string;
  /**
   * Whether it changes what ordinals are written or compared. Such a mutant may compare values that the model itself
   * never compares, and that a search of the model need not tell apart.
   */
  readonly isOfOrdinals: boolean;
  /** Returns an action of the model as it is in the mutant. */
  readonly applied: (action: Action<AnyState>) => Action<AnyState>;
}

/**
 * Makes a mutant.
 * @param deeds where it is
 * @param change changes the action of the deeds; no other action is changed
 */
export function mutantOf(
  { tables }: Instance,
  { action, cell, table }: Deeds,
  kind: MutantKind,
  words: MutantWords,
  change: (action: Action<AnyState>) => Action<AnyState>,
  isOfOrdinals = false,
): Mutant {
  const where = cell === undefined ? `action ${action}` : `cell ${cell}${tables.length > 1 ? ` of ${table}` : ""}`;
  const applied = (each: Action<AnyState>) => (each.name === action ? change(each) : each);
  return { kind, ...words, action, cell, where, isOfOrdinals, applied };
}

/** Returns the question that a mutant asks its author if no property notices it. */
export function questionOf({ where, says, asks }: Pick<Mutant, "where" | "says" | "asks">): string {
  return `In ${where}, nothing fails if ${says}. ${asks}`;
}

/** Returns the model with the change of a mutant: a model like any other. */
export function mutatedModel(model: AnyModel, { applied }: Pick<Mutant, "applied">): AnyModel {
  return withActions(model, applied);
}
