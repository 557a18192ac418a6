/**
 * Local fetch of read-only areas (section 5.2): in an area that is read-only each kernel loads the page by itself, and
 * no message is sent. How a page is loaded so is in application.ts.
 */
import { disabled } from "popcheck/model";
import { type Copy, type Kernel, kernels } from "./copy.js";
import { action, type PopcornState } from "./state.js";

/** Whether kernel `at` takes the page's area for read-only: it loads the page itself, and does not write. */
export function isReadOnly(state: PopcornState, at: Kernel): boolean {
  return state.parameters.readOnly && state.area(at) === "read-only";
}

/**
 * Question 25: the area becomes writable, at all kernels at once. Repaired, all unmap the page, so that nobody has one
 * that the protocol does not know of.
 */
export const becomeWritable = action(
  "Become_Writable",
  {},
  (state) => {
    const all = state.members(kernels);
    if (all.some((k) => !isReadOnly(state, k))) return disabled;
    const unmapped = (copy: Copy) =>
      state.parameters.unmapFirst ? copy.merge({ page: "Unmapped", data: null }) : copy;
    return all.reduce((next, k) => next.withArea(k, "writable").withCopy(k, unmapped(next.copy(k))), state);
  },
  { says: "question 25: an area that was read-only becomes writable", environment: true },
);

/** Question 25: kernel `at` learns that the area has become writable. */
export const learnWritable = action(
  "Learn_Writable",
  { at: kernels },
  (state, { at }) => (isReadOnly(state, at) ? state.withArea(at, "writable") : disabled),
  { says: "question 25: an area that was read-only becomes writable", environment: true },
);
