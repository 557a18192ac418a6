/**
 * How a write begins (sections 4.2 and 4.3), how it changes the data, and how an access goes on once its data has come.
 */
import type { OrdinalValue, Result } from "popcheck/model";
import { possibleStamps } from "./clocks.js";
import type { Copy, Kernel, Kernels } from "./copy.js";
import { recordNewElection } from "./history.js";
import { Invalid, type Message } from "./messages.js";
import type { Options } from "./options.js";
import { startOfRound } from "./rounds.js";
import { ask, sendAll } from "./sending.js";
import type { PopcornState } from "./state.js";
import { audienceOf } from "./users.js";

/**
 * A write on Shared begins and takes a time stamp (`null`: it needs none). From now on the kernel's clock is past the
 * stamp.
 */
export function startWrite(state: PopcornState, at: Kernel, copy: Copy, stamp: OrdinalValue | null): PopcornState {
  const { clocks } = state.parameters;
  if (stamp === null) return startRound(state, at, copy, null);
  if (clocks !== "bounded") return startRound(state, at, copy.set("clock", stamp.ordinal.floor(stamp)), stamp);
  return startRound(state, at, copy.set("time", stamp.plus(1)), stamp);
}

/** 4.2, 4.4: a round of a write begins: the copy goes to Writing Pend 1, and an Invalid to all others. */
export function startRound(state: PopcornState, at: Kernel, copy: Copy, stamp: OrdinalValue | null): PopcornState {
  const { invalidInUnmapped } = state.parameters;
  const fresh = startOfRound(copy, state.parameters).merge({ page: "WritingPend1", stamp, intent: false });
  const others = audienceOf(state, at, fresh);
  const targets = invalidInUnmapped === "not-sent" ? others.filter((k) => state.copy(k).page !== "Unmapped") : others;
  return ask(state, at, recordNewElection(fresh), invalidOf(fresh, state.parameters), targets);
}

/** The Invalid of a writer. Repaired (R2), it tells the version that the writer holds. */
function invalidOf({ stamp, data }: Copy, { refuseStale }: Options): Message {
  return Invalid(stamp, refuseStale ? data : null);
}

/** The repair of multicast groups: kernel `at`, a writer, sends its Invalid also to `users`, of whom it hears late. */
export function invalidateLate(state: PopcornState, at: Kernel, users: Kernels): PopcornState {
  const copy = state.copy(at);
  const waiting = state.withCopy(at, copy.set("awaiting", copy.awaiting.union(users)));
  const targets = state.others(at).filter((kernel) => users.has(kernel));
  return sendAll(waiting, at, targets, invalidOf(copy, state.parameters));
}

/** The page's content is written: the copy gets a new version, whatever version it was. */
export function writeData(state: PopcornState, at: Kernel, copy: Copy): PopcornState {
  const version = state.content().latest.justAfter();
  return state.withContent(state.content().set("latest", version)).withCopy(at, copy.set("data", version));
}

/** The access that waited for the data of `at` goes on: a write that follows at once begins, a read is done. */
export function accessGoesOn(state: PopcornState, at: Kernel): Result<PopcornState> {
  const copy = state.copy(at);
  if (!copy.intent) return state;
  const done = copy.set("intent", false);
  if (copy.page === "NotReplicated") return writeData(state, at, done);
  return possibleStamps(state, at).map((stamp) => startWrite(state, at, done, stamp));
}
