/**
 * Models as data: what the generator makes, what can be minimised, and what has two meanings that are compared. One is
 * a model of popcheck (described-model.ts), the other a plain interpreter that shares nothing with it
 * (plain-semantics.ts).
 */

export type SetName = "A" | "B";

/** What a variable, a field or a message holds. */
export type Type = Scalar | RecordType | ChannelType;

/** The types without parts that are typed themselves. */
export type Scalar =
  /** One of `of` words. */
  | { readonly kind: "level"; readonly of: number }
  /** A member, or nobody. */
  | { readonly kind: "member"; readonly set: SetName }
  | { readonly kind: "set"; readonly set: SetName }
  /** From members to levels. */
  | { readonly kind: "map"; readonly set: SetName; readonly of: number }
  | { readonly kind: "stamp" }
  | { readonly kind: "floor" };

export interface Field {
  readonly name: string;
  readonly type: Scalar;
}

export interface RecordType {
  readonly kind: "record";
  readonly fields: readonly Field[];
}

/** A channel of at most `most` messages. The first field of a message is its kind, a level. */
export interface ChannelType {
  readonly kind: "bag" | "queue";
  readonly most: number;
  readonly fields: readonly Field[];
}

export interface VariableOf {
  readonly name: string;
  /** One value; a value for each member of a set; or one for each pair of members of one set or of two. */
  readonly by: readonly [] | readonly [SetName] | readonly [SetName, SetName];
  /** Of pairs of one set: whether there is a value for a member and itself, too. */
  readonly diagonal?: true;
  readonly type: Type;
}

export type Expression =
  | { readonly op: "level"; readonly value: number }
  | { readonly op: "nobody" }
  | { readonly op: "empty set" }
  /** What a name stands for: a member, nobody, or a level. */
  | { readonly op: "name"; readonly name: string }
  | { readonly op: "read"; readonly variable: string; readonly at: readonly string[]; readonly field?: string }
  | { readonly op: "message"; readonly field: string }
  | { readonly op: "with" | "without"; readonly set: Expression; readonly member: string }
  | { readonly op: "put"; readonly map: Expression; readonly key: string; readonly to: Expression }
  | { readonly op: "drop"; readonly map: Expression; readonly key: string }
  /** The level of a key in a map; no level equals it if the key is not there. */
  | { readonly op: "at"; readonly map: Expression; readonly key: string }
  /** A fresh stamp just after another; of an ordinal with a window, the next tick. */
  | { readonly op: "after"; readonly stamp: Expression }
  | { readonly op: "below all" }
  | { readonly op: "floor of"; readonly stamp: Expression }
  /** Not symmetric: names a member. */
  | { readonly op: "member"; readonly set: SetName; readonly index: number }
  /** Not symmetric: the first of all members, in their order, for which `where` holds; nobody if there is none. */
  | { readonly op: "find"; readonly set: SetName; readonly name: string; readonly where: Condition }
  /** Not symmetric: the member that a set yields first; nobody if it is empty. */
  | { readonly op: "first of"; readonly set: Expression };

export type Condition =
  | { readonly op: "true" }
  | {
      readonly op: "eq" | "before" | "is below" | "permits above";
      readonly left: Expression;
      readonly right: Expression;
    }
  /** Of an ordinal with a window: whether `left` is at most `ticks` later than `right`. */
  | { readonly op: "within"; readonly left: Expression; readonly right: Expression; readonly ticks: number }
  | { readonly op: "in"; readonly member: Expression; readonly set: Expression }
  | { readonly op: "has"; readonly map: Expression; readonly key: string }
  /** Of a set, a map or a channel. */
  | { readonly op: "at least"; readonly of: Expression; readonly least: number }
  | { readonly op: "and" | "or"; readonly all: readonly Condition[] }
  | { readonly op: "not"; readonly of: Condition }
  | Quantified;

export interface Quantified {
  readonly op: "some" | "every" | "count";
  readonly set: SetName;
  readonly name: string;
  /** The members other than this one. */
  readonly other?: string;
  /** For `count`: the least number of members. */
  readonly least?: number;
  readonly where: Condition;
}

/** Assigns a value, or sends a message. What is read is the state as the statements before have left it. */
export type Statement =
  | {
      readonly op: "assign";
      readonly variable: string;
      readonly at: readonly string[];
      readonly field?: string;
      readonly to: Expression;
    }
  /** If the channel is full, the action is disabled. */
  | {
      readonly op: "send";
      readonly channel: string;
      readonly at: readonly string[];
      readonly message: readonly Expression[];
    };

export type DomainOf =
  | { readonly name: string; readonly of: "set"; readonly set: SetName }
  /** The members of a set, and nobody. */
  | { readonly name: string; readonly of: "optional"; readonly set: SetName }
  | { readonly name: string; readonly of: "levels"; readonly levels: number };

/** What is done if a guard holds: each branch is one way to go on; no branch is taken if a name would be nobody. */
export interface Rule {
  /** Names for members; the rule is disabled where one of them is nobody. */
  readonly lets: readonly { readonly name: string; readonly value: Expression }[];
  readonly guard: Condition;
  readonly branches: readonly (readonly Statement[])[];
  /** If given, each branch is taken once for each such member. */
  readonly each?: { readonly name: string; readonly set: SetName; readonly where: Condition };
}

export interface TableOf {
  readonly channel: string;
  /** The names of the domains that index the channel. */
  readonly at: readonly string[];
  /** The variable whose level is the row, and its index; undefined for a table of one row. */
  readonly row?: {
    readonly variable: string;
    readonly at: readonly string[];
    readonly field?: string;
    readonly of: number;
  };
  /** By row and kind of message. */
  readonly cells: readonly (readonly (Rule | "impossible")[])[];
}

export interface ActionOf {
  readonly name: string;
  readonly domains: readonly DomainOf[];
  /** Names that must stand for different members; otherwise the action is disabled. */
  readonly distinct: readonly (readonly [string, string])[];
  /** What is done; for an action that receives, the table says so instead. */
  readonly does: Rule | TableOf;
  readonly fair?: "weak" | "strong";
  readonly environment?: boolean;
}

/** Names, and those that stand for different members: where they do not, a property holds. */
export interface Quantifiers {
  readonly domains: readonly DomainOf[];
  readonly distinct: readonly (readonly [string, string])[];
}

export type PropertyOf =
  | (Quantifiers & { readonly kind: "invariant"; readonly name: string; readonly holds: Condition })
  | (Quantifiers & {
      readonly kind: "step invariant";
      readonly name: string;
      /**
       * The property is about steps of this action, from where `before` holds, that write the variable: `after` holds.
       */
      readonly action?: string;
      readonly writes?: { readonly variable: string; readonly at: readonly string[] };
      readonly before: Condition;
      readonly after: Condition;
    })
  | { readonly kind: "no deadlock"; readonly name: string; readonly stuck: Condition }
  | { readonly kind: "no unspecified reception"; readonly name: string }
  | {
      readonly kind: "reachable";
      readonly name: string;
      readonly goals: readonly (Quantifiers & { readonly label: string; readonly holds: Condition })[];
    }
  | (Quantifiers & {
      readonly kind: "eventually" | "leads to" | "always eventually" | "eventually always";
      readonly name: string;
      /** Of `leads to`. */
      readonly from: Condition;
      readonly holds: Condition;
    });

export type LivenessOf = Extract<
  PropertyOf,
  { readonly kind: "eventually" | "leads to" | "always eventually" | "eventually always" }
>;

export interface AssumptionOf extends Quantifiers {
  readonly name: string;
  readonly actions: readonly string[];
  readonly before: Condition;
  readonly after: Condition;
  readonly answered: Condition;
}

export interface Description {
  readonly sizes: { readonly [set in SetName]: number };
  /** Whether the members of A are declared ordered. */
  readonly ordered: boolean;
  readonly ordinal: { readonly keep?: number; readonly window?: number };
  readonly variables: readonly VariableOf[];
  /** Initial states besides the one in which everything is first or empty: one for each binding. */
  readonly initial: readonly (Quantifiers & { readonly does: readonly Statement[] })[];
  readonly actions: readonly ActionOf[];
  readonly properties: readonly PropertyOf[];
  readonly assumptions: readonly AssumptionOf[];
}

/** The words that levels are, by number. */
export const LEVELS = ["a", "b", "c", "d"] as const;

export const isLivenessOf = (property: PropertyOf): property is LivenessOf =>
  ["eventually", "leads to", "always eventually", "eventually always"].includes(property.kind);

export const receives = (does: Rule | TableOf): does is TableOf => "cells" in does;
