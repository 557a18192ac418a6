/**
 * Which kernels run the process (section 5.2): while only one does, the protocol is off, and the kernel uses the page
 * as an ordinary process does. How a page is loaded so is in application.ts.
 */
import { disabled } from "popcheck/model";
import { type Kernel, kernels, waitPages } from "./copy.js";
import { action, type PopcornState } from "./state.js";

/** Whether kernel `at` runs the process, so that the application can access the page there. */
export function runsProcess(state: PopcornState, at: Kernel): boolean {
  return !state.parameters.oneKernel || state.membership(at) !== "absent";
}

/** Whether kernel `at` takes itself for the only one that runs the process: the protocol is off there. */
export function runsAlone(state: PopcornState, at: Kernel): boolean {
  return state.parameters.oneKernel && state.membership(at) === "alone";
}

/** A thread of the process migrates to kernel `at`, which has not run the process before (question 26). */
export const join = action(
  "Join",
  { at: kernels },
  (state, { at }) => {
    if (state.membership(at) !== "absent") return disabled;
    const joined = state.withMembership(at, "member");
    if (state.parameters.newcomer === "by-fetch") return joined;
    return state.others(at).reduce((next, other) => learnMembers(next, other), joined);
  },
  { says: "5.2: a process that one kernel runs may span different kernels later", environment: true },
);

/**
 * The last thread of the process on kernel `at` migrates to another kernel that runs it (question 29). An access that
 * waits keeps its thread.
 */
export const leave = action(
  "Leave",
  { at: kernels },
  (state, { at }) => {
    const isLast = state.others(at).every((other) => !runsProcess(state, other));
    const copy = state.copy(at);
    if (!runsProcess(state, at) || isLast || waitPages.includes(copy.page) || copy.stamp !== null) return disabled;
    const left = state.withMembership(at, "absent");
    if (state.parameters.lastThread === "keeps-page") return left;
    return left.withCopy(at, copy.merge({ page: "Unmapped", data: null }));
  },
  { says: "question 29: the last thread of the process migrates to another kernel", environment: true },
);

/** Kernel `at`, if it took itself for the only one that runs the process, learns that it is not: the protocol is on. */
export function learnMembers(state: PopcornState, at: Kernel): PopcornState {
  return runsAlone(state, at) ? state.withMembership(at, "member") : state;
}
