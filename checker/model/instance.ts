/**
 * A model with its parameters fixed: the layout of its states, and its actions and properties with all their bindings.
 */
import { UsageError } from "../errors.js";
import type { Action, Binding, Choice, Domains } from "./action.js";
import type { Compassion } from "./compassion.js";
import { type AnyModel, resolveParameters } from "./model.js";
import type { Ordinal } from "./ordinal.js";
import type { ParameterValues } from "./parameters.js";
import type { Property, StepInvariant } from "./property.js";
import { type IndexSet, type Member, nameOf } from "./scalarset.js";
import { AnyState, Layout, NoSuchSlot, type SlotSource, stateClass } from "./state.js";
import { nameOfStep } from "./step-name.js";
import { format, leavesOf } from "./value.js";

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

/** A model with its parameters fixed. */
export class Instance {
  readonly parameters: ParameterValues;
  readonly layout: Layout;
  readonly actions: readonly ActionInstance[];
  readonly properties: readonly Property<AnyState>[];
  readonly initial: readonly Values[];
  readonly assumptions: readonly string[];
  /** What liveness assumes of runs besides the fairness of actions. */
  readonly fairness: readonly Compassion<AnyState>[];
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
   * @throws UsageError for parameters that the model does not take, and for a model whose declarations contradict each
   * other
   */
  constructor(
    readonly model: AnyModel,
    given: Readonly<Record<string, unknown>> = {},
  ) {
    this.parameters = resolveParameters(model, given);
    this.layout = new Layout(model.variables(this.parameters), this.parameters);
    this.State = stateClass(this.layout);
    this.actions = model
      .actions(this.parameters)
      .flatMap((action) => this.bindings(action.domains).flatMap((binding) => this.bound(action, binding)))
      .map((instance, index) => ({ ...instance, index }));
    this.properties = model.properties(this.parameters);
    this.stepInvariants = this.properties.flatMap((of, place) => (of.kind === "step invariant" ? [{ of, place }] : []));
    this.fairness = model.fairness?.(this.parameters) ?? [];
    this.refuseDuplicates();
    this.refuseFairness();
    this.assumptions = model.assumptions?.(this.parameters) ?? [];
    this.initial = this.initialStates();
    const leaves = leavesOf(undefined);
    for (const values of this.initial) for (const value of values) leavesOf(value, leaves);
    this.ordinals = [...new Set([...leaves.ordinals, ...leaves.floors].map((leaf) => leaf.ordinal))];
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

  private refuseDuplicates(): void {
    const names = this.properties.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice !== undefined) throw new UsageError(`${this.model.name} has two properties called "${twice}"`);
  }

  private refuseFairness(): void {
    for (const { action } of this.actions) {
      if (action.environment && action.fair)
        throw new UsageError(`${action.name} is a step of the environment, and cannot be fair (${action.where})`);
    }
    for (const { name, actions } of this.fairness) {
      if (!this.actions.some(({ action }) => actions.includes(action.name)))
        throw new UsageError(
          `the assumption "${name}" is about ${actions.join(", ")}, and ${this.model.name} has no such action`,
        );
    }
  }

  private initialStates(): readonly Values[] {
    const declared = this.layout.slots.map(({ variable, indices }) => {
      const { sets, initial } = this.layout.declarations[variable]!;
      return (initial as (...members: unknown[]) => unknown)(...indices.map((index, i) => sets[i]!.member(index)));
    });
    const states = this.model.initial?.(this.stateOf(declared)) as AnyState[] | undefined;
    if (states?.length === 0)
      throw new UsageError(`${this.model.name} has no initial state: every property would hold of nothing`);
    return states ? states.map((state) => this.valuesOf(state)) : [declared];
  }
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
