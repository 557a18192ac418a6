import { nameOf } from "popcheck/model";
import { type Copy, kernels, type Page, replicatedPages } from "../../spec/popcorn/copy.js";
import type { Options } from "../../spec/popcorn/options.js";
import { always, type PopcornState } from "../../spec/popcorn/state.js";

/** The page states of a writer: it is being elected, or it has lost and gets ready to try again. */
const writing: readonly Page[] = ["WritingPend1", "WritingPend2", "WritingRead"];
const usedPages: readonly Page[] = [...replicatedPages, "NotReplicated"];

const copies = (state: PopcornState): readonly Copy[] => state.members(kernels).map((k) => state.copy(k));
/**
 * Tells whether some kernel has used the page. Before the first access of 4.8 nobody has a copy, and nobody needs one.
 */
const isInUse = (state: PopcornState) => copies(state).some(({ page }) => usedPages.includes(page));
const isStable = ({ page }: Copy) => page === "Shared" || page === "Modified" || page === "NotReplicated";
const pagesInWords = (state: PopcornState) =>
  state
    .members(kernels)
    .map(
      (k) => `${nameOf(k)} in ${state.copy(k).page}${state.copy(k).data === null ? "" : ` with ${state.copy(k).data}`}`,
    )
    .join(", ");

/** Tells whether a copy answers a Fetch sooner or later, by the reading of question 21. */
const willAnswer: Readonly<Record<Options["whoWillAnswer"], (state: PopcornState, copy: Copy) => boolean>> = {
  writing: (_, copy) => isStable(copy) || writing.includes(copy.page),
  "with-data": (_, copy) => isStable(copy) || copy.page === "WritingPend1",
  latest: (state, copy) => (isStable(copy) || copy.page === "WritingPend1") && copy.data === state.content().latest,
};

/**
 * Section 4.2: "at each time there either exists at least one page copy that will answer to the Fetch message, from a
 * Shared state, or there exists a single page copy that will answer from a Modified state." A writer will be Modified
 * (section 4.6: a Fetch waits for it).
 */
export const atLeastOneCopy = always({
  name: "at-least-one-Copy",
  says: "4.2: at each time there is a copy that will answer: Shared, Modified, or (question 21) of a writer",
  for: {},
  holds: (state) =>
    !isInUse(state) || copies(state).some((copy) => willAnswer[state.parameters.whoWillAnswer](state, copy)),
  explain: (state) => `no copy will answer; the latest data is ${state.content().latest}: ${pagesInWords(state)}`,
});

/**
 * Tells whether a copy is in one of these page states, has all its answers, and has no Copy among them that it takes.
 */
const hasNoCopy = ({ page, answered, data, again }: Copy, pages: readonly Page[]) =>
  pages.includes(page) && answered && data === null && !again;

/** What section 4.2 concludes for a reader. In Invalid Read 2 it asks again, so that the answers do not matter. */
export const readFindsCopy = always({
  name: "a read finds a Copy",
  says: "4.2: at least one answer to a Fetch contains an up-to-date copy of the data, in Invalid Read 1",
  for: { at: kernels },
  holds: (state, { at }) => !hasNoCopy(state.copy(at), ["InvalidRead1"]),
  explain: (state, { at }) => `${nameOf(at)} in ${state.copy(at).page} has all its answers, and no Copy among them`,
});

/**
 * Why a reader without a Copy still gets one: the Invalid that took the page away before it could answer makes the
 * reader ask again.
 */
export const readerIsRescued = always({
  name: "a reader is rescued",
  says: "4.5: when a reader has all its answers and no Copy, an Invalid is on its way to it, after which it asks again",
  for: { at: kernels },
  holds: (state, { at }) =>
    !hasNoCopy(state.copy(at), ["InvalidRead1"]) ||
    state.copy(at).served ||
    state.others(at).some((from) =>
      state
        .link(from, at)
        .messages()
        .some(({ kind }) => kind === "Invalid"),
    ),
  explain: (_, { at }) => `${nameOf(at)} in InvalidRead1 has no Copy, and no Invalid is on its way to it`,
});

/** What section 4.4 concludes for a loser: "At least one page copy will answer with a Copy message". */
export const loserFindsCopy = always({
  name: "a loser finds a Copy",
  says: "4.4: at least one page copy will answer with a Copy, in Writing Read",
  for: { at: kernels },
  holds: (state, { at }) => !hasNoCopy(state.copy(at), ["WritingRead"]),
  explain: (_, { at }) => `${nameOf(at)} in WritingRead has all its answers, and no Copy among them`,
});

/**
 * Section 4.8: "If all the answers collected by the fetching kernel are Copy_Void, it means that it is the only one
 * that is using that page".
 */
export const firstAccessFindsCopy = always({
  name: "a first access finds a Copy",
  says: "4.8: only if nobody else uses the page, all answers to the Fetch of a first access are Copy_Void",
  for: { at: kernels },
  holds: (state, { at }) =>
    !hasNoCopy(state.copy(at), ["FetchingNotReplicated"]) ||
    !state.others(at).some((k) => usedPages.includes(state.copy(k).page)),
  explain: (state, { at }) =>
    `${nameOf(at)} in FetchingNotReplicated has all its answers, and no Copy among them: ${pagesInWords(state)}`,
});
