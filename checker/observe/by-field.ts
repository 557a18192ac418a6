/**
 * Functions of values, field by field. What a renaming or a renumbering does to a record it does to each of its fields, and fields have
 * few distinct values; so the answer is remembered for each of those, and a record costs a look-up per field.
 */
import { type Domain, type Families, type Family, MAX_IDS } from "./intern.js";

/** Turns value ids into value ids, by a function from value to value that works inside records field by field. */
export class ByFieldMap {
  private readonly known = new Map<number, number>();

  constructor(
    private readonly families: Families,
    private readonly map: (value: unknown) => unknown,
  ) {}

  idAfter(family: Family, id: number): number {
    const { families } = this;
    if (!family.records) return families.intern(family, this.map(family.interner.valueOf(id)));
    const ids = family.records.fieldsOf(id);
    let i = 0;
    const after: number[] = [];
    for (const domain of family.fields.values()) after.push(this.fieldAfter(domain, ids[i++]!));
    return families.internFields(family, after);
  }

  private fieldAfter(domain: Domain, id: number): number {
    const key = domain.table * MAX_IDS + id;
    let after = this.known.get(key);
    if (after === undefined) {
      after = this.families.internIn(domain, this.map(domain.interner.valueOf(id)));
      this.known.set(key, after);
    }
    return after;
  }
}

/** Sums values up to a number: a function of each field's value, and how to put two together. */
export class ByFieldSum {
  private readonly known = new Map<number, number>();

  constructor(
    private readonly of: (value: unknown) => number,
    private readonly together: (a: number, b: number) => number,
  ) {}

  sumOf(family: Family, id: number): number {
    if (!family.records) return this.of(family.interner.valueOf(id));
    const ids = family.records.fieldsOf(id);
    let i = 0;
    let sum = 0;
    for (const domain of family.fields.values()) sum = this.together(sum, this.ofField(domain, ids[i++]!));
    return sum;
  }

  private ofField(domain: Domain, id: number): number {
    const key = domain.table * MAX_IDS + id;
    let value = this.known.get(key);
    if (value === undefined) {
      value = this.of(domain.interner.valueOf(id));
      this.known.set(key, value);
    }
    return value;
  }
}
