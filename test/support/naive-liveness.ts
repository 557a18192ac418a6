/**
 * The third opinion on liveness: the unreduced graph of a semantics of its own (test/support/own-semantics.ts) in plain
 * lists, taken apart again and again by a textbook algorithm (Kosaraju's), as Emerson and Lei do. Nothing of the engine
 * is used, nor its semantics. It is for graphs of a few thousand states; test/support/lasso-oracle.ts tries everything,
 * for graphs of a few.
 */
import type { Instance } from "../../checker/model/instance.js";
import { isLiveness, type Liveness } from "../../checker/model/property.js";
import type { AnyState } from "../../checker/model/state.js";
import { type OwnRequirement, OwnSemantics, type OwnValues } from "./own-semantics.js";

interface Edge {
  readonly to: number;
  /** The requirements that the step takes, and those that it calls for. */
  readonly takes: readonly number[];
  readonly calls: readonly number[];
}

interface Graph {
  readonly states: readonly OwnValues[];
  readonly initial: readonly number[];
  /** The states in which a constraint cuts something off: what a run could do there is not known. */
  readonly cut: ReadonlySet<number>;
  readonly edges: readonly (readonly Edge[])[];
  readonly requirements: readonly OwnRequirement[];
}

/** Returns the names of the liveness properties that some fair run violates. */
export function violatedLiveness({ model, parameters }: Pick<Instance, "model" | "parameters">): Set<string> {
  const semantics = new OwnSemantics(model, parameters);
  const asked = semantics.properties.filter(isLiveness);
  if (asked.length === 0) return new Set();
  const graph = graphOf(semantics);
  return new Set(asked.filter((property) => isViolated(semantics, graph, property)).map(({ name }) => name));
}

function graphOf(semantics: OwnSemantics): Graph {
  const requirements = semantics.requirements();
  const numbers = new Map<string, number>();
  const states: OwnValues[] = [];
  const numberOf = (next: OwnValues): number => {
    const values = semantics.renumbered(next);
    const key = semantics.text(values);
    if (!numbers.has(key)) numbers.set(key, states.push(values) - 1);
    return numbers.get(key)!;
  };
  const initial = semantics.initial.map(numberOf);
  const edges: Edge[][] = [];
  const cut = new Set<number>();
  for (let from = 0; from < states.length; from++) {
    const values = states[from]!;
    const all = semantics.isCut(values) ? [] : semantics.steps(values);
    if (semantics.isCut(values) || all.some((step) => step.cut)) cut.add(from);
    const steps = all.filter(({ next }) => next !== undefined);
    edges.push(
      steps.map((step) => ({
        to: numberOf(step.next!),
        takes: requirements.flatMap((requirement, i) => (semantics.takes(values, step, requirement) ? [i] : [])),
        calls: requirements.flatMap((requirement, i) => (semantics.calls(values, step, requirement) ? [i] : [])),
      })),
    );
  }
  return { states, initial, cut, edges, requirements };
}

function isViolated(semantics: OwnSemantics, graph: Graph, property: Liveness<AnyState>): boolean {
  const all = graph.states.map((_, i) => i).filter((i) => !graph.cut.has(i));
  return semantics.bindings(property.domains).some((binding) => {
    const test = (of: typeof property.holds) => all.filter((i) => of(semantics.state(graph.states[i]!), binding));
    const holding = new Set(test(property.holds));
    const missing = new Set(all.filter((i) => !holding.has(i)));
    if (property.kind === "eventually always") return goesOn(semantics, graph, new Set(all), missing);
    if (property.kind === "always eventually") return goesOn(semantics, graph, missing, missing);
    const starts =
      property.kind === "eventually" ? graph.initial.filter((i) => !graph.cut.has(i)) : test(property.from!);
    const reached = new Set(starts.filter((i) => missing.has(i)));
    for (const i of reached) for (const { to } of graph.edges[i]!) if (missing.has(to)) reached.add(to);
    return goesOn(semantics, graph, reached, reached);
  });
}

/** Tells whether a fair run can stay in a set for ever, and be in another again and again. */
function goesOn(
  semantics: OwnSemantics,
  graph: Graph,
  within: ReadonlySet<number>,
  again: ReadonlySet<number>,
): boolean {
  const stands = [...within].some((i) => again.has(i) && graph.edges[i]!.every(({ takes }) => takes.length === 0));
  return stands || hasFairCycle(semantics, graph, within, again, new Set());
}

function hasFairCycle(
  semantics: OwnSemantics,
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
    const taken = new Set(inside.flatMap(({ takes }) => takes));
    const enables = (i: number, r: number) => graph.edges[i]!.some(({ takes }) => takes.includes(r));
    const unmet = graph.requirements.flatMap((requirement, r) => {
      if (requirement.strength === "compassion") {
        const isAnswered = (i: number) =>
          requirement.of.answered(semantics.state(graph.states[i]!), requirement.binding);
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
    return hasFairCycle(semantics, graph, left, again, new Set([...banned, ...unmet]));
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
