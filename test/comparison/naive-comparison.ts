/**
 * What comparisons are compared with: the definitions, tried out on tiny graphs. Every partition of the states is
 * looked at, and every set of states that runs with some sequence of labels can be in.
 */
import type { Equivalence } from "../../checker/comparison/bisimulation.js";
import type { LabelledGraph } from "../../checker/comparison/compared-graph.js";
import { dice } from "../support/dice.js";

/**
 * Returns a graph by chance, whose steps lead from a state to any.
 * @param leastSides of the die that decides on each step: the greater, the fewer steps
 */
export function randomGraph(seed: number, states: number, labels: number, leastSides = 2): LabelledGraph {
  const roll = dice(seed * 7919 + 17);
  for (let i = 0; i < 8; i++) roll(2);
  const all = Array.from({ length: states }, (_, state) => state);
  const density = leastSides + roll(4);
  return { labels: all.map(() => roll(labels)), next: all.map(() => all.filter(() => roll(density) === 0)) };
}

/** Yields every partition of so many states, as the number of the block of each. */
export function* partitions(states: number, begun: readonly number[] = []): Generator<readonly number[]> {
  if (begun.length === states) {
    yield begun;
    return;
  }
  const blocks = Math.max(-1, ...begun) + 1;
  for (let block = 0; block <= blocks; block++) yield* partitions(states, [...begun, block]);
}

/** Whether the blocks of a partition are bisimilar states, by the definition of the equivalence. */
export function isBisimulation(graph: LabelledGraph, of: readonly number[], equivalence: Equivalence): boolean {
  const { labels, next } = graph;
  const all = labels.map((_, state) => state);
  /** The states that a state reaches inside of its block, itself among them. */
  const inside = (state: number) => {
    const reached = new Set([state]);
    for (const each of reached) for (const to of next[each]!) if (of[to] === of[state]) reached.add(to);
    return [...reached];
  };
  /** Whether a run from the state never leaves its block: as many steps as there are states can be taken in it. */
  const staysForEver = (state: number) => {
    let at = new Set([state]);
    for (let step = 0; step <= labels.length; step++)
      at = new Set([...at].flatMap((each) => next[each]!.filter((to) => of[to] === of[state])));
    return at.size > 0;
  };
  const answers = (one: number, another: number) =>
    next[one]!.every((to) => {
      if (equivalence === "strong") return next[another]!.some((other) => of[other] === of[to]);
      return of[to] === of[one] || inside(another).some((at) => next[at]!.some((other) => of[other] === of[to]));
    });
  return all.every((one) =>
    all.every((another) => {
      if (of[one] !== of[another]) return true;
      if (labels[one] !== labels[another] || !answers(one, another)) return false;
      return equivalence !== "stuttering with divergence" || staysForEver(one) === staysForEver(another);
    }),
  );
}

/** Whether two partitions have the same blocks. */
export function areSame(one: readonly number[], another: readonly number[]): boolean {
  return one.every((_, i) => one.every((_, j) => (one[i] === one[j]) === (another[i] === another[j])));
}

/** Whether each block of one partition lies in a block of the other. */
export function refines(finer: readonly number[], coarser: readonly number[]): boolean {
  return finer.every((_, i) => finer.every((_, j) => finer[i] !== finer[j] || coarser[i] === coarser[j]));
}

/** The states in which runs with the sequence of labels can be; none if no run has it. */
export function statesAfter(
  { labels, next }: LabelledGraph,
  initial: readonly number[],
  sequence: readonly number[],
): readonly number[] {
  const closed = (states: readonly number[], label: number) => {
    const reached = new Set(states.filter((state) => labels[state] === label));
    for (const each of reached) for (const to of next[each]!) if (labels[to] === label) reached.add(to);
    return [...reached];
  };
  const [first, ...rest] = sequence;
  return rest.reduce(
    (at, label) =>
      closed(
        at.flatMap((state) => next[state]!),
        label,
      ),
    closed(initial, first!),
  );
}

/** How many changes the shortest sequence of labels has that runs from `ours` have and no run from `theirs`. */
export function shortestChanges(
  graph: LabelledGraph,
  ours: readonly number[],
  theirs: readonly number[],
): number | undefined {
  const labels = [...new Set(graph.labels)];
  const known = new Set<string>();
  let level: (readonly number[])[] = [[]];
  for (let changes = 0; level.length > 0; changes++) {
    const longer: (readonly number[])[] = [];
    for (const sequence of level) {
      for (const label of labels) {
        if (label === sequence.at(-1)) continue;
        const next = [...sequence, label];
        const [own, others] = [statesAfter(graph, ours, next), statesAfter(graph, theirs, next)];
        if (own.length === 0) continue;
        if (others.length === 0) return changes;
        const key = [own, others].map((states) => [...states].sort().join()).join("|");
        if (!known.has(key)) longer.push(next);
        known.add(key);
      }
    }
    level = longer;
  }
  return undefined;
}
