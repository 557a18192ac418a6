/**
 * The requirements of fairness as the search for fair cycles sees them: by number, with what a state and a step mean
 * for each of them.
 */
import { type CompassionRequirement, nameOfRequirement, type Requirement, requirementsOf } from "../model/fairness.js";
import { keyOfBinding } from "../symmetry/bindings.js";
import type { Bits } from "./bits.js";
import { keyOfLabel, type StateGraph } from "./graph.js";
import { Renamed } from "./renamings.js";
import { StepNotes } from "./step-notes.js";

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
  private readonly notes: StepNotes;

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
    this.notes = new StepNotes(graph, {
      name: "an assumption of fairness",
      askedOf: (action) => this.calledBy.get(action) ?? NONE,
      holds: (number, before, after, step) => {
        const { of, binding } = all[number] as CompassionRequirement;
        return of.whenever(before, after, binding, step);
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
    return this.compassions.length === 0 ? NONE : this.notes.at(reference, label, i);
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
