/** The last step of a run in words, for reports that tell it apart from that of another run. */
import { changesOf, messagesOf } from "../../traces/analysis/change.js";
import { refusalOf, type Trace } from "../../traces/trace.js";

/** Returns what the last step of a run does, in words. */
export function lastStepOf(trace: Trace): string {
  const last = trace.states.length - 1;
  const refused = refusalOf(trace.states[last]!["#meta"]);
  const done = [...changesOf(trace, last), ...messagesOf(trace, last)];
  return refused ?? (done.length === 0 ? "no change" : done.join("  "));
}
