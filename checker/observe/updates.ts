/** Updates: what a write does to the value that its slot held, as a table from value id to value id. */
import { isRecord } from "immutable";
import type { Channel } from "../model/channel.js";
import { type AnyRecord, keyOf } from "../model/value.js";
import type { Families, Family } from "./intern.js";
import { PagedTable } from "./paged.js";
import { applyOperations, type Update } from "./recorder.js";

export class Updates {
  readonly table = new PagedTable();
  private readonly rows = new Map<string, number>();
  private readonly updates: { family: Family; update: Update }[] = [];

  constructor(private readonly families: Families) {}

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
    const after =
      update.kind === "constant"
        ? update.id
        : this.families.intern(family, applied(update, family.interner.values[id]));
    this.table.set(row, id, after);
    return after;
  }

  get bytes(): number {
    return this.table.bytes;
  }
}

function applied(update: Exclude<Update, { kind: "constant" }>, value: unknown): unknown {
  if (update.kind === "channel") return applyOperations(value as Channel<unknown>, update.operations);
  if (!isRecord(value)) throw new Error("only a record has fields");
  return [...update.fields].reduce((record, [field, inner]) => record.set(field, inner), value as AnyRecord);
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
