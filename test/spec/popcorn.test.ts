/** What the paper takes for granted of the model, whatever the stage. */
import "popcheck/vitest";
import { expect, test } from "vitest";
import { withProperties } from "../../checker/model/model.js";
import { kernels } from "../../spec/popcorn/copy.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { alwaysStep } from "../../spec/popcorn/state.js";

/** Section 4.3: "each kernel has a monotonically increasing clock". */
const clockGoesForward = alwaysStep({
  name: "a clock goes forward",
  says: "4.3: each kernel has a monotonically increasing clock",
  for: { at: kernels },
  holds: (before, after, { at }, step) => {
    if (!step.writes("copy", at)) return true;
    const [then, now] = [before.copy(at).time, after.copy(at).time];
    return then === null || now === null || !now.isBefore(then);
  },
  explain: () => "a clock went back",
});

test.each(["4.3", "4.4", "4.7"] as const)("clocks of bounded skew never go back in stage %s, with retries", (stage) =>
  expect(withProperties(popcorn, () => [clockGoesForward])).toHold("a clock goes forward", {
    parameters: { stage, kernels: 2, clocks: "bounded", skew: 1 },
  }),
);
