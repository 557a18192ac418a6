/** The state graph of a model as data: every reachable state, and every transition with the name of its step. */
import { toItf } from "../../traces/formats/itf.js";
import { type Json, showItf } from "../../traces/formats/json.js";
import { UsageError } from "../errors.js";
import { type Instance, namesIn } from "../model/instance.js";
import type { ParameterValues } from "../model/parameters.js";
import type { Successor } from "../model/reference.js";
import { nameOfStep } from "../model/step-name.js";
import { ReferenceGraph } from "./reference-graph.js";

export const GRAPH_FORMAT = "popcheck graph 1";

/** A transition of the graph. */
export interface GraphTransition {
  readonly from: number;
  readonly to: number;
  /** The name of the step, with the members' names of the state that it leads from: `Receive Fetch K2→K1`. */
  readonly label: string;
  readonly action: string;
}

/** A step that is none: a message that no rule receives, or a function that throws. */
export interface RefusedStep {
  readonly from: number;
  readonly label: string;
  readonly reason: string;
}

/** The state graph of a model. States are numbered from 0 on, in the order of a breadth-first search. */
export interface StateGraphData {
  readonly format: typeof GRAPH_FORMAT;
  readonly model: string;
  readonly parameters: ParameterValues;
  /**
   * The index sets of which a state stands for all renamings of its members: its orbit. The label of a transition has
   * the names of the state that it leads from; in the state that it leads to, members may be renamed.
   */
  readonly orbits: readonly string[];
  /** The numbers of the initial states. */
  readonly initial: readonly number[];
  /** By number of the state: its values in ITF, by variable and place: `copy[K1]`. */
  readonly states: readonly { readonly [slot: string]: Json }[];
  readonly transitions: readonly GraphTransition[];
  readonly refused: readonly RefusedStep[];
}

/** How many states a graph has at most, unless the caller says otherwise. */
export const MOST_STATES = 100_000;

/**
 * Returns the state graph of an instance.
 * @throws UsageError if it has more than `maxStates` states: a part of a graph is not given out as the graph
 */
export function stateGraphOf(
  instance: Instance,
  { symmetry = true, maxStates = MOST_STATES }: { readonly symmetry?: boolean; readonly maxStates?: number } = {},
): StateGraphData {
  const graph = new ReferenceGraph(instance, { symmetry });
  const initial = graph.begin().map(({ index }) => index);
  const transitions: GraphTransition[] = [];
  const refused: RefusedStep[] = [];
  for (let from = 0; from < graph.states.length; from++) {
    if (graph.states.length > maxStates) {
      throw new UsageError(
        `${instance.model.name} has more than ${maxStates.toLocaleString("en")} states with these parameters, and no part of a graph is written\n` +
          "  Give a greater --max-states, or take fewer members.",
      );
    }
    const state = graph.states[from]!;
    graph.stepsOf(state).forEach((step, choice) => {
      const label = labelOf(step);
      const { unspecified, threw } = step;
      if (step.next === undefined) {
        const reason = unspecified === undefined ? threw! : `no rule: ${unspecified.reason}`;
        refused.push({ from, label, reason });
        return;
      }
      const { action } = step.instance;
      transitions.push({ from, to: graph.after(state, step, choice).state.index, label, action: action.name });
    });
  }
  const { slots } = instance.layout;
  return {
    format: GRAPH_FORMAT,
    model: instance.model.name,
    parameters: instance.parameters,
    orbits: graph.symmetry.sets,
    initial,
    states: graph.states.map(({ values }) =>
      Object.fromEntries(values.map((value, slot) => [slots[slot]!.name, toItf(value)])),
    ),
    transitions,
    refused,
  };
}

function labelOf({ instance: { action, binding, takes }, message }: Successor): string {
  return nameOfStep(action.name, namesIn(binding), takes === undefined ? undefined : showItf(toItf(message)));
}
