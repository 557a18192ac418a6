/** The counters of receive tables: of their rows, columns and cells. */
import { cellName, type NamedTable } from "../../model/table.js";
import { Counter } from "./counter.js";
import type { CellCoverage, NamedCoverage, TableCoverage } from "./coverage.js";

/** The counters of one receive table. */
export class TableCounters {
  /** By row: the states in which some receiver is in it. */
  readonly rows: ReadonlyMap<string, Counter>;
  /** By column: the states in which a message of the kind is under way to some receiver. */
  readonly columns: ReadonlyMap<string, Counter>;
  /** By the name of the cell. */
  readonly cells: ReadonlyMap<string, { readonly met: Counter; readonly taken: Counter }>;

  constructor(private readonly table: NamedTable) {
    const { rows, columns } = table;
    this.rows = new Map(rows.map((row) => [row, new Counter()]));
    this.columns = new Map(columns.map((column) => [column, new Counter()]));
    const cells = rows.flatMap((row) => columns.map((column) => cellName(row, column)));
    this.cells = new Map(cells.map((cell) => [cell, { met: new Counter(), taken: new Counter() }]));
  }

  get coverage(): TableCoverage {
    const { name, rows, columns } = this.table;
    return {
      name,
      rows: covered(this.rows),
      columns: covered(this.columns),
      cells: rows.flatMap((row) => columns.map((column) => this.cell(row, column))),
    };
  }

  private cell(row: string, column: string): CellCoverage {
    const { kind, says, where } = this.table.cells[row]![column]!;
    const { met, taken } = this.cells.get(cellName(row, column))!;
    const { states, depth } = met.covered;
    return {
      ...{ row, column, kind: kind === "impossible" ? kind : "rule", says, place: where.place() ?? null },
      ...{ met: { states, depth }, taken: taken.covered },
    };
  }
}

/** Returns what was counted by name, in the order of the names. */
export function covered(counters: Iterable<readonly [string, Counter]>): NamedCoverage[] {
  return [...counters].map(([name, counter]) => {
    const { states, depth } = counter.covered;
    return { name, states, depth };
  });
}
