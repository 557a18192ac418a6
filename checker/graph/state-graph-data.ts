/** The state graph of a model as data: every reachable state, and every transition with the name of its step. */
import { toItf } from "../../traces/formats/itf.js";
import { type Json, showItf } from "../../traces/formats/json.js";
import { type Instance, namesIn } from "../model/instance.js";
import type { ParameterValues } from "../model/parameters.js";
import type { Successor } from "../model/reference.js";
import { nameOfStep } from "../model/step-name.js";
import { MOST_STATES, ReferenceGraph } from "./reference-graph.js";

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

/**
 * Returns the state graph of an instance.
 * @throws UsageError if it has more than `maxStates` states: a part of a graph is not given out as the graph
 */
export function stateGraphOf(
  instance: Instance,
  { symmetry = true, maxStates = MOST_STATES }: { readonly symmetry?: boolean; readonly maxStates?: number } = {},
): StateGraphData {
  const graph = new ReferenceGraph(instance, { symmetry });
  const transitions: GraphTransition[] = [];
  const refused: RefusedStep[] = [];
  const initial = graph.explore(maxStates, {
    taken: ({ index: from }, step, { index: to }) =>
      transitions.push({ from, to, label: labelOf(step), action: step.instance.action.name }),
    refused: ({ index: from }, step) => refused.push({ from, label: labelOf(step), reason: reasonOf(step) }),
  });
  const { slots } = instance.layout;
  return {
    format: GRAPH_FORMAT,
    model: instance.model.name,
    parameters: instance.parameters,
    orbits: graph.symmetry.sets,
    initial: initial.map(({ index }) => index),
    states: graph.states.map(({ values }) =>
      Object.fromEntries(values.map((value, slot) => [slots[slot]!.name, toItf(value)])),
    ),
    transitions,
    refused,
  };
}

/** Returns why a step is none. */
function reasonOf({ unspecified, threw, cut }: Successor): string {
  if (unspecified !== undefined) return `no rule: ${unspecified.reason}`;
  return threw ?? `cut off by the constraint "${cut}"`;
}

function labelOf({ instance: { action, binding, takes }, message }: Successor): string {
  return nameOfStep(action.name, namesIn(binding), takes === undefined ? undefined : showItf(toItf(message)));
}
