/**
 * Interning: equal values of a family (a variable, at all its indices) become one small integer, the *value id*. A row of ids is a
 * state at rest. Each field of a record has ids of its own, and a *projection* table leads from the value's id to the field's.
 *
 * All projections live in one Uint16Array, `projections`: table t starts at t * MAX_IDS. Table 0 is the identity, for reads of a
 * whole slot. The array is large and mostly untouched, which costs address space, not memory.
 */
import { isRecord } from "immutable";
import { Channel } from "../model/channel.js";
import type { Instance } from "../model/instance.js";
import { type AnyRecord, fieldsOf, keyOf } from "../model/value.js";

/** A row keeps 16 bits for a slot. */
export const MAX_IDS = 65536;

/** The model has more distinct values in a family than a row can name; the search ends as incomplete. */
export class TooManyValues extends Error {
  override readonly name = "TooManyValues";
}

/** Values of one kind, numbered in the order in which they were met. */
export class Interner {
  readonly values: unknown[] = [];
  private readonly ids = new Map<string, number>();

  constructor(readonly name: string) {}

  /** The id of a value, new or not. @throws TooManyValues, and Error for what is not a value */
  intern(value: unknown): number {
    const key = keyOf(value);
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const id = this.values.length;
    if (id >= MAX_IDS)
      throw new TooManyValues(`${this.name} has more than ${MAX_IDS.toLocaleString("en")} distinct values`);
    this.values.push(value);
    this.ids.set(key, id);
    return id;
  }
}

/** What a read branches on: the whole value of a slot, or one field of the record in it. */
export interface Domain {
  readonly interner: Interner;
  /** The number of its projection table. */
  readonly table: number;
  /** How many children a tree node that reads it has; grows by doubling, and all trees with it. */
  capacity: number;
}

export class Family {
  readonly interner: Interner;
  readonly whole: Domain;
  /** For records: the fields, each with a domain. */
  readonly fields: ReadonlyMap<string, Domain>;
  /** A record of the family, from which others are made; undefined if the family does not hold records. */
  readonly template: AnyRecord | undefined;
  readonly holdsChannels: boolean;
  /** For channels: the messages met. */
  readonly messages: Interner;

  constructor(
    readonly index: number,
    readonly name: string,
    example: unknown,
    allocateTable: () => number,
  ) {
    this.interner = new Interner(name);
    this.messages = new Interner(`${name}'s messages`);
    this.template = isRecord(example) ? (example as AnyRecord) : undefined;
    this.holdsChannels = example instanceof Channel;
    this.whole = { interner: this.interner, table: 0, capacity: 16 };
    this.fields = new Map(
      (this.template ? fieldsOf(this.template) : []).map((field) => [
        field,
        { interner: new Interner(`${name}.${field}`), table: allocateTable(), capacity: 4 },
      ]),
    );
  }
}

export class Families {
  readonly families: readonly Family[];
  /** The family of each slot. */
  readonly ofSlot: readonly Family[];
  readonly projections: Uint16Array;
  /** Set when a domain has outgrown its nodes: the trees must be rebuilt before the next state is looked at. */
  outgrown = false;

  constructor(readonly instance: Instance) {
    const { layout } = instance;
    let tables = 1;
    this.families = layout.variables.map((name, family) => {
      const slot = layout.slots.findIndex((slot) => slot.family === family);
      return new Family(family, name, instance.initial[0]?.[slot], () => tables++);
    });
    this.ofSlot = layout.slots.map((slot) => this.families[slot.family]!);
    this.projections = new Uint16Array(tables * MAX_IDS);
    for (let id = 0; id < MAX_IDS; id++) this.projections[id] = id;
  }

  /** The id of a value of a family; its fields are interned with it. */
  intern(family: Family, value: unknown): number {
    const met = family.interner.values.length;
    const id = family.interner.intern(this.checked(family, value));
    if (id < met) return id;
    this.noteSize(family.whole);
    for (const [field, domain] of family.fields) {
      this.projections[domain.table * MAX_IDS + id] = this.internIn(domain, (value as AnyRecord).get(field));
    }
    return id;
  }

  /** The id of a field's value. */
  internIn(domain: Domain, value: unknown): number {
    const id = domain.interner.intern(value);
    this.noteSize(domain);
    return id;
  }

  private noteSize(domain: Domain): void {
    if (domain.interner.values.length > domain.capacity) this.outgrown = true;
  }

  private checked(family: Family, value: unknown): unknown {
    const { template } = family;
    if (template && !(isRecord(value) && Object.getPrototypeOf(value) === Object.getPrototypeOf(template))) {
      throw new Error(
        `${family.name} holds ${template.constructor.name || "a record"} in the initial state, and now ${String(value)}`,
      );
    }
    if (family.holdsChannels && !(value instanceof Channel)) {
      throw new Error(`${family.name} holds a channel in the initial state, and now ${String(value)}`);
    }
    return value;
  }

  /** Doubles the capacity of each domain that has outgrown it. Only whoever rebuilds the trees may call it. */
  growCapacities(): void {
    for (const family of this.families) {
      for (const domain of [family.whole, ...family.fields.values()]) {
        while (domain.capacity < domain.interner.values.length) domain.capacity *= 2;
      }
    }
    this.outgrown = false;
  }
}
