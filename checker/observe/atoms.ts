/**
 * Atoms are the values that compounds are made of: fields of records, and messages of channels. Each domain numbers its
 * own values, for the trees. Atoms are numbered through all domains, so that one short array per renaming or
 * renumbering says what becomes of each.
 */
import { Interner, type ReadDomain } from "./interner.js";

/** A domain of atoms: one field of a record family, or the messages of a channel family. */
export interface AtomDomain extends ReadDomain<Interner> {
  /** By value id of this domain: the atom. */
  readonly atoms: number[];
}

export class Atoms {
  private readonly parts: AtomDomain[] = [];
  private readonly ids: number[] = [];
  private readonly contents: number[] = [];

  newPart(name: string, table: number): AtomDomain {
    return { interner: new Interner(name), table, capacity: 4, isRead: false, atoms: [] };
  }

  /**
   * Returns the atom of `value` in `part`, which is made if the value is new.
   * @throws TooManyValues if the domain is full
   * @throws Error if `value` is nothing that a model may hold
   */
  of(part: AtomDomain, value: unknown): number {
    const id = part.interner.intern(value);
    if (id === part.atoms.length) {
      part.atoms.push(this.ids.length);
      this.ids.push(id);
      this.contents.push(part.interner.contentOf(id));
      this.parts.push(part);
    }
    return part.atoms[id]!;
  }

  partOf(atom: number): AtomDomain {
    return this.parts[atom]!;
  }

  /** The id of the atom's value within its domain. */
  idOf(atom: number): number {
    return this.ids[atom]!;
  }

  valueOf(atom: number): unknown {
    return this.parts[atom]!.interner.valueOf(this.ids[atom]!);
  }

  contentOf(atom: number): number {
    return this.contents[atom]!;
  }

  nameOf(atom: number): string {
    return this.parts[atom]!.interner.nameOf(this.ids[atom]!);
  }

  /**
   * Whether atom `a` stands before atom `b` of the same domain. Names decide; if two different values bear one name,
   * the one that was met first stands first.
   */
  isBefore(a: number, b: number): boolean {
    const [ofA, ofB] = [this.nameOf(a), this.nameOf(b)];
    return ofA === ofB ? a < b : ofA < ofB;
  }
}
