/**
 * Lists of small numbers, numbered in the order in which they were met: a record is the list of its fields' atoms, a
 * channel of its messages', an update of what it sets. Equal lists have one number, which is found by a hash of the
 * list, without making a text or an object. Look-ups come between long stretches of other work, when none of this is in
 * the processor's cache, so all lists lie in one array.
 */

export class Tuples {
  /** Where the list to be looked up is put; `room` makes it long enough. */
  scratch = new Int32Array(64);
  /** The lists, one behind the other, and the end of each. */
  private items = new Int32Array(1024);
  private ends = new Int32Array(128);
  /** A hash table with open addressing: a list's number plus one, or 0. At most half of the places are taken. */
  private places = new Int32Array(256);
  private known = 0;

  get count(): number {
    return this.known;
  }

  /** Makes `scratch` hold at least `length` numbers, keeps what it holds, and returns it. */
  room(length: number): Int32Array {
    if (length > this.scratch.length) this.scratch = grown(this.scratch, length);
    return this.scratch;
  }

  lengthOf(number: number): number {
    return this.ends[number]! - this.startOf(number);
  }

  /** The number at place `i` of a list. */
  at(number: number, i: number): number {
    return this.items[this.startOf(number) + i]!;
  }

  /** Copies a list to `scratch` and returns its length. */
  load(number: number): number {
    const start = this.startOf(number);
    const length = this.ends[number]! - start;
    const scratch = this.room(length);
    for (let i = 0; i < length; i++) scratch[i] = this.items[start + i]!;
    return length;
  }

  /** The number of the list that is the first `length` numbers of `scratch`, or -1 if it is new. */
  find(length: number): number {
    const { places, scratch } = this;
    const mask = places.length - 1;
    for (let i = hashOf(scratch, 0, length) & mask; ; i = (i + 1) & mask) {
      const number = places[i]! - 1;
      if (number < 0 || this.holds(number, length)) return number;
    }
  }

  private holds(number: number, length: number): boolean {
    const { items, scratch } = this;
    const start = this.startOf(number);
    if (this.ends[number]! - start !== length) return false;
    for (let i = 0; i < length; i++) if (items[start + i] !== scratch[i]) return false;
    return true;
  }

  /** Adds the list that is the first `length` numbers of `scratch`, which must be new, and returns its number. */
  add(length: number): number {
    const number = this.known;
    const start = this.startOf(number);
    if (start + length > this.items.length) this.items = grown(this.items, start + length);
    if (number >= this.ends.length) this.ends = grown(this.ends, number + 1);
    for (let i = 0; i < length; i++) this.items[start + i] = this.scratch[i]!;
    this.ends[number] = start + length;
    this.known++;
    if (2 * this.known > this.places.length) this.rehash();
    else this.enter(number);
    return number;
  }

  /** Copies `list` to `scratch` and returns its number, or -1 if it is new. */
  findList(list: readonly number[]): number {
    const scratch = this.room(list.length);
    for (let i = 0; i < list.length; i++) scratch[i] = list[i]!;
    return this.find(list.length);
  }

  private startOf(number: number): number {
    return number === 0 ? 0 : this.ends[number - 1]!;
  }

  private rehash(): void {
    this.places = new Int32Array(2 * this.places.length);
    for (let number = 0; number < this.known; number++) this.enter(number);
  }

  private enter(number: number): void {
    const mask = this.places.length - 1;
    let i = hashOf(this.items, this.startOf(number), this.ends[number]!) & mask;
    while (this.places[i] !== 0) i = (i + 1) & mask;
    this.places[i] = number + 1;
  }
}

function hashOf(numbers: Int32Array, from: number, to: number): number {
  let h = 0;
  for (let i = from; i < to; i++) {
    h = Math.imul(h ^ numbers[i]!, 0x9e3779b1);
    h ^= h >>> 15;
  }
  h = Math.imul(h, 0x85ebca6b);
  return h ^ (h >>> 13);
}

/**
 * Returns a copy of `array` with at least `length` numbers, and at least twice as many as before, so that repeated
 * growing costs little.
 */
export function grown(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(length, 2 * array.length));
  larger.set(array);
  return larger;
}
