import { nameOf } from "popcheck/model";
import { type Kernel, kernels } from "../../spec/popcorn/copy.js";
import { alwaysStep, type PopcornState } from "../../spec/popcorn/state.js";

/**
 * Returns the data that a write was made on: the copy's, or the initial content if the first access loaded and wrote it
 * in one step.
 */
const basis = (before: PopcornState, at: Kernel) => before.copy(at).data ?? before.content().initial;

/**
 * Section 4.3: losers "have to perform the write again as they have an unsuitable copy"; a winner's copy must be
 * suitable, and so must one that is written locally, Modified or Not Replicated.
 */
export const noLostUpdate = alwaysStep({
  name: "no lost update",
  says: "4.3: every write is made on top of the latest data",
  for: { at: kernels },
  holds: (before, after, { at }, step) => {
    if (!step.writes("content") || !step.writes("copy", at)) return true;
    const wrote = after.copy(at).data === after.content().latest;
    return !wrote || basis(before, at) === before.content().latest;
  },
  explain: (before, _after, { at }) =>
    `${nameOf(at)} wrote on top of ${basis(before, at) ?? "nothing"}; the latest was ${before.content().latest}`,
});
