import { nameOf } from "popcheck/model";
import { kernels, type Page } from "../../spec/popcorn/copy.js";
import { leadsTo } from "../../spec/popcorn/state.js";

const writing: readonly Page[] = ["WritingPend1", "WritingPend2", "WritingRead"];

/**
 * Section 4.4: "the loser page copies will try to write again … and after a finite number of retries they will
 * succeed", which they do since clocks advance.
 */
export const eventualModified = leadsTo({
  name: "eventual Modified",
  says: "4.4: a copy that starts writing becomes Modified after finitely many retries",
  for: { at: kernels },
  from: (state, { at }) => writing.includes(state.copy(at).page),
  // A copy that no longer writes and has no time stamp has been Modified, if only within a step (`leaveWait: at-once`).
  to: (state, { at }) => !writing.includes(state.copy(at).page) && state.copy(at).stamp === null,
  explain: (state, { at }) => `${nameOf(at)} writes, and is in ${state.copy(at).page}`,
});
