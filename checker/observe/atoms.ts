/**
 * Atoms: the values that compounds are made of, fields of records and messages of channels. Each domain numbers its values, for the
 * trees; the atoms are numbered through all domains, so that what a renaming or a renumbering does to each is one short array.
 */
import { type Domain, Interner } from "./interner.js";

/** A field, or the messages of a family. */
export interface Part extends Domain<Interner> {
  /** By id: the atom. */
  readonly atoms: number[];
}

export class Atoms {
  private readonly parts: Part[] = [];
  private readonly ids: number[] = [];

  newPart(name: string, table: number): Part {
    return { interner: new Interner(name), table, capacity: 4, isRead: false, atoms: [] };
  }

  /** The atom of a value, new or not. @throws TooManyValues, and Error for what is not a value */
  of(part: Part, value: unknown): number {
    const id = part.interner.intern(value);
    if (id === part.atoms.length) {
      part.atoms.push(this.ids.length);
      this.ids.push(id);
      this.parts.push(part);
    }
    return part.atoms[id]!;
  }

  partOf(atom: number): Part {
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
    return this.parts[atom]!.interner.contentOf(this.ids[atom]!);
  }

  /** The text that no other value of the domain has. */
  textOf(atom: number): string {
    return this.parts[atom]!.interner.textOf(this.ids[atom]!);
  }
}
