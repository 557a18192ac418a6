/** The third opinion on a described model: all its states and steps in plain lists. */
import type { Description } from "./description.js";
import { PlainModel, type PlainStep } from "./plain-semantics.js";
import { keyOfPlain, type PlainState } from "./plain-state.js";

export interface PlainGraph {
  readonly model: PlainModel;
  readonly states: readonly PlainState[];
  readonly numbers: ReadonlyMap<string, number>;
  /** By state: the least number of steps from an initial state. */
  readonly depths: readonly number[];
  readonly initial: readonly number[];
  /** By state. */
  readonly steps: readonly (readonly PlainStep[])[];
  /** By state and step: the number of the next state; -1 if there is none. */
  readonly to: readonly (readonly number[])[];
}

/** The model has more states than were to be looked at. */
export class TooManyStates extends Error {}

/** Explores a model breadth first. @throws TooManyStates if there are more than `most` states */
export function graphOf(description: Description, most: number): PlainGraph {
  const model = new PlainModel(description);
  const states: PlainState[] = [];
  const numbers = new Map<string, number>();
  const depths: number[] = [];
  const numberOf = (state: PlainState, depth: number): number => {
    const key = keyOfPlain(state);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    if (states.length === most) throw new TooManyStates(`more than ${most} states`);
    numbers.set(key, states.length);
    depths.push(depth);
    return states.push(state) - 1;
  };
  const initial = model.initial().map((state) => numberOf(state, 0));
  const steps: PlainStep[][] = [];
  const to: number[][] = [];
  for (let from = 0; from < states.length; from++) {
    const next = model.steps(states[from]!);
    steps.push(next);
    to.push(
      next.map((step) =>
        step.next === undefined ? -1 : numberOf(model.layout.renumber(step.next), depths[from]! + 1),
      ),
    );
  }
  return { model, states, numbers, depths, initial, steps, to };
}

/** What a search counts, besides verdicts. */
export interface PlainCounts {
  readonly distinct: number;
  readonly generated: number;
  readonly depth: number;
  /** By depth: the number of states. */
  readonly levels: readonly number[];
  /** How many states have 0, 1, 2, … next states. */
  readonly outDegrees: readonly number[];
  /** By the name of an action: how many steps it makes. */
  readonly fired: Readonly<Record<string, number>>;
}

/** Counts states and steps. @param of the states to count; of an orbit, the first that was found */
export function countsOf(graph: PlainGraph, of: readonly number[] = graph.states.map((_, i) => i)): PlainCounts {
  const levels: number[] = [];
  const outDegrees: number[] = [];
  const fired: Record<string, number> = Object.fromEntries(graph.model.of.actions.map(({ name }) => [name, 0]));
  const add = (counts: number[], i: number) => {
    while (counts.length <= i) counts.push(0);
    counts[i]!++;
  };
  let generated = 0;
  for (const state of of) {
    add(levels, graph.depths[state]!);
    const taken = graph.steps[state]!.filter(({ next }) => next !== undefined);
    add(outDegrees, taken.length);
    generated += taken.length;
    for (const { action } of taken) fired[action.of.name]!++;
  }
  return { distinct: of.length, generated, depth: levels.length - 1, levels, outDegrees, fired };
}
