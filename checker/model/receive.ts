/**
 * Receive tables: what a process does with a message, state by state. Every pair of a state and a message kind has a cell; a
 * missing cell does not compile. `impossible` says that the protocol excludes the pair: a message that arrives all the same is an
 * *unspecified reception* (Zafiropulo et al., "Towards Analyzing and Synthesizing Protocols", 1980), reported with its trace.
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
import { Where } from "./where.js";

/** A cell that is filled: what it does, and the sentence that says so. */
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

export function impossible(says: string): Impossible {
  return { kind: "impossible", says, where: new Where() };
}

/** State × message kind → what happens. */
export type Cells<Row extends string, Column extends string, C, S> = {
  readonly [R in Row]: { readonly [M in Column]: Rule<C, S> | Impossible };
};

export interface ReceiveTable<Row extends string, Column extends string, C, S> {
  /** Tells a model's tables apart. */
  readonly name: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column[];
  readonly cells: Cells<Row, Column, C, S>;
}

/** A cell's name in reports, unique within its table. */
export function cellName(row: string, column: string): string {
  return `${row} × ${column}`;
}

export interface Receiver<S, D extends Domains, M, C, Row extends string, Column extends string> {
  /** The channel that messages are taken from: one variable, read once. */
  readonly channel: (state: S, binding: Binding<D>) => Channel<M>;
  readonly table: ReceiveTable<Row, Column, C, S>;
  /** The row: the receiver's state. */
  readonly row: (state: S, binding: Binding<D>) => Row;
  /** The column: the message's kind. */
  readonly column: (message: M) => Column;
  /** What a cell's function is given. The message has left the channel already. */
  readonly context: (state: S, binding: Binding<D>, message: M) => C;
  /** What follows a cell's rule in the same step, whatever the cell. */
  readonly afterwards?: (state: S, binding: Binding<D>) => S | readonly S[];
}

/** The action that receives any message of a channel according to a table. */
export function makeReceive<S, D extends Domains, M, C, Row extends string, Column extends string>(
  name: string,
  domains: D,
  receiver: Receiver<S, D, M, C, Row, Column>,
  options: ActionOptions = {},
): Action<S> {
  const { table, channel } = receiver;
  const cells = namedCells(table);
  return {
    kind: "action",
    name,
    domains,
    takes: (state, binding) => channel(state, binding as Binding<D>),
    kinds: { all: table.columns, of: (message) => receiver.column(message as M) },
    where: new Where(),
    ...options,
    run(state, anyBinding, anyMessage) {
      const [binding, message] = [anyBinding as Binding<D>, anyMessage as M];
      const row = receiver.row(state, binding);
      const column = receiver.column(message);
      const cell = table.cells[row]?.[column];
      if (cell === undefined) throw new Error(`the receive table has no cell ${cellName(row, column)}`);
      const named = cells.get(row)!.get(column)!;
      if (cell.kind === "impossible") {
        return { result: { kind: "unspecified", reason: cell.says, where: cell.where }, cell: named };
      }
      const result = cell.next(receiver.context(state, binding, message));
      return { result: followed(result, (next) => receiver.afterwards?.(next, binding) ?? next), cell: named };
    },
  };
}

function namedCells<Row extends string, Column extends string, C, S>(
  table: ReceiveTable<Row, Column, C, S>,
): ReadonlyMap<Row, ReadonlyMap<Column, CellUsed>> {
  const cell = (row: Row, column: Column): [Column, CellUsed] => [
    column,
    { table: table.name, name: cellName(row, column), says: table.cells[row][column].says },
  ];
  return new Map(table.rows.map((row) => [row, new Map(table.columns.map((column) => cell(row, column)))]));
}

function followed<S>(result: Result<S>, then: (state: S) => S | readonly S[]): Result<S> {
  if (result === disabled) return disabled;
  return (Array.isArray(result) ? (result as readonly S[]) : [result as S]).flatMap(then);
}

/** A rule for a vocabulary's states; `says` is the section and the sentence that it carries out. */
export function makeRule<C, S>(says: string, next: (context: C) => S | readonly S[] | Disabled): Rule<C, S> {
  return { kind: "rule", says, where: new Where(), next };
}
