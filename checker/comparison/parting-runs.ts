/**
 * Where the runs of two models part: the shortest sequence of labels, each different from the one before, that a run of
 * one has and no run of the other. It is found by the subset construction over both (Hopcroft and Ullman, 1979),
 * breadth first: a pair has the states of each model in which the runs with a sequence can be.
 *
 * The construction goes over blocks of stuttering bisimilar states, which have the same sequences before them. So where
 * both models can be in the same blocks, or the one only in blocks of the other, nothing more is looked for.
 */
import type { LabelledGraph } from "./compared-graph.js";

/** Whose runs have the sequence. */
export type Owner = "a" | "b";

/** A sequence of labels that only one of two models has. */
export interface PartingSequence {
  readonly owner: Owner;
  /** The labels. The other model has all of them but the last. */
  readonly labels: readonly number[];
  /** The labels that runs of the other model can go on to instead; none if they cannot change it any more. */
  readonly instead: readonly number[];
}

/** What was found out about the sequences of two models. */
export interface PartingSequences {
  /** By owner: the shortest sequence that only he has; undefined if none was found. */
  readonly only: { readonly [owner in Owner]: PartingSequence | undefined };
  /**
   * Undefined if all was looked at: there is no such sequence, then, where none was found. Else how far it was looked:
   * a sequence that was not found has more than `changes` changes of label.
   */
  readonly unfinished: { readonly changes: number; readonly pairs: number } | undefined;
}

/** How much the construction may keep, unless the caller says otherwise: pairs, and blocks in all of their sets. */
export const MOST_PAIRS = 100_000;
const MOST_MEMBERS_EACH = 100;

/** The runs of both models that have one sequence of labels. */
interface Pair {
  /** The blocks in which runs of each model can be at the end of the sequence, in the order of their numbers. */
  readonly at: { readonly [owner in Owner]: readonly number[] };
  readonly label: number | undefined;
  readonly before: Pair | undefined;
  readonly changes: number;
}

/**
 * Looks for the shortest sequences that only one of two models has.
 * @param blocks by state of `graph`: its block of stuttering bisimilar states
 * @param initial the initial states of each model
 */
export function partingSequences(
  graph: LabelledGraph,
  blocks: Int32Array,
  initial: { readonly [owner in Owner]: readonly number[] },
  maxPairs = MOST_PAIRS,
): PartingSequences {
  const quotient = quotientOf(graph, blocks);
  const only: { [owner in Owner]: PartingSequence | undefined } = { a: undefined, b: undefined };
  const begin: Pair = { at: { a: [], b: [] }, label: undefined, before: undefined, changes: -1 };
  const first = (owner: Owner) => byLabel(quotient, new Set(initial[owner].map((state) => blocks[state]!)));
  const known = new Set<string>();
  let level = [begin];
  let members = 0;
  while (level.length > 0) {
    const nextLevel: Pair[] = [];
    for (const pair of level) {
      const [a, b] =
        pair === begin ? [first("a"), first("b")] : [after(quotient, pair.at.a), after(quotient, pair.at.b)];
      for (const label of [...new Set([...a.keys(), ...b.keys()])].sort((x, y) => x - y)) {
        const at = { a: a.get(label) ?? [], b: b.get(label) ?? [] };
        const owner = at.b.length === 0 ? "a" : at.a.length === 0 ? "b" : undefined;
        if (owner !== undefined) {
          const others = owner === "a" ? b : a;
          only[owner] ??= { owner, labels: [...labelsTo(pair), label], instead: [...others.keys()] };
          continue;
        }
        if (!mayPart(at, only)) continue;
        const key = `${at.a.join()}|${at.b.join()}`;
        if (known.has(key)) continue;
        known.add(key);
        members += at.a.length + at.b.length;
        nextLevel.push({ at, label, before: pair, changes: pair.changes + 1 });
      }
      if (only.a !== undefined && only.b !== undefined) return { only, unfinished: undefined };
      if (known.size > maxPairs || members > maxPairs * MOST_MEMBERS_EACH)
        return { only, unfinished: { changes: Math.max(0, pair.changes), pairs: known.size } };
    }
    level = nextLevel;
  }
  return { only, unfinished: undefined };
}

/** Whether a sequence that is still wanted may begin as those that lead to a pair. */
function mayPart({ a, b }: Pair["at"], only: PartingSequences["only"]): boolean {
  const [inA, inB] = [new Set(a), new Set(b)];
  return (
    (only.a === undefined && a.some((block) => !inB.has(block))) ||
    (only.b === undefined && b.some((block) => !inA.has(block)))
  );
}

function labelsTo(pair: Pair): number[] {
  const labels: number[] = [];
  for (let at: Pair | undefined = pair; at?.label !== undefined; at = at.before) labels.unshift(at.label);
  return labels;
}

/** Blocks, with the label that all states of one have, and the blocks that their steps lead to. */
interface Quotient {
  readonly labels: readonly number[];
  readonly next: readonly ReadonlySet<number>[];
}

function quotientOf({ labels, next }: LabelledGraph, blocks: Int32Array): Quotient {
  const of: number[] = [];
  const steps: Set<number>[] = [];
  blocks.forEach((block, state) => {
    of[block] = labels[state]!;
    steps[block] ??= new Set();
    for (const to of next[state]!) if (blocks[to] !== block) steps[block].add(blocks[to]!);
  });
  return { labels: of, next: steps };
}

/** Returns, by the label that a run changes to, the blocks in which it can be then. */
function after({ labels, next }: Quotient, at: readonly number[]): Map<number, readonly number[]> {
  const label = labels[at[0]!];
  const to = new Set(at.flatMap((block) => [...next[block]!].filter((each) => labels[each] !== label)));
  return byLabel({ labels, next }, to);
}

/** Returns blocks by their labels, with those that are reached from them without a change of label. */
function byLabel({ labels, next }: Quotient, blocks: ReadonlySet<number>): Map<number, readonly number[]> {
  const all = new Set(blocks);
  // A set that grows while it is walked through is walked through to its end.
  for (const block of all) for (const to of next[block]!) if (labels[to] === labels[block]) all.add(to);
  const result = new Map<number, number[]>();
  for (const block of [...all].sort((a, b) => a - b)) {
    const label = labels[block]!;
    result.set(label, [...(result.get(label) ?? []), block]);
  }
  return result;
}

/**
 * Returns the states of a shortest run with a sequence of labels, each different from the one before; undefined if
 * there is none.
 */
export function runWith(
  { labels, next }: LabelledGraph,
  initial: readonly number[],
  sequence: readonly number[],
): readonly number[] | undefined {
  interface Reached {
    readonly state: number;
    /** The place in the sequence. */
    readonly place: number;
    readonly before: Reached | undefined;
  }
  const known = new Set<string>();
  const queue: Reached[] = [];
  const reach = (state: number, place: number, before: Reached | undefined) => {
    const key = `${state} ${place}`;
    if (labels[state] !== sequence[place] || known.has(key)) return;
    known.add(key);
    queue.push({ state, place, before });
  };
  for (const state of initial) reach(state, 0, undefined);
  for (const reached of queue) {
    const { state, place } = reached;
    if (place === sequence.length - 1) {
      const run: number[] = [];
      for (let at: Reached | undefined = reached; at !== undefined; at = at.before) run.unshift(at.state);
      return run;
    }
    for (const to of next[state]!) reach(to, labels[to] === labels[state] ? place : place + 1, reached);
  }
  return undefined;
}
