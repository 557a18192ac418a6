/** The state graphs of two models as one, whose states are labelled by what the two are compared by. */
import { type MetState, ReferenceGraph } from "../graph/reference-graph.js";
import type { Instance } from "../model/instance.js";
import type { Valuations } from "./valuation.js";

/** A graph of which only the labels of states and the steps between them count. States are numbered from 0 on. */
export interface LabelledGraph {
  /** By state: its label. */
  readonly labels: readonly number[];
  /** By state: the states that its steps lead to, each once. */
  readonly next: readonly (readonly number[])[];
}

/** One of two models with all of its states, and the numbers that these have in the graph of both. */
export interface ComparedSide {
  readonly graph: ReferenceGraph;
  /** The number of the first of its states in the graph of both; the others follow in the order of the search. */
  readonly first: number;
  /** The numbers of its initial states. */
  readonly initial: readonly number[];
  /** How many steps could not be taken: messages that no rule receives, and functions that throw. */
  readonly refused: number;
  /** How many steps a constraint has cut off. */
  readonly cut: number;
}

/** The graphs of two models as one. */
export class ComparedGraph implements LabelledGraph {
  readonly labels: number[] = [];
  readonly next: number[][] = [];

  constructor(private readonly valuations: Valuations) {}

  /**
   * Adds the states of a model, whose members are told apart.
   * @throws TooManyStates if there are more than `maxStates`
   */
  add(instance: Instance, maxStates: number): ComparedSide {
    const graph = new ReferenceGraph(instance, { symmetry: false });
    const first = this.labels.length;
    const numberOf = ({ index }: MetState) => first + index;
    const steps: Set<number>[] = [];
    const stepsFrom = ({ index }: MetState) => {
      steps[index] ??= new Set();
      return steps[index];
    };
    let [refused, cut] = [0, 0];
    const initial = graph.explore(maxStates, {
      taken: (from, _, to) => stepsFrom(from).add(numberOf(to)),
      refused: (_, step) => void (step.cut === undefined ? refused++ : cut++),
    });
    const valuationOf = this.valuations.of(instance);
    for (const state of graph.states) {
      this.labels.push(valuationOf(state.values));
      this.next.push([...stepsFrom(state)]);
    }
    return { graph, first, initial: initial.map(numberOf), refused, cut };
  }
}
