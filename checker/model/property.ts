/** Properties: what must hold. The function on the hot path only decides; `explain` is called when it has failed. */
import type { Binding, Domains } from "./action.js";
import type { ReceiveTable } from "./receive.js";
import { cellName } from "./receive.js";

/** What a step did, for properties of steps. */
export interface Step {
  /** The name of the action. */
  readonly action: string;
  /** Whether the step wrote this variable at these members. */
  writes(variable: string, ...members: symbol[]): boolean;
}

interface Named {
  readonly name: string;
  /** The sentence of the paper, with its section. */
  readonly says: string;
}

/** Holds in every reachable state, for every binding. */
export interface Invariant<S> extends Named {
  readonly kind: "invariant";
  readonly domains: Domains;
  holds(state: S, binding: Binding<Domains>): boolean;
  explain(state: S, binding: Binding<Domains>): string;
}

/** Holds for every step between reachable states, for every binding (TLA+'s `[][A]_v`). */
export interface StepInvariant<S> extends Named {
  readonly kind: "step invariant";
  readonly domains: Domains;
  holds(before: S, after: S, binding: Binding<Domains>, step: Step): boolean;
  explain(before: S, after: S, binding: Binding<Domains>, step: Step): string;
}

/** Something that is seen at least once: a state, or a cell of a receive table being used. */
export type Goal<S> =
  | {
      readonly label: string;
      readonly domains: Domains;
      readonly holds: (state: S, binding: Binding<Domains>) => boolean;
    }
  | { readonly label: string; readonly table: string; readonly anyCellOf: readonly string[] };

/**
 * Every goal is reached. As `reachable` it fails if one never is, which keeps the other verdicts from being vacuous. As `coverage` it
 * tells what no run of a model uses, a rule that could be left out for example: no violation, but a warning of its own class.
 */
export interface Reachable<S> extends Named {
  readonly kind: "reachable" | "coverage";
  readonly goals: readonly Goal<S>[];
}

/** Whether a property is decided by goals that are met or not, rather than by a state, a step or a cycle. */
export function hasGoals<S>(property: Property<S>): property is Reachable<S> {
  return property.kind === "reachable" || property.kind === "coverage";
}

/** No state in which only the environment can act, if `stuck` says that somebody waits there. */
export interface NoDeadlock<S> extends Named {
  readonly kind: "no deadlock";
  stuck(state: S): boolean;
  explain(state: S): string;
}

/** No message meets a cell that is `impossible`. */
export interface NoUnspecifiedReception extends Named {
  readonly kind: "no unspecified reception";
}

/**
 * What every fair run does, for every binding: in LTL, `eventually` is F holds, `leads to` G(from -> F holds), `always eventually`
 * GF holds, `eventually always` FG holds.
 */
export interface Liveness<S> extends Named {
  readonly kind: LivenessKind;
  readonly domains: Domains;
  /** Of `leads to`: what makes it due. */
  readonly from: ((state: S, binding: Binding<Domains>) => boolean) | undefined;
  holds(state: S, binding: Binding<Domains>): boolean;
  explain(state: S, binding: Binding<Domains>): string;
}

export const LIVENESS_KINDS = ["eventually", "leads to", "always eventually", "eventually always"] as const;
export type LivenessKind = (typeof LIVENESS_KINDS)[number];

export type Property<S> =
  | Invariant<S>
  | StepInvariant<S>
  | Reachable<S>
  | NoDeadlock<S>
  | NoUnspecifiedReception
  | Liveness<S>;

export function isLiveness<S>(property: Property<S>): property is Liveness<S> {
  return LIVENESS_KINDS.some((kind) => kind === property.kind);
}

export interface Always<S, D extends Domains> extends Named {
  readonly for: D;
  readonly holds: (state: S, binding: Binding<D>) => boolean;
  /** The evidence, in the protocol's words: "Modified: K1; Shared: K2". */
  readonly explain: (state: S, binding: Binding<D>) => string;
}

export function makeInvariant<S, D extends Domains>(of: Always<S, D>): Invariant<S> {
  return {
    kind: "invariant",
    name: of.name,
    says: of.says,
    domains: of.for,
    holds: (state, binding) => of.holds(state, binding as Binding<D>),
    explain: (state, binding) => of.explain(state, binding as Binding<D>),
  };
}

export interface LeadsTo<S, D extends Domains> extends Named {
  readonly for: D;
  readonly from: (state: S, binding: Binding<D>) => boolean;
  readonly to: (state: S, binding: Binding<D>) => boolean;
  /** Who waits, and where, in the protocol's words; told of a state of the cycle. */
  readonly explain: (state: S, binding: Binding<D>) => string;
}

export function makeLiveness<S, D extends Domains>(kind: LivenessKind, of: Always<S, D>): Liveness<S> {
  return { ...makeInvariant(of), kind, from: undefined };
}

export function makeLeadsTo<S, D extends Domains>(of: LeadsTo<S, D>): Liveness<S> {
  const from = (state: S, binding: Binding<Domains>) => of.from(state, binding as Binding<D>);
  return { ...makeLiveness("leads to", { ...of, holds: of.to }), from };
}

export interface AlwaysStep<S, D extends Domains> extends Named {
  readonly for: D;
  readonly holds: (before: S, after: S, binding: Binding<D>, step: Step) => boolean;
  readonly explain: (before: S, after: S, binding: Binding<D>, step: Step) => string;
}

export function makeStepInvariant<S, D extends Domains>(of: AlwaysStep<S, D>): StepInvariant<S> {
  return {
    kind: "step invariant",
    name: of.name,
    says: of.says,
    domains: of.for,
    holds: (before, after, binding, step) => of.holds(before, after, binding as Binding<D>, step),
    explain: (before, after, binding, step) => of.explain(before, after, binding as Binding<D>, step),
  };
}

/** The goal that some state satisfies a predicate. */
export function makeGoal<S, D extends Domains>(
  label: string,
  domains: D,
  holds: (state: S, binding: Binding<D>) => boolean,
): Goal<S> {
  return { label, domains, holds: (state, binding) => holds(state, binding as Binding<D>) };
}

/** One goal for each cell of a table that is not impossible. */
export function everyCell<Row extends string, Column extends string, C, S>(
  table: ReceiveTable<Row, Column, C, S>,
): Goal<S>[] {
  return table.rows.flatMap((row) =>
    table.columns
      .filter((column) => table.cells[row][column].kind === "rule")
      .map((column) => ({ label: cellName(row, column), table: table.name, anyCellOf: [cellName(row, column)] })),
  );
}

/** One goal for each message kind that some cell of a table receives. */
export function everyColumn<Row extends string, Column extends string, C, S>(
  table: ReceiveTable<Row, Column, C, S>,
): Goal<S>[] {
  return table.columns.flatMap((column) => {
    const rows = table.rows.filter((row) => table.cells[row][column].kind === "rule");
    return rows.length === 0
      ? []
      : [{ label: column, table: table.name, anyCellOf: rows.map((row) => cellName(row, column)) }];
  });
}
