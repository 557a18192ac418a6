/**
 * What the application does (section 4.2): reads and writes on stable page states. On wait states they are delayed
 * (section 4.1).
 */
import { disabled, optional, type Result } from "popcheck/model";
import { mayTick, stampsAfter } from "./clocks.js";
import { type Copy, type Kernel, kernels } from "./copy.js";
import { Fetch } from "./messages.js";
import { action, ask, type PopcornState } from "./state.js";
import { startRound, startWrite, writeData } from "./writes.js";

/**
 * An access of kernel `at` fetches the page, if `copy` has no data. If it has a time stamp, its write is repeated by
 * itself (4.3).
 */
function fetchFirst(state: PopcornState, at: Kernel, copy: Copy): Result<PopcornState> {
  if (copy.page === "Unmapped") return ask(state, at, copy.becomes("FetchingNotReplicated"), Fetch());
  if (copy.page !== "Invalid" || copy.stamp !== null) return disabled;
  return ask(state, at, copy.becomes("InvalidRead1"), Fetch());
}

/**
 * A read begins. On Shared and Modified it is local and changes nothing, so that it is no step. A write on Invalid
 * forces this read.
 */
export const appRead = action(
  "App_Read",
  { at: kernels },
  (state, { at }) => {
    return fetchFirst(state, at, state.copy(at));
  },
  { says: "4.2: a read on Invalid broadcasts a Fetch", environment: true },
);

/**
 * Question 18: with `forcedRead: at-once`, a write on a copy without data begins with a read, and goes on by itself
 * after it.
 */
export const appWriteWithoutData = action(
  "App_Write_Without_Data",
  { at: kernels },
  (state, { at }) => {
    return fetchFirst(state, at, state.copy(at).set("intent", true));
  },
  { says: "4.2: a write on Invalid forces a read", environment: true },
);

/**
 * A write on Shared begins. Its time stamp comes directly after the one of kernel `after` or, if `after` is `null`,
 * before all others. So every relation between the clocks is covered (section 4.3: "there is no global clock").
 */
export const appWrite = action(
  "App_Write",
  { at: kernels, after: optional(kernels) },
  (state, { at, after }) => {
    const copy = state.copy(at);
    if (copy.page !== "Shared" || copy.stamp !== null || at === after) return disabled;
    const { votes, clocks } = state.parameters;
    if (votes && clocks !== "bounded")
      return stampsAfter(state, at, after).map((stamp) => startWrite(state, at, copy, stamp));
    if (after !== null) return disabled;
    if (!votes) return startWrite(state, at, copy, null);
    return mayTick(state, at) ? startWrite(state, at, copy, copy.time) : disabled;
  },
  { says: "4.2: a write on Shared broadcasts an Invalid", environment: true },
);

/** A write on the only copy is local. */
export const localWrite = action(
  "Local_Write",
  { at: kernels },
  (state, { at }) => {
    const copy = state.copy(at);
    if (copy.page === "NotReplicated") return writeData(state, at, copy);
    if (copy.page !== "Modified") return disabled;
    return state.parameters.localInModified || !copy.hasToAnswer ? writeData(state, at, copy) : disabled;
  },
  { says: "4.2: writes are local on a Modified copy", environment: true },
);

/** 4.3, without the retry of 4.4: the loser repeats its write with the same time stamp, a read first. */
export const repeatWrite = action(
  "Repeat_Write",
  { at: kernels },
  (state, { at }) => {
    const copy = state.copy(at);
    if (copy.stamp === null) return disabled;
    if (copy.page === "Invalid") return ask(state, at, copy.becomes("InvalidRead1"), Fetch());
    return copy.page === "Shared" ? startRound(state, at, copy, copy.stamp) : disabled;
  },
  { says: "4.3: the others have to perform the write again; the time stamp does not change", fair: "weak" },
);
