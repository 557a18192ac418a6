/** How far the answer to a question about induction has come, as a line. */
import { counted } from "../../../traces/text/columns.js";
import type { InductionProgress } from "../../api/index.js";

/** Returns `looking for steps out: 81,920 states, 1,345 steps out, with 4 suggestions`. */
export function inductionLineOf({ doing, states, stepsOut, suggested }: InductionProgress): string {
  const parts = [
    ...(states === 0 ? [] : [counted(states, "state")]),
    ...(doing.endsWith("reachable states") ? [] : [`${counted(stepsOut, "step")} out`]),
    ...(suggested === 0 ? [] : [`with ${counted(suggested, "suggestion")}`]),
  ];
  return [doing, parts.join(", ")].filter((part) => part !== "").join(": ");
}
