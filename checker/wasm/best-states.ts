/** By special leaf: of the states that met it, the one whose content comes first. An entry takes four words: met, priority, reference, none. */
const ENTRY = 4;

export class BestStates {
  private readonly at: number;

  /** @param words the engine's memory @param address where the entries begin, in bytes; that of leaf 0 is not used */
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

  set(special: number, priority: number, reference: number): void {
    const at = this.at + ENTRY * special;
    this.words[at] = 1;
    this.words[at + 1] = priority;
    this.words[at + 2] = reference;
  }

  /** Forgets what met the leaves up to number `specials`. */
  clear(specials: number): void {
    this.words.fill(0, this.at, this.at + ENTRY * (specials + 1));
  }
}
