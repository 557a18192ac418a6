/**
 * The requirements of fairness as the search for fair cycles sees them: by number, with what a state and a step mean
 * for each of them.
 */
import { chosenOf } from "../model/chosen.js";
import {
  type CompassionRequirement,
  isCounted,
  nameOfRequirement,
  type Requirement,
  requirementsOf,
  type StepRequirement,
} from "../model/fairness.js";
import type { ActionInstance } from "../model/instance.js";
import { cutBy, stepOf } from "../model/reference.js";
import type { AnyState } from "../model/state.js";
import { type CountedStep, isAskedOf } from "../model/step-fairness.js";
import type { Observed, RunOutcome } from "../observe/observed.js";
import { keyOfBinding } from "../symmetry/bindings.js";
import type { Bits } from "./bits.js";
import { keyOfLabel, PredicateThrew, type StateGraph } from "./graph.js";
import { Renamed } from "./renamings.js";

const NONE: readonly number[] = [];

export class Requirements {
  readonly renamed: Renamed<Requirement>;
  readonly weak: readonly number[];
  readonly strong: readonly number[];
  readonly compassions: readonly number[];
  /** By label: the requirements that every step with this label takes. */
  private readonly ofLabel: (readonly number[])[] = [];
  private readonly byLabel = new Map<string, number>();
  /** The fairness of steps: that of all steps of some actions, and that of the steps for which a predicate holds. */
  private readonly ofAll: readonly number[];
  private readonly ofSome: readonly number[];
  /** By state: whether each compassion, in their order, is answered there. */
  private answered: Bits | undefined;
  /**
   * By the name of an action: the requirements that are asked about each of its steps, which may call for them
   * (compassions) or take them (fairness of some steps).
   */
  private readonly askedAbout = new Map<string, number[]>();
  private readonly notes: (reference: number, tree: number) => readonly unknown[] | "threw" | "failed";

  constructor(private readonly graph: StateGraph) {
    const { instance } = graph.explored;
    this.renamed = new Renamed(graph.renamings, requirementsOf(instance), (requirement, rename) => {
      if (!("action" in requirement))
        return `${instance.fairness.indexOf(requirement.of)} ${keyOfBinding(rename(requirement.binding))}`;
      const { action, binding } = requirement.action;
      const place = instance.actions.findIndex((other) => other.action === action);
      return `action ${place} ${keyOfBinding(rename(binding))} ${requirement.message ?? ""}`;
    });
    const { all } = this.renamed;
    const places = (strength: Requirement["strength"]) =>
      all.flatMap((requirement, i) => (requirement.strength === strength ? [i] : []));
    [this.weak, this.strong, this.compassions] = [places("weak"), places("strong"), places("compassion")];
    const ofSteps = (isConditional: boolean) =>
      all.flatMap((requirement, i) =>
        isOfSteps(requirement) && (requirement.of.when !== undefined) === isConditional ? [i] : [],
      );
    [this.ofAll, this.ofSome] = [ofSteps(false), ofSteps(true)];
    all.forEach((requirement, i) => {
      if ("action" in requirement) this.byLabel.set(keyOfLabel(requirement.action.index, requirement.message), i);
    });
    for (const number of [...this.compassions, ...this.ofSome]) {
      const { of } = all[number] as CompassionRequirement | StepRequirement;
      for (const action of of.actions) this.askedAbout.set(action, [...(this.askedAbout.get(action) ?? []), number]);
    }
    this.notes = graph.notes((tree) => this.shadowOf(tree));
  }

  get count(): number {
    return this.renamed.all.length;
  }

  nameOf(requirement: number): string {
    return nameOfRequirement(this.renamed.all[requirement]!);
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

  /**
   * Returns the requirements that a transition of a state takes.
   * @param i its place among the state's transitions
   * @throws PredicateThrew if a predicate that is asked about the transition throws
   */
  taken(reference: number, label: number, i: number): readonly number[] {
    const ofLabel = this.ofLabel[label] ?? this.learnLabel(label);
    if (this.ofSome.length === 0) return ofLabel;
    const some = this.noted(reference, label, i).filter((number) => this.strengthOf(number) !== "compassion");
    return some.length === 0 ? ofLabel : [...ofLabel, ...some];
  }

  private learnLabel(label: number): readonly number[] {
    const { action, message } = this.graph.labels[label]!;
    const own = this.byLabel.get(keyOfLabel(action.index, message));
    const declared = this.ofAll.filter((number) => {
      const { of, binding } = this.renamed.all[number] as StepRequirement;
      return isAskedOf(of, binding, action);
    });
    const requirements = own === undefined ? declared : [own, ...declared];
    this.ofLabel[label] = requirements;
    return requirements;
  }

  private strengthOf(number: number): Requirement["strength"] {
    return this.renamed.all[number]!.strength;
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
    const noted = this.noted(reference, label, i);
    return this.ofSome.length === 0 ? noted : noted.filter((number) => this.strengthOf(number) === "compassion");
  }

  /**
   * Returns the compassions that a transition of a state calls for, and the fairness of some steps that it takes: what
   * its label does not tell.
   * @param i its place among the state's transitions
   * @throws PredicateThrew if a predicate that is asked about the transition throws
   */
  noted(reference: number, label: number, i: number): readonly number[] {
    if (!this.askedAbout.has(this.graph.labels[label]!.action.action.name)) return NONE;
    const { trees, nths } = this.graph.origins(reference);
    const noted = this.notes(reference, trees[i]!);
    if (typeof noted === "string")
      throw new PredicateThrew("an assumption of fairness", this.throwing("threw"), this.throwing("failed"));
    const ofSteps = noted[0] as readonly (readonly number[])[] | undefined;
    return ofSteps?.[nths[i]!] ?? NONE;
  }

  /** Returns the states in which an assumption that is asked about a step throws. @param how how it does */
  private throwing(how: "threw" | "failed"): number[] {
    const { graph } = this;
    const { instance } = graph.explored;
    const isAsked = (tree: number) => this.askedAbout.has(instance.actions[graph.explored.actionOf(tree)]!.action.name);
    return [...graph.states()].filter((reference) => {
      graph.transitionsOf(reference);
      return [...graph.origins(reference).trees].some((tree) => isAsked(tree) && this.notes(reference, tree) === how);
    });
  }

  /** Returns a function that runs the action of `tree` and notes what `noted` returns of its steps. */
  private shadowOf(tree: number): Observed<unknown> {
    const { explored } = this.graph;
    const action = explored.instance.actions[explored.actionOf(tree)]!;
    return {
      name: () => "an assumption of fairness",
      takes: explored.trees.observed[tree]!.takes,
      onThrow: () => [],
      ...explored.forAction(action, (action, state, message) => this.note(action, state, message)),
    };
  }

  /** Returns, as an event, what is noted of the step to each next state of the action; disabled if nothing is. */
  private note(action: ActionInstance, state: AnyState, message: unknown): RunOutcome<unknown> {
    const { instance } = this.graph.explored;
    const { result } = action.action.run(state, action.binding, message);
    const before = instance.stateOver(state.source);
    // The steps that are taken, in the order in which the tree has them.
    const next = ((Array.isArray(result) ? result : [result]) as AnyState[]).filter(
      (after) => cutBy(instance, before, after, action) === undefined,
    );
    const noted = next.map((after) => this.askedOf(action, before, after, { message, chosen: chosenOf(after) }));
    const about = (rename: (value: unknown) => unknown) => noted.map((numbers) => this.names(numbers, rename));
    return noted.every((list) => list.length === 0)
      ? { kind: "disabled" }
      : { kind: "steps", next, events: [noted], about };
  }

  /**
   * Returns what is noted of a step of an action.
   * @param after the state that the step leads to, with what it wrote
   * @throws what a predicate throws
   */
  askedOf(
    action: ActionInstance,
    before: AnyState,
    after: AnyState,
    step: Pick<CountedStep, "message" | "chosen">,
  ): number[] {
    const { instance } = this.graph.explored;
    return (this.askedAbout.get(action.action.name) ?? []).filter((number) => {
      const requirement = this.renamed.all[number] as CompassionRequirement | StepRequirement;
      if (isOfSteps(requirement)) return isCounted(instance, requirement, action, before, after, step);
      return requirement.of.whenever(before, after, requirement.binding, stepOf(instance, after, action));
    });
  }

  /** Names what is noted, with the members in bindings renamed. */
  private names(numbers: readonly number[], rename: (value: unknown) => unknown): string {
    const named = numbers.map((number) => {
      const { of, binding } = this.renamed.all[number] as CompassionRequirement | StepRequirement;
      return `${of.name} of ${keyOfBinding(binding, rename)}`;
    });
    return `calling for or taking ${named.sort().join(", ") || "nothing"}`;
  }
}

function isOfSteps(requirement: Requirement): requirement is StepRequirement {
  return !("action" in requirement) && requirement.strength !== "compassion";
}
