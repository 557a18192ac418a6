/** Why a run violates its property, as data: a part of the trace. `checker/explanation/` finds it out. */

/** A place of the last state that the verdict has read, and what was there. */
export interface CausalRead {
  /** `copy[K1].page`, `link[K1][K2]` */
  readonly place: string;
  readonly value: string;
  /** Of a property of steps: whether the state before the step was read, or the one after it. Both, if left out. */
  readonly when?: "before" | "after";
}

/** A place that would have had to differ, and the values with which the property would hold. */
export interface CausalChange {
  readonly place: string;
  readonly when?: "before" | "after";
  readonly values: readonly string[];
}

/** What the verdict hung on. */
export interface Cause {
  /** What was read, in order. */
  readonly reads: readonly CausalRead[];
  /**
   * Changes with which the property would hold, each a smallest set: with fewer of its places changed the property
   * would not hold. If a set has several places, each has one value.
   */
  readonly repairs: readonly (readonly CausalChange[])[];
  /** Sets of up to this many places were tried. */
  readonly most: number;
}

/**
 * Two steps whose order decides: the run takes `first` first, and if it is held back until the other is taken, the
 * same steps, each taken once it can be, do not violate the property.
 */
export interface DecisiveOrder {
  readonly first: number;
  /** The step that comes too late; undefined if the run ends without it. */
  readonly second?: number;
  /** The name of such a step: it receives a message that is under way before `first`. */
  readonly pending?: string;
  /** Whether no other two steps whose order decides lie between these. */
  readonly nearest: boolean;
}

/** Which orders of the run's steps decide, and which of the steps it could do without. */
export interface DecisiveOrders {
  readonly orders: readonly DecisiveOrder[];
  /** The steps without which the others violate the property, too. */
  readonly superfluous: readonly number[];
  /** If there were too many to try all: steps that are further apart were not tried. */
  readonly farthest?: number;
}

/** A step that a run which goes on for ever does not take in its cycle. */
export interface NeverTaken {
  /** `Read_Done(K2)` */
  readonly name: string;
  /** Whose step it is, if the action says so. */
  readonly by?: string;
  /** How fair the action is; undefined if it is never forced to happen. */
  readonly fair?: "weak" | "strong";
  /** The fairness of steps that it may count for, if the model declares any: the name and the strength of each. */
  readonly counts?: readonly { readonly name: string; readonly fair: "weak" | "strong" }[];
  /** The numbers of the cycle's states in which it could be taken. */
  readonly enabledAt: readonly number[];
  /** The reads that close its guard, each with the numbers of the states in which it does. */
  readonly closed: readonly { readonly reason: string; readonly at: readonly number[] }[];
}

/** The values of an expression along the run. */
export interface ShownExpression {
  readonly expression: string;
  /** By number of the state. */
  readonly values: readonly string[];
}
