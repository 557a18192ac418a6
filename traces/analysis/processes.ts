/**
 * The processes of a trace: those that its model declares, or else the members by whom its variables are indexed; and
 * what is their own. Pure functions of the trace.
 */
import { entriesOf, fieldsOf, type Trace } from "../trace.js";

/** The processes of a trace, and whose its variables are. */
export interface Processes {
  /** Whether the model declares them. */
  readonly declared: boolean;
  /** Whether some of them are single processes, which no index set has. */
  readonly hasSingles: boolean;
  /** Their names, in the order in which pictures show them. */
  readonly names: readonly string[];
  /** Returns the process whose own a place of a variable is; undefined if it is nobody's, or a pair's. */
  ownerOf(variable: string, place: string): string | undefined;
}

const known = new WeakMap<Trace, Processes>();

/** Returns the processes of a trace. */
export function processesOf(trace: Trace): Processes {
  const processes = known.get(trace) ?? processesIn(trace);
  known.set(trace, processes);
  return processes;
}

function processesIn(trace: Trace): Processes {
  const { processes } = trace["#meta"];
  const names = processes?.map(({ name }) => name) ?? membersIn(trace);
  const all = new Set(names);
  const claimed = new Map(processes?.flatMap(({ name, variables = [] }) => variables.map((of) => [of, name] as const)));
  return {
    declared: processes !== undefined,
    hasSingles: processes?.some(({ variables }) => variables !== undefined) ?? false,
    names,
    ownerOf: (variable, place) => claimed.get(variable) ?? (all.has(place) ? place : undefined),
  };
}

/** Returns the members by whom, alone or in pairs, the variables of a trace are indexed. */
function membersIn(trace: Trace): string[] {
  const places = trace.vars.flatMap((variable) => entriesOf(trace.states[0]!, variable).map(([place]) => place));
  return [...new Set(places.flatMap((place) => place.split("→")).filter((member) => member !== ""))];
}

/** Returns whom a projection may be about: the processes, and all members. */
export function projectable(trace: Trace): string[] {
  return [...new Set([...processesOf(trace).names, ...membersIn(trace)])];
}

/**
 * Returns, by process, the variable that says where it stands: of its own variables without messages, one with a
 * headline if there is such a one.
 */
export function standingVariables(trace: Trace): ReadonlyMap<string, string> {
  const { headline, channels } = trace["#meta"];
  const { ownerOf } = processesOf(trace);
  const standing = new Map<string, string>();
  const candidates = trace.vars.filter((variable) => !channels.includes(variable));
  const ordered = [
    ...candidates.filter((variable) => variable in headline),
    ...candidates.filter((variable) => !(variable in headline)),
  ];
  for (const variable of ordered) {
    const entries = entriesOf(trace.states[0]!, variable);
    for (const [place, value] of entries) {
      const owner = ownerOf(variable, place);
      // A family that one process owns has no one value to stand in; a record without a headline is no short form.
      if (owner === undefined || standing.has(owner) || (entries.length > 1 && owner !== place)) continue;
      if (place !== owner && !(variable in headline) && fieldsOf(value) !== undefined) continue;
      standing.set(owner, variable);
    }
  }
  return standing;
}
