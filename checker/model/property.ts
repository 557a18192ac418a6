/**
 * Properties: what must hold. `holds` runs on the hot path and only decides; `explain` is called once it has failed.
 */
import type { Binding, Domains } from "./action.js";
import type { ReceiveTable } from "./receive.js";
import type { Layout } from "./state.js";
import { cellName } from "./table.js";
import { Where } from "./where.js";

/** What a step did, for step invariants and compassions. */
export interface Step {
  /** The name of the action. */
  readonly action: string;
  /** Tells whether the step wrote this variable at these members. */
  writes(variable: string, ...members: symbol[]): boolean;
}

interface Named {
  readonly name: string;
  /** The sentence of the paper that asks for the property, with its section. */
  readonly says: string;
  /** Where the property is declared, as far as it was made by a vocabulary. */
  readonly where?: Where;
  /** Refuses a model that the property cannot be asked of. @throws LoadError */
  readonly refuseMisfit?: (layout: Layout) => void;
}

/** A property of states that is true in every reachable state, for every binding. */
export interface Invariant<S> extends Named {
  readonly kind: "invariant";
  readonly domains: Domains;
  holds(state: S, binding: Binding<Domains>): boolean;
  explain(state: S, binding: Binding<Domains>): string;
}

/** A property of states that is true in every initial state, for every binding. It is asked of no other state. */
export interface Initial<S> extends Named {
  readonly kind: "initial";
  readonly domains: Domains;
  holds(state: S, binding: Binding<Domains>): boolean;
  explain(state: S, binding: Binding<Domains>): string;
}

/** A property of steps that is true of every step between reachable states, for every binding (TLA+'s `[][A]_v`). */
export interface StepInvariant<S> extends Named {
  readonly kind: "step invariant";
  readonly domains: Domains;
  holds(before: S, after: S, binding: Binding<Domains>, step: Step): boolean;
  explain(before: S, after: S, binding: Binding<Domains>, step: Step): string;
}

/** Something that should be seen at least once: a state, or the use of a cell of a receive table. */
export type Goal<S> =
  | {
      readonly label: string;
      readonly domains: Domains;
      readonly holds: (state: S, binding: Binding<Domains>) => boolean;
    }
  | { readonly label: string; readonly table: string; readonly anyCellOf: readonly string[] };

/**
 * A list of goals. As `reachable` it is violated if some goal is never met, which keeps other verdicts from being
 * vacuous. As `coverage` it lists what no run of the model uses, such as a rule that could be left out: that is no
 * violation but a warning, with an exit status of its own if the user asks for one.
 */
export interface Reachable<S> extends Named {
  readonly kind: "reachable" | "coverage";
  readonly goals: readonly Goal<S>[];
}

/** Tells whether a property is decided by goals that are met or not, rather than by a state, a step or a cycle. */
export function hasGoals<S>(property: Property<S>): property is Reachable<S> {
  return property.kind === "reachable" || property.kind === "coverage";
}

/** The property that in no state only the environment can act while, by `stuck`, somebody waits. */
export interface NoDeadlock<S> extends Named {
  readonly kind: "no deadlock";
  stuck(state: S): boolean;
  explain(state: S): string;
}

/** The property that no message meets a cell that is `impossible`. */
export interface NoUnspecifiedReception extends Named {
  readonly kind: "no unspecified reception";
}

/**
 * The property that no message meets a cell that is `impossible`. Every model whose tables have such a cell is asked
 * about it, unless it says why not (`ignoresUnspecifiedReceptions`); one that lists it says where it stands among the
 * others, or in which words: `{ ...noUnspecifiedReception, says: "4.8: …" }`.
 */
export const noUnspecifiedReception: NoUnspecifiedReception = {
  kind: "no unspecified reception",
  name: "no unspecified reception",
  says: "no message meets a state for which the protocol says nothing",
};

/**
 * A property of every fair run, for every binding. In LTL: `eventually` is F holds, `leads to` is G(from -> F holds),
 * `always eventually` is GF holds, `eventually always` is FG holds.
 */
export interface Liveness<S> extends Named {
  readonly kind: LivenessKind;
  readonly domains: Domains;
  /** Of `leads to`: the predicate after which `holds` must come. Undefined for the other kinds. */
  readonly from: ((state: S, binding: Binding<Domains>) => boolean) | undefined;
  holds(state: S, binding: Binding<Domains>): boolean;
  /**
   * Of `always eventually` and `eventually always`: steps that satisfy the property as well if they are taken
   * infinitely often, so that a run that violates it takes them only finitely often. Undefined if there are none.
   */
  readonly orTaken?: ((before: S, after: S, binding: Binding<Domains>) => boolean) | undefined;
  explain(state: S, binding: Binding<Domains>): string;
}

/** The kinds of liveness property. */
export const LIVENESS_KINDS = ["eventually", "leads to", "always eventually", "eventually always"] as const;
export type LivenessKind = (typeof LIVENESS_KINDS)[number];

/**
 * The property that no function of the model throws, in any state or step. Every search is asked about it, and no model
 * lists it: an outcome names it only where it is violated.
 */
export interface NoError extends Named {
  readonly kind: "no error";
}

/**
 * The property that no assertion fails that a function of the model makes with `assert`. Every search is asked about
 * it, and no model lists it: an outcome names it where some function has made an assertion.
 */
export interface NoFailedAssertion extends Named {
  readonly kind: "no failed assertion";
}

/** A property that every search is asked about, and that no model lists. */
export type Unlisted = NoError | NoFailedAssertion;

export const noError: NoError = {
  kind: "no error",
  name: "no error",
  says: "no function of the model throws, or returns what means nothing",
};

export const noFailedAssertion: NoFailedAssertion = {
  kind: "no failed assertion",
  name: "no failed assertion",
  says: "what the model's functions assert is true",
};

/** The properties that no model lists. */
export const UNLISTED: readonly Unlisted[] = [noError, noFailedAssertion];

/** Tells whether a kind of property is one that no model lists. */
export function isUnlisted(kind: string): kind is Unlisted["kind"] {
  return UNLISTED.some((property) => property.kind === kind);
}

/** Any property that a model may list. */
export type Property<S> =
  | Invariant<S>
  | Initial<S>
  | StepInvariant<S>
  | Reachable<S>
  | NoDeadlock<S>
  | NoUnspecifiedReception
  | Liveness<S>;

/** Tells whether a property is one of fair runs. */
export function isLiveness<S>(property: Property<S> | Unlisted): property is Liveness<S> {
  return LIVENESS_KINDS.some((kind) => kind === property.kind);
}

/** What `always`, `initially`, `eventually`, `alwaysEventually` and `eventuallyAlways` of a vocabulary are given. */
export interface Always<S, D extends Domains> extends Named {
  readonly for: D;
  readonly holds: (state: S, binding: Binding<D>) => boolean;
  /** Returns the evidence of a violation in the protocol's words: "Modified: K1; Shared: K2". */
  readonly explain: (state: S, binding: Binding<D>) => string;
}

/** Makes an invariant; `always` of a vocabulary is this function with the type of its states fixed. */
export function makeInvariant<S, D extends Domains>(of: Always<S, D>): Invariant<S> {
  return {
    kind: "invariant",
    name: of.name,
    says: of.says,
    where: new Where(),
    domains: of.for,
    holds: (state, binding) => of.holds(state, binding as Binding<D>),
    explain: (state, binding) => of.explain(state, binding as Binding<D>),
  };
}

/** Makes a formula on the initial state; `initially` of a vocabulary is this function. */
export function makeInitial<S, D extends Domains>(of: Always<S, D>): Initial<S> {
  return { ...makeInvariant(of), kind: "initial" };
}

/** What `leadsTo` of a vocabulary is given. */
export interface LeadsTo<S, D extends Domains> extends Named {
  readonly for: D;
  readonly from: (state: S, binding: Binding<D>) => boolean;
  readonly to: (state: S, binding: Binding<D>) => boolean;
  /** Returns, in the protocol's words, who waits and where. The state is one of the cycle. */
  readonly explain: (state: S, binding: Binding<D>) => string;
}

/** Makes a liveness property of one predicate. */
export function makeLiveness<S, D extends Domains>(kind: LivenessKind, of: Always<S, D>): Liveness<S> {
  return { ...makeInvariant(of), kind, from: undefined };
}

/** Makes the property that `from` leads to `to`. */
export function makeLeadsTo<S, D extends Domains>(of: LeadsTo<S, D>): Liveness<S> {
  const from = (state: S, binding: Binding<Domains>) => of.from(state, binding as Binding<D>);
  return { ...makeLiveness("leads to", { ...of, holds: of.to }), from };
}

/** What `alwaysStep` of a vocabulary is given. */
export interface AlwaysStep<S, D extends Domains> extends Named {
  readonly for: D;
  readonly holds: (before: S, after: S, binding: Binding<D>, step: Step) => boolean;
  readonly explain: (before: S, after: S, binding: Binding<D>, step: Step) => string;
}

/** Makes a step invariant; `alwaysStep` of a vocabulary is this function with the type of its states fixed. */
export function makeStepInvariant<S, D extends Domains>(of: AlwaysStep<S, D>): StepInvariant<S> {
  return {
    kind: "step invariant",
    name: of.name,
    says: of.says,
    where: new Where(),
    domains: of.for,
    holds: (before, after, binding, step) => of.holds(before, after, binding as Binding<D>, step),
    explain: (before, after, binding, step) => of.explain(before, after, binding as Binding<D>, step),
  };
}

/** Makes the goal that `holds` is true in some state. */
export function makeGoal<S, D extends Domains>(
  label: string,
  domains: D,
  holds: (state: S, binding: Binding<D>) => boolean,
): Goal<S> {
  return { label, domains, holds: (state, binding) => holds(state, binding as Binding<D>) };
}

/** Returns one goal for each cell of a table that is not impossible. */
export function everyCell<Row extends string, Column extends string, C, S>(
  table: ReceiveTable<Row, Column, C, S>,
): Goal<S>[] {
  return table.rows.flatMap((row) =>
    table.columns
      .filter((column) => table.cells[row]?.[column]?.kind === "rule")
      .map((column) => ({ label: cellName(row, column), table: table.name, anyCellOf: [cellName(row, column)] })),
  );
}

/** Returns one goal for each kind of message that some cell of a table receives. */
export function everyColumn<Row extends string, Column extends string, C, S>(
  table: ReceiveTable<Row, Column, C, S>,
): Goal<S>[] {
  return table.columns.flatMap((column) => {
    const rows = table.rows.filter((row) => table.cells[row]?.[column]?.kind === "rule");
    return rows.length === 0
      ? []
      : [{ label: column, table: table.name, anyCellOf: rows.map((row) => cellName(row, column)) }];
  });
}
