/** Expressions of TypeScript, as text, and what is known of them; places that they name. */
import type { Slot } from "./pass.js";
import type { SimpleTarget, Target } from "./target-types.js";

/** How strongly the outermost operator of an expression binds. */
export const LEVEL = {
  primary: 20,
  unary: 15,
  product: 12,
  sum: 11,
  order: 9,
  equality: 8,
  and: 4,
  or: 3,
  conditional: 2,
};

/** The least and the greatest number that an expression may be. */
export type Interval = readonly [low: number, high: number];

/** A variable of the state. */
export interface StateVariable {
  readonly name: string;
  readonly reader: string;
  readonly writer: string;
  /** The types that index the family. */
  readonly sets: readonly SimpleTarget[];
  readonly type: Target;
  readonly slot: Slot;
}

export type Step =
  | { readonly kind: "field"; readonly field: string; readonly name: string }
  | { readonly kind: "key"; readonly text: string; readonly isStable: boolean; readonly index: SimpleTarget };

export type Root =
  | { readonly kind: "state"; readonly of: StateVariable }
  | { readonly kind: "local"; readonly text: string }
  /** A value that is no variable of the file's: a message, a result, a choice between two places. */
  | { readonly kind: "value"; readonly text: string };

export interface Place {
  readonly root: Root;
  /** What leads from the root to the place; the first of them index the family of a variable of the state. */
  readonly steps: readonly Step[];
  readonly type: Target;
  readonly slot: Slot;
  readonly isWritable: boolean;
  /** The place as the Murphi file has it, for errors. */
  readonly written: string;
  /** Whether to find it may be an error. */
  readonly canFault: boolean;
}

export interface Code {
  readonly text: string;
  readonly level: number;
  readonly type: Target;
  /** Of a number. */
  readonly interval: Interval | undefined;
  /** Whether running it may be an error. */
  readonly canFault: boolean;
  /** Its value with the defaults of the parameters, if it is a constant. */
  readonly constant?: number | boolean | string;
  /** Whether it stands for the same value wherever it is written again, as a name that is never assigned. */
  readonly isStable: boolean;
  /** What it names, if it names a variable or a part of one. */
  readonly place?: Place;
}

export function codeOf(text: string, type: Target, more: Partial<Code> = {}): Code {
  return { text, level: LEVEL.primary, type, interval: undefined, canFault: false, isStable: false, ...more };
}

/** Returns the text of an expression as an operand of an operator of a level. */
export function operand({ text, level }: Code, of: number): string {
  return level < of ? `(${text})` : text;
}

export function quoted(text: string): string {
  return JSON.stringify(text);
}
