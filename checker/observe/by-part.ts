/**
 * Functions of values that work part by part. A renaming or a renumbering changes a record field by field, and a
 * channel message by message. There are few different parts, so the result is remembered for each atom, and a value
 * costs one look-up per part.
 */
import type { Atoms } from "./atoms.js";
import type { Compound } from "./compound.js";
import { hashText, mix } from "./hash.js";
import type { Families, Family } from "./intern.js";
import { grown } from "./tuples.js";

/** Maps value ids to value ids, by the function `map`, which acts on each part of a compound by itself. */
export class ByPartMap {
  /** By atom: the atom that it becomes, plus one; 0 if that is not known yet. */
  private known = new Int32Array(64);

  constructor(
    private readonly families: Families,
    private readonly map: (value: unknown) => unknown,
  ) {}

  /** Returns the id of the value that `map` makes of the value `id`. */
  idAfter(family: Family, id: number): number {
    const { families } = this;
    const { compound } = family;
    if (compound === undefined) return families.intern(family, this.map(family.interner.valueOf(id)));
    const length = this.load(compound, id);
    return length < 0 ? id : families.internAtoms(family, length);
  }

  atomAfter(atom: number): number {
    const known = atom < this.known.length ? this.known[atom]! : 0;
    return known !== 0 ? known - 1 : this.learn(atom);
  }

  /** Puts the atoms of the mapped compound into `scratch`. Returns how many they are, or -1 if none has changed. */
  private load(compound: Compound, id: number): number {
    const { tuples } = compound;
    const length = tuples.load(id);
    const { scratch } = tuples;
    let same = true;
    for (let i = 0; i < length; i++) {
      const atom = scratch[i]!;
      const after = this.atomAfter(atom);
      if (after === atom) continue;
      scratch[i] = after;
      same = false;
    }
    if (same) return -1;
    compound.arrange(length);
    return length;
  }

  private learn(atom: number): number {
    const { atoms } = this.families;
    const after = this.families.atomIn(atoms.partOf(atom), this.map(atoms.valueOf(atom)));
    if (atom >= this.known.length) this.known = grown(this.known, atom + 1);
    this.known[atom] = after + 1;
    return after;
  }
}

/** A function of atoms that is computed once for each atom. */
class PerAtom<T> {
  private readonly known: (T | undefined)[] = [];

  constructor(private readonly find: (atom: number) => T) {}

  of(atom: number): T {
    while (this.known.length <= atom) this.known.push(undefined);
    this.known[atom] ??= this.find(atom);
    return this.known[atom]!;
  }
}

/**
 * Combines a number per part into one number per value. `of` gives the number of a part. `together` combines two
 * numbers; it must be associative and commutative, with 0 as its neutral element.
 */
export class ByPartSum {
  private readonly ofAtom: PerAtom<number>;

  constructor(
    atoms: Atoms,
    private readonly of: (value: unknown) => number,
    private readonly together: (a: number, b: number) => number,
  ) {
    this.ofAtom = new PerAtom((atom) => of(atoms.valueOf(atom)));
  }

  sumOf(family: Family, id: number): number {
    const { compound } = family;
    if (compound === undefined) return this.of(family.interner.valueOf(id));
    const { tuples } = compound;
    const length = tuples.lengthOf(id);
    let sum = 0;
    for (let i = 0; i < length; i++) sum = this.together(sum, this.ofAtom.of(tuples.at(id, i)));
    return sum;
  }
}

/** Hashes values by `text`, a text other than the value's key. */
export class ByPartHash {
  private readonly texts: PerAtom<string>;
  private readonly hashes: PerAtom<number>;

  constructor(
    atoms: Atoms,
    private readonly text: (value: unknown) => string,
  ) {
    this.texts = new PerAtom((atom) => text(atoms.valueOf(atom)));
    this.hashes = new PerAtom((atom) => hashText(this.texts.of(atom)));
  }

  /**
   * Returns the hash of the value's texts. If `text` gives the key, it equals the hash of the value's content
   * (`contentOf`).
   */
  hashOf(family: Family, id: number): number {
    const { channels, compound } = family;
    if (channels !== undefined) return channels.hashOfTexts(channels.atomsOf(id).map((atom) => this.texts.of(atom)));
    if (compound === undefined) return hashText(this.text(family.interner.valueOf(id)));
    const { tuples } = compound;
    const length = tuples.lengthOf(id);
    let hash = 0;
    for (let i = 0; i < length; i++) hash = mix(hash, this.hashes.of(tuples.at(id, i)));
    return hash;
  }
}
