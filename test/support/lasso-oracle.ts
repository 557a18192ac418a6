/**
 * An oracle for liveness that shares nothing with the engine. On the unreduced graph it tries every set of states that
 * a run could visit infinitely often, and every choice of assumptions whose calls the run leaves out. It is for graphs
 * of a few states.
 */
import { requirementsOf } from "../../checker/model/fairness.js";
import type { Instance, Values } from "../../checker/model/instance.js";
import { isLiveness, type Liveness } from "../../checker/model/property.js";
import { renumber, type Successor, stepOf, successorsOf } from "../../checker/model/reference.js";
import type { AnyState } from "../../checker/model/state.js";
import { keyOf } from "../../checker/model/value.js";

export interface Edge {
  readonly from: number;
  readonly to: number;
  /** Bit sets of the requirements that the step takes, and of those that it calls for. */
  readonly takes: number;
  readonly calls: number;
}

export interface Graph {
  readonly states: readonly Values[];
  readonly initial: readonly number[];
  readonly edges: readonly Edge[];
  /** By state, bit sets of the requirements that are enabled there, and of those that are answered there. */
  readonly enabled: readonly number[];
  readonly answered: readonly number[];
  readonly weak: number;
  readonly strong: number;
  readonly compassions: readonly number[];
}

/** A graph, with all sets of states that a fair run could visit infinitely often. */
interface Solved extends Graph {
  readonly fair: readonly number[];
}

/** Returns whether each liveness property holds, by name; undefined if the graph has more than `most` states. */
export function oracle(instance: Instance, most: number): Map<string, boolean> | undefined {
  const unsolved = graphOf(instance, most);
  if (unsolved === undefined) return undefined;
  const sets = Array.from({ length: 2 ** unsolved.states.length - 1 }, (_, i) => i + 1);
  const graph = { ...unsolved, fair: sets.filter((set) => isFair(unsolved, set)) };
  const verdicts = new Map<string, boolean>();
  for (const property of instance.properties)
    if (isLiveness(property)) verdicts.set(property.name, holds(instance, graph, property));
  return verdicts;
}

/** Returns the graph of a model; undefined if it has more than `most` states. */
export function graphOf(instance: Instance, most: number): Graph | undefined {
  const requirements = requirementsOf(instance);
  if (requirements.length > 30) throw new Error("too many requirements for bit sets");
  const numbers = new Map<string, number>();
  const states: Values[] = [];
  const numberOf = (next: Values): number => {
    const values = renumber(next);
    const key = values.map((value) => keyOf(value)).join(" ");
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, states.length);
    return states.push(values) - 1;
  };
  const bits = (of: (i: number) => boolean) => requirements.reduce((set, _, i) => (of(i) ? set | (1 << i) : set), 0);
  const isTaken = (before: Values, step: Successor, i: number) => {
    const requirement = requirements[i]!;
    if (requirement.strength === "compassion") return false;
    if ("action" in requirement) return requirement.action === step.instance;
    const { of, binding } = requirement;
    const { action, binding: own } = step.instance;
    const isOne = of.actions.includes(action.name);
    if (!isOne || Object.keys(own).some((name) => name in binding && own[name] !== binding[name])) return false;
    const after = instance.stateOf(step.next!);
    const taken = { ...stepOf(instance, after, step.instance), binding: own, message: step.message, chosen: {} };
    return of.when === undefined || of.when(instance.stateOf(before), after, binding, taken);
  };
  const isCalled = (before: Values, step: Successor, i: number) => {
    const requirement = requirements[i]!;
    if (requirement.strength !== "compassion" || !requirement.of.actions.includes(step.instance.action.name))
      return false;
    const state = instance.stateOf(before);
    const after = instance.stateOf(step.next!);
    return requirement.of.whenever(state, after, requirement.binding, stepOf(instance, after, step.instance));
  };
  const initial = instance.initial.map(numberOf);
  const edges: Edge[] = [];
  const enabled: number[] = [];
  for (let from = 0; from < states.length; from++) {
    if (states.length > most) return undefined;
    const steps = [...successorsOf(instance, states[from]!)];
    enabled.push(bits((i) => steps.some((step) => isTaken(states[from]!, step, i))));
    for (const step of steps) {
      const [takes, calls] = [
        bits((i) => isTaken(states[from]!, step, i)),
        bits((i) => isCalled(states[from]!, step, i)),
      ];
      edges.push({ from, to: numberOf(step.next!), takes, calls });
    }
  }
  const answered = states.map((values) =>
    bits((i) => {
      const requirement = requirements[i]!;
      return (
        requirement.strength === "compassion" && requirement.of.answered(instance.stateOf(values), requirement.binding)
      );
    }),
  );
  const strength = (wanted: string) => bits((i) => requirements[i]!.strength === wanted);
  const compassions = requirements.flatMap(({ strength }, i) => (strength === "compassion" ? [i] : []));
  return { states, initial, edges, enabled, answered, weak: strength("weak"), strong: strength("strong"), compassions };
}

/** Returns the states that are reached along edges within a set, as a bit set. */
function reach(edges: readonly Edge[], starts: number, within: number, backwards = false): number {
  let reached = starts & within;
  for (let before = 0; before !== reached; ) {
    before = reached;
    for (const { from, to } of edges) {
      const [a, b] = backwards ? [to, from] : [from, to];
      if (reached & (1 << a) && within & (1 << b)) reached |= 1 << b;
    }
  }
  return reached;
}

function holds(instance: Instance, graph: Solved, property: Liveness<AnyState>): boolean {
  const all = 2 ** graph.states.length - 1;
  const setOf = (test: (state: AnyState) => boolean) =>
    graph.states.reduce((set, values, i) => (test(instance.stateOf(values)) ? set | (1 << i) : set), 0);
  const initial = graph.initial.reduce((set, i) => set | (1 << i), 0);
  return instance.bindings(property.domains).every((binding) => {
    const missing = setOf((state) => !property.holds(state, binding));
    if (property.kind === "always eventually") return !canGoOn(graph, missing, all);
    if (property.kind === "eventually always") return !canGoOn(graph, all, missing);
    const starts = property.kind === "eventually" ? initial : setOf((state) => property.from!(state, binding));
    return !canGoOn(graph, reach(graph.edges, starts, missing), all);
  });
}

/** Tells whether a fair run can stay within a set of states, and visit one of `again` infinitely often. */
function canGoOn(graph: Solved, within: number, again: number): boolean {
  return graph.fair.some((set) => (set & ~within) === 0 && (set & again) !== 0);
}

/** Tells whether there is a fair run that visits exactly these states infinitely often. */
export function isFair({ edges, enabled, answered, weak, strong, compassions, states }: Graph, set: number): boolean {
  const members = states.flatMap((_, i) => (set & (1 << i) ? [i] : []));
  const everywhere = members.reduce((bits, i) => bits & enabled[i]!, -1);
  const somewhere = members.reduce((bits, i) => bits | enabled[i]!, 0);
  const answers = members.reduce((bits, i) => bits | answered[i]!, 0);
  // A run that stands still takes no step: it is fair if nothing fair is enabled.
  if (members.length === 1 && (enabled[members[0]!]! & (weak | strong)) === 0) return true;
  const inside = edges.filter(({ from, to }) => set & (1 << from) && set & (1 << to));
  // Each assumption is either answered in the set, or the run leaves its calls out.
  const unanswered = compassions.filter((i) => !(answers & (1 << i))).reduce((bits, i) => bits | (1 << i), 0);
  const used = inside.filter(({ calls }) => (calls & unanswered) === 0);
  const first = 1 << members[0]!;
  const connected = reach(used, first, set) === set && reach(used, first, set, true) === set;
  const goesOn = members.length > 1 || used.length > 0;
  const taken = used.reduce((bits, { takes }) => bits | takes, 0);
  return connected && goesOn && (everywhere & weak & ~taken) === 0 && (somewhere & strong & ~taken) === 0;
}
