/**
 * Compounds are values that are numbered by their atoms: a record by the atoms of its fields, a channel by those of its
 * messages. Setting a field, putting a message, renaming and renumbering exchange numbers only; the value itself is
 * made when it is first asked for.
 *
 * To look up a compound, put its atoms into `tuples.scratch` and call `arrange`.
 */
import { Bag, type Channel, Queue } from "../model/channel.js";
import { type AnyRecord, keyOfBag, keyOfQueue } from "../model/value.js";
import type { Atoms } from "./atoms.js";
import { hashText, mix } from "./hash.js";
import { type Interned, MOST_VALUES, tooManyValues } from "./interner.js";
import { Tuples } from "./tuples.js";

export abstract class Compound implements Interned {
  readonly tuples = new Tuples();
  private readonly values: unknown[] = [];
  private readonly contents: number[] = [];

  constructor(
    readonly name: string,
    protected readonly atoms: Atoms,
  ) {}

  get count(): number {
    return this.tuples.count;
  }

  /**
   * Returns the id of the compound whose atoms are the first `length` numbers of `scratch`, known or new.
   * @throws TooManyValues if the family is full
   */
  intern(length: number): number {
    const known = this.tuples.find(length);
    if (known >= 0) return known;
    if (this.count >= MOST_VALUES) throw tooManyValues(this.name);
    this.contents.push(this.hashOf(this.tuples.scratch.subarray(0, length)));
    this.values.push(undefined);
    return this.tuples.add(length);
  }

  contentOf(id: number): number {
    return this.contents[id]!;
  }

  valueOf(id: number): unknown {
    this.values[id] ??= this.make(this.atomsOf(id));
    return this.values[id];
  }

  atomsOf(id: number): number[] {
    return Array.from({ length: this.tuples.lengthOf(id) }, (_, i) => this.tuples.at(id, i));
  }

  /** Brings the first `length` atoms of `scratch` into their normal order, in which equal values have equal lists. */
  abstract arrange(length: number): void;
  protected abstract make(atoms: readonly number[]): unknown;
  protected abstract hashOf(atoms: Int32Array): number;
}

/** Records of one class. Their atoms are those of the fields, in the order of declaration. */
export class RecordInterner extends Compound {
  constructor(
    name: string,
    atoms: Atoms,
    private readonly template: AnyRecord,
    private readonly fields: readonly string[],
  ) {
    super(name, atoms);
  }

  arrange(): void {}

  protected make(atoms: readonly number[]): AnyRecord {
    return this.fields.reduce<AnyRecord>(
      (record, field, i) => record.set(field, this.atoms.valueOf(atoms[i]!)),
      this.template,
    );
  }

  protected hashOf(atoms: Int32Array): number {
    let hash = 0;
    for (const atom of atoms) hash = mix(hash, this.atoms.contentOf(atom));
    return hash;
  }
}

/**
 * Channels of one kind. Their atoms are those of the messages: a queue's in the order of arrival, a bag's in the order
 * of their names.
 */
export class ChannelInterner extends Compound {
  constructor(
    name: string,
    atoms: Atoms,
    readonly isQueue: boolean,
  ) {
    super(name, atoms);
  }

  /** Returns the atoms of the messages that can be taken next out of the channel `id`, each once. */
  takeable(id: number): number[] {
    const messages = this.atomsOf(id);
    // Equal messages of a bag stand side by side.
    return this.isQueue ? messages.slice(0, 1) : messages.filter((message, i) => message !== messages[i - 1]);
  }

  /** Adds `message` to the channel whose `length` messages are in `scratch`. Returns the new length. */
  put(length: number, message: number): number {
    this.tuples.room(length + 1)[length] = message;
    if (!this.isQueue) this.sink(length);
    return length + 1;
  }

  /**
   * Removes `message` from the channel whose `length` messages are in `scratch`. Returns the new length.
   * @throws Error if the channel does not hold the message, or holds it behind the head of a queue
   */
  take(length: number, message: number): number {
    const { scratch } = this.tuples;
    let at = 0;
    while (at < length && scratch[at] !== message) at++;
    if (at === length || (this.isQueue && at > 0)) {
      const value = String(this.atoms.valueOf(message));
      throw new Error(this.isQueue ? `${value} is not at the head of the queue` : `the bag does not hold ${value}`);
    }
    scratch.copyWithin(at, at + 1, length);
    return length - 1;
  }

  arrange(length: number): void {
    if (!this.isQueue) for (let i = 1; i < length; i++) this.sink(i);
  }

  /** Moves the message at `place` to where it belongs among the messages before it, which are in order. */
  private sink(place: number): void {
    const { scratch } = this.tuples;
    const message = scratch[place]!;
    let i = place;
    while (i > 0 && this.atoms.isBefore(message, scratch[i - 1]!)) {
      scratch[i] = scratch[i - 1]!;
      i--;
    }
    scratch[i] = message;
  }

  protected make(atoms: readonly number[]): Channel<unknown> {
    const messages = atoms.map((atom) => this.atoms.valueOf(atom));
    return this.isQueue ? Queue.of(...messages) : Bag.of(...messages);
  }

  protected hashOf(atoms: Int32Array): number {
    return this.hashOfTexts(Array.from(atoms, (atom) => this.atoms.nameOf(atom)));
  }

  /** The hash of a channel whose messages have the texts `texts`. */
  hashOfTexts(texts: string[]): number {
    return hashText(this.isQueue ? keyOfQueue(texts) : keyOfBag(texts));
  }
}
