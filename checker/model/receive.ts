/**
 * Receive tables: what a process does with a message, state by state. Every pair of a state and a kind of message has a
 * cell; a missing cell does not compile. `impossible` says that the protocol excludes the pair: a message that arrives
 * all the same is an *unspecified reception* (Zafiropulo et al., "Towards Analyzing and Synthesizing Protocols", 1980),
 * which is reported with its trace.
 */
import {
  type Action,
  type ActionOptions,
  type Binding,
  type CellUsed,
  type Disabled,
  type Domains,
  disabled,
  type Result,
} from "./action.js";
import type { Channel } from "./channel.js";
import { cellName } from "./table.js";
import { Where } from "./where.js";

/** A cell that is filled: what it does, and the sentence that asks for it. */
export interface Rule<C, S> {
  readonly kind: "rule";
  readonly says: string;
  readonly where: Where;
  readonly next: (context: C) => Result<S>;
}

/** A cell that the protocol excludes. */
export interface Impossible {
  readonly kind: "impossible";
  readonly says: string;
  readonly where: Where;
}

/**
 * Marks a cell that the protocol excludes.
 * @param says the sentence that excludes it; it is the reason of the report if a message arrives all the same
 */
export function impossible(says: string): Impossible {
  return { kind: "impossible", says, where: new Where() };
}

/** The cells of a table, by state and kind of message. */
export type Cells<Row extends string, Column extends string, C, S> = {
  readonly [R in Row]: { readonly [M in Column]: Rule<C, S> | Impossible };
};

/** What a process does with a message, by its state (the row) and the kind of the message (the column). */
export interface ReceiveTable<Row extends string, Column extends string, C, S> {
  /** Tells the tables of a model apart. */
  readonly name: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column[];
  readonly cells: Cells<Row, Column, C, S>;
}

/** What `receive` of a vocabulary is given: where messages come from, and how the table is read. */
export interface Receiver<S, D extends Domains, M, C, Row extends string, Column extends string> {
  /** Returns the channel that messages are taken from: one variable, read once. */
  readonly channel: (state: S, binding: Binding<D>) => Channel<M>;
  readonly table: ReceiveTable<Row, Column, C, S>;
  /** Returns the row: the receiver's state. */
  readonly row: (state: S, binding: Binding<D>) => Row;
  /** Returns the column: the kind of the message. */
  readonly column: (message: M) => Column;
  /** Returns what the cell's rule is given. The message has already left the channel. */
  readonly context: (state: S, binding: Binding<D>, message: M) => C;
  /** Returns what the same step does after the rule, whatever the cell. */
  readonly afterwards?: (state: S, binding: Binding<D>) => S | readonly S[];
}

/** Makes the action that receives any message of a channel by a table. */
export function makeReceive<S, D extends Domains, M, C, Row extends string, Column extends string>(
  name: string,
  domains: D,
  receiver: Receiver<S, D, M, C, Row, Column>,
  options: ActionOptions<D> = {},
): Action<S> {
  const { table, channel } = receiver;
  const cells = namedCells(table);
  const where = new Where();
  return {
    kind: "action",
    name,
    domains,
    takes: (state, binding) => channel(state, binding as Binding<D>),
    kinds: { all: table.columns, of: (message) => receiver.column(message as M) },
    reception: {
      table,
      row: (state, binding) => receiver.row(state, binding as Binding<D>),
      by: (other) => ({ ...makeReceive(name, domains, { ...receiver, table: other as typeof table }, options), where }),
    },
    where,
    ...options,
    run(state, anyBinding, anyMessage) {
      const [binding, message] = [anyBinding as Binding<D>, anyMessage as M];
      const row = receiver.row(state, binding);
      const column = receiver.column(message);
      const cell = table.cells[row]?.[column];
      const named = cells.get(row)?.get(column);
      if (cell === undefined || named === undefined)
        throw new Error(`the receive table "${table.name}" has no cell ${cellName(row, column)}`);
      if (cell.kind === "impossible") {
        return { result: { kind: "unspecified", reason: cell.says, where: cell.where }, cell: named };
      }
      const result = cell.next(receiver.context(state, binding, message));
      return { result: followed(result, (next) => receiver.afterwards?.(next, binding) ?? next), cell: named };
    },
  };
}

/** Returns the cells as reports name them. A cell that is missing is told when the model is instantiated. */
function namedCells<Row extends string, Column extends string, C, S>(
  table: ReceiveTable<Row, Column, C, S>,
): ReadonlyMap<Row, ReadonlyMap<Column, CellUsed>> {
  const cell = (row: Row, column: Column): [Column, CellUsed] => {
    const { says = "", where } = table.cells[row]?.[column] ?? {};
    return [column, { table: table.name, name: cellName(row, column), says, where }];
  };
  return new Map(table.rows.map((row) => [row, new Map(table.columns.map((column) => cell(row, column)))]));
}

function followed<S>(result: Result<S>, then: (state: S) => S | readonly S[]): Result<S> {
  if (result === disabled) return disabled;
  return (Array.isArray(result) ? (result as readonly S[]) : [result as S]).flatMap(then);
}

/** Makes a rule. @param says the sentence that the rule carries out, with its section */
export function makeRule<C, S>(says: string, next: (context: C) => S | readonly S[] | Disabled): Rule<C, S> {
  return { kind: "rule", says, where: new Where(), next };
}
