/**
 * An oracle for refinement, for models of a few states without ordinals. It compares two reference graphs by brute
 * force: every state is mapped, every step is looked up among the abstract model's, and every set of states that a run
 * could visit infinitely often is tried. Of the engine it has the reference semantics alone.
 */

import type { RefinementMapping } from "../../checker/model/index.js";
import type { ActionInstance, Instance, Values } from "../../checker/model/instance.js";
import { successorsOf } from "../../checker/model/reference.js";
import type { AnyState } from "../../checker/model/state.js";
import { keyOf } from "../../checker/model/value.js";
import { type Edge, type Graph, graphOf, isFair } from "./lasso-oracle.js";

export interface RefinementVerdicts {
  /** Whether each initial state stands for an initial state. */
  readonly initially: boolean;
  /** The length of a shortest run whose last step stands for none; undefined if there is no such run. */
  readonly shortest: number | undefined;
  /** By the name of a fair action: whether each fair run stands for one that is fair to it, with every binding. */
  readonly fairness: ReadonlyMap<string, boolean>;
}

/** Returns the verdicts; undefined if the concrete model has more than `most` states. */
export function refinementOracle(
  concrete: Instance,
  abstract: Instance,
  map: RefinementMapping<never, never>,
  most: number,
): RefinementVerdicts | undefined {
  const graph = graphOf(concrete, most);
  if (graph === undefined) return undefined;
  const mapped = graph.states.map((values) => mappedBy(concrete.stateOf(values), abstract, map));
  const keys = mapped.map(keyOfState);
  const begins = new Set(abstract.initial.map(keyOfState));
  const steps = mapped.map((values) =>
    [...successorsOf(abstract, values)].map(({ instance, next }) => ({ action: instance, to: keyOfState(next!) })),
  );
  const isStep = ({ from, to }: Edge) => keys[from] === keys[to] || steps[from]!.some((step) => step.to === keys[to]);
  const takes = (action: ActionInstance) => (from: number, to: string) =>
    steps[from]!.some((step) => step.action === action && step.to === to);
  const fairness = new Map<string, boolean>();
  for (const action of abstract.actions) {
    const { name, fair } = action.action;
    if (fair === undefined) continue;
    const isMet = isAlwaysFair(graph, keys, fair, takes(action), (i) =>
      steps[i]!.some((step) => step.action === action),
    );
    fairness.set(name, isMet && (fairness.get(name) ?? true));
  }
  return {
    initially: graph.initial.every((i) => begins.has(keys[i]!)),
    shortest: shortestTo(graph, (edge) => !isStep(edge)),
    fairness,
  };
}

function mappedBy(state: AnyState, { layout }: Instance, map: RefinementMapping<never, never>): Values {
  return layout.slots.map(({ variable, indices }) => {
    const { sets } = layout.declarations[variable]!;
    const value = (map as Record<string, (...of: unknown[]) => unknown>)[variable]!;
    return value(state, ...indices.map((index, i) => sets[i]!.member(index)));
  });
}

const keyOfState = (values: Values) => values.map((value) => keyOf(value)).join(" ");

/** Returns the number of edges on a shortest way over an edge that is wanted, including that one. */
function shortestTo({ initial, edges }: Graph, wanted: (edge: Edge) => boolean): number | undefined {
  const seen = new Set(initial);
  for (let [level, length] = [[...seen], 1]; level.length > 0; length++) {
    const next = edges.filter(({ from }) => level.includes(from));
    if (next.some(wanted)) return length;
    level = [...new Set(next.map(({ to }) => to))].filter((to) => !seen.has(to));
    for (const to of level) seen.add(to);
  }
  return undefined;
}

/**
 * Tells whether there is no fair run of the concrete model that stands only for abstract runs that are unfair to an
 * action. Such a run visits a set of states infinitely often, in none of which the abstract model could take the action
 * without a change, and takes no step of the action between them. The action is enabled in all of the set, if it is
 * weakly fair, or in some of it.
 */
function isAlwaysFair(
  graph: Graph,
  keys: readonly string[],
  fair: "weak" | "strong",
  takes: (from: number, to: string) => boolean,
  isEnabled: (i: number) => boolean,
): boolean {
  const edges = graph.edges.filter(({ from, to }) => !takes(from, keys[to]!));
  const isViolation = (set: number) => {
    const within = keys.flatMap((_, i) => (set & (1 << i) ? [i] : []));
    if (within.some((i) => takes(i, keys[i]!))) return false;
    const isCalledFor = fair === "weak" ? within.every(isEnabled) : within.some(isEnabled);
    return isCalledFor && isFair({ ...graph, edges }, set);
  };
  for (let set = 1; set < 2 ** keys.length; set++) if (isViolation(set)) return false;
  return true;
}
