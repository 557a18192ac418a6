import { nameOf } from "popcheck/model";
import { fetchingPages, kernels, type Page } from "../../spec/popcorn/copy.js";
import { always } from "../../spec/popcorn/state.js";

const unreplicated: readonly Page[] = ["Unmapped", ...fetchingPages];

/**
 * Section 4.8: "At most one copy of a page can be in Not Replicated state … while all the other page copies have to be
 * in Unmapped."
 */
export const replicatedXorNot = always({
  name: "replicated xor not",
  says: "4.8: if one copy is Not Replicated, all others are Unmapped or Fetching",
  for: { only: kernels, other: kernels },
  holds: (state, { only, other }) =>
    only === other || state.copy(only).page !== "NotReplicated" || unreplicated.includes(state.copy(other).page),
  explain: (state, { only, other }) =>
    `${nameOf(only)} is NotReplicated; ${nameOf(other)} is ${state.copy(other).page}`,
});
