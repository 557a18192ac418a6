/**
 * Conditions of steps: which of some numbered conditions hold for the transitions of a state. They are asked of the
 * plain functions' steps on recording states, once per distinct input, like everything that an author has written.
 */

import { chosenOf } from "../model/chosen.js";
import type { ActionInstance } from "../model/instance.js";
import { cutBy, stepOf } from "../model/reference.js";
import type { AnyState } from "../model/state.js";
import type { CountedStep } from "../model/step-fairness.js";
import type { Observed, RunOutcome } from "../observe/observed.js";
import { PredicateThrew, type StateGraph } from "./graph.js";

const NONE: readonly number[] = [];

/** Conditions of steps, by number. */
export interface StepConditions {
  /** Names them all in errors. */
  readonly name: string;
  /** Returns the numbers of those that are asked about steps of an action. */
  readonly askedOf: (action: string) => readonly number[];
  readonly holds: (
    number: number,
    before: AnyState,
    after: AnyState,
    step: CountedStep,
    action: ActionInstance,
  ) => boolean;
  /** Says what a step satisfies, with the members in the conditions' bindings renamed. */
  readonly inWords: (numbers: readonly number[], rename: (value: unknown) => unknown) => string;
}

/** What is known of a step besides its action and its states: the message that it receives, and what it has chosen. */
export type Noted = Pick<CountedStep, "message" | "chosen">;

export class StepNotes {
  private readonly notes: ReturnType<StateGraph["notes"]>;
  /** By label: whether any condition is asked about steps with it. */
  private readonly isAsked: (boolean | undefined)[] = [];

  constructor(
    private readonly graph: StateGraph,
    private readonly of: StepConditions,
  ) {
    this.notes = graph.notes((tree) => this.shadowOf(tree));
  }

  /**
   * Returns the conditions that a transition of a state satisfies, in the names of that state.
   * @param i its place among the state's transitions
   * @throws PredicateThrew if a condition that is asked about the transition throws
   */
  at(reference: number, label: number, i: number): readonly number[] {
    this.isAsked[label] ??= this.of.askedOf(this.graph.labels[label]!.action.action.name).length > 0;
    if (!this.isAsked[label]) return NONE;
    const { trees, nths } = this.graph.origins(reference);
    const noted = this.notes(reference, trees[i]!);
    if (typeof noted === "string")
      throw new PredicateThrew(this.of.name, this.throwing("threw"), this.throwing("failed"));
    const { events, places } = noted;
    const satisfied = events[0] as readonly (readonly number[])[] | undefined;
    const nth = nths[i]!;
    return satisfied?.[places?.[nth] ?? nth] ?? NONE;
  }

  /** Returns the states in which a condition that is asked about a step throws. @param how how it does */
  private throwing(how: "threw" | "failed"): number[] {
    const { graph } = this;
    const { instance } = graph.explored;
    const isAsked = (tree: number) =>
      this.of.askedOf(instance.actions[graph.explored.actionOf(tree)]!.action.name).length > 0;
    return [...graph.states()].filter((reference) => {
      graph.transitionsOf(reference);
      return [...graph.origins(reference).trees].some((tree) => isAsked(tree) && this.notes(reference, tree) === how);
    });
  }

  /** Returns a function that runs the action of `tree` and notes the conditions that its steps satisfy. */
  private shadowOf(tree: number): Observed<unknown> {
    const { explored } = this.graph;
    const action = explored.instance.actions[explored.actionOf(tree)]!;
    return {
      name: () => this.of.name,
      takes: explored.trees.observed[tree]!.takes,
      onThrow: () => [],
      ...explored.forAction(action, (action, state, message) => this.noted(action, state, message)),
    };
  }

  /**
   * Returns, as an event, for each next state of the action the conditions that the step to it satisfies; disabled if
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
    const satisfied = next.map((after) => this.satisfied(action, before, after, { message, chosen: chosenOf(after) }));
    const about = (rename: (value: unknown) => unknown) => satisfied.map((numbers) => this.of.inWords(numbers, rename));
    return satisfied.every((list) => list.length === 0)
      ? { kind: "disabled" }
      : { kind: "steps", next, events: [satisfied], about };
  }

  /**
   * Returns the conditions that a step of an action satisfies.
   * @param after the state that the step leads to, with what it wrote
   * @throws what a condition throws
   */
  satisfied(action: ActionInstance, before: AnyState, after: AnyState, { message, chosen }: Noted): readonly number[] {
    const { binding } = action;
    const step = { ...stepOf(this.graph.explored.instance, after, action), binding, message, chosen };
    return this.of.askedOf(action.action.name).filter((number) => this.of.holds(number, before, after, step, action));
  }
}
