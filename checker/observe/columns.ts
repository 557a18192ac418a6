/**
 * The columns of a row. A row holds one value id in each. A slot of the model's layout has one column; if its variable
 * is *split*, it has one for each group of the record's fields, or one for each element of the collection and one for
 * the rest.
 *
 * The columns of groups and rests have a layout of their own, in which each group of fields is a variable, indexed as
 * the variable that it is a part of. Those of elements stand behind them (element-columns.ts).
 */
import type { Instance } from "../model/instance.js";
import type { Member } from "../model/scalarset.js";
import { Layout } from "../model/state.js";
import type { Variables } from "../model/variables.js";
import { Elements, kindOfCollection } from "./collections.js";
import { type ColumnOrbit, orbitsOfElements } from "./element-columns.js";

/** Groups of a record's fields, by name. Each field is in one group. */
export type FieldGroups = readonly (readonly string[])[];
/** The elements of collections that have columns, with all their renamings. */
export interface ElementSplit {
  readonly elements: readonly unknown[];
}
/** How a variable is split: by fields, or by elements; or why it is not to be: it has held what is no collection. */
export type Split = FieldGroups | ElementSplit | "never";
/** By name of a split variable: how. */
export type Splits = Readonly<Record<string, Split>>;

/** A variable of which collections are held by element. */
export interface ByElement {
  /** The index of the variable among those of the model. */
  readonly variable: number;
  readonly elements: Elements;
  /** The family of what the columns of its elements hold. */
  readonly family: number;
}

export class Columns {
  /** The layout of the first columns: its slots are the columns, its variables the groups and rests. */
  readonly layout: Layout;
  /** By column: the slot that it is a part of. */
  readonly slotOf: readonly number[];
  /** By column: the family of what it holds. */
  readonly familyOf: readonly number[];
  /** By index of a variable of the model: the index of its first variable in `layout`. */
  readonly firstOf: readonly number[];
  /** The variables that are held by element. */
  readonly byElement: readonly ByElement[];
  /** The columns of elements, by which of them renaming moves among each other. */
  readonly orbits: readonly ColumnOrbit[];
  /** By slot: its column for each group; for an element split, that of the rest, and then those of the elements. */
  private readonly bySlot: readonly (readonly number[])[];
  private readonly model: Layout;

  constructor(instance: Instance, splits: Splits) {
    const model = instance.layout;
    this.model = model;
    const declarations: Record<string, Variables[string]> = {};
    const firstOf: number[] = [];
    const byElement: Omit<ByElement, "family">[] = [];
    let count = 0;
    for (const [variable, name] of model.variables.entries()) {
      firstOf.push(count);
      for (const column of namesOf(name, splits[name])) {
        declarations[column] = model.declarations[name]!;
        count++;
      }
      const split = splits[name];
      if (split === undefined || split === "never" || !("elements" in split)) continue;
      const example = instance.initial[0]![model.slots.findIndex(({ family }) => family === variable)];
      byElement.push({ variable, elements: new Elements(kindOfCollection(example)!, split.elements) });
    }
    this.firstOf = firstOf;
    this.layout =
      count === firstOf.length && byElement.length === 0 ? model : new Layout(declarations, model.parameters);
    const bySlot: number[][] = model.slots.map(() => []);
    const slotOf: number[] = [];
    model.variables.forEach((_, variable) => {
      const slots = this.slotsOf(variable);
      for (let family = firstOf[variable]!; family < (firstOf[variable + 1] ?? count); family++) {
        for (const slot of slots) bySlot[slot]!.push(slotOf.push(slot) - 1);
      }
    });
    const familyOf = this.layout.slots.map(({ family }) => family);
    this.byElement = byElement.map((of, i) => ({ ...of, family: count + i }));
    const orbits: ColumnOrbit[] = [];
    for (const { variable, elements, family } of this.byElement) {
      for (const orbit of orbitsOfElements(instance, this.slotsOf(variable), elements)) {
        orbits.push({ ...orbit, family, first: slotOf.length });
        for (const { slot, place } of orbit.items) {
          bySlot[slot]![1 + place] = slotOf.push(slot) - 1;
          familyOf.push(family);
        }
      }
    }
    this.orbits = orbits;
    this.bySlot = bySlot;
    this.slotOf = slotOf;
    this.familyOf = familyOf;
  }

  private slotsOf(variable: number): number[] {
    return this.model.slots.flatMap(({ family }, slot) => (family === variable ? [slot] : []));
  }

  get count(): number {
    return this.slotOf.length;
  }

  /** Returns the column of a slot that holds a group of its fields, its rest, or the whole if it is not split. */
  at(slot: number, group = 0): number {
    return this.bySlot[slot]![group]!;
  }

  /** Returns the column of a slot that tells of the element at `place` of its variable. */
  ofElement(slot: number, place: number): number {
    return this.bySlot[slot]![1 + place]!;
  }

  /** Returns the place of the element that a column of a split collection tells of; -1 for the column of the rest. */
  placeOfElement(column: number): number {
    return this.of(this.slotOf[column]!).indexOf(column) - 1;
  }

  /** Returns the columns of a slot: those of its groups; or that of its rest, and those of the elements, by place. */
  of(slot: number): readonly number[] {
    return this.bySlot[slot]!;
  }

  /** Returns, by column, the column to which a renaming of members moves its contents. */
  after(member: (member: Member) => Member): number[] {
    const after = this.layout.slotsAfter(member);
    for (const { variable, elements } of this.byElement) {
      const places = elements.placesAfter(member);
      for (const slot of this.slotsOf(variable)) {
        const to = this.model.slotAfter(slot, member);
        for (const [place, placeAfter] of places.entries())
          after[this.ofElement(slot, place)] = this.ofElement(to, placeAfter);
      }
    }
    return after;
  }
}

/** Returns the names of the variables in the layout of columns that stand for a variable. */
function namesOf(name: string, split: Split | undefined): string[] {
  if (split === undefined || split === "never") return [name];
  if ("elements" in split) return [`${name} (other elements)`];
  return split.map((fields) => `${name} (${fields.join(", ")})`);
}
