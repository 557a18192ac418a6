import { nameOf } from "../../checker/model/index.js";
import { kernels, type Page } from "../../spec/popcorn/copy.js";
import { leadsTo } from "../../spec/popcorn/state.js";

const reading: readonly Page[] = ["InvalidRead1", "InvalidRead2"];

/** Section 4.2: the copy changes to Shared "after collecting all the answers". Section 4.5 doubts that it always comes to that. */
export const eventualRead = leadsTo({
  name: "eventual read",
  says: "4.2: a copy that fetches the page in order to read it becomes Shared",
  for: { at: kernels },
  from: (state, { at }) => reading.includes(state.copy(at).page),
  // Served but not kept (repair R4): the read that waited has got its data.
  to: (state, { at }) => state.copy(at).page === "Shared" || state.copy(at).served,
  explain: (state, { at }) => `${nameOf(at)} reads, and is in ${state.copy(at).page}`,
});
