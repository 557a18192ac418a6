import { nameOf } from "popcheck/model";
import { isReadOnly } from "../../spec/popcorn/areas.js";
import { kernels } from "../../spec/popcorn/copy.js";
import { runsAlone, runsProcess } from "../../spec/popcorn/membership.js";
import { always, type PopcornState } from "../../spec/popcorn/state.js";

/**
 * Tells whether the area is read-only everywhere, or a single kernel runs the process and has done so from the
 * beginning: once others have joined, the protocol stays on.
 */
function isOff(state: PopcornState): boolean {
  const all = state.members(kernels);
  if (all.every((k) => isReadOnly(state, k))) return true;
  const running = all.filter((k) => runsProcess(state, k));
  return running.length === 1 && runsAlone(state, running[0]!);
}

/**
 * Section 5.2: "When a process is executing on only one kernel, the replication protocol is off." Pages of a read-only
 * area "are not kept coherent by the replication protocol".
 */
export const noMessageWhileOff = always({
  name: "no message while off",
  says: "5.2: no message is sent while one kernel runs the process, or the page's area is read-only",
  for: { from: kernels, to: kernels },
  holds: (state, { from, to }) => from === to || state.link(from, to).isEmpty() || !isOff(state),
  explain: (_state, { from, to }) => `a message of ${nameOf(from)} to ${nameOf(to)} is in flight`,
});
