/**
 * The observed model: a decision tree for each action, invariant and goal with each binding, and what their leaves
 * report.
 */

import { type Binding, type Domains, disabled, isUnspecified, type Run } from "../../model/action.js";
import type { ActionInstance, Instance } from "../../model/instance.js";
import { nameOfInstance } from "../../model/instance.js";
import { type Goal, hasGoals, type Property } from "../../model/property.js";
import { violatedSteps } from "../../model/reference.js";
import type { AnyState } from "../../model/state.js";
import { Dispatch, type Receiving } from "../../observe/dispatch.js";
import type { Families } from "../../observe/intern.js";
import { forBinding, type Observed, type RunOutcome } from "../../observe/observed.js";
import { SymmetryCheck } from "../../observe/symmetry-check.js";
import { MAX_TREES, Trees } from "../../observe/trees.js";
import { keyOfBinding, renamedBindings } from "../../symmetry/bindings.js";
import type { NominalSymmetry } from "../../symmetry/nominal.js";
import type { Orbits } from "../../symmetry/orbits.js";

/** What a leaf reports: a state or a step violates the property with this place among the instance's. */
export interface ViolatedProperty {
  readonly property: number;
}

type State = AnyState;

export class ObservedModel {
  readonly trees: Trees<ViolatedProperty>;
  readonly dispatch: Dispatch<ViolatedProperty>;
  /**
   * The tree of the deadlock property's `stuck`, and the property's place; undefined if the property is not checked.
   */
  readonly deadlock: { readonly tree: number; readonly property: number } | undefined;
  /**
   * The address of a table with a byte by tree: 1 if it belongs to an action of the protocol, not of the environment,
   * and so is a way out of a deadlock.
   */
  private readonly progress: number;
  /** By tree: the index in `instance.actions` of the action that it belongs to, or -1. */
  readonly actionOf: number[] = [];
  /** The goals that were met in some state. */
  private readonly goalsMet = new Set<Goal<AnyState>>();
  /** The keys of the cells of receive tables that decided a reception. */
  private readonly cellsUsed = new Set<string>();
  /** Why an unspecified reception was met, while no property asks about such receptions; undefined if none was. */
  ignoredReception: string | undefined;
  /**
   * Whether a goal was met or a property decided since the lists of what is to be looked at were built: they name trees
   * that are done.
   */
  listsStale = false;
  /** Each invariant with each binding: its tree, and for the audit the function itself. */
  readonly invariants: {
    readonly tree: number;
    readonly place: number;
    readonly binding: Binding<Domains>;
    readonly holds: (state: State) => boolean;
  }[] = [];
  private readonly instance: Instance;
  /** The orbits under renaming of members; undefined if there are none or too many. */
  private readonly orbits: Orbits | undefined;
  /** By action: the action with each of its bindings, by the binding's key. */
  private readonly byBinding = new Map<object, Map<string, ActionInstance>>();
  private readonly treesOf = new Map<number, number[]>();
  private readonly roots: number[] = [];

  /**
   * @param checked the properties to check, as places among the instance's
   * @param symmetry the reduction that is in force; undefined if there is none
   */
  constructor(
    families: Families,
    readonly checked: readonly number[],
    symmetry?: NominalSymmetry,
  ) {
    this.instance = families.instance;
    this.orbits = symmetry?.orbits;
    this.trees = new Trees(families, symmetry && new SymmetryCheck(families, symmetry.set), this.orbits);
    for (const action of this.instance.actions) {
      const bound = this.byBinding.get(action.action) ?? new Map<string, ActionInstance>();
      this.byBinding.set(action.action, bound.set(keyOfBinding(action.binding), action));
    }
    this.progress = families.arena.region("ways out of a deadlock", MAX_TREES).start;
    families.arena.header.progress = this.progress;
    const receiving = this.addActions();
    for (const property of checked) this.addProperty(this.instance.properties[property]!, property);
    const place = checked.find((property) => this.instance.properties[property]!.kind === "no deadlock");
    this.deadlock =
      place === undefined ? undefined : { tree: this.trees.add(this.observedStuck(place)), property: place };
    this.dispatch = new Dispatch(this.trees, receiving);
    families.arena.header.stuckTree = this.deadlock?.tree ?? -1;
    this.writeStuckRoot();
  }

  /** Adds the trees of actions, and returns the receiving actions, whose trees are made when their messages are met. */
  private addActions(): Receiving<ViolatedProperty>[] {
    const { actions } = this.instance;
    const byKind = [
      actions.filter(({ takes }) => takes === undefined),
      actions.filter(({ takes }) => takes !== undefined),
    ];
    const [others, receiving] = byKind as [ActionInstance[], ActionInstance[]];
    const trees = others.map((action) => this.addRoot(this.observedAction(action, undefined), action));
    for (const renamed of this.renamed(others))
      this.trees.equivariance?.join(renamed.map((place) => (place === undefined ? undefined : trees[place])));
    const renamed = this.renamed(receiving);
    return receiving.map((action, i) => this.receiving(action, renamed[i]!));
  }

  /**
   * Returns, for each of the actions and each permutation of members, the place of the renamed action; undefined if
   * there is none.
   */
  private renamed(actions: readonly ActionInstance[]): (number | undefined)[][] {
    const { orbits } = this;
    const bound = actions.map(({ action, binding }) => ({ of: action, binding }));
    const places = renamedBindings(bound, orbits?.permutations ?? []);
    // An action that names its channel by itself keeps it when it is renamed, and so is no renaming of the other.
    return places.map((of, i) =>
      of.map((place, permutation) => {
        const { takes } = actions[i]!;
        if (takes === undefined || place === undefined) return place;
        return actions[place]!.takes === orbits!.slotAfter(takes, permutation) ? place : undefined;
      }),
    );
  }

  /** Tells the expander where the tree of the deadlock property begins, which changes as the tree grows. */
  writeStuckRoot(): void {
    const { trees, deadlock } = this;
    if (deadlock) trees.families.arena.header.stuckRoot = trees.roots[deadlock.tree]!;
  }

  isMet(goal: Goal<AnyState>): boolean {
    return "anyCellOf" in goal
      ? goal.anyCellOf.some((cell) => this.cellsUsed.has(keyOfCell(goal.table, cell)))
      : this.goalsMet.has(goal);
  }

  /** Runs all trees on `row`, the first state, which shows what slot each tree reads first. */
  start(row: Uint16Array): void {
    this.dispatch.addRoots(this.roots, row);
  }

  /** Takes the trees of `property`, which is decided, out of the lists of what is to be looked at. */
  settle(property: number): void {
    for (const tree of this.treesOf.get(property) ?? []) this.dispatch.done.add(tree);
    this.listsStale = true;
  }

  private addRoot(observed: Observed<ViolatedProperty>, action: ActionInstance | undefined): number {
    const tree = this.trees.add(observed);
    this.roots.push(tree);
    this.noteTree(tree, action);
    return tree;
  }

  private noteTree(tree: number, action: ActionInstance | undefined): void {
    this.trees.families.arena.bytes[this.progress + tree] = action === undefined || action.action.environment ? 0 : 1;
    this.actionOf[tree] = action?.index ?? -1;
  }

  private receiving(
    action: ActionInstance,
    renamed: Receiving<ViolatedProperty>["renamed"],
  ): Receiving<ViolatedProperty> {
    const slot = action.takes!;
    return {
      slot,
      renamed,
      observedFor: (message) => this.observedAction(action, { slot, message }),
      onTree: (tree) => this.noteTree(tree, action),
    };
  }

  private observedAction(
    action: ActionInstance,
    takes: Observed<ViolatedProperty>["takes"],
  ): Observed<ViolatedProperty> {
    return {
      name: () => `action ${nameOfInstance(action)}, declared at ${action.action.where},`,
      takes,
      run: (state, message) => this.runAction(action, state, message),
      binding: action.binding,
      renamed: (rename) => {
        const other = this.withBinding(action, rename);
        return other && { slot: other.takes, run: (state, message) => this.runAction(other, state, message) };
      },
    };
  }

  /** Returns the action with its binding renamed; undefined if the model has none. */
  withBinding({ action, binding }: ActionInstance, rename: (value: unknown) => unknown): ActionInstance | undefined {
    return this.byBinding.get(action)!.get(keyOfBinding(binding, rename));
  }

  private runAction(action: ActionInstance, state: State, message: unknown): RunOutcome<ViolatedProperty> {
    const { result, cell } = action.action.run(state, action.binding, message);
    const outcome = this.outcomeOf(action, state, result);
    if (cell === undefined) return outcome;
    this.cellsUsed.add(keyOfCell(cell.table, cell.name));
    const about = () => {
      const [next, events] = outcome.kind === "steps" ? [outcome.next, outcome.events] : [[], []];
      const said = `by ${cell.name}${events.length > 0 ? `, which violates ${JSON.stringify(events)}` : ""}`;
      return next.length === 0 ? [said] : next.map(() => said);
    };
    return { ...outcome, about };
  }

  private outcomeOf(action: ActionInstance, state: State, result: Run<State>["result"]): RunOutcome<ViolatedProperty> {
    if (result === disabled) return { kind: "disabled" };
    if (isUnspecified(result)) return this.unspecified(result.reason);
    const next = (Array.isArray(result) ? result : [result]) as State[];
    if (next.some((after) => after?.layout !== state.layout)) {
      throw new Error(
        "nothing: it returned what is no state of this model. Return a state, a list of states, or disabled",
      );
    }
    if (next.length === 0) return { kind: "disabled" };
    const before = this.instance.stateOver(state.source);
    const events: ViolatedProperty[] = [];
    for (const after of next) {
      for (const { place } of violatedSteps(this.instance, before, after, action))
        if (this.checked.includes(place)) events.push({ property: place });
    }
    return { kind: "steps", next, events };
  }

  private unspecified(reason: string): RunOutcome<ViolatedProperty> {
    const property = this.checked.find((place) => this.instance.properties[place]!.kind === "no unspecified reception");
    if (property === undefined) this.ignoredReception = reason;
    return { kind: "steps", next: [], events: property === undefined ? [] : [{ property }] };
  }

  private addProperty(property: Property<State>, place: number): void {
    if (property.kind === "invariant") {
      const bound = this.instance.bindings(property.domains).map((binding) => ({ of: property, binding }));
      const trees = bound.map(({ binding }) => {
        const tree = this.own(place, {
          name: () => `property "${property.name}"`,
          takes: undefined,
          ...forBinding(binding, (state, binding) => decided(property.holds(state, binding), place)),
        });
        this.invariants.push({ tree, place, binding, holds: (state) => property.holds(state, binding) });
        return tree;
      });
      for (const renamed of renamedBindings(bound, this.orbits?.permutations ?? []))
        this.trees.equivariance?.join(renamed.map((place) => (place === undefined ? undefined : trees[place])));
    } else if (hasGoals(property)) {
      for (const goal of property.goals) this.addGoal(goal, place);
    }
  }

  private addGoal(goal: Goal<State>, place: number): void {
    if ("anyCellOf" in goal) return;
    const trees = this.instance.bindings(goal.domains).map((binding) =>
      this.own(place, {
        name: () => `goal "${goal.label}" of property "${this.instance.properties[place]!.name}"`,
        takes: undefined,
        ...forBinding(binding, (state, binding) => {
          const isMet = goal.holds(state, binding);
          if (isMet && !this.goalsMet.has(goal)) {
            this.goalsMet.add(goal);
            for (const tree of trees) this.dispatch.done.add(tree);
            this.listsStale = true;
          }
          return { kind: "disabled", about: () => [isMet ? "it was met" : "it was not met"] };
        }),
      }),
    );
  }

  private own(place: number, observed: Observed<ViolatedProperty>): number {
    const tree = this.addRoot(observed, undefined);
    this.treesOf.set(place, [...(this.treesOf.get(place) ?? []), tree]);
    return tree;
  }

  private observedStuck(place: number): Observed<ViolatedProperty> {
    const property = this.instance.properties[place]!;
    return {
      name: () => `property "${property.name}"`,
      takes: undefined,
      ...forBinding({}, (state) => decided(property.kind === "no deadlock" && !property.stuck(state), place)),
    };
  }
}

function keyOfCell(table: string, cell: string): string {
  return `${table}: ${cell}`;
}

function decided(holds: boolean, property: number): RunOutcome<ViolatedProperty> {
  return holds ? { kind: "disabled" } : { kind: "steps", next: [], events: [{ property }] };
}
