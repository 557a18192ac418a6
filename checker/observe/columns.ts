/**
 * The columns of a row. A row holds one value id in each. A slot of the model's layout has one column; if its variable
 * is *split*, it has one for each group of the record's fields.
 *
 * The columns have a layout of their own, in which each group of fields is a variable, indexed as the variable that it
 * is a part of.
 */
import { Layout } from "../model/state.js";
import type { Variables } from "../model/variables.js";

/** Groups of a record's fields, by name. Each field is in one group. */
export type FieldGroups = readonly (readonly string[])[];
/** By name of a split variable: its groups. */
export type Splits = Readonly<Record<string, FieldGroups>>;

export class Columns {
  /** The layout of the columns: its slots are the columns, its variables the groups. */
  readonly layout: Layout;
  /** By column: the slot that it is a part of. */
  readonly slotOf: readonly number[];
  /** By index of a variable of the model: the index of its first variable in `layout`. */
  readonly firstOf: readonly number[];
  /** By slot: its column for each group. */
  private readonly bySlot: readonly (readonly number[])[];

  constructor(model: Layout, splits: Splits) {
    const declarations: Record<string, Variables[string]> = {};
    const firstOf: number[] = [];
    let count = 0;
    for (const name of model.variables) {
      const groups = splits[name];
      firstOf.push(count);
      for (const column of groups?.map((fields) => `${name} (${fields.join(", ")})`) ?? [name]) {
        declarations[column] = model.declarations[name]!;
        count++;
      }
    }
    this.firstOf = firstOf;
    this.layout = count === firstOf.length ? model : new Layout(declarations, model.parameters);
    const bySlot: number[][] = model.slots.map(() => []);
    const slotOf: number[] = [];
    model.variables.forEach((_, variable) => {
      const slots = model.slots.flatMap(({ family }, slot) => (family === variable ? [slot] : []));
      for (let family = firstOf[variable]!; family < (firstOf[variable + 1] ?? count); family++) {
        for (const slot of slots) bySlot[slot]!.push(slotOf.push(slot) - 1);
      }
    });
    this.bySlot = bySlot;
    this.slotOf = slotOf;
  }

  get count(): number {
    return this.slotOf.length;
  }

  /** Returns the column of a slot that holds a group of its fields, or the whole value if it is not split. */
  at(slot: number, group = 0): number {
    return this.bySlot[slot]![group]!;
  }

  /** Returns the columns of a slot, by group. */
  of(slot: number): readonly number[] {
    return this.bySlot[slot]!;
  }
}
