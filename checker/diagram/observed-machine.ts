/**
 * The state machine of a copy, observed. The actions of a model are wrapped so that each run of one notes what it did
 * to the headlines. The engine runs an action once for each input that reachable states tell apart, or for one renaming
 * of it. So a transition is noted if and only if some reachable state takes it, and the hot loop knows nothing of it.
 */

import { UsageError } from "../errors.js";
import { type Action, disabled, isUnspecified, type Run } from "../model/action.js";
import { Instance } from "../model/instance.js";
import type { AnyModel } from "../model/model.js";
import type { ParameterValues } from "../model/parameters.js";
import { standingsOf } from "../model/standings.js";
import type { AnyState } from "../model/state.js";
import { cellName, shownTables } from "../model/table.js";
import { format } from "../model/value.js";
import {
  compareText,
  compareTransitions,
  type StateMachine,
  type Transition,
  type TriggerKind,
} from "./state-machine.js";

/** A record, of which only the headline is read. */
interface HeadlineRecord {
  get(field: string): unknown;
}

/** Collects the transitions of one variable's headlines while a search runs the model's actions. */
export class ObservedMachine {
  /** The instance to search to the end. It has no properties. */
  readonly instance: Instance;
  readonly variable: string;
  private readonly field: string;
  private readonly family: number;
  private readonly transitions = new Map<string, Transition>();
  /** By name of the table: the cells that some step used. */
  private readonly cells = new Map<string, Set<string>>();
  /** By name of the table: the cells whose rule left a message where it was, in some state. */
  private readonly stalling = new Map<string, Set<string>>();
  private readonly unspecified = new Set<string>();

  /** @throws UsageError if the model has no such variable, or no headline for it */
  constructor(
    model: AnyModel,
    private readonly given: Readonly<Record<string, unknown>>,
    variable?: string,
  ) {
    const actions = (parameters: ParameterValues) =>
      model.actions(parameters).map((action: Action<AnyState>) => this.wrapped(action));
    this.instance = new Instance({ ...model, actions, properties: () => [] }, given);
    this.variable = this.chosen(variable);
    this.field = model.headline![this.variable]!;
    this.family = this.instance.layout.familyOf(this.variable);
  }

  private chosen(variable: string | undefined): string {
    const { model, layout } = this.instance;
    const candidates = Object.keys(model.headline ?? {}).filter((name) => layout.declarations[name]?.sets.length === 1);
    if (candidates.length === 0) {
      throw new UsageError(
        `${model.name} does not say which field tells the state of a member, so there is no state machine to draw\n  Give the model a headline, as in headline: { copy: "page" }, for a variable that is declared by member.`,
      );
    }
    const listed = candidates.join(", ");
    if (variable === undefined && candidates.length > 1)
      throw new UsageError(`${model.name} has several variables with a headline: give --variable ${listed}`);
    if (variable !== undefined && !candidates.includes(variable))
      throw new UsageError(`--variable takes ${listed}, not ${variable}`);
    return variable ?? candidates[0]!;
  }

  private wrapped(action: Action<AnyState>): Action<AnyState> {
    return {
      ...action,
      run: (state, binding, message) => {
        const run = action.run(state, binding, message);
        this.note(action, state, run, message);
        return run;
      },
    };
  }

  private note(action: Action<AnyState>, before: AnyState, { result, cell }: Run<AnyState>, message: unknown): void {
    const cells = result === disabled ? this.stalling : this.cells;
    if (cell !== undefined) cells.set(cell.table, (cells.get(cell.table) ?? new Set()).add(cell.name));
    if (result === disabled) return;
    if (isUnspecified(result)) {
      const isOnly = this.instance.tables.length === 1;
      if (cell !== undefined) this.unspecified.add(cellInTable(isOnly ? undefined : cell.table, cell.name));
      return;
    }
    const trigger = triggerOf(action, message);
    for (const after of (Array.isArray(result) ? result : [result]) as AnyState[]) {
      // A value that is no state of the model is refused by the engine.
      if (after?.layout !== before.layout) return;
      for (const [slot, value] of after.written) {
        if (before.layout.slots[slot]!.family !== this.family) continue;
        const transition = { from: this.headline(before.read(slot)), to: this.headline(value), ...trigger };
        this.transitions.set(JSON.stringify(Object.values(transition)), transition);
      }
    }
  }

  private headline(record: unknown): string {
    return format((record as HeadlineRecord).get(this.field));
  }

  /** Returns what has been seen so far. @param incomplete why that is not everything; undefined if it is */
  machine(incomplete: string | undefined): StateMachine {
    const { model, parameters, initial, layout } = this.instance;
    const ofVariable = layout.slots.flatMap(({ family }, slot) => (family === this.family ? [slot] : []));
    const start = new Set(initial.flatMap((values) => ofVariable.map((slot) => this.headline(values[slot]))));
    const transitions = [...this.transitions.values()].sort(compareTransitions);
    const states = new Set([...start, ...transitions.flatMap(({ from, to }) => [from, to])]);
    return {
      model: model.name,
      of: titleOf(parameters, layout.declarations[this.variable]!.sets[0]!.size, Object.keys(this.given)),
      variable: this.variable,
      states: [...states].sort(compareText),
      initial: [...start].sort(compareText),
      standings: [...new Set(Object.values(standingsOf(this.instance)).flat())],
      transitions,
      ...this.unused(states),
      unspecified: [...this.unspecified].sort(compareText),
      incomplete,
    };
  }

  /** Returns what no step of the model has used of its receive tables. */
  private unused(states: ReadonlySet<string>): Pick<StateMachine, "unreached" | "stalling"> {
    const { model, parameters, tables } = this.instance;
    const shown = shownTables(tables, model.table?.(parameters));
    if (shown.length === 0) return { unreached: undefined, stalling: [] };
    const own = shown.filter(({ table }) => [...states].every((state) => table.rows.includes(state)));
    const [unreached, stalling]: [string[], string[]] = [[], []];
    for (const { name, table } of shown) {
      const of = (cells: ReadonlyMap<string, ReadonlySet<string>>) =>
        "name" in table ? [cells.get(table.name)] : [...cells.values()];
      const [used, stalled] = [of(this.cells), of(this.stalling)];
      for (const row of table.rows) {
        const columns = table.columns.filter((column) => table.cells[row]![column]!.kind === "rule");
        const unused = columns
          .map((column) => cellName(row, column))
          .filter((cell) => !used.some((cells) => cells?.has(cell)));
        const [stalls, never] = parted(unused, (cell) => stalled.some((cells) => cells?.has(cell)));
        // Rows are headlines only in the table of the variable that is drawn. Of any other it is not known whether a
        // row of which no cell was used is never reached as a whole.
        const mayBeWhole = own.length === 1 && own[0]!.table === table && !states.has(row);
        const isWhole = mayBeWhole && never.length === columns.length && columns.length > 0;
        unreached.push(...(isWhole ? [row] : never).map((each) => cellInTable(name, each)));
        stalling.push(...stalls.map((cell) => cellInTable(name, cell)));
      }
    }
    return { unreached, stalling };
  }
}

/** Returns the items that satisfy a condition, and the others. */
function parted<T>(items: readonly T[], satisfies: (item: T) => boolean): [T[], T[]] {
  return [items.filter(satisfies), items.filter((item) => !satisfies(item))];
}

/** Names a row or cell of a table, with the table's name if the model has several. */
function cellInTable(table: string | undefined, name: string): string {
  return table === undefined ? name : `${table}: ${name}`;
}

function triggerOf(action: Action<AnyState>, message: unknown): { kind: TriggerKind; trigger: string } {
  if (action.takes !== undefined) return { kind: "message", trigger: action.kinds?.of(message) ?? action.name };
  return { kind: action.environment ? "application" : "internal", trigger: action.name };
}

/** Returns "stage 4.2, kernels 3": the stage, the number of members, and the other parameters that were given. */
function titleOf(parameters: ParameterValues, size: string | number, given: readonly string[]): string {
  const named = [...new Set(["stage", String(size), ...given])].filter((name) => parameters[name] !== undefined);
  const shown = (value: unknown) => (typeof value === "boolean" ? (value ? "on" : "off") : String(value));
  return named.map((name) => `${name} ${shown(parameters[name])}`).join(", ");
}
