/**
 * The models that docs/findings.md rests on, by the names that its prose calls them: what is given to `popcheck check
 * popcorn`. All else is by default.
 */
import type { Options } from "../../spec/popcorn/options.js";

export type Given = Partial<Options> & Pick<Options, "stage" | "kernels">;

const [two, three] = [{ kernels: 2 }, { kernels: 3 }];
const flagged = { emptySeen: "flagged-entering-writing-read" } as const;
const inOrder = { network: "fifo" } as const;

/** What all properties are asked of: the columns of the table of verdicts, in its order. */
const stages = {
  "4.7, two": { stage: "4.7", ...two },
  "4.7, three": { stage: "4.7", ...three },
  "4.8, two": { stage: "4.8", ...two },
  "4.8, three": { stage: "4.8", ...three },
  "repaired, two": { stage: "repaired", ...two },
  "repaired, three": { stage: "repaired", ...three },
  "repaired-4.8, two": { stage: "repaired-4.8", ...two },
  "repaired-4.8, three": { stage: "repaired-4.8", ...three },
} as const satisfies Record<string, Given>;

/** The rows of the table of repairs: for 4.7 and for 4.8, the last being the repaired stage. */
const repairs = {
  R1: { stage: "4.7", ...three, confirmFetch: true },
  R2: { stage: "repaired", ...three, ackAsks: false },
  R3: { stage: "repaired", ...three, ackAsks: false, losersRefuse: true, step1: false, step2: false },
  "R1, 4.8": { stage: "4.8", ...three, confirmFetch: true, aloneTwice: true, fetchingReads: true },
  "R2, 4.8": { stage: "repaired-4.8", ...three, ackAsks: false },
} as const satisfies Record<string, Given>;

/** What single properties are asked of. */
const others = {
  "4.2, two": { stage: "4.2", ...two },
  "4.3, two": { stage: "4.3", ...two },
  "4.4, two": { stage: "4.4", ...two },
  "4.5, two": { stage: "4.5", ...two },
  "4.6, two": { stage: "4.6", ...two },
  "4.7a, two": { stage: "4.7a", ...two },
  "4.7a, three": { stage: "4.7a", ...three },
  "no Fetch_Write": { stage: "4.7", ...three, fetchWrite: false, step2: false },
  "no Nack": { stage: "4.7", ...two, nackInModified: false },
  "no winner's wait": { stage: "4.7", ...three, winnersWait: false },
  "no step 1": { stage: "4.7", ...three, step1: false },
  "no step 2": { stage: "4.7", ...three, step2: false },
  "4.7 in order": { stage: "4.7", ...three, ...inOrder },
  "4.8 in order": { stage: "4.8", ...three, ...inOrder },
  "4.7 in order, two": { stage: "4.7", ...two, ...inOrder },
  "first Copy": { stage: "4.7", ...three, install: "first" },
  "newest Copy": { stage: "4.7", ...three, install: "newest" },
  "answers with data": { stage: "4.7", ...three, whoWillAnswer: "with-data" },
  "answers with the latest": { stage: "4.7", ...three, whoWillAnswer: "latest" },
  "void means fetch again": { stage: "4.7", ...three, allVoid: "fetch-again" },
  "clocks of any kind, two": { stage: "4.7", ...two, clocksAdvance: false },
  "clocks of any kind": { stage: "4.7", ...three, clocksAdvance: false },
  "bounded skew, two": { stage: "4.7", ...two, clocks: "bounded" },
  "Unmapped says nothing": { stage: "4.8", ...three, invalidInUnmapped: "impossible" },
  "Unmapped is not told": { stage: "4.8", ...three, invalidInUnmapped: "not-sent" },
  "read again, two": { stage: "4.8", ...two, fetchingInvalidVoid: "read-again" },
  "fetch together again": { stage: "4.8", ...three, fetchingValidVoid: "fetch-again" },
  "lower index alone": { stage: "4.8", ...three, fetchingValidVoid: "lower-index" },
  "not alone twice": { stage: "repaired-4.8", ...three, aloneTwice: false },
  "flagged forgotten": { stage: "4.7", ...three, ...flagged },
  "flagged forgotten, 4.8": { stage: "4.8", ...three, ...flagged },
  "flagged forgotten, flag set": { stage: "4.7", ...three, ...flagged, flagOfModified: "set" },
  "flagged forgotten, in order": { stage: "4.7", ...three, ...flagged, ...inOrder },
  counted: { stage: "4.7", ...three, rounds: "counts" },
  "forgotten at the start, two": { stage: "4.7", ...two, emptySeen: "round-start" },
  "early requests do not count, two": { stage: "4.7", ...two, countEarly: false },
  "losers have no flag, two": { stage: "4.7", ...two, flagInWritingRead: "clear" },
  "Fetch_Write held until Modified": { stage: "4.7", ...three, answerFetchWrite: "modified" },
  "winner by Copy": { stage: "4.7", ...three, winnerInStep2: "by-copy" },
  "vote and fetch": { stage: "4.7", ...three, invalidInWritingRead: "vote-and-fetch" },
  "losers always Ack": { stage: "4.7", ...three, invalidInWritingRead: "ack" },
  "readers hold": { stage: "4.7", ...three, fetchWhileReading: "hold" },
  "fetchers hold": { stage: "4.8", ...two, fetchInFetching: "hold" },
  "fetchers say nothing": { stage: "4.8", ...three, fetchInFetching: "void" },
  "fetching is told last": { stage: "4.8", ...three, whileFetching: "last-wins" },
  "invalidated and alone": { stage: "4.8", ...two, fetchingInvalidVoid: "not-replicated" },
} as const satisfies Record<string, Given>;

export const runs = { ...stages, ...repairs, ...others };
export type RunName = keyof typeof runs;
export const stageRuns = Object.keys(stages) as readonly (keyof typeof stages)[];
export const givenTo = (run: RunName): Given => runs[run];

/**
 * Whether all properties are asked, in one search; else each is asked by itself, and the search ends where it fails.
 */
export function isWhole(run: RunName): boolean {
  return run in stages || run in repairs;
}
