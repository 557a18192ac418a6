/** A model within the capacities of its channels: its initial states, and the steps of its actions. */
import { LoadError } from "../errors.js";
import { type Action, disabled, type Run } from "./action.js";
import { assert } from "./assertion.js";
import type { Values } from "./bound.js";
import { bounded, capacityAt, isBlocked, OVERFLOWS, writtenChannels } from "./capacity.js";
import { Channel } from "./channel.js";
import type { AnyState, Layout } from "./state.js";
import { described } from "./value.js";

/**
 * Checks the declared capacities, and that every initial state is within them.
 * @throws LoadError for the first mistake
 */
export function checkCapacities(layout: Layout, initial: readonly Values[]): void {
  for (const [variable, bounds] of bounded(layout)) {
    const { capacity, overflow } = bounds;
    if (!Number.isInteger(capacity) || capacity < 1)
      throw new LoadError(`the capacity of ${variable} is ${described(capacity)}\n  Give an integer from 1 on.`);
    if (overflow !== undefined && !OVERFLOWS.includes(overflow))
      throw new LoadError(`overflow of ${variable} is ${described(overflow)}\n  Give "error" or "block".`);
  }
  for (const values of initial) {
    for (const [slot, value] of values.entries()) {
      const bounds = capacityAt(layout, slot);
      if (bounds === undefined) continue;
      const { name } = layout.slots[slot]!;
      if (!(value instanceof Channel))
        throw new LoadError(
          `${name} has a capacity, and holds ${described(value)} at first\n  Only a variable that holds a bag or a queue has a capacity.`,
        );
      if (value.size > bounds.capacity)
        throw new LoadError(
          `${name} holds ${value.size} messages in an initial state, and its capacity is ${bounds.capacity}`,
        );
    }
  }
}

/**
 * Returns the action, which does not make the steps that a capacity blocks, and fails an assertion if it makes one that
 * a capacity makes an error. Where nothing has a capacity, that is the action itself.
 */
export function withinCapacities(layout: Layout, action: Action<AnyState>): Action<AnyState> {
  if (bounded(layout).length === 0) return action;
  return {
    ...action,
    run: (state, binding, message) => {
      const run = action.run(state, binding, message);
      const result = unblocked(state, run);
      for (const after of [result].flat() as unknown[])
        for (const { variable, capacity, isOver } of writtenChannels(state, after, "error"))
          assert(!isOver, `${variable} is within its capacity of ${capacity}`);
      return { ...run, result };
    },
  };
}

/** Returns the result of a run without the steps that a capacity blocks. */
function unblocked(state: AnyState, { result }: Run<AnyState>): Run<AnyState>["result"] {
  if (Array.isArray(result)) return (result as AnyState[]).filter((after) => !isBlocked(state, after));
  return isBlocked(state, result) ? disabled : result;
}
