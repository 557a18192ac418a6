import { kernels } from "../../spec/popcorn/copy.js";
import { always, type PopcornState } from "../../spec/popcorn/state.js";

const isLatest = (state: PopcornState, data: unknown) => data !== null && data === state.content().latest;

function inFlight(state: PopcornState): boolean {
  const all = state.members(kernels);
  return all.some((from) =>
    state.others(from).some((to) =>
      state
        .link(from, to)
        .messages()
        .some(({ data }) => isLatest(state, data)),
    ),
  );
}

/** Section 4.2's invariant, for the data: the data that was written last is always somewhere in the system. */
export const dataSurvives = always({
  name: "data survives",
  says: "4.2: once written, the latest data is in some copy, or in a Copy message in flight",
  for: {},
  holds: (state) => {
    // Before the first write of 4.8 any kernel can load the initial content.
    if (state.parameters.unmapped && state.content().latest === state.content().initial) return true;
    return state.members(kernels).some((k) => isLatest(state, state.copy(k).data)) || inFlight(state);
  },
  explain: (state) => `nobody holds ${state.content().latest}, the latest data, and no Copy in flight carries it`,
});
