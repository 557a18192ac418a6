/** A random model by its seed, of a size that the plain interpreter can explore, and the ways in which to search it. */
import { dice } from "../dice.js";
import { PLAIN, REDUCED, WAYS, type Way } from "../search-ways.js";
import type { Description } from "./description.js";
import { graphOf, type PlainGraph, TooManyStates } from "./plain-graph.js";
import { ASYMMETRIES, type Asymmetry, Generator } from "./random-description.js";

export interface DrawnModel {
  readonly seed: number;
  readonly description: Description;
  readonly graph: PlainGraph;
  /** How the model may tell members apart; undefined if it treats them all alike. */
  readonly asymmetry: Asymmetry | undefined;
}

/** The plain interpreter looks at no more states than this. */
export const MOST_STATES = 1000;
/** A model of fewer states is taken only if nothing larger was found in some attempts. */
const ENOUGH_STATES = 60;
const ATTEMPTS = 10;

/** Draws the model of a seed. @param asymmetric the percentage of models that tell members apart */
export function drawModel(seed: number, asymmetric = 0): DrawnModel {
  const roll = dice(seed * 31 + 7);
  for (let i = 0; i < 8; i++) roll(2);
  const asymmetry = roll(100) < asymmetric ? ASYMMETRIES[roll(ASYMMETRIES.length)] : undefined;
  let largest: DrawnModel | undefined;
  for (let attempt = 0; ; attempt++) {
    if (attempt >= ATTEMPTS && largest !== undefined) return largest;
    // The more often a model was too large, or too small, the simpler is the next one.
    const generator = new Generator(seed * 1009 + attempt, Math.max(0, 3 - (attempt >> 1)));
    const description = generator.description(asymmetry);
    try {
      const graph = graphOf(description, MOST_STATES);
      if (graph.states.length > (largest?.graph.states.length ?? 0)) largest = { seed, description, graph, asymmetry };
      if (graph.states.length >= ENOUGH_STATES) return largest!;
    } catch (error) {
      if (!(error instanceof TooManyStates)) throw error;
    }
  }
}

/**
 * Draws the ways to search the model of a seed.
 * @param more how many of all ways
 * @param usual whether the two usual ones come first
 */
export function drawWays(seed: number, more: number, usual: boolean): Way[] {
  const roll = dice(seed * 17 + 3);
  for (let i = 0; i < 8; i++) roll(2);
  const left = [...WAYS];
  const others = Array.from({ length: Math.min(more, left.length) }, () => left.splice(roll(left.length), 1)[0]!);
  return usual ? [PLAIN, REDUCED, ...others] : others;
}

/** Returns a function that draws after how many of some states a search is interrupted. */
export function drawInterruption(seed: number): (states: number) => number {
  const roll = dice(seed * 13 + 5);
  return (states) => 1 + roll(states);
}
