/**
 * Where each process stands from step to step: the short form of what a variable holds for it, its headline if it has one. A *interval* is
 * a run of states in which that stays the same. A pure function of the trace.
 */

import { entriesOf, type Trace } from "../trace.js";
import { inShort } from "./change.js";

/** A process stands in one place from the state number `from` up to and with the state number `to`. */
export interface Interval {
  readonly standing: string;
  readonly from: number;
  readonly to: number;
}

/** The intervals of each process, in the order of the places; none if no variable is told apart by processes alone. */
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

/** The variable that says best where a process stands: one with a headline, or else the first, by process and without messages. */
function standingVariable(trace: Trace): string | undefined {
  const { channels, headline } = trace["#meta"];
  const byProcess = trace.vars.filter((variable) => {
    const places = entriesOf(trace.states[0]!, variable).map(([place]) => place);
    return !channels.includes(variable) && places.every((place) => place !== "" && !place.includes("→"));
  });
  return byProcess.find((variable) => variable in headline) ?? byProcess[0];
}

/** Where a process stands in the state of that number; undefined if nothing says so. */
export function standingAt(intervals: readonly Interval[] | undefined, index: number): string | undefined {
  return intervals?.find(({ from, to }) => from <= index && index <= to)?.standing;
}
