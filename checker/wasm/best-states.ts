/**
 * By special leaf: of the states that met the leaf, the one whose content comes first. An entry takes four words:
 * whether there is one, its priority, its reference, and one that is not used.
 */
const ENTRY = 4;

export class BestStates {
  private readonly at: number;

  /**
   * @param words the engine's memory
   * @param address where the entries begin, in bytes; leaves are counted from 1, and the first entry is not used
   */
  constructor(
    private readonly words: Int32Array,
    address: number,
  ) {
    this.at = address >>> 2;
  }

  /** Whether a state met the leaf. */
  has(special: number): boolean {
    return this.words[this.at + ENTRY * special] !== 0;
  }

  /** The hash of the state's content. */
  priorityOf(special: number): number {
    return this.words[this.at + ENTRY * special + 1]! >>> 0;
  }

  /** The state's reference. */
  referenceOf(special: number): number {
    return this.words[this.at + ENTRY * special + 2]! >>> 0;
  }

  /** Notes a state as the one that met the leaf. */
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
