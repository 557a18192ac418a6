/** Tables of what a process does with messages, as far as their names and sentences go. */

/** A table that `describe` shows: rows, columns, and the sentence of each cell. */
export interface DescribedTable {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly cells: {
    readonly [row: string]: { readonly [column: string]: { readonly kind: string; readonly says: string } };
  };
}

/** A table with the name that tells it apart from the other tables of its model. */
export interface NamedTable extends DescribedTable {
  readonly name: string;
}

/** Names a cell as reports do; the name is unique within its table. */
export function cellName(row: string, column: string): string {
  return `${row} × ${column}`;
}

/** Tells whether a table has a cell that the protocol excludes. */
export function hasImpossible({ rows, columns, cells }: DescribedTable): boolean {
  return rows.some((row) => columns.some((column) => cells[row]?.[column]?.kind === "impossible"));
}
