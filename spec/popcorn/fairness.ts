/** What liveness assumes besides the fairness of deliveries and of the kernels' own steps. */
import type { Compassion } from "popcheck/model";
import { kernels } from "./copy.js";
import type { Options } from "./options.js";
import { compassion, type PopcornState } from "./state.js";

/**
 * Section 4.3: "each kernel has a monotonically increasing clock", so that whoever begins a write later gets a later
 * time stamp in the end. Clocks that may differ by any amount do not ensure this by themselves, so that it is assumed.
 */
const clocksAdvance = (actions: readonly string[]) =>
  compassion({
    name: "clocks advance",
    says: "4.3: nobody begins writes with time stamps below a waiting writer's again and again for ever",
    for: { writer: kernels, other: kernels },
    actions,
    whenever: (before, after, { writer, other }) => {
      const [stamp, waiting] = [after.copy(other).stamp, after.copy(writer).stamp];
      return stamp !== null && before.copy(other).stamp === null && waiting !== null && stamp.isBefore(waiting);
    },
    answered: (state, { writer }) => state.copy(writer).stamp === null,
  });

/**
 * The actions in which a write may begin, by question 18: if it follows its forced read at once, also those in which
 * that read ends.
 */
const beginning = { "two-steps": ["App_Write"], "at-once": ["App_Write", "Read_Done", "Fetch_Done", "Receive"] };

export function fairness(options: Options): readonly Compassion<PopcornState>[] {
  const { votes, clocks, forcedRead } = options;
  return votes && clocks !== "bounded" && options.clocksAdvance ? [clocksAdvance(beginning[forcedRead])] : [];
}
