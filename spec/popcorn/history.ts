/**
 * History: what the model records for the properties alone. Rules call the functions below where something happens that
 * properties ask about; no rule reads what they record, and a kernel that runs the protocol would keep nothing of the
 * kind.
 *
 * `copy.history` is a view, not a record inside the record of the copy. The fields lie among the copy's others because
 * the checker keeps a record field by field: it learns what a function depends on by the fields that the function
 * reads, and a record inside counts as one field, so that each function that touches one of the two would depend on
 * both. It would also change every state, trace and hash on record.
 */
import { Record, Set } from "immutable";
import type { OrdinalValue } from "popcheck/model";
import type { Copy, Kernel, Kernels } from "./copy.js";
import type { PopcornState } from "./state.js";

/** What is remembered of a copy's election, for the property *unique election*. */
export class History {
  constructor(private readonly copy: Copy) {}

  /** The writers to whom the copy gave way (with an Ack) in Writing Pend 1 of this round. */
  get gaveWayTo(): Kernels {
    return this.copy.gaveWayTo;
  }

  /** Whether one of them has been elected. */
  get rivalElected(): boolean {
    return this.copy.rivalElected;
  }
}

const noRivals: Kernels = Set<Kernel>();

/** The copy begins a round: nothing has happened in its election yet. */
export function recordNewElection(copy: Copy): Copy {
  return copy.merge({ gaveWayTo: noRivals, rivalElected: false });
}

/** The copy, in Writing Pend 1, Acks the Invalid of another writer, `to`. */
export function recordGivingWay(copy: Copy, to: Kernel): Copy {
  return copy.set("gaveWayTo", copy.gaveWayTo.add(to));
}

/**
 * The copy gets a Nack. It cannot be elected in this round any more, so that what the round's history was for is
 * decided.
 */
export function recordNack(copy: Copy): Copy {
  return copy.merge({ gaveWayTo: copy.gaveWayTo.clear(), rivalElected: false });
}

/** The copy is elected. */
export function recordElected(copy: Copy): Copy {
  return copy.set("rivalElected", false);
}

/** Kernel `at` is elected: those that gave way to it in this election must not be elected in it too. */
export function recordElectionOf(state: PopcornState, at: Kernel): PopcornState {
  return state.others(at).reduce((next, other) => {
    const copy = next.copy(other);
    return copy.gaveWayTo.has(at) && copy.page === "WritingPend1"
      ? next.withCopy(other, copy.set("rivalElected", true))
      : next;
  }, state);
}

/**
 * The election is over for kernel `at`, a loser: those that gave way to it did so in vain, and need not fear its next
 * one.
 */
export function recordLossOf(state: PopcornState, at: Kernel): PopcornState {
  return state.others(at).reduce((next, other) => {
    const copy = next.copy(other);
    return copy.gaveWayTo.has(at) ? next.withCopy(other, copy.set("gaveWayTo", copy.gaveWayTo.remove(at))) : next;
  }, state);
}

/** The page's content, seen from outside the kernels. */
export class Content extends Record({
  /**
   * History: the version that was written last. Properties compare it with what copies hold; a write takes the version
   * after it, so that no two writes make the same one.
   */
  latest: null as unknown as OrdinalValue,
  /**
   * The content that the page starts with, which from 4.8 on any kernel may load until the first write (no history: it
   * is on disk).
   */
  initial: null as OrdinalValue | null,
}) {}
