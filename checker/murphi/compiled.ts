/**
 * What the checker makes of a file: functions that run on cells, with the types that they were checked by. There is no
 * second tree: what was checked is what runs.
 */
import type { IndexSet, Member } from "../model/scalarset.js";
import type { Memory, Place } from "./memory.js";
import type { Type, Value } from "./types.js";

/** What a rule or a property runs in. */
export interface World {
  /** The cells of the state. */
  readonly globals: Memory;
  /** Returns the members of a scalarset. */
  readonly members: (set: IndexSet) => readonly Member[];
  /** Is told that the condition of a cover was true within a rule. */
  readonly covered: (cover: number) => void;
  /** How many functions are being called within each other. */
  calls: number;
}

/** The local variables of one run of a rule, a property or a function. */
export interface Frame {
  readonly world: World;
  readonly locals: Place[];
  /** What a function has returned: a value, or the place of one that takes several cells. */
  returned: Value | Place | undefined;
}

/** A checked expression. */
export interface CheckedExpression {
  readonly type: Type;
  /** The offset that errors about it point at. */
  readonly at: number;
  /** Its value, if it is known before anything runs. */
  readonly constant?: Value;
  /** Returns its value, which is never the undefined one. Only of a simple type and of a multiset. */
  readonly value: (frame: Frame) => Value;
  /** Returns where its cells are. Of what can be assigned to, and of every type that takes several cells. */
  readonly place?: (frame: Frame) => Place;
  /** Whether it names a variable, so that it may be undefined. */
  readonly isVariable: boolean;
  /** Whether it may be assigned to. */
  readonly isWritable: boolean;
}

/** Runs a statement. Returns whether the function or the rule has returned. */
export type CheckedStatement = (frame: Frame) => boolean;

/** A function or procedure, whose body is checked after its head, so that it may call itself. */
export interface CheckedFunction {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: Type; readonly isVar: boolean }[];
  /** Undefined for a procedure. */
  readonly result: Type | undefined;
  /** The number of places that a call needs. */
  locals: number;
  body: CheckedStatement;
  /** The covers that a call may meet, and the functions that it calls. */
  readonly mentions: Mentions;
}

/** What the body of a rule or a function mentions, as far as covers hang on it. */
export interface Mentions {
  readonly covers: Set<number>;
  readonly calls: Set<CheckedFunction>;
}

/** Is thrown where an assumption within a rule is false: the rule is not enabled then. */
export const ASSUMPTION_FALSE = Symbol("an assumption is false");

/** Makes an expression that only has a value. */
export function valued(type: Type, at: number, value: (frame: Frame) => Value): CheckedExpression {
  return { type, at, value, isVariable: false, isWritable: false };
}

/** Makes an expression whose value is known. */
export function known(type: Type, at: number, constant: Value): CheckedExpression {
  return { ...valued(type, at, () => constant), constant };
}
