/**
 * The requirements of fairness as the search for fair cycles sees them: by number, with what a state and a step mean
 * for each of them.
 */
import { type CompassionRequirement, nameOfRequirement, type Requirement, requirementsOf } from "../model/fairness.js";
import type { ActionInstance } from "../model/instance.js";
import { cutBy, stepOf } from "../model/reference.js";
import type { AnyState } from "../model/state.js";
import type { Observed, RunOutcome } from "../observe/observed.js";
import { keyOfBinding } from "../symmetry/bindings.js";
import type { Bits } from "./bits.js";
import { keyOfLabel, PredicateThrew, type StateGraph } from "./graph.js";
import { Renamed } from "./renamings.js";

const NOT_FAIR = -1;
const NONE: readonly number[] = [];

export class Requirements {
  readonly renamed: Renamed<Requirement>;
  readonly weak: readonly number[];
  readonly strong: readonly number[];
  readonly compassions: readonly number[];
  /** By label: the requirement that a step with this label takes, or NOT_FAIR. */
  private readonly ofLabel: number[] = [];
  private readonly byLabel = new Map<string, number>();
  /** By state: whether each compassion, in their order, is answered there. */
  private answered: Bits | undefined;
  /** By the name of an action: the compassions that some of its steps may call for. */
  private readonly calledBy = new Map<string, number[]>();
  private readonly notes: (reference: number, tree: number) => readonly unknown[] | "threw" | "failed";

  constructor(private readonly graph: StateGraph) {
    const { instance } = graph.explored;
    this.renamed = new Renamed(graph.renamings, requirementsOf(instance), (requirement, rename) => {
      if (requirement.strength === "compassion")
        return `${instance.fairness.indexOf(requirement.of)} ${keyOfBinding(rename(requirement.binding))}`;
      const { action, binding } = requirement.action;
      const place = instance.actions.findIndex((other) => other.action === action);
      return `action ${place} ${keyOfBinding(rename(binding))} ${requirement.message ?? ""}`;
    });
    const { all } = this.renamed;
    const places = (strength: Requirement["strength"]) =>
      all.flatMap((requirement, i) => (requirement.strength === strength ? [i] : []));
    [this.weak, this.strong, this.compassions] = [places("weak"), places("strong"), places("compassion")];
    all.forEach((requirement, i) => {
      if (requirement.strength === "compassion") this.addCompassion(requirement, i);
      else this.byLabel.set(keyOfLabel(requirement.action.index, requirement.message), i);
    });
    this.notes = graph.notes((tree) => this.shadowOf(tree));
  }

  get count(): number {
    return this.renamed.all.length;
  }

  nameOf(requirement: number): string {
    return nameOfRequirement(this.renamed.all[requirement]!);
  }

  private addCompassion({ of }: CompassionRequirement, number: number): void {
    for (const action of of.actions) this.calledBy.set(action, [...(this.calledBy.get(action) ?? []), number]);
  }

  /**
   * Finds out which compassions are answered in which states. Looks at all states, the first time that it is called.
   */
  *prepare(): Generator<void, void> {
    if (this.answered || this.compassions.length === 0) return;
    const predicates = this.compassions.map((number) => {
      const { of, binding } = this.renamed.all[number] as CompassionRequirement;
      return { binding, holds: of.answered };
    });
    [this.answered] = yield* this.graph.ask("an assumption of fairness", [predicates]);
  }

  /** Returns the requirement that a step with this label takes; negative if fairness does not ask for such steps. */
  taken(label: number): number {
    const known = this.ofLabel[label];
    if (known !== undefined) return known;
    const { action, message } = this.graph.labels[label]!;
    const requirement = this.byLabel.get(keyOfLabel(action.index, message)) ?? NOT_FAIR;
    this.ofLabel[label] = requirement;
    return requirement;
  }

  /** Returns the compassions that are answered in a state. */
  answeredIn(reference: number): readonly number[] {
    return this.compassions.filter((_, i) => this.answered!.has(reference, i));
  }

  /**
   * Returns the compassions that a transition of a state calls for.
   * @param i its place among the state's transitions
   * @throws PredicateThrew if a compassion that is asked about the transition throws
   */
  calls(reference: number, label: number, i: number): readonly number[] {
    if (this.compassions.length === 0) return NONE;
    if (!this.calledBy.has(this.graph.labels[label]!.action.action.name)) return NONE;
    const { trees, nths } = this.graph.origins(reference);
    const noted = this.notes(reference, trees[i]!);
    if (typeof noted === "string")
      throw new PredicateThrew("an assumption of fairness", this.throwing("threw"), this.throwing("failed"));
    const calls = noted[0] as readonly (readonly number[])[] | undefined;
    return calls?.[nths[i]!] ?? NONE;
  }

  /** Returns the states in which an assumption that is asked about a step throws. @param how how it does */
  private throwing(how: "threw" | "failed"): number[] {
    const { graph } = this;
    const { instance } = graph.explored;
    const isAsked = (tree: number) => this.calledBy.has(instance.actions[graph.explored.actionOf(tree)]!.action.name);
    return [...graph.states()].filter((reference) => {
      graph.transitionsOf(reference);
      return [...graph.origins(reference).trees].some((tree) => isAsked(tree) && this.notes(reference, tree) === how);
    });
  }

  /** Returns a function that runs the action of `tree` and notes the compassions that its steps call for. */
  private shadowOf(tree: number): Observed<unknown> {
    const { explored } = this.graph;
    const action = explored.instance.actions[explored.actionOf(tree)]!;
    return {
      name: () => "an assumption of fairness",
      takes: explored.trees.observed[tree]!.takes,
      onThrow: () => [],
      ...explored.forAction(action, (action, state, message) => this.noted(action, state, message)),
    };
  }

  /**
   * Returns, as an event, for each next state of the action the compassions that the step to it calls for; disabled if
   * there are none.
   */
  private noted(action: ActionInstance, state: AnyState, message: unknown): RunOutcome<unknown> {
    const { instance } = this.graph.explored;
    const { result } = action.action.run(state, action.binding, message);
    const before = instance.stateOver(state.source);
    // The steps that are taken, in the order in which the tree has them.
    const next = ((Array.isArray(result) ? result : [result]) as AnyState[]).filter(
      (after) => cutBy(instance, before, after, action) === undefined,
    );
    const calls = next.map((after) =>
      this.calledBy.get(action.action.name)!.filter((number) => {
        const { of, binding } = this.renamed.all[number] as CompassionRequirement;
        return of.whenever(before, after, binding, stepOf(instance, after, action));
      }),
    );
    const about = (rename: (value: unknown) => unknown) => calls.map((numbers) => this.names(numbers, rename));
    return calls.every((list) => list.length === 0)
      ? { kind: "disabled" }
      : { kind: "steps", next, events: [calls], about };
  }

  /** Names compassions, with the members in their bindings renamed. */
  private names(numbers: readonly number[], rename: (value: unknown) => unknown): string {
    const named = numbers.map((number) => {
      const { of, binding } = this.renamed.all[number] as CompassionRequirement;
      return `${of.name} of ${keyOfBinding(binding, rename)}`;
    });
    return `calling for ${named.sort().join(", ") || "nothing"}`;
  }
}
