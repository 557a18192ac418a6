/**
 * The numbering of values by their texts, and the interface of all numberings: each value has an *id*, and a hash of
 * its content.
 */
import { TooManyValues } from "../errors.js";
import { keyOf } from "../model/value.js";
import { hashText } from "./hash.js";

/** How many ids there are: a row has 16 bits for each slot. */
export const MAX_IDS = 65536;
/**
 * No value gets the last id, so that no two slots together have all bits set (checker/search/engine/miss-handler.ts,
 * `voidNode`).
 */
export const MOST_VALUES = MAX_IDS - 1;

export function tooManyValues(name: string): TooManyValues {
  return new TooManyValues(`${name} has more than ${MOST_VALUES.toLocaleString("en")} distinct values`);
}

/** Values of one kind, numbered in the order in which they were met. */
export interface Interned {
  readonly name: string;
  readonly count: number;
  valueOf(id: number): unknown;
  /** A hash of what the value says, which does not depend on its id. */
  contentOf(id: number): number;
}

/** Numbers values; values are equal if their texts are. */
export class Interner implements Interned {
  private readonly values: unknown[] = [];
  private readonly names: string[] = [];
  private readonly contents: number[] = [];
  private readonly byText = new Map<string, number>();
  /**
   * Ids by the value's identity, which saves making a text: one object is met again more often than another equal one.
   */
  private readonly byIdentity = new Map<unknown, number>();

  /** The last value met, and its id: a broadcast puts one message into several channels. */
  private lastValue: unknown;
  private lastId: number | undefined;

  constructor(readonly name: string) {}

  get count(): number {
    return this.values.length;
  }

  /**
   * Returns the id of a value, known or new.
   * @throws TooManyValues if all ids are taken
   * @throws Error if `value` is nothing that a model may hold
   */
  intern(value: unknown): number {
    const known = this.idOf(value);
    if (known !== undefined) return known;
    this.lastId = this.internText(keyOf(value), value);
    this.lastValue = value;
    return this.lastId;
  }

  /**
   * The id of this very object, if it was the first of its value, or is the last one met; undefined otherwise, even if
   * an equal value has an id.
   */
  idOf(value: unknown): number | undefined {
    return value === this.lastValue ? this.lastId : this.byIdentity.get(value);
  }

  /** Returns the value that has an id and is equal to `value`; `value` itself if there is none. */
  known(value: unknown): unknown {
    const id = this.byText.get(keyOf(value));
    return id === undefined ? value : this.values[id];
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

  /**
   * What the value says, with classes, sets and ordinals by name, since their numbers depend on what was met before.
   * Two values may have the same name.
   */
  nameOf(id: number): string {
    return this.names[id]!;
  }
}

/**
 * What a read branches on: the whole value of a slot, or one field of the record in it. The messages of channels are a
 * domain too, which no node reads.
 */
export interface ReadDomain<I extends Interned = Interned> {
  readonly interner: I;
  /** The number of the domain's projection table: 0 for whole values, otherwise one of its own. */
  readonly table: number;
  /** How many children a node that reads the domain has. To grow, it doubles, and all trees are rebuilt. */
  capacity: number;
  /** Whether a node reads the domain. Until then the capacity can grow without rebuilding trees. */
  isRead: boolean;
}
