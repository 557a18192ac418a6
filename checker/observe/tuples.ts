/**
 * Lists of small numbers, numbered in the order in which they were met: a record by its fields' ids, a channel by its messages', an
 * update by what it sets. Equal lists have one number, found by a hash of the numbers; no text is made.
 */

export class Tuples {
  private readonly lists: (readonly number[])[] = [];
  /** A number plus one, or 0; open addressing. At most half of the places are taken. */
  private places = new Int32Array(64);

  get count(): number {
    return this.lists.length;
  }

  /** The list with a number. */
  at(number: number): readonly number[] {
    return this.lists[number]!;
  }

  /** The number of a list, or -1 if it has not been met. */
  find(list: readonly number[]): number {
    const mask = this.places.length - 1;
    for (let i = hashOf(list) & mask; ; i = (i + 1) & mask) {
      const number = this.places[i]! - 1;
      if (number < 0 || isSame(this.lists[number]!, list)) return number;
    }
  }

  /** The number of a list that has not been met. The list is kept as it is, and must not be changed. */
  add(list: readonly number[]): number {
    if (2 * this.lists.length >= this.places.length) this.grow();
    this.lists.push(list);
    this.enter(this.lists.length - 1);
    return this.lists.length - 1;
  }

  private grow(): void {
    this.places = new Int32Array(2 * this.places.length);
    for (let number = 0; number < this.lists.length; number++) this.enter(number);
  }

  private enter(number: number): void {
    const mask = this.places.length - 1;
    let i = hashOf(this.lists[number]!) & mask;
    while (this.places[i] !== 0) i = (i + 1) & mask;
    this.places[i] = number + 1;
  }
}

function hashOf(list: readonly number[]): number {
  let h = list.length;
  for (let i = 0; i < list.length; i++) {
    h = Math.imul(h ^ list[i]!, 0x9e3779b1);
    h ^= h >>> 15;
  }
  h = Math.imul(h, 0x85ebca6b);
  return h ^ (h >>> 13);
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
