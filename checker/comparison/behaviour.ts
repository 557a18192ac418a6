/**
 * What two models do, compared over all of their states: which valuations only one reaches, whether the two are
 * bisimilar, and where their runs part.
 */
import { follow, traceOf } from "../../traces/replay/run.js";
import type { Trace } from "../../traces/trace.js";
import { TooManyStates } from "../graph/reference-graph.js";
import type { Instance } from "../model/instance.js";
import { areBisimilar, bisimulationOf, type Equivalence } from "./bisimulation.js";
import { ComparedGraph, type ComparedSide } from "./compared-graph.js";
import { type Owner, type PartingSequence, partingSequences, runWith } from "./parting-runs.js";
import { type Chosen, Valuations } from "./valuation.js";

/** The valuations that only one of the two models reaches. */
export interface OnlyReached {
  /** How many there are. */
  readonly valuations: number;
  /** A shortest run to one of them; undefined if there is none. */
  readonly first: Trace | undefined;
}

/** A shortest run, in changes of what is compared, that only one of the two models has. */
export interface PartingRun {
  /** How often what is compared changes on it. The last change is the one that the other model does not have. */
  readonly changes: number;
  readonly trace: Trace;
  /**
   * Shortest runs of the other model with the same changes but the last, which is another one: one for each that it
   * has. None if it can change nothing of what is compared any more, or does not even begin so.
   */
  readonly instead: readonly Trace[];
}

/** How two models differ in what they are compared by. */
export interface BehaviourComparison {
  /** By model: its states, those of interchangeable members told apart; the steps that are none, and why. */
  readonly states: { readonly [owner in Owner]: number };
  readonly refused: { readonly [owner in Owner]: number };
  readonly cut: { readonly [owner in Owner]: number };
  /** The valuations that both reach. */
  readonly both: number;
  readonly only: { readonly [owner in Owner]: OnlyReached };
  readonly bisimilar: { readonly [equivalence in Equivalence]: boolean };
  readonly parting: { readonly [owner in Owner]: PartingRun | undefined };
  /** Why it is not known whether there are parting runs where none is given; undefined if there are none. */
  readonly partingOpen: string | undefined;
}

/** What two models are compared by, and the comparison; or why there is none. */
export interface Behaviour {
  readonly chosen: Chosen;
  readonly comparison: BehaviourComparison | { readonly open: string };
}

export const EQUIVALENCES = ["strong", "stuttering with divergence", "stuttering"] as const satisfies Equivalence[];

/** How far two models are compared. */
export interface BehaviourOptions {
  /** The states that the graph of each model has at most. */
  readonly maxStates: number;
  /** The states that a search with symmetry has found of each model: without it there are no fewer. */
  readonly known?: { readonly [owner in Owner]: number };
  /** The pairs of sets of states that the search for parting runs looks at, at most. */
  readonly maxPairs?: number | undefined;
}

/** Compares what two models do. @param chosen what `chosenOf` returns for the two */
export function compareBehaviour(a: Instance, b: Instance, chosen: Chosen, options: BehaviourOptions): Behaviour {
  if (chosen.variables.length === 0) return { chosen, comparison: { open: "no variable has the same shape in both" } };
  const graph = new ComparedGraph(new Valuations(chosen.variables));
  const { maxStates, known = { a: 0, b: 0 } } = options;
  try {
    if (known.a > maxStates) throw new TooManyStates(a, maxStates);
    if (known.b > maxStates) throw new TooManyStates(b, maxStates);
    const sides = { a: graph.add(a, maxStates), b: graph.add(b, maxStates) };
    return { chosen, comparison: compared(graph, sides, options.maxPairs) };
  } catch (error) {
    if (!(error instanceof TooManyStates)) throw error;
    return { chosen, comparison: { open: error.message.replace(/\n\s*/g, ". ") } };
  }
}

type Sides = { readonly [owner in Owner]: ComparedSide };

function compared(graph: ComparedGraph, sides: Sides, maxPairs: number | undefined): BehaviourComparison {
  const initial = ofEach((owner) => sides[owner].initial);
  const labelsOf = ofEach((owner) => {
    const { first, graph: own } = sides[owner];
    return new Set(own.states.map(({ index }) => graph.labels[first + index]!));
  });
  const blocks = Object.fromEntries(EQUIVALENCES.map((each) => [each, bisimulationOf(graph, each)] as const));
  const sequences = partingSequences(graph, blocks.stuttering!, initial, maxPairs);
  const { unfinished } = sequences;
  return {
    states: ofEach((owner) => sides[owner].graph.states.length),
    refused: ofEach((owner) => sides[owner].refused),
    cut: ofEach((owner) => sides[owner].cut),
    both: [...labelsOf.a].filter((label) => labelsOf.b.has(label)).length,
    only: ofEach((owner) => onlyReached(graph, sides[owner], labelsOf[owner], labelsOf[other(owner)])),
    bisimilar: Object.fromEntries(
      EQUIVALENCES.map((each) => [each, areBisimilar(blocks[each]!, initial.a, initial.b)]),
    ) as { [equivalence in Equivalence]: boolean },
    parting: ofEach((owner) => {
      const sequence = sequences.only[owner];
      return sequence && partingRun(graph, sides, sequence);
    }),
    partingOpen:
      unfinished &&
      `it was looked for among runs of up to ${unfinished.changes} changes, and given up after ${unfinished.pairs.toLocaleString("en")} pairs of sets of states`,
  };
}

const other = (owner: Owner): Owner => (owner === "a" ? "b" : "a");
const ofEach = <T>(of: (owner: Owner) => T) => ({ a: of("a"), b: of("b") });

function onlyReached(
  { labels }: ComparedGraph,
  { graph, first }: ComparedSide,
  own: ReadonlySet<number>,
  others: ReadonlySet<number>,
): OnlyReached {
  const valuations = [...own].filter((label) => !others.has(label)).length;
  // States are numbered in the order of a breadth-first search.
  const nearest = graph.states.find(({ index }) => !others.has(labels[first + index]!));
  const path: number[] = [];
  for (let at = nearest; at !== undefined; at = at.parent?.state) path.unshift(at.index);
  return { valuations, first: nearest && traceAlong(graph, path, "a state that the other model does not reach") };
}

function partingRun(graph: ComparedGraph, sides: Sides, { owner, labels, instead }: PartingSequence): PartingRun {
  const traceWith = (of: Owner, sequence: readonly number[], name: string) => {
    const { graph: own, first, initial } = sides[of];
    const run = runWith(graph, initial, sequence)!.map((state) => state - first);
    return traceAlong(own, run, name);
  };
  const before = labels.slice(0, -1);
  return {
    changes: labels.length - 1,
    trace: traceWith(owner, labels, "a run that the other model does not have"),
    instead: instead.map((label) => traceWith(other(owner), [...before, label], "what the other model has instead")),
  };
}

/** Returns the trace of a run along states of a model. @param path their numbers in its own graph */
function traceAlong(graph: ComparedSide["graph"], path: readonly number[], name: string): Trace {
  const { instance } = graph;
  const choices = graph.choicesAlong(path.map((index) => graph.states[index]!));
  const header = { property: { name, kind: "comparison", says: "" }, explanation: "" };
  return traceOf(instance, choices, follow(instance, choices), header);
}
