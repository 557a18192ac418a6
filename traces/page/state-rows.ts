/**
 * A state as a table: a row for each field that processes have, a column for each process; then the variables that
 * belong to no process. Pure.
 */
import equal from "fast-deep-equal";
import { causalReads } from "../analysis/explanation.js";
import { processesOf } from "../analysis/processes.js";
import { type Json, showItf } from "../formats/json.js";
import { entriesOf, fieldsOf, lengthOf, type Trace } from "../trace.js";

/** A value, and the one before the step if there was a step. */
export interface ValuePair {
  readonly before: Json | undefined;
  readonly after: Json;
}

export interface FieldRow {
  readonly variable: string;
  /** The name of the field; of a variable that holds no records, its own name. */
  readonly field: string;
  /** The values of each process; a process whose record has no such field has no cell. */
  readonly cells: ReadonlyMap<string, ValuePair>;
}

export interface StateRows {
  readonly processes: readonly string[];
  readonly fields: readonly FieldRow[];
  /** The variables without a place, and each place of those by pair; channels are left out. */
  readonly others: readonly ({ readonly name: string } & ValuePair)[];
}

/** Returns the state number `index` as a table, each value with the one before the step. */
export function stateRowsOf(trace: Trace, index: number): StateRows {
  const { channels } = trace["#meta"];
  const variables = trace.vars.filter((variable) => !channels.includes(variable));
  const own = variables.filter((variable) => isByProcess(trace, variable));
  const columns = new Set(own.flatMap((variable) => cellsOf(trace, variable, index).map(([place]) => place)));
  const { names } = processesOf(trace);
  const processes = [...names.filter((name) => columns.has(name)), ...[...columns].filter((of) => !names.includes(of))];
  return {
    processes,
    fields: own.flatMap((variable) => fieldRowsOf(trace, variable, index)),
    others: variables
      .filter((variable) => !own.includes(variable))
      .flatMap((variable) =>
        cellsOf(trace, variable, index).map(([place, cell]) => ({ name: [variable, place].join(" ").trim(), ...cell })),
      ),
  };
}

/** Tells whether a variable has a value for each of several processes, or is that of a single process. */
function isByProcess(trace: Trace, variable: string): boolean {
  return entriesOf(trace.states[0]!, variable).every(
    ([place]) => !place.includes("→") && (place !== "" || processesOf(trace).ownerOf(variable, place) !== undefined),
  );
}

/** Returns the values of a variable by place, or by the single process that has it. */
function cellsOf(trace: Trace, variable: string, index: number): [string, ValuePair][] {
  const before = new Map(index === 0 ? [] : entriesOf(trace.states[index - 1]!, variable));
  const { ownerOf } = processesOf(trace);
  return entriesOf(trace.states[index]!, variable).map(([place, after]) => [
    place === "" ? (ownerOf(variable, place) ?? "") : place,
    { before: before.get(place), after },
  ]);
}

function fieldRowsOf(trace: Trace, variable: string, index: number): FieldRow[] {
  const rows = new Map<string, Map<string, ValuePair>>();
  const put = (field: string, place: string, cell: ValuePair) =>
    rows.set(field, (rows.get(field) ?? new Map<string, ValuePair>()).set(place, cell));
  for (const [place, { before, after }] of cellsOf(trace, variable, index)) {
    const [old, now] = [before === undefined ? undefined : fieldsOf(before), fieldsOf(after)];
    if (now === undefined) put(variable, place, { before, after });
    else for (const [field, value] of Object.entries(now)) put(field, place, { before: old?.[field], after: value });
  }
  return [...rows].map(([field, cells]) => ({ variable, field, cells }));
}

/** Tells whether the step changed a value. In the initial state nothing has changed. */
export function isChanged({ before, after }: ValuePair): boolean {
  return before !== undefined && !equal(before, after);
}

/** Tells whether a value has nothing to show: it is no value, false, or an empty collection. */
export function isEmpty(value: Json): boolean {
  return ["–", "{}", "[]", "false", ""].includes(showItf(value));
}

/** Returns the names of the rows that are empty in every state of the run. */
export function emptyThroughout(trace: Trace): ReadonlySet<string> {
  const [empty, used] = [new Set<string>(), new Set<string>()];
  for (const state of trace.states) {
    for (const variable of trace.vars) {
      for (const [, value] of entriesOf(state, variable)) {
        for (const [field, inner] of Object.entries(fieldsOf(value) ?? {})) {
          (isEmpty(inner) ? empty : used).add(rowName({ variable, field }));
        }
      }
    }
  }
  return new Set([...empty].filter((name) => !used.has(name)));
}

/** Names a row: `variable field`. */
export function rowName({ variable, field }: Pick<FieldRow, "variable" | "field">): string {
  return `${variable} ${field}`;
}

/** Returns whose requests are held back, to be answered later: `K1: heldFetch {K2}`. */
export function heldBackAt(trace: Trace, index: number): string[] {
  return Object.entries(trace["#meta"].heldBack ?? {}).flatMap(([variable, fields]) =>
    trace.vars.includes(variable)
      ? entriesOf(trace.states[index]!, variable).flatMap(([place, value]) =>
          fields.flatMap((field) => {
            const held = fieldsOf(value)?.[field];
            return held === undefined || isEmpty(held)
              ? []
              : [`${place === "" ? "" : `${place}: `}${field} ${showItf(held)}`];
          }),
        )
      : [],
  );
}

/**
 * Returns which cells of the state number `index` the verdict hung on: of the last state, those that it read and that
 * would have had to differ; of the state before it, those that a property of steps read there.
 */
export function causalCells(
  trace: Trace,
  index: number,
): (cell: { readonly variable: string; readonly field: string; readonly name: string }) => boolean {
  const last = lengthOf(trace);
  const isMeant = (when: "before" | "after" | undefined) => index === (when === "before" ? last - 1 : last);
  const places = new Set(causalReads(trace).flatMap(({ place, when }) => (isMeant(when) ? [place] : [])));
  return ({ variable, field, name }) =>
    [`${variable}[${name}].${field}`, `${variable}[${name}]`, `${variable}.${field}`].some((place) =>
      places.has(place),
    );
}
