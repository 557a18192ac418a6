/**
 * By special leaf: of the states that met the leaf, the one of least priority. An entry has four words: 1 if there is
 * such a state, its priority, its reference, and one that is not used.
 */
const ENTRY = 4;

export class BestStates {
  private readonly at: number;

  /**
   * @param words the engine's memory
   * @param address byte address of the entries; leaves are counted from 1, so the first entry is not used
   */
  constructor(
    private readonly words: Int32Array,
    address: number,
  ) {
    this.at = address >>> 2;
  }

  /** Whether a state has met the leaf. */
  has(special: number): boolean {
    return this.words[this.at + ENTRY * special] !== 0;
  }

  /** The state's priority: the hash of its content or, in a depth-first search, its place in the order of expansion. */
  priorityOf(special: number): number {
    return this.words[this.at + ENTRY * special + 1]! >>> 0;
  }

  referenceOf(special: number): number {
    return this.words[this.at + ENTRY * special + 2]! >>> 0;
  }

  /** Notes a state as the one that counts for the leaf. */
  set(special: number, priority: number, reference: number): void {
    const at = this.at + ENTRY * special;
    this.words[at] = 1;
    this.words[at + 1] = priority;
    this.words[at + 2] = reference;
  }

  /** Forgets the states of the first `specials` leaves. */
  clear(specials: number): void {
    this.words.fill(0, this.at, this.at + ENTRY * (specials + 1));
  }
}
