/** What the application does: reads and writes on stable page states. On wait states they are delayed (section 4.1). */
import { disabled, optional, type Result } from "../../checker/model/index.js";
import { mayTick, stampsAfter } from "./clocks.js";
import { type Copy, type Kernel, kernels } from "./copy.js";
import { Fetch } from "./messages.js";
import { action, ask, type PopcornState } from "./state.js";
import { startRound, startWrite, writeData } from "./writes.js";

/** An access to a page without data fetches it. A copy with a time stamp has a write to repeat, which does so itself. */
function fetchFirst(state: PopcornState, at: Kernel, copy: Copy): Result<PopcornState> {
  if (copy.page === "Unmapped") return ask(state, at, copy.becomes("FetchingNotReplicated"), Fetch());
  if (copy.page !== "Invalid" || copy.stamp !== null) return disabled;
  return ask(state, at, copy.becomes("InvalidRead1"), Fetch());
}

/** A read on Shared and Modified is local, and changes nothing. The read that a write forces is this one. */
export const appRead = action(
  "App_Read",
  { at: kernels },
  (state, { at }) => {
    return fetchFirst(state, at, state.copy(at));
  },
  { says: "4.2: a read on Invalid broadcasts a Fetch", environment: true },
);

/** With `forcedRead: at-once`, a write on a copy without data reads first and then goes on by itself. */
export const appWriteWithoutData = action(
  "App_Write",
  { at: kernels },
  (state, { at }) => {
    return fetchFirst(state, at, state.copy(at).set("intent", true));
  },
  { says: "4.2: a write on Invalid forces a read", environment: true },
);

/**
 * A write on Shared begins. `after` is the kernel whose time stamp the new one follows directly; null: it precedes all. So any
 * relation between the clocks is covered (section 4.3: "there is no global clock").
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
