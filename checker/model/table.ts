/** Tables of what a process does with messages, as far as their names and sentences go. */
import type { Where } from "./where.js";

/** A table that `describe` shows: rows, columns, and the sentence of each cell. */
export interface DescribedTable {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly cells: {
    readonly [row: string]: { readonly [column: string]: { readonly kind: string; readonly says: string } };
  };
}

/** A table that messages are received by: its name tells it apart from the other tables of its model. */
export interface NamedTable extends DescribedTable {
  readonly name: string;
  readonly cells: {
    readonly [row: string]: {
      readonly [column: string]: { readonly kind: string; readonly says: string; readonly where: Where };
    };
  };
}

/** A table that a model is described by. */
export interface ShownTable {
  /** Tells it apart from the others; undefined of the only one, and of one that no action receives by. */
  readonly name: string | undefined;
  readonly table: DescribedTable | NamedTable;
}

/**
 * Returns the tables that a model is described by: those that it receives by, and before them the one that it shows
 * unless that is one of them.
 */
export function shownTables(named: readonly NamedTable[], shown: DescribedTable | undefined): ShownTable[] {
  const isAlike = (table: DescribedTable) =>
    table.rows.join("\n") === shown?.rows.join("\n") && table.columns.join("\n") === shown.columns.join("\n");
  return [
    ...(shown === undefined || named.some(isAlike) ? [] : [{ name: undefined, table: shown }]),
    ...named.map((table) => ({ name: named.length === 1 ? undefined : table.name, table })),
  ];
}

/** Names a cell as reports do; the name is unique within its table. */
export function cellName(row: string, column: string): string {
  return `${row} × ${column}`;
}

/** Tells whether a table has a cell that the protocol excludes. */
export function hasImpossible({ rows, columns, cells }: DescribedTable): boolean {
  return rows.some((row) => columns.some((column) => cells[row]?.[column]?.kind === "impossible"));
}
