/** Keys of states, and of pairs of states up to renamings of interchangeable members. */
import type { Instance, Values } from "../model/instance.js";
import type { Interchangeable } from "../model/interchangeable.js";
import type { Member } from "../model/scalarset.js";
import { keyOf, mapValue } from "../model/value.js";

/** The most renamings of which all are tried: two sets of three members have as many, and four members 24. */
const MOST_RENAMINGS = 36;

/** A renaming, with what it makes of slots and of values. */
interface Renaming {
  readonly member: (member: Member) => Member;
  /** By slot: the slot whose value it puts there. */
  readonly from: readonly number[];
  readonly keys: WeakMap<object, string>;
}

export class PairKeys {
  private readonly keys = new WeakMap<object, string>();
  /** All renamings but the one that changes nothing. */
  private readonly renamings: readonly Renaming[];

  /** @param members the members that are interchangeable; undefined if none are */
  constructor({ layout }: Instance, members: Interchangeable | undefined) {
    const all = members === undefined || members.renamings > MOST_RENAMINGS ? [] : members.all().slice(1);
    this.renamings = all.map((to) => {
      const member = members!.renaming(to);
      const from: number[] = [];
      layout.slotsAfter(member).forEach((after, slot) => {
        from[after] = slot;
      });
      return { member, from, keys: new WeakMap() };
    });
  }

  /** Returns a text that two states share exactly if they are equal. */
  keyOf(values: Values): string {
    return values.map((value) => cached(this.keys, value, () => keyOf(value))).join(";");
  }

  /** Returns a text that two pairs share exactly if one renaming makes the states of one pair those of the other. */
  keyOfPair(a: Values, b: Values): string {
    let least = `${this.keyOf(a)} | ${this.keyOf(b)}`;
    for (const renaming of this.renamings) {
      const key = `${keyAfter(renaming, a)} | ${keyAfter(renaming, b)}`;
      if (key < least) least = key;
    }
    return least;
  }
}

function keyAfter({ member, from, keys }: Renaming, values: Values): string {
  return from.map((slot) => cached(keys, values[slot], () => keyOf(mapValue(values[slot], { member })))).join(";");
}

function cached(keys: WeakMap<object, string>, value: unknown, make: () => string): string {
  if (typeof value !== "object" || value === null) return make();
  const known = keys.get(value);
  if (known !== undefined) return known;
  const key = make();
  keys.set(value, key);
  return key;
}
