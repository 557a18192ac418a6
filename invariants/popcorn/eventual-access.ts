import { nameOf } from "popcheck/model";
import { fetchingPages, kernels, type Page } from "../../spec/popcorn/copy.js";
import { leadsTo } from "../../spec/popcorn/state.js";

/** The page states in which a first access has ended, or goes on with the write that it was for. */
const accessed: readonly Page[] = ["Shared", "NotReplicated", "WritingPend1"];
/** The page states in which a write has ended. */
const written: readonly Page[] = ["Modified", "Shared", "NotReplicated"];

/**
 * Section 4.8: the page is in a wait state "while it collects all the answers", and is Not Replicated or Replicated
 * then.
 */
export const eventualAccess = leadsTo({
  name: "eventual access",
  says: "4.8: a first access ends with a copy that is Shared or Not Replicated",
  for: { at: kernels },
  from: (state, { at }) => fetchingPages.some((page) => page === state.copy(at).page),
  to: (state, { at }) => {
    const { page } = state.copy(at);
    // In a repaired protocol a first access may go on as a read, whose data is not always kept; in the paper's, Invalid
    // drops it.
    return accessed.includes(page) || (page === "Invalid" && state.parameters.fetchingReads);
  },
  explain: (state, { at }) => `the first access of ${nameOf(at)} is not served; its copy is ${state.copy(at).page}`,
});

/**
 * Section 4.2: "we force a read action before the actual application write": the write that waits for that read takes
 * its turn, and ends.
 */
export const eventualWrite = leadsTo({
  name: "eventual write",
  says: "4.2: a write on a copy without data starts after the read that it forces, and ends",
  for: { at: kernels },
  from: (state, { at }) => state.copy(at).intent,
  to: (state, { at }) => {
    const { page, intent, stamp } = state.copy(at);
    return written.includes(page) && !intent && stamp === null;
  },
  explain: (state, { at }) => `the write of ${nameOf(at)} has not ended; its copy is ${state.copy(at).page}`,
});
