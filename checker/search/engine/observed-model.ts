/** A model under observation: a tree for each action, invariant and goal with each binding, and what its leaves report. */

import { type Binding, type Domains, disabled, isUnspecified } from "../../model/action.js";
import type { ActionInstance, Instance } from "../../model/instance.js";
import { nameOfInstance } from "../../model/instance.js";
import { type Goal, hasGoals, type Property } from "../../model/property.js";
import { violatedSteps } from "../../model/reference.js";
import type { AnyState } from "../../model/state.js";
import { Dispatch, type Receiving } from "../../observe/dispatch.js";
import type { Families } from "../../observe/intern.js";
import { MAX_TREES, type Observed, type RunOutcome, Trees } from "../../observe/trees.js";
import { renamedBindings } from "../../symmetry/bindings.js";
import type { Orbits } from "../../symmetry/orbits.js";

/** A property is violated by a state or a step; the number is its place among the instance's properties. */
export interface ViolatedProperty {
  readonly property: number;
}

type State = AnyState;

export class ObservedModel {
  readonly trees: Trees<ViolatedProperty>;
  readonly dispatch: Dispatch<ViolatedProperty>;
  /** The tree of the deadlock property's `stuck`, and its place; undefined if it is not asked for. */
  readonly deadlock: { readonly tree: number; readonly property: number } | undefined;
  /** By tree: 1 if it is an action of the protocol, not of the environment, and so a way out of a deadlock. Begins at this byte. */
  private readonly progress: number;
  /** By tree: the action it belongs to, by its index in `instance.actions`, or -1. */
  readonly actionOf: number[] = [];
  /** Goals that were seen to be met in a state. */
  private readonly goalsMet = new Set<Goal<AnyState>>();
  /** The cells of receive tables that decided a reception. */
  private readonly cellsUsed = new Set<string>();
  /** Unspecified receptions were met, and no property asks about them. */
  ignoredReception: string | undefined;
  /** Set when a goal was met or a property decided: trees that are done can leave the lists. */
  listsStale = false;
  /** Each invariant with each binding, as its tree and as itself; for the audit. */
  readonly invariants: {
    readonly tree: number;
    readonly place: number;
    readonly binding: Binding<Domains>;
    readonly holds: (state: State) => boolean;
  }[] = [];
  private readonly instance: Instance;
  private readonly treesOf = new Map<number, number[]>();
  private readonly roots: number[] = [];

  /** @param asked the properties that are asked about, as places among the instance's @param orbits of interchangeable members */
  constructor(
    families: Families,
    readonly asked: readonly number[],
    private readonly orbits?: Orbits,
  ) {
    this.instance = families.instance;
    this.trees = new Trees(families, orbits);
    this.progress = families.arena.region("ways out of a deadlock", MAX_TREES).start;
    families.arena.header.progress = this.progress;
    const receiving = this.addActions();
    for (const property of asked) this.addProperty(this.instance.properties[property]!, property);
    const place = asked.find((property) => this.instance.properties[property]!.kind === "no deadlock");
    this.deadlock =
      place === undefined ? undefined : { tree: this.trees.add(this.observedStuck(place)), property: place };
    this.dispatch = new Dispatch(this.trees, receiving);
    families.arena.header.stuckTree = this.deadlock?.tree ?? -1;
    this.tellStuckRoot();
  }

  /** Adds the trees of actions; those of receiving actions are made with their messages. */
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

  /** For each action the places of its renamings among these actions, by permutation. */
  private renamed(actions: readonly ActionInstance[]): (number | undefined)[][] {
    const { orbits } = this;
    const bound = actions.map(({ action, binding }) => ({ of: action, binding }));
    const places = renamedBindings(bound, orbits?.permutations ?? []);
    // A channel that is not renamed with its action is one that the action names.
    return places.map((of, i) =>
      of.map((place, permutation) => {
        const { takes } = actions[i]!;
        if (takes === undefined || place === undefined) return place;
        return actions[place]!.takes === orbits!.slotAfter(takes, permutation) ? place : undefined;
      }),
    );
  }

  /** Tells the expander where the tree of the deadlock property begins, which changes as it grows. */
  tellStuckRoot(): void {
    const { trees, deadlock } = this;
    if (deadlock) trees.families.arena.header.stuckRoot = trees.roots[deadlock.tree]!;
  }

  isMet(goal: Goal<AnyState>): boolean {
    return "anyCellOf" in goal
      ? goal.anyCellOf.some((cell) => this.cellsUsed.has(keyOfCell(goal.table, cell)))
      : this.goalsMet.has(goal);
  }

  /** Looks at the first state, which tells where each tree starts. */
  start(row: Uint16Array): void {
    this.dispatch.addRoots(this.roots, row);
  }

  /** Takes a decided property's trees out of the lists. */
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
    };
  }

  private runAction(action: ActionInstance, state: State, message: unknown): RunOutcome<ViolatedProperty> {
    const { result, cell } = action.action.run(state, action.binding, message);
    if (cell) this.cellsUsed.add(keyOfCell(cell.table, cell.name));
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
        if (this.asked.includes(place)) events.push({ property: place });
    }
    return { kind: "steps", next, events };
  }

  private unspecified(reason: string): RunOutcome<ViolatedProperty> {
    const property = this.asked.find((place) => this.instance.properties[place]!.kind === "no unspecified reception");
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
          run: (state) => decided(property.holds(state, binding), place),
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
        name: () => `goal "${goal.label}"`,
        takes: undefined,
        run: (state) => {
          if (goal.holds(state, binding) && !this.goalsMet.has(goal)) {
            this.goalsMet.add(goal);
            for (const tree of trees) this.dispatch.done.add(tree);
            this.listsStale = true;
          }
          return { kind: "disabled" };
        },
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
      run: (state) => decided(property.kind === "no deadlock" && !property.stuck(state), place),
    };
  }
}

function keyOfCell(table: string, cell: string): string {
  return `${table}: ${cell}`;
}

function decided(holds: boolean, property: number): RunOutcome<ViolatedProperty> {
  return holds ? { kind: "disabled" } : { kind: "steps", next: [], events: [{ property }] };
}
