import { nameOf } from "../../checker/model/index.js";
import { kernels } from "../../spec/popcorn/copy.js";
import { alwaysStep } from "../../spec/popcorn/state.js";

/** Section 4.3: losers "have to perform the write again as they have an unsuitable copy"; a winner's copy must be suitable. */
export const noLostUpdate = alwaysStep({
  name: "no lost update",
  says: "4.3: a copy that reaches Modified wrote on top of the latest data",
  for: { at: kernels },
  holds: (before, after, { at }, step) => {
    if (!step.writes("copy", at) || before.copy(at).page !== "WritingPend1" || after.copy(at).page !== "Modified")
      return true;
    return before.copy(at).data === before.content().latest;
  },
  explain: (before, _after, { at }) =>
    `${nameOf(at)} wrote on top of ${before.copy(at).data ?? "nothing"}; the latest was ${before.content().latest}`,
});
