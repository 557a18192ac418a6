import { nameOf } from "popcheck/model";
import { kernels, waitPages } from "../../spec/popcorn/copy.js";
import { noDeadlock, type PopcornState } from "../../spec/popcorn/state.js";

const waiting = (state: PopcornState) => state.members(kernels).filter((k) => waitPages.includes(state.copy(k).page));

/** Section 4.1: a copy stays in a wait state "until it receives all the required answers", and no longer. */
export const noDeadlockWhileWaiting = noDeadlock({
  name: "no deadlock",
  says: "4.1: while a copy waits, something other than a new read or write of the application can happen",
  stuck: (state) => waiting(state).length > 0,
  explain: (state) =>
    `nothing can happen any more; waiting: ${waiting(state)
      .map((k) => `${nameOf(k)} in ${state.copy(k).page}`)
      .join(", ")}`,
});
