import { nameOf, names } from "popcheck/model";
import { type Kernel, kernels } from "../../spec/popcorn/copy.js";
import { alwaysStep, type PopcornState } from "../../spec/popcorn/state.js";

/** Returns the kernels that gave way to `at` in its election and were elected in it all the same, before `at`. */
function electedBefore(state: PopcornState, at: Kernel): readonly Kernel[] {
  // A kernel that gave way forgets it when it gets a Nack or begins another round, and all forget a loser. So only a
  // kernel that was elected in an election that `at` is still in knows that it gave way.
  return state
    .others(at)
    .filter((other) => state.copy(other).history.gaveWayTo.has(at) && state.copy(other).page !== "WritingPend1");
}

/**
 * Section 4.3: "only one kernel in the group of the concurrent writers will receive all Ack messages". Two writers are
 * in one election if one of them, writing, gave way to the other (answered its Invalid with an Ack).
 */
export const uniqueElection = alwaysStep({
  name: "unique election",
  says: "4.3: among the kernels of one election at most one is elected",
  for: { at: kernels },
  holds: (before, after, { at }, step) => {
    if (!step.writes("copy", at) || before.copy(at).page !== "WritingPend1" || after.copy(at).page !== "Modified")
      return true;
    return !before.copy(at).history.rivalElected && electedBefore(before, at).length === 0;
  },
  explain: (before, _after, { at }) =>
    before.copy(at).history.rivalElected
      ? `${nameOf(at)} is elected, although it gave way to ${names(before.copy(at).history.gaveWayTo)}, elected before it`
      : `${nameOf(at)} is elected, and ${names(electedBefore(before, at))}, which gave way to it, was elected before`,
});
