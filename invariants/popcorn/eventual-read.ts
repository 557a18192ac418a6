import { nameOf } from "popcheck/model";
import { kernels, type Page } from "../../spec/popcorn/copy.js";
import { leadsTo } from "../../spec/popcorn/state.js";

const reading: readonly Page[] = ["InvalidRead1", "InvalidRead2"];
/**
 * The page states that a read leads to: Shared, or the write that forced it, or Invalid if its data is not kept (repair
 * R4).
 */
const done: readonly Page[] = ["Shared", "WritingPend1", "Invalid"];

/**
 * Section 4.2: the copy changes to Shared "after collecting all the answers". Section 4.5 doubts that it always comes
 * to that.
 */
export const eventualRead = leadsTo({
  name: "eventual read",
  says: "4.2: a copy that fetches the page in order to read it becomes Shared",
  for: { at: kernels },
  from: (state, { at }) => reading.includes(state.copy(at).page),
  to: (state, { at }) => done.includes(state.copy(at).page),
  explain: (state, { at }) => `${nameOf(at)} reads, and is in ${state.copy(at).page}`,
});
