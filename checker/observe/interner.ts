/** The numbering of values by their texts, and what is common to all numberings: each value is an *id*, and has a hash of what it says. */
import { TooManyValues } from "../errors.js";
import { keyOf } from "../model/value.js";
import { hashText } from "./hash.js";

/** A row keeps 16 bits for a slot. */
export const MAX_IDS = 65536;
/** The last id is no value's, so that two slots never hold all bits (checker/search/engine/miss-handler.ts, voidNode). */
export const MOST_VALUES = MAX_IDS - 1;

export function tooManyValues(name: string): TooManyValues {
  return new TooManyValues(`${name} has more than ${MOST_VALUES.toLocaleString("en")} distinct values`);
}

/** Values of one kind, numbered in the order in which they were met. */
export interface Interned {
  readonly name: string;
  readonly count: number;
  valueOf(id: number): unknown;
  /** A hash of what the value says, whatever id it was given. */
  contentOf(id: number): number;
}

/** Values told apart by their texts. */
export class Interner implements Interned {
  private readonly values: unknown[] = [];
  private readonly names: string[] = [];
  private readonly contents: number[] = [];
  private readonly byText = new Map<string, number>();
  /** The values themselves, which come back more often than equal ones do. */
  private readonly byIdentity = new Map<unknown, number>();

  /** The value that was met last: a broadcast puts one message into several channels. */
  private lastValue: unknown;
  private lastId: number | undefined;

  constructor(readonly name: string) {}

  get count(): number {
    return this.values.length;
  }

  /** The id of a value, new or not. @throws TooManyValues, and Error for what is not a value */
  intern(value: unknown): number {
    const known = this.idOf(value);
    if (known !== undefined) return known;
    this.lastId = this.internText(keyOf(value), value);
    this.lastValue = value;
    return this.lastId;
  }

  /** The id of a value that is the very one that was met first, or the one that was met last. */
  idOf(value: unknown): number | undefined {
    return value === this.lastValue ? this.lastId : this.byIdentity.get(value);
  }

  private internText(text: string, value: unknown): number {
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    const id = this.values.length;
    if (id >= MOST_VALUES) throw tooManyValues(this.name);
    this.values.push(value);
    const name = keyOf(value, { named: true });
    this.names.push(name);
    this.contents.push(hashText(name));
    this.byText.set(text, id);
    this.byIdentity.set(value, id);
    return id;
  }

  contentOf(id: number): number {
    return this.contents[id]!;
  }

  valueOf(id: number): unknown {
    return this.values[id];
  }

  /** What the value says, by names, since numbers depend on what else was met before. Two values may have the same. */
  nameOf(id: number): string {
    return this.names[id]!;
  }
}

/**
 * What a read branches on: the whole value of a slot, or one field of the record in it. A channel's messages are a domain too, that nothing
 * reads.
 */
export interface ReadDomain<I extends Interned = Interned> {
  readonly interner: I;
  /** The number of its projection table, its own but for whole values, who share 0. */
  readonly table: number;
  /** How many children a tree node that reads it has; grows by doubling, and all trees with it. */
  capacity: number;
  /** Whether any node reads it. Until then it can grow and no tree need know. */
  isRead: boolean;
}
