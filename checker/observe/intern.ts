/**
 * Interning: equal values of a family (a variable, at all its indices) share one small integer, the *value id*. A row
 * of value ids is a state at rest. Each field of a record has ids of its own, and a *projection* table leads from the
 * id of the record to the id of the field. A variable that is split (columns.ts) has a family for each group of fields,
 * or one for what the columns of its elements hold and one for the rest.
 *
 * Projection table 0 is the identity, for reads of a whole slot.
 */
import { isRecord } from "immutable";
import { NotByElement } from "../errors.js";
import { Channel, Queue } from "../model/channel.js";
import type { Instance, Values } from "../model/instance.js";
import { type AnyRecord, fieldsOf, format } from "../model/value.js";
import { Arena, type Region } from "../wasm/arena.js";
import { type AtomDomain, Atoms } from "./atoms.js";
import { ABSENT, type Elements } from "./collections.js";
import { Columns, type FieldGroups, type Splits } from "./columns.js";
import { ChannelInterner, type Compound, RecordInterner } from "./compound.js";
import { type Interned, Interner, MAX_IDS, type ReadDomain } from "./interner.js";
import { Tuples } from "./tuples.js";

export { MAX_IDS };

/** Gives the next number at each call. */
type Numbering = () => number;

export class Family {
  /** The numbering of the family's values. */
  readonly interner: Interned;
  /** The same numbering, if the family holds records or channels, whose values are numbered by their parts. */
  readonly compound: Compound | undefined;
  readonly channels: ChannelInterner | undefined;
  readonly whole: ReadDomain;
  /** For records: the domains of the family's fields, in the order of their parts. */
  readonly domains: readonly AtomDomain[];
  /** By field: its place in that order. */
  readonly places: ReadonlyMap<string, number>;
  /** A record of the family, from which others are made; undefined if the family does not hold records. */
  readonly template: AnyRecord | undefined;
  /** For channels: the prototype of their class, `Bag` or `Queue`. */
  readonly channelClass: object | undefined;
  /** For channels: the domain of the messages met. No node reads it. */
  readonly messages: AtomDomain;

  /**
   * @param example a value of the variable
   * @param fields the fields that the family holds, of a variable that is split; undefined if it holds whole values
   */
  constructor(
    readonly index: number,
    readonly name: string,
    example: unknown,
    atoms: Atoms,
    numberOfTable: Numbering,
    variable: string,
    fields: readonly string[] | undefined,
  ) {
    this.template = isRecord(example) ? (example as AnyRecord) : undefined;
    const names = fields ?? (this.template ? fieldsOf(this.template) : []);
    this.domains = names.map((field) => atoms.newPart(`${variable}.${field}`, numberOfTable()));
    this.places = new Map(names.map((field, place) => [field, place]));
    this.messages = atoms.newPart(`${name}'s messages`, numberOfTable());
    this.channelClass = example instanceof Channel ? (Object.getPrototypeOf(example) as object) : undefined;
    this.channels = this.channelClass && new ChannelInterner(name, atoms, this.channelClass === Queue.prototype);
    this.compound = this.template ? new RecordInterner(name, atoms, this.template, names) : this.channels;
    this.interner = this.compound ?? new Interner(name);
    this.whole = { interner: this.interner, table: 0, capacity: 16, isRead: false };
  }
}

/** A field of a variable's records, and where rows hold it. */
export interface FieldPlace {
  readonly field: string;
  /** Which of the variable's groups of fields it is in, and that group's family. */
  readonly group: number;
  readonly family: Family;
  /** Its place among the fields of that family. */
  readonly at: number;
}

/** A collection of which each element has a column. */
export interface HeldElements {
  readonly elements: Elements;
  /** The family of what the columns hold. */
  readonly family: Family;
  /** Of a channel: whether some function has put a message into it, or taken one out. */
  isPutInto: boolean;
  isTakenFrom: boolean;
}

/** How rows hold a variable. */
export class Held {
  /** A record of the variable, from which others are made; undefined if it does not hold records. */
  readonly template: AnyRecord | undefined;
  /** The fields, in the order of declaration. */
  readonly fields: readonly FieldPlace[];
  /** By field: its place in that order. */
  readonly places: ReadonlyMap<string, number>;
  /** Of a split variable: the ids in its columns, and the values that are made of them. */
  private readonly met = new Tuples();
  private readonly made: unknown[] = [];
  /** Up to how many values it is known not to be split (splitting.ts). */
  unsplitUpTo = 0;

  /**
   * @param families by group of fields: its family; one, of whole values or of rests, if the fields are not split
   * @param byElement how collections are held by element; undefined if they are not
   */
  constructor(
    readonly index: number,
    readonly variable: string,
    readonly families: readonly Family[],
    readonly byElement: HeldElements | undefined,
  ) {
    const [{ template }] = families as [Family];
    this.template = template;
    this.fields = (template ? fieldsOf(template) : []).map((field) => {
      const group = families.findIndex(({ places }) => places.has(field));
      const family = families[group]!;
      return { field, group, family, at: family.places.get(field)! };
    });
    this.places = new Map(this.fields.map(({ field }, place) => [field, place]));
  }

  /** Of channels: their interner, or that of the rests; undefined if the variable holds something else. */
  get channels(): ChannelInterner | undefined {
    return this.families[0]!.channels;
  }

  /** Returns the value that a row holds in `columns`, those of the variable's slot; one object for each value. */
  valueOf(row: Uint16Array, columns: readonly number[]): unknown {
    const { families, met } = this;
    if (columns.length === 1) return families[0]!.interner.valueOf(row[columns[0]!]!);
    const ids = columns.map((column) => row[column]!);
    const known = met.findList(ids);
    if (known >= 0) return this.made[known];
    const value = this.byElement ? this.collectionOf(ids) : this.recordOf(ids);
    met.add(ids.length);
    this.made.push(value);
    return value;
  }

  private recordOf(ids: readonly number[]): AnyRecord {
    return this.fields.reduce<AnyRecord>(
      (record, { field, group }) =>
        record.set(field, (this.families[group]!.interner.valueOf(ids[group]!) as AnyRecord).get(field)),
      this.template!,
    );
  }

  private collectionOf([rest, ...ids]: readonly number[]): unknown {
    const { elements, family } = this.byElement!;
    return elements.wholeOf(
      this.families[0]!.interner.valueOf(rest!),
      ids.map((id) => family.interner.valueOf(id)),
    );
  }

  /** Returns by group what its columns hold of a value: the value itself, unless it is a collection held by element. */
  partsOf(value: unknown): readonly unknown[] {
    if (this.byElement === undefined) return this.families.map(() => value);
    const { elements } = this.byElement;
    if (!elements.kind.is(value))
      throw new NotByElement(this.variable, `${this.variable} held a ${elements.kind.name}, and now ${format(value)}`);
    const { rest, held } = elements.partsOf(value);
    return [rest, ...held];
  }

  /** Returns the family of a group, or of what the columns of elements hold. */
  familyOf(group: number): Family {
    return this.families[group] ?? this.byElement!.family;
  }
}

/** How full a domain is, as a share of its capacity, when trees are expected to be rebuilt soon. */
const NEARLY = 7 / 8;

export class Families {
  readonly columns: Columns;
  readonly families: readonly Family[];
  /** By column: its family. */
  readonly ofColumn: readonly Family[];
  /** How rows hold each variable. */
  readonly held: readonly Held[];
  /** The same, by slot of the model's layout. */
  readonly heldIn: readonly Held[];
  readonly atoms = new Atoms();
  /** The memory that holds all tables. */
  readonly arena = new Arena();
  /** The number of projection tables. */
  readonly tables: number;
  private readonly projections: Region;
  /** The word index of the hashes of values' contents, which stand by family << 16 | id. */
  private readonly contents: number;
  /**
   * Set when a domain that is read has more values than its nodes have children: the trees must be rebuilt before the
   * next state is expanded.
   */
  outgrown = false;
  /** Set when a domain is half full: from then on no value gets an id unless a state may hold it. */
  crowded = false;

  /** @param splits how variables are split */
  constructor(
    readonly instance: Instance,
    readonly splits: Splits = {},
  ) {
    const { layout } = instance;
    this.columns = new Columns(instance, splits);
    let tables = 1;
    const number = () => tables++;
    const names = this.columns.layout.variables;
    const families = names.map((name, index) => {
      const variable = this.columns.firstOf.findLastIndex((first) => first <= index);
      const slot = layout.slots.findIndex(({ family }) => family === variable);
      const split = splits[layout.variables[variable]!];
      const fields = Array.isArray(split) ? (split as FieldGroups)[index - this.columns.firstOf[variable]!] : undefined;
      const example = instance.initial[0]?.[slot];
      return new Family(index, name, example, this.atoms, number, layout.variables[variable]!, fields);
    });
    for (const { variable, family } of this.columns.byElement) {
      const name = layout.variables[variable]!;
      families.push(new Family(family, `${name} (elements)`, undefined, this.atoms, number, name, undefined));
    }
    this.families = families;
    this.held = layout.variables.map((variable, index) => {
      const { firstOf } = this.columns;
      const of = this.columns.byElement.find((of) => of.variable === index);
      const groups = families.slice(firstOf[index]!, firstOf[index + 1] ?? names.length);
      const channel = { isPutInto: false, isTakenFrom: false };
      const byElement = of && { elements: of.elements, family: families[of.family]!, ...channel };
      return new Held(index, variable, groups, byElement);
    });
    this.ofColumn = this.columns.familyOf.map((family) => families[family]!);
    this.heldIn = layout.slots.map(({ family }) => this.held[family]!);
    this.tables = tables;
    this.projections = this.arena.region("projections", tables * MAX_IDS * 2);
    const identity = this.tableAt(0);
    for (let id = 0; id < MAX_IDS; id++) this.arena.halves[identity + id] = id;
    const contents = this.arena.region("values' hashes", this.families.length * MAX_IDS * 4);
    this.arena.header.contents = contents.start;
    this.contents = contents.start >>> 2;
  }

  /** Size of a row of value ids, in 32-bit words. */
  get rowWords(): number {
    return Math.ceil(this.ofColumn.length / 2);
  }

  /** Where a projection table begins, as an index into the memory's 16-bit numbers. */
  tableAt(table: number): number {
    return (this.projections.start >>> 1) + table * MAX_IDS;
  }

  /** The id, in `domain`, of what the value `id` holds there: a field, or the value itself. */
  project(domain: ReadDomain, id: number): number {
    return this.arena.halves[this.tableAt(domain.table) + id]!;
  }

  /** The domain that a read of `column` refers to, if its projection table begins at `table`. */
  domainOf(column: number, table: number): ReadDomain {
    const { whole, domains } = this.ofColumn[column]!;
    return [whole, ...domains].find((domain) => this.tableAt(domain.table) === table)!;
  }

  /** Returns the atoms of the messages that can be taken next out of what a channel's column holds, the value `id`. */
  takeableIn(column: number, id: number): number[] {
    const { byElement, families } = this.heldIn[this.columns.slotOf[column]!]!;
    const [{ channels, messages }] = families as [Family];
    const place = this.columns.placeOfElement(column);
    if (byElement === undefined || (place < 0 && !channels!.isQueue)) return channels!.takeable(id);
    const held = this.ofColumn[column]!.interner.valueOf(id);
    // The head of a queue is in the column of its first place. Behind it, and in the rest, are those that wait.
    if (place < 0 || held === ABSENT || (channels!.isQueue && place > 0)) return [];
    return [this.atomIn(messages, channels!.isQueue ? held : byElement.elements.all[place])];
  }

  /** Returns a state as a row of value ids. @throws NotByElement if a variable does not hold what it is split for */
  rowOf(values: Values): Uint16Array {
    const row = new Uint16Array(this.columns.count);
    for (const [slot, held] of this.heldIn.entries()) {
      const parts = held.partsOf(values[slot]);
      for (const [group, part] of parts.entries())
        row[this.columns.at(slot, group)] = this.intern(held.familyOf(group), part);
    }
    return row;
  }

  /** The values whose ids a row holds, by slot. */
  valuesOf(row: Uint16Array): Values {
    return this.heldIn.map((held, slot) => held.valueOf(row, this.columns.of(slot)));
  }

  /**
   * Returns the slot that a read refers to, and the field, undefined if it is a read of the whole; and, if it asks for
   * an element of a collection, the question for people: `has({…})`.
   */
  placeOf({ column, domain }: { readonly column: number; readonly domain: ReadDomain }): {
    readonly slot: number;
    readonly field: string | undefined;
    readonly question: string | undefined;
  } {
    const { domains, places } = this.ofColumn[column]!;
    const [field] = [...places].find(([, place]) => domains[place] === domain) ?? [];
    const slot = this.columns.slotOf[column]!;
    const { byElement } = this.heldIn[slot]!;
    const place = this.columns.placeOfElement(column);
    const question =
      byElement && place >= 0
        ? `${byElement.elements.kind.question}(${format(byElement.elements.all[place])})`
        : undefined;
    return { slot, field, question };
  }

  /** Returns the id of a value of a family, known or new. */
  intern(family: Family, value: unknown): number {
    this.check(family, value);
    if (family.template) {
      const scratch = family.compound!.tuples.room(family.domains.length);
      for (const [field, place] of family.places)
        scratch[place] = this.atomIn(family.domains[place]!, (value as AnyRecord).get(field));
      return this.internAtoms(family, family.domains.length);
    }
    if (family.channels) {
      const messages = (value as Channel<unknown>).messages();
      const scratch = family.channels.tuples.room(messages.length);
      messages.forEach((message, i) => {
        scratch[i] = this.atomIn(family.messages, message);
      });
      family.channels.arrange(messages.length);
      return this.internAtoms(family, messages.length);
    }
    const met = family.interner.count;
    const id = (family.interner as Interner).intern(value);
    if (id === met) this.noteValue(family, id);
    return id;
  }

  /** Returns the id of the compound whose atoms are the first `length` numbers of its `scratch`, arranged. */
  internAtoms(family: Family, length: number): number {
    const compound = family.compound!;
    const met = compound.count;
    const id = compound.intern(length);
    if (id < met) return id;
    const { domains } = family;
    for (let i = 0; i < domains.length; i++) {
      const of = this.atoms.idOf(compound.tuples.at(id, i));
      this.arena.halves[this.tableAt(domains[i]!.table) + id] = of;
    }
    this.noteValue(family, id);
    return id;
  }

  private noteValue(family: Family, id: number): void {
    this.arena.words[this.contents + family.index * MAX_IDS + id] = family.interner.contentOf(id);
    this.noteSize(family.whole);
  }

  /** Returns the atom of `value` in `part`, known or new. */
  atomIn(part: AtomDomain, value: unknown): number {
    const atom = this.atoms.of(part, value);
    this.noteSize(part);
    return atom;
  }

  private noteSize(domain: ReadDomain): void {
    const { count } = domain.interner;
    if (domain.isRead && count > domain.capacity) this.outgrown = true;
    if (count > MAX_IDS / 2) this.crowded = true;
  }

  private check(family: Family, value: unknown): void {
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
  }

  /** Whether a domain that nodes read is nearly as full as they have children, so that trees will be rebuilt soon. */
  get nearlyOutgrown(): boolean {
    const isNear = ({ isRead, interner, capacity }: ReadDomain) => isRead && interner.count > NEARLY * capacity;
    return this.families.some(({ whole, domains }) => isNear(whole) || domains.some(isNear));
  }

  /** Doubles the capacity of each domain that has outgrown it. All trees must be rebuilt after it. */
  growCapacities(): void {
    for (const family of this.families) {
      for (const domain of [family.whole, ...family.domains]) growCapacity(domain);
    }
    this.outgrown = false;
  }
}

/**
 * Doubles the capacity of `domain` until its values fit. Either no node reads the domain, or all trees must be rebuilt.
 */
export function growCapacity(domain: ReadDomain): void {
  while (domain.capacity < domain.interner.count) domain.capacity *= 2;
}
