/**
 * Channels: the messages in flight between two places. A `Bag` is a multiset, of which any message may be received
 * next; a `Queue` is first in, first out. Both are immutable values: a model keeps one in a variable and receives from
 * it with `receive`.
 */
import { Map as ImmutableMap, is, List } from "immutable";
import { marked } from "./module-copy.js";

/** The messages in flight between two places, as an immutable value. */
export abstract class Channel<M> {
  static {
    marked(Channel.prototype);
  }

  /** The number of messages in flight. */
  abstract readonly size: number;
  /** Returns the channel with one more message. */
  abstract put(message: M): Channel<M>;
  /**
   * Returns the channel without one copy of `message`.
   * @throws Error if the channel does not hold it or, of a queue, not at its head
   */
  abstract take(message: M): Channel<M>;
  /** Returns the distinct messages that can be received next. */
  abstract takeable(): readonly M[];
  /** Returns all messages, each as often as it is in flight; those of a queue in the order of sending. */
  abstract messages(): readonly M[];

  isEmpty(): boolean {
    return this.size === 0;
  }
}

/**
 * A multiset of messages in no order: the paper's network, whose "per-message queues are independently scheduled"
 * (section 6).
 */
export class Bag<M> extends Channel<M> {
  private constructor(private readonly counts: ImmutableMap<M, number>) {
    super();
  }

  static of<M>(...messages: M[]): Bag<M> {
    return messages.reduce<Bag<M>>((bag, message) => bag.put(message), new Bag(ImmutableMap<M, number>()));
  }

  get size(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  count(message: M): number {
    return this.counts.get(message, 0);
  }

  put(message: M): Bag<M> {
    return new Bag(this.counts.set(message, this.count(message) + 1));
  }

  take(message: M): Bag<M> {
    const count = this.count(message);
    if (count === 0) throw new Error(`the bag does not hold ${String(message)}`);
    return new Bag(count === 1 ? this.counts.delete(message) : this.counts.set(message, count - 1));
  }

  takeable(): readonly M[] {
    return [...this.counts.keys()];
  }

  messages(): readonly M[] {
    return [...this.counts.entries()].flatMap(([message, count]) => Array<M>(count).fill(message));
  }
}

/** A list of messages, received in the order in which they were sent. */
export class Queue<M> extends Channel<M> {
  private constructor(private readonly list: List<M>) {
    super();
  }

  static of<M>(...messages: M[]): Queue<M> {
    return new Queue(List(messages));
  }

  get size(): number {
    return this.list.size;
  }

  put(message: M): Queue<M> {
    return new Queue(this.list.push(message));
  }

  take(message: M): Queue<M> {
    const [first] = this.takeable();
    if (this.isEmpty() || !is(first, message)) throw new Error(`${String(message)} is not at the head of the queue`);
    return new Queue(this.list.shift());
  }

  takeable(): readonly M[] {
    return this.isEmpty() ? [] : [this.list.first() as M];
  }

  messages(): readonly M[] {
    return this.list.toArray();
  }
}
