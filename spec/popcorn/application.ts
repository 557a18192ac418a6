/**
 * What the application does (section 4.2): reads and writes on stable page states. On wait states they are delayed
 * (section 4.1).
 */
import { disabled, optional, type Result } from "popcheck/model";
import { isReadOnly } from "./areas.js";
import { mayTick, stampsAfter } from "./clocks.js";
import { type Copy, type Kernel, kernels } from "./copy.js";
import { runsAlone, runsProcess } from "./membership.js";
import { Fetch } from "./messages.js";
import { ask, fetch } from "./sending.js";
import { action, type PopcornState } from "./state.js";
import { startRound, startWrite, writeData } from "./writes.js";

/**
 * An access of kernel `at` fetches the page, if `copy` has no data. If it has a time stamp, its write is repeated by
 * itself (4.3).
 */
function fetchFirst(state: PopcornState, at: Kernel, copy: Copy): Result<PopcornState> {
  if (!runsProcess(state, at) || (copy.intent && isReadOnly(state, at))) return disabled;
  if (copy.page === "Unmapped") {
    if (isMapped(copy) || isProtocolOff(state, at)) return disabled;
    return ask(state, at, copy.becomes("FetchingNotReplicated"), Fetch());
  }
  if (copy.page !== "Invalid" || copy.stamp !== null) return disabled;
  return readFirst(state, at, copy);
}

/**
 * A read of kernel `at` fetches: from the owner (section 5.2). Repaired, the forced read of a write fetches from all,
 * since a write must not rest on what the owner alone gave.
 */
function readFirst(state: PopcornState, at: Kernel, copy: Copy): PopcornState {
  const forWrite = copy.intent || copy.stamp !== null;
  return fetch(state, at, copy.becomes("InvalidRead1"), Fetch(), !(forWrite && state.parameters.askAllToWrite));
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
    if (isReadOnly(state, at) || !runsProcess(state, at)) return disabled;
    const { owner, votes, clocks, forcedRead } = state.parameters;
    if (owner && state.owner(at).gave) {
      // The repair of owners: all are asked first, as if the copy were Invalid.
      const reading = copy.merge({ page: "InvalidRead1", data: null, intent: forcedRead === "at-once" });
      return after === null ? ask(state, at, reading, Fetch()) : disabled;
    }
    if (votes && clocks !== "bounded")
      return stampsAfter(state, at, after).map((stamp) => startWrite(state, at, copy, stamp));
    if (after !== null) return disabled;
    if (!votes) return startWrite(state, at, copy, null);
    return mayTick(state, at) ? startWrite(state, at, copy, copy.time) : disabled;
  },
  { says: "4.2: a write on Shared broadcasts an Invalid", environment: true },
);

/** Whether the protocol is off at kernel `at` (section 5.2). */
const isProtocolOff = (state: PopcornState, at: Kernel) => isReadOnly(state, at) || runsAlone(state, at);

/** Question 28: whether a page without a page state of the protocol was mapped while the protocol was off. */
export const isMapped = ({ page, data }: Copy) => page === "Unmapped" && data !== null;

/** A first access while the protocol is off: the kernel loads the initial content, and asks nobody. */
export const loadLocally = action(
  "Load_Locally",
  { at: kernels },
  (state, { at }) => {
    const copy = state.copy(at);
    if (copy.page !== "Unmapped" || isMapped(copy) || !runsProcess(state, at) || !isProtocolOff(state, at))
      return disabled;
    const loaded = copy.set("data", state.content().initial);
    if (isReadOnly(state, at)) return state.withCopy(at, loaded.becomes("Shared"));
    const { mappedBefore } = state.parameters;
    return state.withCopy(at, mappedBefore === "not-replicated" ? loaded.becomes("NotReplicated") : loaded);
  },
  { says: "5.2: pages of a read-only area, or of a process on one kernel, are not fetched", environment: true },
);

/** A write on the only copy is local. */
export const localWrite = action(
  "Local_Write",
  { at: kernels },
  (state, { at }) => {
    const copy = state.copy(at);
    if (!runsProcess(state, at)) return disabled;
    if (copy.page === "NotReplicated" || isMapped(copy)) return writeData(state, at, copy);
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
    if (copy.page === "Invalid") return readFirst(state, at, copy);
    return copy.page === "Shared" ? startRound(state, at, copy, copy.stamp) : disabled;
  },
  { says: "4.3: the others have to perform the write again; the time stamp does not change", fair: "weak" },
);
