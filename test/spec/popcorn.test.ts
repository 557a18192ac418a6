/** What the paper takes for granted of the model, whatever the stage. */
import { expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { withProperties } from "../../checker/model/model.js";
import { checkSync } from "../../checker/search/check.js";
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

test.each(["4.3", "4.4", "4.7"])("clocks of bounded skew never go back in stage %s, with retries", (stage) => {
  const model = withProperties(popcorn, () => [clockGoesForward]);
  const outcome = checkSync(new Instance(model, { stage, kernels: 2, clocks: "bounded", skew: 1 }), {
    receptions: false,
  });
  expect(outcome.properties.map(({ verdict }) => verdict)).toEqual(["holds"]);
});
