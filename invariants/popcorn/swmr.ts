import { names } from "../../checker/model/index.js";
import { kernels, type Page } from "../../spec/popcorn/copy.js";
import { always, type PopcornState } from "../../spec/popcorn/state.js";

const at = (state: PopcornState, page: Page) => state.members(kernels).filter((k) => state.copy(k).page === page);

/** Section 4: "A page in the Modified state …. All the other copies in the system must be in the Invalid state." */
export const swmr = always({
  name: "SWMR",
  says: "4: single writer, multiple readers: a Modified copy excludes every other Modified or Shared copy",
  for: { writer: kernels, other: kernels },
  holds: (state, { writer, other }) =>
    writer === other ||
    state.copy(writer).page !== "Modified" ||
    !(state.copy(other).page === "Modified" || state.copy(other).page === "Shared"),
  explain: (state) => `Modified: ${names(at(state, "Modified"))}; Shared: ${names(at(state, "Shared"))}`,
});
