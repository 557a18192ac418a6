import { nameOf } from "popcheck/model";
import { kernels } from "../../spec/popcorn/copy.js";
import { always } from "../../spec/popcorn/state.js";

/**
 * Section 4: "A page in the Shared state has an up-to-date version of the data", and so has one that may be written.
 */
export const coherentData = always({
  name: "coherent data",
  says: "4: a copy in Shared, Modified or Not Replicated holds the latest written data",
  for: { at: kernels },
  holds: (state, { at }) => {
    const { page } = state.copy(at);
    if (page !== "Shared" && page !== "Modified" && page !== "NotReplicated") return true;
    return state.copy(at).data === state.content().latest;
  },
  explain: (state, { at }) =>
    `${nameOf(at)} in ${state.copy(at).page} holds ${state.copy(at).data ?? "nothing"}; the latest is ${state.content().latest}`,
});
