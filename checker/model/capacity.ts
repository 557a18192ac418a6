/**
 * Capacities: how many messages a channel holds at the most, and what becomes of a step that would leave it with more.
 * (Holzmann 2004: the capacity of a Promela channel; Murphi: an array of a fixed size that is a network.)
 */
import { FunctionError } from "../errors.js";
import { Channel } from "./channel.js";
import { described } from "./value.js";

/**
 * What becomes of a step that would leave a channel with more messages than its capacity. With "error" it is the end of
 * a counterexample of *no failed assertion*; with "block" it is not enabled.
 */
export type Overflow = "error" | "block";

/** What may be said of a variable that holds channels. */
export interface Capacity {
  /** The most messages that each channel of the variable holds: an integer from 1 on. */
  readonly capacity: number;
  /** What becomes of a step that would leave a channel with more; "error" if left out. */
  readonly overflow?: Overflow;
}

/** What is looked at of a layout. */
interface Slots {
  readonly slots: readonly { readonly variable: string }[];
  readonly declarations: Readonly<Record<string, { readonly bounds?: Capacity | undefined }>>;
}

/** What is looked at of a state. */
interface Written {
  readonly layout: Slots;
  readonly written: ReadonlyMap<number, unknown>;
}

/** All that may become of it. */
export const OVERFLOWS: readonly Overflow[] = ["error", "block"];

function overflowOf({ overflow = "error" }: Capacity): Overflow {
  return overflow;
}

/** Returns what is said of the variable of a slot; undefined if it has no capacity. */
export function capacityAt({ slots, declarations }: Slots, slot: number): Capacity | undefined {
  return declarations[slots[slot]!.variable]!.bounds;
}

/** The variables that have a capacity, by name. */
export function bounded({ declarations }: Slots): readonly (readonly [variable: string, bounds: Capacity])[] {
  return Object.entries(declarations).flatMap(([name, { bounds }]) =>
    bounds === undefined ? [] : [[name, bounds] as const],
  );
}

/**
 * Tells whether a capacity blocks a step.
 * @param state the state that the action's function was given
 * @param after what it returned, or an element of that
 */
export function isBlocked(state: Written, after: unknown): boolean {
  return writtenChannels(state, after, "block").some(({ isOver }) => isOver);
}

/**
 * Returns the channels with a capacity that a step has written, and whether it leaves them with more.
 * @param on what becomes of a step that does
 */
export function writtenChannels(state: Written, after: unknown, on: Overflow) {
  const { layout } = state;
  // What an action returns is looked at elsewhere: it may be no state.
  if ((after as Written | null | undefined)?.layout !== layout) return [];
  return [...(after as Written).written].flatMap(([slot, value]) => {
    const bounds = capacityAt(layout, slot);
    // What only was received is less than it was.
    if (bounds === undefined || overflowOf(bounds) !== on || state.written.get(slot) === value) return [];
    const { variable } = layout.slots[slot]!;
    if (value instanceof Channel)
      return [{ variable, capacity: bounds.capacity, isOver: value.size > bounds.capacity }];
    throw new FunctionError(
      `${variable} has a capacity, and was written with ${described(value)}\n  Write a bag or a queue.`,
    );
  });
}

/** Returns the sentences on channels that block, which are printed with every verdict. */
export function blockingInWords(layout: Slots): string[] {
  return bounded(layout)
    .filter(([, bounds]) => overflowOf(bounds) === "block")
    .map(([name, { capacity }]) => `${name} blocks at ${capacity}: a step that would leave more there is not enabled`);
}

/** Returns, for `describe`, each variable that has a capacity, the capacity, and what more messages are. */
export function capacitiesInWords(layout: Slots): string[][] {
  const words = { error: "more is a failed assertion", block: "a step that would leave more is not enabled" };
  return bounded(layout).map(([name, bounds]) => [name, `at most ${bounds.capacity}`, words[overflowOf(bounds)]]);
}
