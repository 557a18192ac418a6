/**
 * Compounds: values that are numbered by the numbers of their parts, a record by its fields' ids, a channel by its messages'. To set a
 * field, to put a message, to rename or to renumber is to exchange numbers; the value itself is made only if somebody wants to see it.
 */
import { Bag, type Channel, Queue } from "../model/channel.js";
import { type AnyRecord, keyOfBag, keyOfQueue } from "../model/value.js";
import { hashText, mix } from "./hash.js";
import { type Domain, type Interned, type Interner, MOST_VALUES, tooManyValues } from "./interner.js";
import { Tuples } from "./tuples.js";

export abstract class Compound implements Interned {
  private readonly tuples = new Tuples();
  private readonly values: unknown[] = [];
  private readonly contents: number[] = [];

  constructor(readonly name: string) {}

  get count(): number {
    return this.tuples.count;
  }

  /** The id of the value with these parts, new or not. @throws TooManyValues */
  intern(parts: readonly number[]): number {
    const known = this.tuples.find(parts);
    if (known >= 0) return known;
    if (this.count >= MOST_VALUES) throw tooManyValues(this.name);
    this.contents.push(this.hashOf(parts));
    this.values.push(undefined);
    return this.tuples.add(parts);
  }

  partsOf(id: number): readonly number[] {
    return this.tuples.at(id);
  }

  contentOf(id: number): number {
    return this.contents[id]!;
  }

  valueOf(id: number): unknown {
    this.values[id] ??= this.make(this.partsOf(id));
    return this.values[id];
  }

  /** What is in a place of the list of parts. */
  abstract domainAt(place: number): Domain<Interner>;
  /** Brings a list of parts into the order that it is kept in, in place: equal values have equal lists. */
  abstract arrange(parts: number[]): void;
  protected abstract make(parts: readonly number[]): unknown;
  protected abstract hashOf(parts: readonly number[]): number;
}

/** Records of one class. The parts are the fields, in the order of their declaration. */
export class RecordInterner extends Compound {
  constructor(
    name: string,
    private readonly template: AnyRecord,
    private readonly names: readonly string[],
    private readonly domains: readonly Domain<Interner>[],
  ) {
    super(name);
  }

  domainAt(place: number): Domain<Interner> {
    return this.domains[place]!;
  }

  arrange(): void {}

  protected make(parts: readonly number[]): AnyRecord {
    return this.names.reduce<AnyRecord>(
      (record, name, i) => record.set(name, this.domains[i]!.interner.valueOf(parts[i]!)),
      this.template,
    );
  }

  protected hashOf(parts: readonly number[]): number {
    let hash = 0;
    for (let i = 0; i < parts.length; i++) hash = mix(hash, this.domains[i]!.interner.contentOf(parts[i]!));
    return hash;
  }
}

/** Channels of one kind. The parts are the messages: a queue's in their order, a bag's in the order of their texts. */
export class ChannelInterner extends Compound {
  private readonly heads: (readonly number[] | undefined)[] = [];

  constructor(
    name: string,
    private readonly messages: Domain<Interner>,
    readonly isQueue: boolean,
  ) {
    super(name);
  }

  domainAt(): Domain<Interner> {
    return this.messages;
  }

  /** The distinct messages that can be received next. */
  takeable(id: number): readonly number[] {
    let heads = this.heads[id];
    if (heads === undefined) {
      const parts = this.partsOf(id);
      heads = this.isQueue ? parts.slice(0, 1) : parts.filter((message, i) => message !== parts[i - 1]);
      while (this.heads.length < this.count) this.heads.push(undefined);
      this.heads[id] = heads;
    }
    return heads;
  }

  /** Puts a message into a list of parts. */
  put(parts: number[], message: number): void {
    parts.push(message);
    if (!this.isQueue) this.sink(parts, parts.length - 1);
  }

  /** Takes a message out of a list of parts. @throws Error if the channel would not give it */
  take(parts: number[], message: number): void {
    const at = parts.indexOf(message);
    if (this.isQueue ? at !== 0 : at < 0) {
      const value = String(this.messages.interner.valueOf(message));
      throw new Error(this.isQueue ? `${value} is not at the head of the queue` : `the bag does not hold ${value}`);
    }
    parts.splice(at, 1);
  }

  arrange(parts: number[]): void {
    if (!this.isQueue) for (let i = 1; i < parts.length; i++) this.sink(parts, i);
  }

  /** Brings the part in a place to where it belongs among those before it, which are in order. */
  private sink(parts: number[], place: number): void {
    const { interner } = this.messages;
    const message = parts[place]!;
    const text = interner.textOf(message);
    let i = place;
    for (; i > 0 && parts[i - 1] !== message && interner.textOf(parts[i - 1]!) > text; i--) parts[i] = parts[i - 1]!;
    parts[i] = message;
  }

  protected make(parts: readonly number[]): Channel<unknown> {
    const messages = parts.map((part) => this.messages.interner.valueOf(part));
    return this.isQueue ? Queue.of(...messages) : Bag.of(...messages);
  }

  protected hashOf(parts: readonly number[]): number {
    return this.hashOfTexts(parts.map((part) => this.messages.interner.textOf(part)));
  }

  /** The hash of a channel whose messages have these texts. */
  hashOfTexts(texts: string[]): number {
    return hashText(this.isQueue ? keyOfQueue(texts) : keyOfBag(texts));
  }
}
