/** Two runs on common rows: steps that both runs take, in the same order, stand beside each other. Pure. */
import { diffArrays } from "diff";
import { nameOfStep } from "../../checker/model/step-name.js";
import { namedIn } from "../analysis/step-names.js";
import { type Json, showItf } from "../formats/json.js";
import type { Trace } from "../trace.js";

/** The numbers of the states in a row, one for each run; undefined where a run has none. */
export type AlignedRow = readonly (number | undefined)[];

/** Returns the rows of one run, or of two. The initial states share a row. */
export function rowsOf(traces: readonly Trace[]): AlignedRow[] {
  const [left, right] = traces;
  if (right === undefined) return left!.states.map((_, i) => [i]);
  const steps = (trace: Trace) => trace.states.slice(1).map((_, i) => stepKey(trace, i + 1));
  const rows: AlignedRow[] = [[0, 0]];
  let [i, j] = [1, 1];
  for (const part of diffArrays(steps(left!), steps(right))) {
    for (let n = 0; n < part.value.length; n++) {
      rows.push([part.added ? undefined : i++, part.removed ? undefined : j++]);
    }
  }
  return rows;
}

/** Returns a text that is equal for steps that do the same with the same message. */
function stepKey(trace: Trace, index: number): string {
  const { action, message, ...step } = trace.states[index]!["#meta"];
  return `${nameOfStep(action, namedIn(step))} ${message === undefined ? "" : showItf(message as Json)}`;
}

/**
 * Returns the number of the state that a run is in at a row: that of the row, or else of the last row above with a
 * state.
 */
export function stateAtRow(rows: readonly AlignedRow[], run: number, row: number): number {
  for (let r = row; r > 0; r--) {
    const index = rows[r]?.[run];
    if (index !== undefined) return index;
  }
  return 0;
}

/** Returns `14 steps in common, 3 only on the left, 5 only on the right; the first difference is in row 4`. */
export function alignmentInWords(rows: readonly AlignedRow[]): string {
  const steps = rows.slice(1);
  const both = steps.filter((row) => row.every((index) => index !== undefined)).length;
  const alone = (run: number) => steps.filter((row) => row[1 - run] === undefined).length;
  const first = rows.findIndex((row) => row.some((index) => index === undefined));
  const counts = `${both} ${both === 1 ? "step" : "steps"} in common, ${alone(0)} only on the left, ${alone(1)} only on the right`;
  return first < 0 ? `${counts}: the runs take the same steps` : `${counts}; the first difference is in row ${first}`;
}
