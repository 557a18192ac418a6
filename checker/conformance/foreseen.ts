/** Which actions need not be run in a state, since it is known from other states what they would do. */
import type { ActionInstance, Values } from "../model/bound.js";
import type { Instance } from "../model/instance.js";
import { successorsWith } from "../model/reference.js";
import { RECEIVE, type StepEvents } from "./events.js";

/** What was found out of an action in the states in which some slots hold certain values. */
interface Found {
  /** The slots that the action has read or written. */
  readonly slots: readonly number[];
  /** By the ids of the values in these slots: what `actsOtherwise` says. */
  readonly otherwise: Map<string, boolean>;
}

/**
 * What actions that name no channel do. A function that meets the values that it has read before does what it did
 * before, so that it is run once for these values.
 */
export class ForeseenActions {
  private readonly found: readonly Found[][];

  constructor(
    private readonly instance: Instance,
    private readonly events: StepEvents,
  ) {
    this.found = instance.actions.map(() => []);
  }

  /**
   * Tells whether some step of an action begins otherwise than by the event of its name at one of the processes: with a
   * message that it takes out of a channel by itself, or with an event of nobody. If the action is disabled, none does.
   * @param ids for each slot a number that only equal values share
   */
  actsOtherwise(action: ActionInstance, values: Values, ids: readonly number[]): boolean {
    const all = this.found[action.index]!;
    for (const { slots, otherwise } of all) {
      const known = otherwise.get(keyOf(slots, ids));
      if (known !== undefined) return known;
    }
    const slots = new Set<number>();
    const noting = this.instance.stateOver({
      read(slot) {
        slots.add(slot);
        return values[slot];
      },
    });
    try {
      action.action.run(noting, action.binding, undefined);
    } catch {
      // The successor says what was thrown.
    }
    let otherwise = false;
    for (const successor of successorsWith(this.instance, values, action, undefined)) {
      for (const slot of successor.written) slots.add(slot);
      const [first] = this.events.of(values, successor);
      otherwise ||= first !== undefined && (first.event === RECEIVE || !this.events.processes.includes(first.process));
    }
    const sorted = [...slots].sort((a, b) => a - b);
    let of = all.find((found) => found.slots.join() === sorted.join());
    if (of === undefined) {
      of = { slots: sorted, otherwise: new Map() };
      all.push(of);
    }
    of.otherwise.set(keyOf(sorted, ids), otherwise);
    return otherwise;
  }
}

function keyOf(slots: readonly number[], ids: readonly number[]): string {
  return slots.map((slot) => ids[slot]).join();
}
