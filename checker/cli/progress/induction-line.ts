/** How far the answer to a question about induction has come, as a line. */
import { count, counted } from "../../../traces/text/columns.js";
import type { InductionProgress } from "../../induction/induction.js";

/** Returns `looking for steps out: 81,920 states looked at, 1,345 steps out, with 4 suggestions`. */
export function inductionLineOf({ doing, reachable, lookedAt, stepsOut, suggested }: InductionProgress): string {
  if (doing === "searching reachable states") return `${doing}: ${count(reachable)}`;
  const suggestions = suggested === 0 ? "" : `, with ${counted(suggested, "suggestion")}`;
  return `${doing}: ${counted(lookedAt, "state")} looked at, ${counted(stepsOut, "step")} out${suggestions}`;
}
