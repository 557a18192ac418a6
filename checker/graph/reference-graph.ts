/**
 * The state graph of a model by the reference semantics, state by state. The engine only says which states are the
 * same up to renamings of interchangeable members, and to the numbers of ordinals. It is slower than a search by far,
 * and knows the name of every step.
 */
import type { Choices } from "../../traces/replay/run.js";
import { UsageError } from "../errors.js";
import type { Instance, Values } from "../model/instance.js";
import { renumber, type Successor, successorsOf } from "../model/reference.js";
import { RenewableEngine } from "../search/engine/renewable-engine.js";
import { concretize } from "../search/verdict/counterexample.js";
import type { SymmetryInForce } from "../symmetry/canonicalize.js";

/** A state that was met. */
export interface MetState {
  readonly index: number;
  /** The values of the state as it was met first; those of its orbit are renamings of them. */
  readonly values: Values;
  /** The number of steps on a shortest way to it. */
  readonly depth: number;
  /** The state that it was found from, and which of its successors it is; undefined for an initial state. */
  readonly parent: { readonly state: MetState; readonly choice: number } | undefined;
  /** Of an initial state: its number among the instance's. */
  readonly initial: number | undefined;
}

/** How many states a graph has at most, unless the caller says otherwise. */
export const MOST_STATES = 100_000;

/** A graph has more states than it may have. */
export class TooManyStates extends UsageError {
  constructor({ model }: Pick<Instance, "model">, maxStates: number) {
    super(
      `${model.name} has more than ${maxStates.toLocaleString("en")} states with these parameters, and a part of a graph is not taken for the graph\n` +
        "  Give a greater --max-states, or take fewer members.",
    );
  }
}

/** Is told of each step of a graph. */
export interface StepVisitor {
  /** A step that leads to a state. */
  readonly taken: (from: MetState, step: Successor, to: MetState) => void;
  /** A step that is none: a message that no rule receives, a function that throws, or what a constraint cuts off. */
  readonly refused: (from: MetState, step: Successor) => void;
}

/** The states that were met so far, each once. */
export class ReferenceGraph {
  readonly states: MetState[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly engine: RenewableEngine;

  /** @param symmetry whether states that differ by renamings of interchangeable members are the same */
  constructor(
    readonly instance: Instance,
    { symmetry }: { readonly symmetry: boolean },
  ) {
    this.engine = new RenewableEngine(instance, { symmetry, properties: [], receptions: false });
  }

  /** Which members are interchangeable. */
  get symmetry(): SymmetryInForce {
    return this.engine.engine.canonicalizer.inForce;
  }

  /** Meets the initial states, and returns those that differ. */
  begin(): MetState[] {
    return this.instance.initial.flatMap((values, initial) => {
      const { state, isNew } = this.meet(renumber(values, "in order"), 0, undefined, initial);
      return isNew ? [state] : [];
    });
  }

  /**
   * Meets all states, breadth first, and returns the initial ones.
   * @throws TooManyStates if there are more than `maxStates`: a part of a graph is not given out as the graph
   */
  explore(maxStates: number, { taken, refused }: StepVisitor): MetState[] {
    const initial = this.begin();
    for (let from = 0; from < this.states.length; from++) {
      if (this.states.length > maxStates) throw new TooManyStates(this.instance, maxStates);
      const state = this.states[from]!;
      this.stepsOf(state).forEach((step, choice) => {
        if (step.next === undefined) refused(state, step);
        else taken(state, step, this.after(state, step, choice).state);
      });
    }
    return initial;
  }

  /**
   * Returns the choices of a run along states that were met, of which the first is an initial one.
   * @throws Disagreement if the states are not the states of a run
   */
  choicesAlong(path: readonly MetState[]): Choices {
    const keys = path.map(({ values }) => this.keyOf(values));
    const isAt = (values: Values, place: number) => this.keyOf(values) === keys[place];
    return concretize({ instance: this.instance, length: path.length, isAt }).choices;
  }

  /** Returns the steps of a state, in the order of the reference semantics. */
  stepsOf({ values }: MetState): Successor[] {
    return [...successorsOf(this.instance, values)];
  }

  /** Meets the state that a step leads to. @param choice the number of the step among those of the state */
  after(state: MetState, step: Successor, choice: number): { readonly state: MetState; readonly isNew: boolean } {
    return this.meet(renumber(step.next!, "in order"), state.depth + 1, { state, choice }, undefined);
  }

  /** Returns a key that a state shares with those that are the same. */
  keyOf(values: Values): string {
    return this.engine.keyOf(renumber(values));
  }

  private meet(values: Values, depth: number, parent: MetState["parent"], initial: number | undefined) {
    const key = this.keyOf(values);
    const known = this.numbers.get(key);
    if (known !== undefined) return { state: this.states[known]!, isNew: false };
    const state = { index: this.states.length, values, depth, parent, initial };
    this.numbers.set(key, state.index);
    this.states.push(state);
    return { state, isNew: true };
  }
}
