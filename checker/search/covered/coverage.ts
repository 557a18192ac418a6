/** What a search has covered, as data. docs/reference/coverage.md defines each counter in a sentence. */
import type { ExecutedSources } from "../../executed/executed-source.js";
import type { Parameter } from "../../model/parameters.js";
import type { Place } from "../../model/where.js";

/** How many states have something, and where it was first met. */
export interface CoveredStates {
  /** The number of distinct states, as the search counts them: with symmetry, of orbits. */
  readonly states: number;
  /** The least depth of such a state; null if there is none, and depth first, which knows no least depths. */
  readonly depth: number | null;
}

/** How often something was done. */
export interface CoveredSteps extends CoveredStates {
  /** The number of transitions. */
  readonly steps: number;
}

/** A cell of a receive table. */
export interface CellCoverage {
  readonly row: string;
  readonly column: string;
  readonly kind: "rule" | "impossible";
  readonly says: string;
  /** Where the cell's rule is declared; null if that is not known. */
  readonly place: Place | null;
  /** The states in which a message can be received by the cell, whether its rule then makes a step or stalls. */
  readonly met: CoveredStates;
  /** The states in which the cell's rule makes a step, and these steps. */
  readonly taken: CoveredSteps;
}

/** A row or a column of a receive table: a state of the receiver, or a kind of message. */
export interface NamedCoverage extends CoveredStates {
  readonly name: string;
}

export interface TableCoverage {
  readonly name: string;
  /** By row: the states in which some receiver is in the row. */
  readonly rows: readonly NamedCoverage[];
  /** By column: the states in which a message of the kind is under way to some receiver. */
  readonly columns: readonly NamedCoverage[];
  /** The cells, row by row. */
  readonly cells: readonly CellCoverage[];
}

/** An action with the bindings that are renamings of each other. */
export interface BindingCoverage extends CoveredSteps {
  /** The first of the bindings, as `App_Read(K1)`. */
  readonly name: string;
  /** How many bindings count as one. */
  readonly bindings: number;
}

export interface ActionCoverage extends CoveredSteps {
  readonly name: string;
  /** Where the action is declared; null if that is not known. */
  readonly place: Place | null;
  readonly bindings: readonly BindingCoverage[];
  /** Of each name that the action binds to a choice: the states in which it is enabled with each value. */
  readonly choices: readonly { readonly name: string; readonly values: readonly NamedCoverage[] }[];
}

/** A parameter of the model with its value. */
export interface ParameterCoverage {
  readonly name: string;
  readonly value: Parameter["default"];
  /** Whether a function of the model has read it, when the model was set up or later. */
  readonly isRead: boolean;
}

/** A field that no function has read. */
export interface UnreadField {
  /** `copy.stamp`, `latest`; of messages `link.ReadReply.stamp`. */
  readonly field: string;
  readonly of: "variable" | "message";
}

/** The values that a variable, a field of it, or a field of its messages was seen to hold. */
export interface FieldCoverage {
  /** `copy.at`, `total`; of messages `down.Grant.data`; of channels the variable, as `down`. */
  readonly field: string;
  /** Of a channel, the values are the numbers of its messages. */
  readonly of: "variable" | "message" | "channel";
  /** The values, each with the states in which it is held somewhere: numbers ascending, anything else by its text. */
  readonly values: readonly NamedCoverage[];
  /** The least and the greatest value, if all are numbers; else null. */
  readonly least: number | null;
  readonly greatest: number | null;
  /** What says which values there are: `rows of copies`, `booleans`, `members of node`; null if nothing does. */
  readonly declared: string | null;
  /** The values that are declared, and that no state holds. */
  readonly never: readonly string[];
}

/** A value that evaluations of a function found where they read. */
export interface FoundCoverage {
  readonly value: string;
  /** The number of evaluations that found it. */
  readonly evaluations: number;
  /** The least depth of the state of such an evaluation; null depth first. */
  readonly depth: number | null;
}

/** What a function reads at one place. */
export interface ReadCoverage {
  /** `copy[c].at`, `copy[other cache].at`, `message.data`, `down[c]`. */
  readonly read: string;
  readonly found: readonly FoundCoverage[];
  /** The values that are held there in some state, or are declared, and that no evaluation of the function found. */
  readonly never: readonly string[];
}

/** A function of the model: an action, the rule of a cell, an invariant. */
export interface FunctionCoverage {
  /** `Ask`, `copies: W × Grant`, `small`. */
  readonly name: string;
  readonly of: "action" | "cell" | "invariant";
  /** Where it is declared; null if that is not known. */
  readonly place: Place | null;
  /** The number of evaluations: one for each state, binding and message that it is asked about. */
  readonly evaluations: number;
  /** The number of evaluations that differ in what they find: in their binding, their message, or a value read. */
  readonly inputs: number;
  readonly reads: readonly ReadCoverage[];
}

/** What a search has covered. */
export interface Coverage {
  /** The number of states that were counted: of a complete search all. */
  readonly states: number;
  /** Why not every reachable state was counted; null if all were. */
  readonly incomplete: string | null;
  readonly tables: readonly TableCoverage[];
  readonly actions: readonly ActionCoverage[];
  /** Each function with what it found where it read. */
  readonly functions: readonly FunctionCoverage[];
  /** Each variable, or field of it, and each field of messages, with the values that it held. */
  readonly values: readonly FieldCoverage[];
  readonly parameters: readonly ParameterCoverage[];
  /** The fields that no function of the model has read: no action, no rule and no property that was asked about. */
  readonly unread: readonly UnreadField[];
  /** Which lines and branches of the author's files were executed; null if that was not asked for. */
  readonly sources: ExecutedSources | null;
  /** The seconds that counting took, after the search. */
  readonly seconds: number;
}

/** How far a cell was covered. */
export type CellStatus = "taken" | "stalled" | "never" | "met" | "impossible";

/**
 * Returns `taken` for a rule that makes a step in some state, `stalled` for one that is met, but never makes a step,
 * `never` for one that is not met; for an impossible cell `met` or `impossible`.
 */
export function statusOfCell({ kind, met, taken }: CellCoverage): CellStatus {
  if (kind === "impossible") return met.states > 0 ? "met" : "impossible";
  if (taken.states > 0) return "taken";
  return met.states > 0 ? "stalled" : "never";
}

/** Whether a function found one value only where it reads, though others are held there, or are declared. */
export function isDecided({ found, never }: ReadCoverage): boolean {
  return found.length === 1 && never.length > 0;
}
