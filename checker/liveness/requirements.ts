/**
 * The requirements of fairness as the search for fair cycles sees them: by number, with what a state and a step mean
 * for each of them.
 */
import {
  type CompassionRequirement,
  isCounted,
  nameOfRequirement,
  type Requirement,
  requirementsOf,
  type StepRequirement,
} from "../model/fairness.js";
import type { ActionInstance } from "../model/instance.js";
import type { AnyState } from "../model/state.js";
import { isAskedOf } from "../model/step-fairness.js";
import { keyOfBinding } from "../symmetry/bindings.js";
import type { Bits } from "./bits.js";
import { keyOfLabel, type StateGraph } from "./graph.js";
import { Renamed } from "./renamings.js";
import { type Noted, StepNotes } from "./step-notes.js";

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
  private readonly notes: StepNotes;

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
    this.notes = new StepNotes(graph, {
      name: "an assumption of fairness",
      askedOf: (action) => this.askedAbout.get(action) ?? NONE,
      holds: (number, before, after, step, action) => {
        const requirement = all[number] as CompassionRequirement | StepRequirement;
        if (isOfSteps(requirement)) return isCounted(instance, requirement, action, before, after, step);
        return requirement.of.whenever(before, after, requirement.binding, step);
      },
      inWords: (numbers, rename) => this.names(numbers, rename),
    });
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
    const ofLabel = this.ofSteps(label);
    if (!this.asksSteps) return ofLabel;
    const some = this.noted(reference, label, i).filter((number) => this.strengthOf(number) !== "compassion");
    return some.length === 0 ? ofLabel : [...ofLabel, ...some];
  }

  /** Whether what a step takes is asked of the step itself, and not only of its action. */
  get asksSteps(): boolean {
    return this.ofSome.length > 0;
  }

  /** Returns the requirements that all steps with this label take. */
  ofSteps(label: number): readonly number[] {
    return this.ofLabel[label] ?? this.learnLabel(label);
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
    return this.notes.at(reference, label, i);
  }

  /**
   * Returns what is noted of a step of an action.
   * @param after the state that the step leads to, with what it wrote
   * @throws what a predicate throws
   */
  askedOf(action: ActionInstance, before: AnyState, after: AnyState, of: Noted): readonly number[] {
    return this.notes.satisfied(action, before, after, of);
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
