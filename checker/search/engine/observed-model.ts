/**
 * The observed model: a decision tree for each action, invariant and goal with each binding, and what their leaves
 * report.
 */

import type { Thrown } from "../../errors.js";
import { type Binding, type Domains, isUnspecified, type Run } from "../../model/action.js";
import { isFailedAssertion } from "../../model/assertion.js";
import type { StateConstraint } from "../../model/constraint.js";
import type { ActionInstance, Instance } from "../../model/instance.js";
import { nameOfInstance } from "../../model/instance.js";
import { type Goal, hasGoals, type NoDeadlock, type Property } from "../../model/property.js";
import { cutBy, nextStates, stepInWords, violatedSteps } from "../../model/reference.js";
import type { AnyState } from "../../model/state.js";
import { Dispatch, type Receiving } from "../../observe/dispatch.js";
import type { Families } from "../../observe/intern.js";
import { forBinding, type Observed, type RunOutcome } from "../../observe/observed.js";
import { unrecorded } from "../../observe/recorder.js";
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
  /** The tree of the `stuck` of all deadlock properties that are checked; undefined if none is. */
  private readonly stuckTree: number | undefined;
  /**
   * The address of a table with a byte by tree: 1 if it belongs to an action of the protocol, not of the environment,
   * whose steps are ways out of a deadlock.
   */
  private readonly progress: number;
  /** By tree: the index in `instance.actions` of the action that it belongs to, or -1. */
  readonly actionOf: number[] = [];
  /** The goals that were met in some state. */
  private readonly goalsMet = new Set<Goal<AnyState>>();
  /** The keys of the cells of receive tables that decided a reception. */
  private readonly cellsUsed = new Set<string>();
  /** The names of the constraints that have cut something off. */
  readonly cutting = new Set<string>();
  /** The trees that are asked of states, too, that are cut off. */
  private readonly asked: number[] = [];
  /** The trees of state constraints. */
  private constraintTrees: readonly number[] = [];
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
  /** Each receiver with the tree that tells the row that it is in. */
  readonly receiverRows: { readonly tree: number; readonly receiver: ActionInstance }[] = [];
  private readonly instance: Instance;
  /** The orbits under renaming of members; undefined if there are none or too many. */
  private readonly orbits: Orbits | undefined;
  /** By action: the action with each of its bindings, by the binding's key. */
  private readonly byBinding = new Map<object, Map<string, ActionInstance>>();
  private readonly treesOf = new Map<number, number[]>();
  /** The trees of goals that were met, and that `settleGoals` is to take out of the lists. */
  private metGoals: number[] = [];
  /** What a function reports that throws. */
  private readonly onThrow: (thrown: Thrown) => readonly ViolatedProperty[];
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
    const { errorPlace, assertionPlace } = this.instance;
    this.onThrow = (thrown) => [{ property: isFailedAssertion(thrown) ? assertionPlace : errorPlace }];
    this.orbits = symmetry?.orbits;
    this.trees = new Trees(families, symmetry && new SymmetryCheck(families, symmetry.members), this.orbits);
    for (const action of this.instance.actions) {
      const bound = this.byBinding.get(action.action) ?? new Map<string, ActionInstance>();
      this.byBinding.set(action.action, bound.set(keyOfBinding(action.binding), action));
    }
    this.progress = families.arena.region("ways out of a deadlock", MAX_TREES).start;
    families.arena.header.progress = this.progress;
    const receiving = this.addActions();
    for (const property of checked) this.addProperty(this.instance.properties[property]!, property);
    this.addReceiverRows();
    this.constraintTrees = this.instance.stateConstraints.flatMap((of) => this.addConstraint(of));
    const deadlocks = this.checkedOf("no deadlock");
    this.stuckTree = deadlocks.length === 0 ? undefined : this.trees.add(this.observedStuck(deadlocks));
    this.dispatch = new Dispatch(this.trees, receiving);
    families.arena.header.stuckTree = this.stuckTree ?? -1;
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
        const { columns } = this.trees.families;
        const after = orbits!.columnAfter(columns.at(takes), permutation);
        return columns.at(actions[place]!.takes!) === after ? place : undefined;
      }),
    );
  }

  /** Returns the places of the properties of a kind that are checked. */
  private checkedOf(kind: Property<AnyState>["kind"]): number[] {
    return this.checked.filter((place) => this.instance.properties[place]!.kind === kind);
  }

  /** Tells the expander where the tree of the deadlock properties begins, which changes as the tree grows. */
  writeStuckRoot(): void {
    const { trees, stuckTree } = this;
    if (stuckTree !== undefined) trees.families.arena.header.stuckRoot = trees.roots[stuckTree]!;
  }

  isMet(goal: Goal<AnyState>): boolean {
    return "anyCellOf" in goal
      ? goal.anyCellOf.some((cell) => this.cellsUsed.has(keyOfCell(goal.table, cell)))
      : this.goalsMet.has(goal);
  }

  /** Runs all trees on `row`, the first state, which shows what slot each tree reads first. */
  start(row: Uint16Array): void {
    this.dispatch.addConstraints(this.constraintTrees, this.asked, row);
    this.dispatch.addRoots(this.roots, row);
  }

  /** Takes the trees of `property`, which is decided, out of the lists of what is to be looked at. */
  settle(property: number): void {
    for (const tree of this.treesOf.get(property) ?? []) this.dispatch.done.add(tree);
    this.listsStale = true;
  }

  /** Whether `settleGoals` has something to do. */
  get hasMetGoals(): boolean {
    return this.metGoals.length > 0;
  }

  /**
   * Takes the trees of goals that were met out of the lists of what is to be looked at. Breadth first that is done
   * between levels: whether a goal's function is asked, and so may throw, must not depend on which thread is faster.
   */
  settleGoals(): void {
    for (const tree of this.metGoals) this.dispatch.done.add(tree);
    if (this.hasMetGoals) this.listsStale = true;
    this.metGoals = [];
  }

  private addRoot(observed: Observed<ViolatedProperty>, action: ActionInstance | undefined): number {
    const tree = this.trees.add(observed);
    this.roots.push(tree);
    if (action === undefined) this.asked.push(tree);
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
      onThrow: this.onThrow,
      ...this.forAction(action, (action, state, message) => this.runAction(action, state, message)),
    };
  }

  /** Returns the part of an observed function that a function of an action with its binding makes up. */
  forAction<Event>(
    action: ActionInstance,
    of: (action: ActionInstance, state: State, message: unknown) => RunOutcome<Event>,
  ): Pick<Observed<Event>, "run" | "binding" | "renamed"> {
    const { binding } = action;
    return {
      run: (state, message) => of(action, state, message),
      binding,
      renamed: (rename) => {
        const other = this.byBinding.get(action.action)!.get(keyOfBinding(binding, rename));
        return other && { slot: other.takes, run: (state, message) => of(other, state, message) };
      },
    };
  }

  private runAction(action: ActionInstance, state: State, message: unknown): RunOutcome<ViolatedProperty> {
    const run = action.action.run(state, action.binding, message);
    const { cell } = run;
    const outcome = this.outcomeOf(action, state, run);
    if (cell === undefined) return outcome;
    this.cellsUsed.add(keyOfCell(cell.table, cell.name));
    const about = () => {
      const [next, events] = outcome.kind === "steps" ? [outcome.next, outcome.events] : [[], []];
      // In which order properties are found to be violated depends on the order of members.
      const violated = events.map((event) => JSON.stringify(event)).sort();
      const said = `by ${cell.name}${violated.length > 0 ? `, which violates ${violated.join(" and ")}` : ""}`;
      return next.length === 0 ? [said] : next.map(() => said);
    };
    return { ...outcome, about };
  }

  private outcomeOf(action: ActionInstance, state: State, run: Run<State>): RunOutcome<ViolatedProperty> {
    const { result, cell } = run;
    if (isUnspecified(result)) return this.unspecified(result.reason);
    const next = nextStates(this.instance, action, run);
    if (next.length === 0) return { kind: "disabled" };
    const { receiverRows } = this.instance;
    // What is looked at here is no input of the action's, so it must not show among the reads.
    unrecorded(state, () => {
      for (const after of next) receiverRows.checkMessages(after, () => stepInWords(action, cell));
    });
    const before = this.instance.stateOver(state.source);
    const events: ViolatedProperty[] = [];
    const left = next.filter((after) => this.isTaken(before, after, action));
    for (const after of left) {
      for (const { place } of violatedSteps(this.instance, before, after, action))
        if (this.checked.includes(place)) events.push({ property: place });
    }
    return { kind: "steps", next: left, events, cut: next.length - left.length };
  }

  private isTaken(before: State, after: State, action: ActionInstance): boolean {
    const cut = cutBy(this.instance, before, after, action);
    if (cut !== undefined) this.cutting.add(cut);
    return cut === undefined;
  }

  /** Adds the trees of a state constraint, one for each binding, and returns them. */
  private addConstraint(constraint: StateConstraint<State>): number[] {
    const bound = this.instance.bindings(constraint.domains).map((binding) => ({ of: constraint, binding }));
    const trees = bound.map(({ binding }) => {
      const tree = this.trees.add({
        name: () => `constraint "${constraint.name}"`,
        takes: undefined,
        onThrow: this.onThrow,
        ...forBinding(binding, (state, binding) => {
          if (constraint.holds(state, binding)) return { kind: "disabled" };
          this.cutting.add(constraint.name);
          return { kind: "steps", next: [], events: [], about: () => ["it cuts the state off"] };
        }),
      });
      this.noteTree(tree, undefined);
      return tree;
    });
    for (const renamed of renamedBindings(bound, this.orbits?.permutations ?? []))
      this.trees.equivariance?.join(renamed.map((place) => (place === undefined ? undefined : trees[place])));
    return trees;
  }

  private unspecified(reason: string): RunOutcome<ViolatedProperty> {
    const violated = this.checkedOf("no unspecified reception");
    if (violated.length === 0) this.ignoredReception = reason;
    return { kind: "steps", next: [], events: violated.map((property) => ({ property })) };
  }

  private addProperty(property: Property<State>, place: number): void {
    if (property.kind === "invariant") {
      const bound = this.instance.bindings(property.domains).map((binding) => ({ of: property, binding }));
      const trees = bound.map(({ binding }) => {
        const tree = this.own(place, {
          name: () => `property "${property.name}"`,
          takes: undefined,
          onThrow: this.onThrow,
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

  /** Adds trees that look in every state at the rows that receivers are in. */
  private addReceiverRows(): void {
    const { receiverRows } = this.instance;
    const { receivers } = receiverRows;
    const look = (receiver: ActionInstance, state: State) => {
      receiverRows.checkRow(receiver, state);
      return { kind: "disabled" } as const;
    };
    const trees = receivers.map((receiver) =>
      this.addRoot(
        {
          name: () => `the row of ${nameOfInstance(receiver)}, declared at ${receiver.action.where},`,
          takes: undefined,
          onThrow: this.onThrow,
          ...this.forAction(receiver, look),
        },
        undefined,
      ),
    );
    receivers.forEach((receiver, i) => {
      this.receiverRows.push({ tree: trees[i]!, receiver });
    });
    for (const renamed of this.renamed(receivers))
      this.trees.equivariance?.join(renamed.map((place) => (place === undefined ? undefined : trees[place])));
  }

  private addGoal(goal: Goal<State>, place: number): void {
    if ("anyCellOf" in goal) return;
    const trees = this.instance.bindings(goal.domains).map((binding) =>
      this.own(place, {
        name: () => `goal "${goal.label}" of property "${this.instance.properties[place]!.name}"`,
        takes: undefined,
        onThrow: this.onThrow,
        ...forBinding(binding, (state, binding) => {
          const isMet = goal.holds(state, binding);
          if (isMet && !this.goalsMet.has(goal)) {
            this.goalsMet.add(goal);
            this.metGoals.push(...trees);
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

  /** Observes what the deadlock properties at `places` say of a state in which the protocol has no step. */
  private observedStuck(places: readonly number[]): Observed<ViolatedProperty> {
    const properties = places.map((place) => ({ place, of: this.instance.properties[place] as NoDeadlock<State> }));
    return {
      name: () => properties.map(({ of }) => `property "${of.name}"`).join(" or "),
      takes: undefined,
      onThrow: this.onThrow,
      ...forBinding({}, (state) => {
        const violated = properties.filter(({ of }) => of.stuck(state));
        if (violated.length === 0) return { kind: "disabled" };
        return { kind: "steps", next: [], events: violated.map(({ place }) => ({ property: place })) };
      }),
    };
  }
}

function keyOfCell(table: string, cell: string): string {
  return `${table}: ${cell}`;
}

function decided(holds: boolean, property: number): RunOutcome<ViolatedProperty> {
  return holds ? { kind: "disabled" } : { kind: "steps", next: [], events: [{ property }] };
}
