/**
 * Interning: equal values of a family (a variable, at all its indices) become one small integer, the *value id*. A row of ids is a
 * state at rest. Each field of a record has ids of its own, and a *projection* table leads from the value's id to the field's.
 *
 * Table 0 of the projections is the identity, for reads of a whole slot.
 */
import { isRecord } from "immutable";
import { Arena, type Region } from "../kernel/arena.js";
import { H_CONTENT } from "../kernel/layout.js";
import { Channel } from "../model/channel.js";
import type { Instance, Values } from "../model/instance.js";
import { type AnyRecord, fieldsOf, keyOf } from "../model/value.js";
import { hashText, mix } from "./hash.js";

/** A row keeps 16 bits for a slot. */
export const MAX_IDS = 65536;

/** The model has more distinct values in a family than a row can name; the search ends as incomplete. */
export class TooManyValues extends Error {
  override readonly name = "TooManyValues";
}

/** Values of one kind, numbered in the order in which they were met. */
export class Interner {
  private readonly values: unknown[] = [];
  private readonly ids = new Map<string, number>();
  private readonly contents: number[] = [];

  constructor(readonly name: string) {}

  get count(): number {
    return this.values.length;
  }

  /** The id of a value, new or not. @throws TooManyValues, and Error for what is not a value */
  intern(value: unknown): number {
    return this.idOf(keyOf(value), value);
  }

  /** The id of the value with this key. A value that is not given is made when it is asked for. */
  protected idOf(key: string, value: unknown): number {
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const id = this.values.length;
    if (id >= MAX_IDS)
      throw new TooManyValues(`${this.name} has more than ${MAX_IDS.toLocaleString("en")} distinct values`);
    this.values.push(value);
    this.ids.set(key, id);
    this.contents.push(this.hashOf(value));
    return id;
  }

  /** By names, since numbers depend on what else was met before. */
  protected hashOf(value: unknown): number {
    return hashText(keyOf(value, { named: true }));
  }

  /** A hash of what the value says, whatever id it was given. */
  contentOf(id: number): number {
    return this.contents[id]!;
  }

  valueOf(id: number): unknown {
    return this.values[id];
  }

  protected keep(id: number, value: unknown): void {
    this.values[id] = value;
  }
}

/**
 * Records, numbered by their fields' ids. To set a field, to rename or to renumber is to exchange ids: the record itself is made only if
 * somebody wants to see it.
 */
class RecordInterner extends Interner {
  private readonly fieldIds: (readonly number[])[] = [];
  private interning: readonly number[] = [];

  constructor(
    name: string,
    private readonly template: AnyRecord,
    private readonly fields: ReadonlyMap<string, Domain>,
  ) {
    super(name);
  }

  internFields(ids: readonly number[]): number {
    const met = this.count;
    this.interning = ids;
    const id = this.idOf(ids.join(), undefined);
    if (id === met) this.fieldIds.push(ids);
    return id;
  }

  protected override hashOf(): number {
    let hash = 0;
    let i = 0;
    for (const { interner } of this.fields.values()) hash = mix(hash, interner.contentOf(this.interning[i++]!));
    return hash;
  }

  fieldsOf(id: number): readonly number[] {
    return this.fieldIds[id]!;
  }

  override valueOf(id: number): unknown {
    const known = super.valueOf(id);
    if (known !== undefined) return known;
    let record = this.template;
    let i = 0;
    for (const [field, { interner }] of this.fields)
      record = record.set(field, interner.valueOf(this.fieldIds[id]![i++]!));
    this.keep(id, record);
    return record;
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
  /** The same, if the family holds records. */
  readonly records: RecordInterner | undefined;
  readonly whole: Domain;
  /** For records: the fields, each with a domain. */
  readonly fields: ReadonlyMap<string, Domain>;
  /** A record of the family, from which others are made; undefined if the family does not hold records. */
  readonly template: AnyRecord | undefined;
  /** For channels: the prototype of their class, Bag or Queue. */
  readonly channelClass: object | undefined;
  /** For channels: the messages met. */
  readonly messages: Interner;

  constructor(
    readonly index: number,
    readonly name: string,
    example: unknown,
    allocateTable: () => number,
  ) {
    this.messages = new Interner(`${name}'s messages`);
    this.template = isRecord(example) ? (example as AnyRecord) : undefined;
    this.channelClass = example instanceof Channel ? (Object.getPrototypeOf(example) as object) : undefined;
    this.fields = new Map(
      (this.template ? fieldsOf(this.template) : []).map((field) => [
        field,
        { interner: new Interner(`${name}.${field}`), table: allocateTable(), capacity: 4 },
      ]),
    );
    this.records = this.template && new RecordInterner(name, this.template, this.fields);
    this.interner = this.records ?? new Interner(name);
    this.whole = { interner: this.interner, table: 0, capacity: 16 };
  }
}

export class Families {
  readonly families: readonly Family[];
  /** The family of each slot. */
  readonly ofSlot: readonly Family[];
  /** The memory that all tables of ids lie in. */
  readonly arena = new Arena();
  private readonly projections: Region;
  /** By family << 16 | id: the hash of each value's content, as a word index. */
  private readonly contents: number;
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
    this.projections = this.arena.region("projections", tables * MAX_IDS * 2);
    const identity = this.tableAt(0);
    for (let id = 0; id < MAX_IDS; id++) this.arena.halves[identity + id] = id;
    const contents = this.arena.region("values' hashes", this.families.length * MAX_IDS * 4);
    this.arena.header(H_CONTENT, contents.start);
    this.contents = contents.start >>> 2;
  }

  /** Where a projection table begins: an index of the memory's 16-bit numbers. */
  tableAt(table: number): number {
    return (this.projections.start >>> 1) + table * MAX_IDS;
  }

  /** The id of the field that a domain stands for, of the value with an id. */
  project(domain: Domain, id: number): number {
    return this.arena.halves[this.tableAt(domain.table) + id]!;
  }

  /** A state as a row of ids. */
  rowOf(values: Values): Uint16Array {
    return Uint16Array.from(values, (value, slot) => this.intern(this.ofSlot[slot]!, value));
  }

  /** The id of a value of a family. */
  intern(family: Family, value: unknown): number {
    const checked = this.checked(family, value);
    if (family.records) {
      const ids = [...family.fields].map(([field, domain]) => this.internIn(domain, (checked as AnyRecord).get(field)));
      return this.internFields(family, ids);
    }
    const met = family.interner.count;
    const id = family.interner.intern(checked);
    if (id === met) this.noteValue(family, id);
    return id;
  }

  /** The id of the record with these field values, in the order of the fields. */
  internFields(family: Family, ids: readonly number[]): number {
    const records = family.records!;
    const met = records.count;
    const id = records.internFields(ids);
    if (id < met) return id;
    let i = 0;
    for (const { table } of family.fields.values()) this.arena.halves[this.tableAt(table) + id] = ids[i++]!;
    this.noteValue(family, id);
    return id;
  }

  private noteValue(family: Family, id: number): void {
    this.arena.words[this.contents + family.index * MAX_IDS + id] = family.interner.contentOf(id);
    this.noteSize(family.whole);
  }

  /** The id of a field's value. */
  internIn(domain: Domain, value: unknown): number {
    const id = domain.interner.intern(value);
    this.noteSize(domain);
    return id;
  }

  private noteSize(domain: Domain): void {
    if (domain.interner.count > domain.capacity) this.outgrown = true;
  }

  private checked(family: Family, value: unknown): unknown {
    const { template } = family;
    if (template && !(isRecord(value) && Object.getPrototypeOf(value) === Object.getPrototypeOf(template))) {
      throw new Error(
        `${family.name} holds ${template.constructor.name || "a record"} in the initial state, and now ${String(value)}`,
      );
    }
    const { channelClass } = family;
    if (channelClass && Object.getPrototypeOf(value) !== channelClass) {
      throw new Error(`${family.name} holds a channel in the initial state, and now ${String(value)}`);
    }
    return value;
  }

  /** Doubles the capacity of each domain that has outgrown it. Only whoever rebuilds the trees may call it. */
  growCapacities(): void {
    for (const family of this.families) {
      for (const domain of [family.whole, ...family.fields.values()]) {
        while (domain.capacity < domain.interner.count) domain.capacity *= 2;
      }
    }
    this.outgrown = false;
  }
}
