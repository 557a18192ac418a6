/**
 * The values that the slots of page states hold, each kept once: equal values are one object here, so that a page state
 * is compared by numbers.
 */
import { Bag, Channel } from "../model/channel.js";
import type { Floor, Ordinal, OrdinalValue } from "../model/ordinal.js";
import { renumbering } from "../model/reference.js";
import { keyOf, leavesOf, mapValue } from "../model/value.js";

/** A value of a slot, or a message in a channel. */
export interface InternedValue {
  readonly id: number;
  readonly value: unknown;
  readonly ordinals: readonly OrdinalValue[];
  readonly floors: readonly Floor[];
  /**
   * Of a channel: its messages; undefined for any other value. Those of a queue are in the order of sending, those of a
   * bag in an order that depends on what they are alone.
   */
  readonly messages: readonly InternedValue[] | undefined;
  /** By renumbering: what becomes of the value. */
  renumbered: Map<string, Renumbered> | undefined;
  /** Of a channel: what it is without one message, by the message's id. */
  without: Map<number, InternedValue> | undefined;
}

/** What a renumbering of ordinals makes of a value. */
export interface Renumbered {
  readonly value: InternedValue;
  /** Of a channel: by place of a message, its place before the renumbering; undefined if all stay where they are. */
  readonly places: readonly number[] | undefined;
}

/** A renumbering of the ordinals of a state, and a text that only equal renumberings share. */
export interface StateRenumbering {
  readonly name: string;
  readonly ordinal: (value: OrdinalValue) => OrdinalValue;
  readonly floor: (floor: Floor) => Floor;
}

const none: readonly never[] = [];

export class InternedValues {
  private readonly byObject = new Map<unknown, InternedValue>();
  private readonly byKey = new Map<string, InternedValue>();

  /** The number of distinct values. */
  get size(): number {
    return this.byKey.size;
  }

  /** Returns the value's one object. @throws NotAValue for what no variable may hold */
  intern(value: unknown): InternedValue {
    const known = this.byObject.get(value);
    if (known !== undefined) return known;
    const key = keyOf(value);
    return this.byKey.get(key) ?? this.add(key, value);
  }

  private add(key: string, value: unknown): InternedValue {
    const { ordinals, floors } = leavesOf(value);
    const messages = value instanceof Channel ? this.messagesOf(value) : undefined;
    const interned: InternedValue = {
      id: this.byKey.size,
      value,
      ordinals: ordinals.size === 0 ? none : [...ordinals],
      floors: floors.size === 0 ? none : [...floors],
      messages,
      renumbered: undefined,
      without: undefined,
    };
    this.byKey.set(key, interned);
    this.byObject.set(value, interned);
    return interned;
  }

  private messagesOf(channel: Channel<unknown>): readonly InternedValue[] {
    const messages = channel.messages().map((message) => ({ message, name: keyOf(message, { named: true }) }));
    if (channel instanceof Bag) messages.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    return messages.map(({ message }) => this.intern(message));
  }

  /** Returns the channel without one copy of the message. */
  without(channel: InternedValue, message: InternedValue): InternedValue {
    const known = channel.without?.get(message.id);
    if (known !== undefined) return known;
    const rest = this.intern((channel.value as Channel<unknown>).take(message.value));
    channel.without ??= new Map();
    channel.without.set(message.id, rest);
    return rest;
  }

  /** Returns what a renumbering makes of the value. */
  renumber(of: InternedValue, by: StateRenumbering): Renumbered {
    const known = of.renumbered?.get(by.name);
    if (known !== undefined) return known;
    const value = this.intern(mapValue(of.value, by));
    const renumbered = { value, places: value === of ? undefined : this.placesIn(value, of, by) };
    of.renumbered ??= new Map();
    of.renumbered.set(by.name, renumbered);
    return renumbered;
  }

  private placesIn(after: InternedValue, before: InternedValue, by: StateRenumbering): readonly number[] | undefined {
    if (after.messages === undefined || before.messages === undefined) return undefined;
    return matched(
      after.messages,
      before.messages.map((message) => this.intern(mapValue(message.value, by))),
    );
  }
}

/**
 * Returns, by place in `after`, the place of the same message in `before`; -1 where there is none left. Of equal
 * messages the first of one list is the first of the other.
 */
export function matched(after: readonly InternedValue[], before: readonly InternedValue[]): number[] {
  const isTaken = before.map(() => false);
  return after.map((message) => {
    const place = before.findIndex((other, i) => other === message && !isTaken[i]);
    if (place >= 0) isTaken[place] = true;
    return place;
  });
}

/**
 * Returns the exact renumbering of a state with these values, which is the one that a search uses; undefined if they
 * have no ordinals.
 */
export function renumberingOf(slots: readonly InternedValue[]): StateRenumbering | undefined {
  const ranks = new Map<Ordinal, Set<number>>();
  let hasFloors = false;
  for (const { ordinals, floors } of slots) {
    for (const { ordinal, rank } of ordinals) {
      const known = ranks.get(ordinal);
      if (known === undefined) ranks.set(ordinal, new Set([rank]));
      else known.add(rank);
    }
    hasFloors ||= floors.length > 0;
  }
  if (ranks.size === 0 && !hasFloors) return undefined;
  const values: OrdinalValue[] = [];
  let name = "";
  for (const [ordinal, set] of ranks) {
    const sorted = [...set].sort((a, b) => a - b);
    for (const rank of sorted) values.push(ordinal.at(rank));
    name += `${ordinal.serial}:${sorted.join()};`;
  }
  const { value, floor } = renumbering(values, "exact");
  return { name, ordinal: value, floor };
}
