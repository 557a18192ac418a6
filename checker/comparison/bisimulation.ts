/**
 * Which states of a labelled graph are bisimilar, by signature refinement (Blom and van de Pol, "Distributed branching
 * bisimulation minimization by inductive signatures", 2009): states with the same label begin in one block, and a block
 * is split by the signatures of its states until none is.
 *
 * A step to a state of the same label is a *stutter*. Three equivalences are decided:
 * - strong: each step of one state is answered by one step of the other;
 * - stuttering: it is answered by one step after any number of stutters, and a stutter need not be answered;
 * - stuttering with divergence: besides, only both or neither can stutter for ever.
 */
import type { LabelledGraph } from "./compared-graph.js";

export type Equivalence = "strong" | "stuttering" | "stuttering with divergence";

/** In a signature: the state can stutter for ever. */
const DIVERGES = -1;

/** Returns by state the number of its block: two states are bisimilar exactly if they are in one block. */
export function bisimulationOf(graph: LabelledGraph, equivalence: Equivalence): Int32Array {
  const components = equivalence === "strong" ? singly(graph) : stutterComponents(graph);
  return refined(graph, components, equivalence);
}

/** States that are never told apart, in an order in which each follows those that it can stutter to. */
interface Components {
  /** By state: the number of its component. */
  readonly of: Int32Array;
  readonly states: readonly (readonly number[])[];
}

function singly({ labels }: LabelledGraph): Components {
  return { of: Int32Array.from(labels, (_, state) => state), states: labels.map((_, state) => [state]) };
}

/**
 * Returns the strongly connected components of the stutters: the states of one reach each other without a change of
 * label, so that all of them are stuttering bisimilar. (Tarjan 1972, without recursion.)
 */
function stutterComponents({ labels, next }: LabelledGraph): Components {
  const of = new Int32Array(labels.length).fill(-1);
  const states: number[][] = [];
  const order = new Int32Array(labels.length).fill(-1);
  const low = new Int32Array(labels.length);
  const open: number[] = [];
  let met = 0;
  for (let root = 0; root < labels.length; root++) {
    if (order[root] !== -1) continue;
    const path: { readonly state: number; step: number }[] = [];
    const enter = (state: number) => {
      order[state] = low[state] = met++;
      open.push(state);
      path.push({ state, step: 0 });
    };
    enter(root);
    while (path.length > 0) {
      const top = path.at(-1)!;
      const { state } = top;
      const to = next[state]![top.step++];
      if (to !== undefined) {
        if (labels[to] !== labels[state] || of[to] !== -1) continue;
        if (order[to] === -1) enter(to);
        else low[state] = Math.min(low[state]!, order[to]!);
        continue;
      }
      path.pop();
      const before = path.at(-1)?.state;
      if (before !== undefined) low[before] = Math.min(low[before]!, low[state]!);
      if (low[state] !== order[state]) continue;
      const component = open.splice(open.lastIndexOf(state));
      for (const each of component) of[each] = states.length;
      states.push(component);
    }
  }
  return { of, states };
}

function refined({ labels, next }: LabelledGraph, components: Components, equivalence: Equivalence): Int32Array {
  const isStrong = equivalence === "strong";
  const { of, states } = components;
  // Edges between components, and of strong bisimulation also those from a state to itself.
  const edges = states.map((inside, component) => [
    ...new Set(
      inside.flatMap((state) => next[state]!.map((to) => of[to]!)).filter((to) => isStrong || to !== component),
    ),
  ]);
  const diverges = states.map(
    (inside, component) =>
      equivalence === "stuttering with divergence" &&
      inside.some((state) => next[state]!.some((to) => of[to] === component)),
  );
  let blocks = numbered(states.map(([state]) => String(labels[state!])));
  for (;;) {
    const signatures: (readonly number[])[] = [];
    // A component that another one stutters to has a smaller number, and its signature by then.
    edges.forEach((steps, component) => {
      const signature = new Set<number>(diverges[component] ? [DIVERGES] : []);
      for (const to of steps) {
        if (isStrong || blocks.of[to] !== blocks.of[component]) signature.add(blocks.of[to]!);
        else for (const each of signatures[to]!) signature.add(each);
      }
      signatures.push([...signature].sort((a, b) => a - b));
    });
    const finer = numbered(signatures.map((signature, component) => `${blocks.of[component]}:${signature.join()}`));
    const isStable = finer.count === blocks.count;
    blocks = finer;
    if (isStable) return Int32Array.from(of, (component) => blocks.of[component]!);
  }
}

/** Returns numbers, the same for the same text, in the order in which the texts come first. */
function numbered(texts: readonly string[]): { readonly of: readonly number[]; readonly count: number } {
  const numbers = new Map<string, number>();
  const of = texts.map((text) => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  });
  return { of, count: numbers.size };
}

/** Whether each of some states has one of the others in its block, and the other way round. */
export function areBisimilar(blocks: Int32Array, ours: readonly number[], theirs: readonly number[]): boolean {
  const [a, b] = [ours, theirs].map((states) => new Set(states.map((state) => blocks[state]!)));
  return a!.size === b!.size && [...a!].every((block) => b!.has(block));
}
