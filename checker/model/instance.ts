/**
 * A model with its parameters fixed: the layout of its states, and its actions and properties with all their bindings.
 */
import { LoadError, UsageError } from "../errors.js";
import type { Action, Binding, Choice, Domains } from "./action.js";
import type { ActionInstance, Values } from "./bound.js";
import { blockingInWords } from "./capacity.js";
import type { Compassion } from "./compassion.js";
import { valuesOfConstants } from "./constant.js";
import type { ActionConstraint, Constraint, StateConstraint } from "./constraint.js";
import { type AnyModel, resolveParameters, withoutConstraints } from "./model.js";
import type { Ordinal } from "./ordinal.js";
import { notedParameters, type ParameterValues } from "./parameters.js";
import { strictConstraint, strictFairness, strictProperty } from "./predicates.js";
import { checkProcesses } from "./process-shape.js";
import {
  noError,
  noFailedAssertion,
  noUnspecifiedReception,
  type Property,
  type StepInvariant,
  UNLISTED,
  type Unlisted,
} from "./property.js";
import { ReceiverRows } from "./receiver-rows.js";
import type { IndexSet } from "./scalarset.js";
import {
  checkActions,
  checkConstraints,
  checkFairness,
  checkProperties,
  checkShape,
  checkVariables,
  refuseContradiction,
  tablesOf,
} from "./shape.js";
import { AnyState, Layout, NoSuchSlot, type SlotSource, stateClass, withoutMinusZero } from "./state.js";
import { refuseStepFairness, type StepFairness } from "./step-fairness.js";
import { hasImpossible, type NamedTable } from "./table.js";
import { attempt } from "./thrown.js";
import { described, leavesOf } from "./value.js";
import { withinCapacities } from "./within-capacities.js";

export { type ActionInstance, type Bound, nameOfInstance, namesIn, processOf, type Values } from "./bound.js";

/** A model with its parameters fixed. */
export class Instance {
  /** The model; what it computes for pictures from the parameters is in its fields. */
  readonly model: AnyModel;
  readonly parameters: ParameterValues;
  /** The names of the parameters that the model's functions have read so far; undefined if nobody asks. */
  readonly parametersRead: ReadonlySet<string> | undefined;
  readonly layout: Layout;
  readonly actions: readonly ActionInstance[];
  /**
   * The properties that the model lists. If it lists none of unspecified receptions, but some cell of its tables is
   * impossible, that property comes last, unless the model ignores such receptions.
   */
  readonly properties: readonly Property<AnyState>[];
  /** The receive tables of its actions. */
  readonly tables: readonly NamedTable[];
  readonly receiverRows: ReceiverRows;
  readonly initial: readonly Values[];
  /** The first initial state that no constraint cuts off. */
  readonly firstExpanded: Values;
  readonly assumptions: readonly string[];
  /** What liveness assumes of runs besides the fairness of actions. */
  readonly fairness: readonly (Compassion<AnyState> | StepFairness<AnyState>)[];
  /** The bounds of a search. */
  readonly constraints: readonly Constraint<AnyState>[];
  readonly stateConstraints: readonly StateConstraint<AnyState>[];
  readonly actionConstraints: readonly ActionConstraint<AnyState>[];
  /** The ordinals that occur in the initial states. */
  readonly ordinals: readonly Ordinal[];
  /** The step invariants, each with its index in `properties`. */
  readonly stepInvariants: readonly { readonly of: StepInvariant<AnyState>; readonly place: number }[];
  private readonly bindingsOf = new Map<Domains, readonly Binding<Domains>[]>();
  private readonly State: new (
    layout: Layout,
    source: SlotSource,
    written: ReadonlyMap<number, unknown>,
  ) => AnyState;

  /**
   * @param given the parameters that the user gave; the others have their defaults
   * @param notes whether to note which parameters the model's functions read
   * @throws UsageError for parameters that the model does not take, and for a model whose declarations contradict each
   * other
   * @throws LoadError for a model that is not as it must be: a cell that is missing, a name given twice, …
   */
  constructor(model: AnyModel, given: Readonly<Record<string, unknown>> = {}, notes = false) {
    this.parameters = resolveParameters(model, given);
    this.model = model.drawn === undefined ? model : { ...model, ...model.drawn(this.parameters) };
    const read = new Set<string>();
    const parameters = notes ? notedParameters(this.parameters, read) : this.parameters;
    this.parametersRead = notes ? read : undefined;
    this.layout = new Layout(checkVariables(model, model.variables(parameters)), parameters);
    this.layout.constants = valuesOfConstants(
      model.name,
      model.constants ?? [],
      (set) => this.layout.membersOf(set),
      parameters,
    );
    this.State = stateClass(this.layout);
    const actions = checkActions(model, model.actions(parameters)).map((of) => withinCapacities(this.layout, of));
    this.tables = tablesOf(actions);
    this.actions = actions
      .flatMap((action) => this.bindings(action.domains).flatMap((binding) => this.bound(action, binding)))
      .map((instance, index) => ({ ...instance, index }));
    this.receiverRows = new ReceiverRows(
      this.actions.filter(({ action }) => action.reception !== undefined),
      this.layout,
      (source) => this.stateOver(source),
    );
    this.properties = this.withReceptions(model.properties(parameters)).map(strictProperty);
    this.stepInvariants = this.properties.flatMap((of, place) => (of.kind === "step invariant" ? [{ of, place }] : []));
    this.fairness = checkFairness(model, model.fairness?.(parameters) ?? []).map(strictFairness);
    this.constraints = checkConstraints(model, model.constraints?.(parameters) ?? []).map(strictConstraint);
    this.stateConstraints = this.constraints.filter((of) => of.kind === "state constraint");
    this.actionConstraints = this.constraints.filter((of) => of.kind === "action constraint");
    this.refuseFairness();
    const { ignoresUnspecifiedReceptions: why } = model;
    this.assumptions = [
      ...(model.assumptions?.(parameters) ?? []),
      ...(why === undefined ? [] : [`nobody asked whether messages meet an impossible cell: ${why}`]),
      ...blockingInWords(this.layout),
    ];
    this.initial = this.initialStates();
    this.firstExpanded = this.firstWithin();
    checkShape(this);
    checkProcesses(this);
    const leaves = leavesOf(undefined);
    for (const values of this.initial) for (const value of values) leavesOf(value, leaves);
    this.ordinals = [...new Set([...leaves.ordinals, ...leaves.floors].map((leaf) => leaf.ordinal))];
  }

  /** The instance without constraints, for what is no search for verdicts; itself if it has none. */
  get unbounded(): Instance {
    return this.constraints.length === 0 ? this : new Instance(withoutConstraints(this.model), this.parameters);
  }

  /** The place of the property that no function throws, behind those of `properties`. */
  get errorPlace(): number {
    return this.properties.length;
  }

  /** The place of the property that no assertion fails, behind that. */
  get assertionPlace(): number {
    return this.properties.length + 1;
  }

  /** The places of the properties that no model lists. If one of them is violated, no search goes on. */
  get unlistedPlaces(): readonly number[] {
    return [this.errorPlace, this.assertionPlace];
  }

  /** Returns the property at a place, which may be one of `unlistedPlaces`. */
  propertyAt(place: number): Property<AnyState> | Unlisted {
    return place === this.errorPlace
      ? noError
      : place === this.assertionPlace
        ? noFailedAssertion
        : this.properties[place]!;
  }

  /** Returns the property of a name; undefined if there is none. */
  propertyNamed(name: string): Property<AnyState> | Unlisted | undefined {
    const all = [...this.properties, ...UNLISTED];
    return all.find((property) => property.name === name);
  }

  /** Makes a state for authors' functions, over plain values or over a recorder. */
  stateOver(source: SlotSource, written: ReadonlyMap<number, unknown> = new Map()): AnyState {
    return new this.State(this.layout, source, written);
  }

  /** Makes a state over plain values. */
  stateOf(values: Values): AnyState {
    return this.stateOver({ read: (slot) => values[slot] });
  }

  /** Returns the values of a state that was made over plain values. */
  valuesOf(state: AnyState): Values {
    return AnyState.valuesOf(state);
  }

  /** Returns every binding of the names to values of their domains; the same list for the same object `domains`. */
  bindings(domains: Domains): readonly Binding<Domains>[] {
    const known = this.bindingsOf.get(domains);
    if (known !== undefined) return known;
    const bindings = this.makeBindings(domains);
    this.bindingsOf.set(domains, bindings);
    return bindings;
  }

  private makeBindings(domains: Domains): Binding<Domains>[] {
    return Object.entries(domains).reduce<Record<string, unknown>[]>(
      (bindings, [name, domain]) =>
        bindings.flatMap((binding) =>
          this.valuesIn(domain as IndexSet | Choice<unknown>).map((value) => ({ ...binding, [name]: value })),
        ),
      [{}],
    ) as Binding<Domains>[];
  }

  private valuesIn(domain: IndexSet | Choice<unknown>): readonly unknown[] {
    if (domain.kind === "index set") return this.layout.membersOf(domain);
    return domain.set ? [...domain.values, ...this.layout.membersOf(domain.set)] : domain.values;
  }

  /**
   * Returns the action with the binding, or nothing if its channel does not exist at the binding: from a member to
   * itself.
   */
  private bound(action: Action<AnyState>, binding: Binding<Domains>): Omit<ActionInstance, "index">[] {
    if (action.takes === undefined) return [{ action, binding, takes: undefined }];
    const read: number[] = [];
    const noting = this.stateOver({ read: (slot) => void read.push(slot) });
    try {
      action.takes(noting, binding);
    } catch (error) {
      if (error instanceof NoSuchSlot) return [];
      throw error;
    }
    if (read.length !== 1)
      throw new UsageError(`the channel of ${action.name} must be one variable, read once (${action.where})`);
    return [{ action, binding, takes: read[0] }];
  }

  /** Returns the declared properties, and the one of unspecified receptions if it has to be added. */
  private withReceptions(declared: unknown): readonly Property<AnyState>[] {
    const { model, tables } = this;
    const properties = checkProperties(model, declared);
    refuseContradiction(model, properties);
    const asks = properties.some(({ kind }) => kind === "no unspecified reception");
    if (asks || model.ignoresUnspecifiedReceptions !== undefined || !tables.some(hasImpossible)) return properties;
    return checkProperties(model, [...properties, noUnspecifiedReception]);
  }

  private refuseFairness(): void {
    for (const { action } of this.actions) {
      if (action.environment && action.fair)
        throw new UsageError(`${action.name} is a step of the environment, and cannot be fair (${action.where})`);
    }
    for (const of of this.fairness) {
      const { name, actions } = of;
      const asked = this.actions.filter(({ action }) => actions.includes(action.name));
      if (asked.length === 0)
        throw new UsageError(
          `the assumption "${name}" is about ${actions.join(", ")}, and ${this.model.name} has no such action`,
        );
      if (of.kind === "step fairness") for (const { action } of asked) refuseStepFairness(of, action);
    }
  }

  private firstWithin(): Values {
    const cuts = (values: Values) => {
      const state = this.stateOf(values);
      // A search tells what a constraint throws.
      const isFalse = (of: StateConstraint<AnyState>, binding: Binding<Domains>) =>
        attempt(
          () => `constraint "${of.name}"`,
          () => of.holds(state, binding),
        ) === false;
      return this.stateConstraints.some((of) => this.bindings(of.domains).some((binding) => isFalse(of, binding)));
    };
    const first = this.initial.find((values) => !cuts(values));
    if (first !== undefined) return first;
    const names = this.stateConstraints.map(({ name }) => `"${name}"`).join(", ");
    throw new LoadError(
      `the constraints of ${this.model.name} (${names}) cut every initial state off, so nothing would be looked at\n  Widen them.`,
    );
  }

  private initialStates(): readonly Values[] {
    const declared = this.layout.slots.map(({ variable, indices }) => {
      const { sets, initial } = this.layout.declarations[variable]!;
      return (initial as (...members: unknown[]) => unknown)(...indices.map((index, i) => sets[i]!.member(index)));
    });
    const states = this.model.initial?.(this.stateOf(declared)) as AnyState[] | undefined;
    if (states !== undefined && !Array.isArray(states))
      throw new LoadError(`initial of ${this.model.name} returned ${described(states)}\n  Return a list of states.`);
    for (const state of (states ?? []) as unknown[]) {
      if (state instanceof AnyState) continue;
      throw new LoadError(
        `initial of ${this.model.name} returned a list with ${described(state)}, which is no state of the model`,
      );
    }
    if (states?.length === 0)
      throw new UsageError(`${this.model.name} has no initial state: every property would hold of nothing`);
    const values = states ? states.map((state) => this.valuesOf(state)) : [declared];
    return values.map((of) => of.map(withoutMinusZero));
  }
}
