/**
 * The third opinion on liveness: the unreduced graph of the reference semantics in plain lists, taken apart again and
 * again by a textbook algorithm (Kosaraju's), as Emerson and Lei do. Nothing of the engine is used. It is for graphs of
 * a few thousand states; test/support/lasso-oracle.ts tries everything, for graphs of a few.
 */
import { type Requirement, requirementsOf } from "../../checker/model/fairness.js";
import type { Instance, Values } from "../../checker/model/instance.js";
import { isLiveness, type Liveness } from "../../checker/model/property.js";
import { renumber, type Successor, stepOf, successorsOf } from "../../checker/model/reference.js";
import type { AnyState } from "../../checker/model/state.js";
import { keyOf } from "../../checker/model/value.js";

interface Edge {
  readonly to: number;
  /** The requirement that the step takes, and those that it calls for. */
  readonly takes: number;
  readonly calls: readonly number[];
}

interface Graph {
  readonly states: readonly Values[];
  readonly initial: readonly number[];
  readonly edges: readonly (readonly Edge[])[];
  readonly requirements: readonly Requirement[];
}

/** Returns the names of the liveness properties that some fair run violates. */
export function violatedLiveness(instance: Instance): Set<string> {
  const asked = instance.properties.filter(isLiveness);
  if (asked.length === 0) return new Set();
  const graph = graphOf(instance);
  return new Set(asked.filter((property) => isViolated(instance, graph, property)).map(({ name }) => name));
}

function graphOf(instance: Instance): Graph {
  const requirements = requirementsOf(instance);
  const numbers = new Map<string, number>();
  const states: Values[] = [];
  const numberOf = (next: Values): number => {
    const values = renumber(next);
    const key = values.map((value) => keyOf(value)).join(" ");
    if (!numbers.has(key)) numbers.set(key, states.push(values) - 1);
    return numbers.get(key)!;
  };
  const takenBy = ({ instance: action, message }: Successor) =>
    requirements.findIndex(
      (r) =>
        r.strength !== "compassion" &&
        r.action === action &&
        (r.message === undefined || r.message === action.action.kinds!.of(message)),
    );
  const calledBy = (values: Values, step: Successor) => {
    const [before, after] = [instance.stateOf(values), instance.stateOf(step.next!)];
    return requirements.flatMap((r, i) => {
      if (r.strength !== "compassion" || !r.of.actions.includes(step.instance.action.name)) return [];
      return r.of.whenever(before, after, r.binding, stepOf(instance, after, step.instance)) ? [i] : [];
    });
  };
  const initial = instance.initial.map(numberOf);
  const edges: Edge[][] = [];
  for (let from = 0; from < states.length; from++) {
    const steps = [...successorsOf(instance, states[from]!)].filter(({ next }) => next !== undefined);
    edges.push(steps.map((s) => ({ to: numberOf(s.next!), takes: takenBy(s), calls: calledBy(states[from]!, s) })));
  }
  return { states, initial, edges, requirements };
}

function isViolated(instance: Instance, graph: Graph, property: Liveness<AnyState>): boolean {
  const all = graph.states.map((_, i) => i);
  return instance.bindings(property.domains).some((binding) => {
    const test = (of: typeof property.holds) => all.filter((i) => of(instance.stateOf(graph.states[i]!), binding));
    const holding = new Set(test(property.holds));
    const missing = new Set(all.filter((i) => !holding.has(i)));
    if (property.kind === "eventually always") return goesOn(instance, graph, new Set(all), missing);
    if (property.kind === "always eventually") return goesOn(instance, graph, missing, missing);
    const starts = property.kind === "eventually" ? graph.initial : test(property.from!);
    const reached = new Set(starts.filter((i) => missing.has(i)));
    for (const i of reached) for (const { to } of graph.edges[i]!) if (missing.has(to)) reached.add(to);
    return goesOn(instance, graph, reached, reached);
  });
}

/** Tells whether a fair run can stay in a set for ever, and be in another again and again. */
function goesOn(instance: Instance, graph: Graph, within: ReadonlySet<number>, again: ReadonlySet<number>): boolean {
  const stands = [...within].some((i) => again.has(i) && graph.edges[i]!.every(({ takes }) => takes < 0));
  return stands || hasFairCycle(instance, graph, within, again, new Set());
}

function hasFairCycle(
  instance: Instance,
  graph: Graph,
  within: ReadonlySet<number>,
  again: ReadonlySet<number>,
  banned: ReadonlySet<number>,
): boolean {
  const usable = (i: number, component: ReadonlySet<number>) =>
    graph.edges[i]!.filter(({ to, calls }) => component.has(to) && !calls.some((call) => banned.has(call)));
  return componentsOf(within, (i) => usable(i, within).map(({ to }) => to)).some((members) => {
    const component = new Set(members);
    const inside = members.flatMap((i) => usable(i, component));
    if (inside.length === 0 || !members.some((i) => again.has(i))) return false;
    const taken = new Set(inside.map(({ takes }) => takes));
    const enables = (i: number, r: number) => graph.edges[i]!.some(({ takes }) => takes === r);
    const unmet = graph.requirements.flatMap((requirement, r) => {
      if (requirement.strength === "compassion") {
        const isAnswered = (i: number) =>
          requirement.of.answered(instance.stateOf(graph.states[i]!), requirement.binding);
        return inside.some(({ calls }) => calls.includes(r)) && !members.some(isAnswered) ? [r] : [];
      }
      if (taken.has(r)) return [];
      const isCalledFor =
        requirement.strength === "weak" ? members.every((i) => enables(i, r)) : members.some((i) => enables(i, r));
      return isCalledFor ? [r] : [];
    });
    if (unmet.length === 0) return true;
    if (unmet.some((r) => graph.requirements[r]!.strength === "weak")) return false;
    const left = new Set(members.filter((i) => !unmet.some((r) => enables(i, r))));
    return hasFairCycle(instance, graph, left, again, new Set([...banned, ...unmet]));
  });
}

/** Returns the strongly connected components, by Kosaraju's algorithm without recursion. */
function componentsOf(within: ReadonlySet<number>, next: (i: number) => readonly number[]): number[][] {
  const order: number[] = [];
  const before = new Map<number, number[]>();
  const seen = new Set<number>();
  for (const root of within) {
    if (seen.has(root)) continue;
    seen.add(root);
    const stack = [{ at: root, left: [...next(root)] }];
    for (let top = stack[0]; top; top = stack[stack.length - 1]) {
      const to = top.left.pop();
      if (to === undefined) {
        order.push(top.at);
        stack.pop();
        continue;
      }
      before.set(to, [...(before.get(to) ?? []), top.at]);
      if (seen.has(to)) continue;
      seen.add(to);
      stack.push({ at: to, left: [...next(to)] });
    }
  }
  const placed = new Set<number>();
  return order.reverse().flatMap((root) => {
    if (placed.has(root)) return [];
    placed.add(root);
    const component = [root];
    for (const at of component) {
      for (const from of before.get(at) ?? []) {
        if (placed.has(from)) continue;
        placed.add(from);
        component.push(from);
      }
    }
    return [component];
  });
}
