import { nameOf } from "../../checker/model/index.js";
import { fetchingPages, kernels, type Page } from "../../spec/popcorn/copy.js";
import { leadsTo } from "../../spec/popcorn/state.js";

const served: readonly Page[] = ["Shared", "NotReplicated", "Modified"];

/** Section 4.8: the page is in a wait state "while it collects all the answers", and is Not Replicated or Replicated then. */
export const eventualAccess = leadsTo({
  name: "eventual access",
  says: "4.8: a first access ends with a copy that is Shared or Not Replicated",
  for: { at: kernels },
  from: (state, { at }) => fetchingPages.some((page) => page === state.copy(at).page),
  // Served but not kept (repair R4): the read that waited has got its data.
  to: (state, { at }) => served.includes(state.copy(at).page) || state.copy(at).served,
  explain: (state, { at }) => `the first access of ${nameOf(at)} is not served; its copy is ${state.copy(at).page}`,
});

/** Section 4.2: "we force a read action before the actual application write": the write that waits for it comes to its turn, and ends. */
export const eventualWrite = leadsTo({
  name: "eventual write",
  says: "4.2: a write on a copy without data starts after the read that it forces, and ends",
  for: { at: kernels },
  from: (state, { at }) => state.copy(at).intent,
  to: (state, { at }) => state.copy(at).page === "Modified" || state.copy(at).page === "NotReplicated",
  explain: (state, { at }) => `the write of ${nameOf(at)} has not ended; its copy is ${state.copy(at).page}`,
});
