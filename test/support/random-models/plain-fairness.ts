/**
 * Liveness of a described model on its plain graph: fair cycles are found by taking strongly connected components apart
 * again and again, as Emerson and Lei do. Nothing of popcheck is used.
 */
import { type AssumptionOf, type LivenessOf, receives } from "./description.js";
import type { PlainGraph } from "./plain-graph.js";
import { areDistinct, type Names, type PlainAction, type PlainStep } from "./plain-semantics.js";

/** What a fair run meets: the fairness of an action with its names and, if it receives, a kind of message. */
type Requirement =
  | { readonly strength: "weak" | "strong"; readonly action: PlainAction; readonly kind: number | undefined }
  | { readonly strength: "assumed"; readonly of: AssumptionOf; readonly names: Names };

interface Edge {
  readonly from: number;
  readonly to: number;
  /** The requirement that the step takes; -1 if it takes none. */
  readonly takes: number;
  /** The assumptions that the step calls for. */
  readonly calls: readonly number[];
}

export interface FairGraph {
  readonly requirements: readonly Requirement[];
  /** By state. */
  readonly edges: readonly (readonly Edge[])[];
  /** By state: the requirements whose steps are possible there, and the assumptions that are answered there. */
  readonly enabled: readonly ReadonlySet<number>[];
  readonly answered: readonly ReadonlySet<number>[];
}

const known = new WeakMap<PlainGraph, FairGraph>();

/** Returns the graph's edges with what they mean for fairness. */
export function fairGraphOf(graph: PlainGraph): FairGraph {
  const made = known.get(graph) ?? makeFairGraph(graph);
  known.set(graph, made);
  return made;
}

function makeFairGraph({ model, states, steps, to }: PlainGraph): FairGraph {
  const requirements: Requirement[] = [
    ...model.actions.flatMap((action): Requirement[] => {
      const { fair, does } = action.of;
      if (fair === undefined) return [];
      const kinds = receives(does) ? does.cells[0]!.map((_, kind) => kind) : [undefined];
      return kinds.map((kind) => ({ strength: fair, action, kind }));
    }),
    ...model.of.assumptions.flatMap((of) =>
      model.bindings(of.domains).map((names) => ({ strength: "assumed" as const, of, names })),
    ),
  ];
  const takenBy = ({ action, kind }: PlainStep) =>
    requirements.findIndex((r) => r.strength !== "assumed" && r.action === action && r.kind === kind);
  const calledBy = (from: number, step: PlainStep) =>
    requirements.flatMap((r, i) => {
      if (r.strength !== "assumed" || !r.of.actions.includes(step.action.of.name)) return [];
      const isCall =
        areDistinct(r.of, r.names) &&
        model.holds(r.of.before, { state: states[from]!, names: r.names }) &&
        model.holds(r.of.after, { state: step.next!, names: r.names });
      return isCall ? [i] : [];
    });
  const edges = steps.map((of, from) =>
    of.flatMap((step, i) =>
      step.next === undefined ? [] : [{ from, to: to[from]![i]!, takes: takenBy(step), calls: calledBy(from, step) }],
    ),
  );
  const enabled = edges.map((of) => new Set(of.map(({ takes }) => takes)));
  const answered = states.map(
    (state) =>
      new Set(
        requirements.flatMap((r, i) =>
          r.strength === "assumed" && model.holdsOf(r.of, r.of.answered, state, r.names) ? [i] : [],
        ),
      ),
  );
  return { requirements, edges, enabled, answered };
}

/** Whether some fair run violates a liveness property. */
export function isViolated(graph: PlainGraph, property: LivenessOf): boolean {
  const fair = fairGraphOf(graph);
  const { model, states } = graph;
  return model.bindings(property.domains).some((names) => {
    const holding = states.map((state) => model.holdsOf(property, property.holds, state, names));
    const all = states.map((_, i) => i);
    const missing = new Set(all.filter((i) => !holding[i]));
    if (property.kind === "eventually always") return hasFairRun(fair, new Set(all), missing);
    if (property.kind === "always eventually") return hasFairRun(fair, missing, missing);
    const starts =
      property.kind === "eventually" ? graph.initial : all.filter((i) => model.isDue(property, states[i]!, names));
    const reached = new Set(starts.filter((i) => missing.has(i)));
    for (const i of reached) for (const { to } of fair.edges[i]!) if (missing.has(to)) reached.add(to);
    return hasFairRun(fair, reached, reached);
  });
}

/** Whether a fair run can stay in `within` for ever, and be in `again` again and again. */
function hasFairRun(graph: FairGraph, within: ReadonlySet<number>, again: ReadonlySet<number>): boolean {
  const rests = [...within].some((i) => again.has(i) && isAtRest(graph, i));
  return rests || hasFairCycle(graph, within, again, new Set());
}

/** Whether a run may stand still in a state: no fair step is possible. */
export function isAtRest({ enabled }: FairGraph, state: number): boolean {
  return [...enabled[state]!].every((requirement) => requirement < 0);
}

function hasFairCycle(
  graph: FairGraph,
  within: ReadonlySet<number>,
  again: ReadonlySet<number>,
  avoided: ReadonlySet<number>,
): boolean {
  const usable = (i: number, inside: ReadonlySet<number>) =>
    graph.edges[i]!.filter(({ to, calls }) => inside.has(to) && !calls.some((call) => avoided.has(call)));
  return componentsOf(within, (i) => usable(i, within).map(({ to }) => to)).some((states) => {
    const component = new Set(states);
    if (!states.some((i) => again.has(i))) return false;
    const edges = states.flatMap((i) => usable(i, component));
    if (edges.length === 0) return false;
    const unmet = unmetBy(graph, states, edges);
    if (unmet.length === 0) return true;
    // A weak requirement that is unmet stays so in every part of the component.
    if (unmet.some((r) => graph.requirements[r]!.strength === "weak")) return false;
    const left = new Set(states.filter((i) => !unmet.some((r) => graph.enabled[i]!.has(r))));
    return hasFairCycle(graph, left, again, new Set([...avoided, ...unmet]));
  });
}

/**
 * Returns the requirements that a run does not meet that visits these states, and takes these edges, again and again.
 */
export function unmetBy(graph: FairGraph, states: readonly number[], edges: readonly Edge[]): number[] {
  const taken = new Set(edges.map(({ takes }) => takes));
  const called = new Set(edges.flatMap(({ calls }) => calls));
  return graph.requirements.flatMap(({ strength }, r) => {
    const isEnabled = (i: number) => graph.enabled[i]!.has(r);
    const isMet =
      strength === "assumed"
        ? !called.has(r) || states.some((i) => graph.answered[i]!.has(r))
        : taken.has(r) || !(strength === "weak" ? states.every(isEnabled) : states.some(isEnabled));
    return isMet ? [] : [r];
  });
}

/** Returns the strongly connected components of a set, by Tarjan's algorithm without recursion. */
function componentsOf(within: ReadonlySet<number>, next: (i: number) => readonly number[]): number[][] {
  const order = new Map<number, number>();
  const low = new Map<number, number>();
  const [open, isOpen]: [number[], Set<number>] = [[], new Set()];
  const components: number[][] = [];
  const enter = (i: number) => {
    order.set(i, order.size);
    low.set(i, order.get(i)!);
    open.push(i);
    isOpen.add(i);
    return { at: i, left: [...next(i)] };
  };
  for (const root of within) {
    if (order.has(root)) continue;
    const path = [enter(root)];
    for (let top = path[0]; top !== undefined; top = path[path.length - 1]) {
      const { at, left } = top;
      const to = left.pop();
      if (to === undefined) {
        path.pop();
        const above = path[path.length - 1]?.at;
        if (above !== undefined) low.set(above, Math.min(low.get(above)!, low.get(at)!));
        if (low.get(at) !== order.get(at)) continue;
        const component = open.splice(open.indexOf(at));
        for (const i of component) isOpen.delete(i);
        components.push(component);
      } else if (!order.has(to)) path.push(enter(to));
      else if (isOpen.has(to)) low.set(at, Math.min(low.get(at)!, order.get(to)!));
    }
  }
  return components;
}
