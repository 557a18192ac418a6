/**
 * The colours of states, the same on every page and diagram of a model. A standing that the model knows has the colour
 * of its place in the model's order, and any other one a colour by its name: what a run happens to meet says nothing.
 * Pure.
 */
import type { Trace } from "../trace.js";

/**
 * The fills. A dark text on each has a contrast above 5.5, so that both themes and paper have the same. They differ in
 * lightness as much as in hue, so that who sees no red and green tells them apart: they were chosen one by one, each as
 * far as can be from those before, for usual, protan, deutan and tritan eyes. The first, for what is idle in most
 * protocols, is grey.
 */
export const FILLS = [
  "#babec3",
  "#65b2f1",
  "#f67e42",
  "#f8de73",
  "#cb6fa0",
  "#92f0f9",
  "#8f7df3",
  "#f0b788",
  "#d0cb21",
  "#a1a17d",
  "#42d9fa",
  "#baeeb9",
  "#7692ca",
  "#bba1bd",
] as const;

/** The text on a fill. */
export const INK = "#10131a";

/** A fill by its index in `FILLS`; beyond the last fill they begin again, with dashed outlines. */
export interface StateColour {
  readonly fill: number;
  readonly dashed: boolean;
}

/** Returns the colour with a number, which counts from 0. */
export function colourNumbered(number: number): StateColour {
  return { fill: number % FILLS.length, dashed: Math.floor(number / FILLS.length) % 2 === 1 };
}

/**
 * Returns the number of each standing's colour.
 * @param known the standings that the models know, in their order
 * @param met standings that are shown, of which some may not be known
 */
export function colourNumbersOf(known: Iterable<string>, met: Iterable<string>): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const standing of known) if (!numbers.has(standing)) numbers.set(standing, numbers.size);
  const taken = new Set(numbers.values());
  const unknown = [...new Set(met)].filter((standing) => !numbers.has(standing)).sort();
  for (const standing of unknown) {
    let number = hashOf(standing) % FILLS.length;
    for (let tries = 0; taken.has(number); tries++)
      number = tries < FILLS.length ? (number + 1) % FILLS.length : number + 1;
    taken.add(number);
    numbers.set(standing, number);
  }
  return numbers;
}

/** Returns the standings that the models of some traces know. */
export function knownStandings(traces: readonly Trace[]): string[] {
  return traces.flatMap((trace) => Object.values(trace["#meta"].standings ?? {}).flat());
}

function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) >>> 0;
  return hash;
}
