/**
 * Atoms: the values that compounds are made of, fields of records and messages of channels. Each domain numbers its values, for the
 * trees; the atoms are numbered through all domains, so that what a renaming or a renumbering does to each is one short array.
 */
import { Interner, type ReadDomain } from "./interner.js";

/** A field, or the messages of a family. */
export interface AtomDomain extends ReadDomain<Interner> {
  /** By id: the atom. */
  readonly atoms: number[];
}

export class Atoms {
  private readonly parts: AtomDomain[] = [];
  private readonly ids: number[] = [];
  private readonly contents: number[] = [];

  newPart(name: string, table: number): AtomDomain {
    return { interner: new Interner(name), table, capacity: 4, isRead: false, atoms: [] };
  }

  /** The atom of a value, new or not. @throws TooManyValues, and Error for what is not a value */
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

  /** Its id in its domain. */
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

  /** Whether an atom stands before another of its domain: by names, and of two that mean two of one name, the one that was met first. */
  isBefore(a: number, b: number): boolean {
    const [ofA, ofB] = [this.nameOf(a), this.nameOf(b)];
    return ofA === ofB ? a < b : ofA < ofB;
  }
}
