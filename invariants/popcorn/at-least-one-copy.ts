import { nameOf } from "../../checker/model/index.js";
import { kernels } from "../../spec/popcorn/copy.js";
import { always } from "../../spec/popcorn/state.js";

/**
 * Section 4.2: "at each time there either exists at least one page copy that will answer to the Fetch message, from a Shared state, or
 * there exists a single page copy that will answer from a Modified state." Invalid Read 2 drops its answers, and a first fetch
 * (section 4.8) may find nobody, so neither counts.
 */
export const atLeastOneCopy = always({
  name: "at-least-one-Copy",
  says: "4.2: at least one answer to a Fetch contains an up-to-date copy of the data",
  for: { at: kernels },
  holds: (state, { at }) => {
    const { page } = state.copy(at);
    if (page !== "InvalidRead1" && page !== "WritingRead") return true;
    if (state.parameters.allVoid === "fetch-again") return true;
    return !state.copy(at).answered || state.copy(at).data !== null || state.copy(at).again;
  },
  explain: (state, { at }) => `${nameOf(at)} in ${state.copy(at).page} has all its answers, and no Copy among them`,
});
