import { names } from "popcheck/model";
import { kernels, type Page } from "../../spec/popcorn/copy.js";
import { always, type PopcornState } from "../../spec/popcorn/state.js";

/** The page states in which the application may write without asking. */
const writable: readonly Page[] = ["Modified", "NotReplicated"];
/** The page states in which the application may read without asking. */
const readable: readonly Page[] = [...writable, "Shared"];

const inWords = (state: PopcornState) =>
  readable
    .map((page) => ({ page, at: state.members(kernels).filter((k) => state.copy(k).page === page) }))
    .filter(({ at }) => at.length > 0)
    .map(({ page, at }) => `${page}: ${names(at)}`)
    .join("; ");

/**
 * Section 4.3: "at most one page copy in the Modified state can exist, at any time, in the system. If it exists it
 * cannot coexist with Shared copies." A Not Replicated copy is read and written locally as well (section 4.8).
 */
export const swmr = always({
  name: "SWMR",
  says: "4.3: single writer, multiple readers: a copy that may be written excludes every other that may be read or written",
  for: { writer: kernels, other: kernels },
  holds: (state, { writer, other }) =>
    writer === other || !writable.includes(state.copy(writer).page) || !readable.includes(state.copy(other).page),
  explain: inWords,
});
