/**
 * Where each process stands from step to step. A process stands in the short form of the value that a variable holds
 * for it: its headline, if it has one. An *interval* is a run of states in which that stays the same. Pure functions of
 * the trace.
 */

import { entriesOf, type Trace } from "../trace.js";
import { inShort } from "./change.js";
import { processesOf, standingVariables } from "./processes.js";

/** A process stands in `standing` from the state number `from` to the state number `to`, both included. */
export interface Interval {
  readonly standing: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Returns the intervals of each process that has a variable of its own to stand in, in the order of the processes.
 */
export function intervalsOf(trace: Trace): ReadonlyMap<string, readonly Interval[]> {
  const { names, ownerOf } = processesOf(trace);
  const standing = standingVariables(trace);
  const intervals = new Map<string, Interval[]>();
  for (const name of names) if (standing.has(name)) intervals.set(name, []);
  const variables = [...new Set(standing.values())];
  trace.states.forEach((state, index) => {
    for (const variable of variables) {
      const headline = trace["#meta"].headline[variable];
      for (const [place, value] of entriesOf(state, variable)) {
        const owner = ownerOf(variable, place);
        const own = owner === undefined || standing.get(owner) !== variable ? undefined : intervals.get(owner);
        if (own === undefined) continue;
        const stands = inShort(value, headline);
        const last = own.at(-1);
        if (last?.standing === stands) own[own.length - 1] = { ...last, to: index };
        else own.push({ standing: stands, from: index, to: index });
      }
    }
  });
  return intervals;
}

/** Returns where a process stands in the state number `index`; undefined if no interval covers it. */
export function standingAt(intervals: readonly Interval[] | undefined, index: number): string | undefined {
  return intervals?.find(({ from, to }) => from <= index && index <= to)?.standing;
}
