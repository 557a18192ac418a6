/** Updates: what a write does to the value that its slot held, as a table from value id to value id. */
import { H_UPDATES } from "../kernel/layout.js";
import type { Channel } from "../model/channel.js";
import { keyOf } from "../model/value.js";
import type { Families, Family } from "./intern.js";
import { PagedTable } from "./paged.js";
import { applyOperations, type Update } from "./recorder.js";

export class Updates {
  readonly table: PagedTable;
  private readonly rows = new Map<string, number>();
  private readonly updates: { family: Family; update: Update }[] = [];

  constructor(private readonly families: Families) {
    this.table = new PagedTable(families.arena, "updates", 1 << 17, 384 * 2 ** 20);
    families.arena.header(H_UPDATES, this.table.address);
  }

  /** The table row of an update of a family, new or known. */
  row(family: Family, update: Update): number {
    const key = `${family.index} ${keyOfUpdate(update)}`;
    let row = this.rows.get(key);
    if (row === undefined) {
      row = this.table.addRow();
      this.rows.set(key, row);
      this.updates.push({ family, update });
    }
    return row;
  }

  /** The value id after an update; computed, and from then on in the table. */
  apply(row: number, id: number): number {
    const { family, update } = this.updates[row]!;
    const after = this.after(family, update, id);
    this.table.set(row, id, after);
    return after;
  }

  private after(family: Family, update: Update, id: number): number {
    if (update.kind === "constant") return update.id;
    if (update.kind === "channel") {
      const channel = family.interner.valueOf(id) as Channel<unknown>;
      return this.families.intern(family, applyOperations(channel, update.operations));
    }
    const ids = [...family.records!.fieldsOf(id)];
    let i = 0;
    for (const [field, domain] of family.fields) {
      if (update.fields.has(field)) ids[i] = this.families.internIn(domain, update.fields.get(field));
      i++;
    }
    return this.families.internFields(family, ids);
  }
}

function keyOfUpdate(update: Update): string {
  if (update.kind === "constant") return `= ${update.id}`;
  if (update.kind === "channel")
    return update.operations.map(({ does, message }) => `${does} ${keyOf(message)}`).join(", ");
  return [...update.fields]
    .map(([field, value]) => `${field}: ${keyOf(value)}`)
    .sort()
    .join(", ");
}
