/**
 * Functions of values, part by part. What a renaming or a renumbering does to a record it does to each of its fields, to a channel to each
 * of its messages, and those have few distinct values; so the answer is remembered for each, and a value costs a look-up per part.
 */
import { hashText, mix } from "./hash.js";
import type { Families, Family } from "./intern.js";
import type { Domain, Interner } from "./interner.js";

/** What is known of the values of each domain. */
class PerPart<T> {
  private readonly known: (T | undefined)[][] = [];

  constructor(private readonly find: (domain: Domain<Interner>, id: number) => T) {}

  of(domain: Domain<Interner>, id: number): T {
    const known = this.known[domain.table];
    const value = known !== undefined && id < known.length ? known[id] : undefined;
    return value ?? this.found(domain, id);
  }

  private found(domain: Domain<Interner>, id: number): T {
    while (this.known.length <= domain.table) this.known.push([]);
    const known = this.known[domain.table]!;
    const value = this.find(domain, id);
    while (known.length <= id) known.push(undefined);
    known[id] = value;
    return value;
  }
}

/** Turns value ids into value ids, by a function from value to value that works inside compounds part by part. */
export class ByPartMap {
  private readonly after: PerPart<number>;

  constructor(
    private readonly families: Families,
    private readonly map: (value: unknown) => unknown,
  ) {
    this.after = new PerPart((domain, id) => families.internIn(domain, map(domain.interner.valueOf(id))));
  }

  idAfter(family: Family, id: number): number {
    const { families } = this;
    const { compound } = family;
    if (compound === undefined) return families.intern(family, this.map(family.interner.valueOf(id)));
    const parts = compound.partsOf(id);
    const after: number[] = [];
    let same = true;
    for (let i = 0; i < parts.length; i++) {
      const part = this.after.of(compound.domainAt(i), parts[i]!);
      if (part !== parts[i]) same = false;
      after.push(part);
    }
    if (same) return id;
    compound.arrange(after);
    return families.internParts(family, after);
  }
}

/** Sums values up to a number: a function of each part's value, and how to put two together, in any order. */
export class ByPartSum {
  private readonly ofPart: PerPart<number>;

  constructor(
    private readonly of: (value: unknown) => number,
    private readonly together: (a: number, b: number) => number,
  ) {
    this.ofPart = new PerPart((domain, id) => of(domain.interner.valueOf(id)));
  }

  sumOf(family: Family, id: number): number {
    const { compound } = family;
    if (compound === undefined) return this.of(family.interner.valueOf(id));
    const parts = compound.partsOf(id);
    let sum = 0;
    for (let i = 0; i < parts.length; i++) sum = this.together(sum, this.ofPart.of(compound.domainAt(i), parts[i]!));
    return sum;
  }
}

/** Hashes values by texts that are made of them in another way than their keys are. */
export class ByPartHash {
  private readonly texts: PerPart<string>;
  private readonly hashes: PerPart<number>;

  constructor(private readonly text: (value: unknown) => string) {
    this.texts = new PerPart((domain, id) => text(domain.interner.valueOf(id)));
    this.hashes = new PerPart((domain, id) => hashText(this.texts.of(domain, id)));
  }

  /** The same as the hash of the value's content, if the text is the key. */
  hashOf(family: Family, id: number): number {
    const { channels, compound } = family;
    if (channels !== undefined)
      return channels.hashOfTexts(channels.partsOf(id).map((part) => this.texts.of(channels.domainAt(), part)));
    if (compound === undefined) return hashText(this.text(family.interner.valueOf(id)));
    const parts = compound.partsOf(id);
    let hash = 0;
    for (let i = 0; i < parts.length; i++) hash = mix(hash, this.hashes.of(compound.domainAt(i), parts[i]!));
    return hash;
  }
}
