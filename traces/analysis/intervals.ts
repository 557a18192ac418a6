/**
 * Where each process stands from step to step. A process stands in the short form of the value that a variable holds
 * for it: its headline, if it has one. An *interval* is a run of states in which that stays the same. Pure functions of
 * the trace.
 */

import { entriesOf, type Trace } from "../trace.js";
import { inShort } from "./change.js";

/** A process stands in `standing` from the state number `from` to the state number `to`, both included. */
export interface Interval {
  readonly standing: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Returns the intervals of each process, in the order of the places; none if no variable has one place for each
 * process.
 */
export function intervalsOf(trace: Trace): ReadonlyMap<string, readonly Interval[]> {
  const intervals = new Map<string, Interval[]>();
  const variable = standingVariable(trace);
  if (variable === undefined) return intervals;
  const headline = trace["#meta"].headline[variable];
  trace.states.forEach((state, index) => {
    for (const [place, value] of entriesOf(state, variable)) {
      const standing = inShort(value, headline);
      const sofar = intervals.get(place) ?? [];
      const last = sofar.at(-1);
      if (last?.standing === standing) sofar[sofar.length - 1] = { ...last, to: index };
      else sofar.push({ standing, from: index, to: index });
      intervals.set(place, sofar);
    }
  });
  return intervals;
}

/**
 * Returns the variable that says where a process stands: one by process, without messages, with a headline if there is
 * such a one.
 */
function standingVariable(trace: Trace): string | undefined {
  const { channels, headline } = trace["#meta"];
  const byProcess = trace.vars.filter((variable) => {
    const places = entriesOf(trace.states[0]!, variable).map(([place]) => place);
    return !channels.includes(variable) && places.every((place) => place !== "" && !place.includes("→"));
  });
  return byProcess.find((variable) => variable in headline) ?? byProcess[0];
}

/** Returns where a process stands in the state number `index`; undefined if no interval covers it. */
export function standingAt(intervals: readonly Interval[] | undefined, index: number): string | undefined {
  return intervals?.find(({ from, to }) => from <= index && index <= to)?.standing;
}
