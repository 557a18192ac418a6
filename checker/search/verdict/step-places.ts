/** Where the steps of a run are declared, so that a report can point at the rule that each step follows. */
import type { Trace, TraceStep } from "../../../traces/trace.js";
import type { Action } from "../../model/action.js";
import type { Instance } from "../../model/instance.js";
import type { AnyState } from "../../model/state.js";
import { cellName } from "../../model/table.js";
import type { Place } from "../../model/where.js";

/**
 * Returns, for each state of `trace`, where the step that led to it is declared: the rule of the receive table's cell
 * that decided, else the action. Undefined for the initial state, and where no author's file is known.
 */
export function stepPlaces({ actions }: Instance, trace: Trace): readonly (Place | undefined)[] {
  const declared = new Map(actions.map(({ action }) => [action.name, action]));
  const known = new Map<string, Place | undefined>();
  return trace.states.map(({ "#meta": step }) => {
    const key = `${step.action}\n${step.cell ?? ""}`;
    if (!known.has(key)) known.set(key, placeOf(declared.get(step.action), step));
    return known.get(key);
  });
}

function placeOf(action: Action<AnyState> | undefined, { cell }: TraceStep): Place | undefined {
  return (cell === undefined ? action : cellOf(action, cell))?.where.place();
}

function cellOf(action: Action<AnyState> | undefined, name: string) {
  if (action?.reception === undefined) return undefined;
  const { rows, columns, cells } = action.reception.table;
  const row = rows.find((row) => columns.some((column) => cellName(row, column) === name));
  const column = columns.find((column) => row !== undefined && cellName(row, column) === name);
  return row === undefined || column === undefined ? undefined : cells[row]?.[column];
}
