/**
 * Orbits: a value and all that renamings of members make of it. What is learnt of a value is true of each, renamed: if an update makes b of
 * a, the renamed update makes the renamed b of the renamed a, and so does a renumbering; and the shape of a value, seen from a member, is
 * that of the renamed value, seen from the renamed member. So for few members one question is asked instead of six.
 *
 * The whole orbit is brought into being with its first value. Most of it would be met anyway; of many members most would not, so there
 * are orbits for three at the most.
 */
import type { ByPartMap } from "../observe/by-part.js";
import type { Family } from "../observe/intern.js";
import { MAX_IDS } from "../observe/interner.js";
import type { PagedTable } from "../observe/paged.js";
import type { Updates } from "../observe/updates.js";

/** With more members there are no orbits. */
export const MOST_IN_ORBITS = 3;

export interface Permutation {
  /** Where the index of each member goes. */
  readonly to: readonly number[];
  /** Where what stands in each slot goes. */
  readonly slots: readonly number[];
  /** The first row of the renaming tables, one for each family. */
  readonly renaming: number;
  readonly renamed: ByPartMap;
}

export class Orbits {
  /** By two permutations: the second after the first. */
  private readonly composed: readonly (readonly number[])[];
  /** By permutation and update: the renamed update, plus one; 0 if it is not known. */
  private readonly updates: number[][];
  private readonly before: number[] = [];
  private readonly after: number[] = [];

  /**
   * @param permutations all of them, the identity first
   * @param mentions whether a value mentions members @param tell is told of new values
   */
  constructor(
    private readonly renamings: PagedTable,
    readonly permutations: readonly Permutation[],
    private readonly mentions: (family: Family, id: number) => boolean,
    private readonly tell: (family: Family, id: number) => void,
  ) {
    const numberOf = new Map(permutations.map(({ to }, i) => [to.join(), i]));
    this.composed = permutations.map(({ to: first }) =>
      permutations.map(({ to }) => numberOf.get(first.map((index) => to[index]).join())!),
    );
    this.updates = permutations.map(() => []);
  }

  /**
   * Puts what each permutation makes of a value into a list. False if the family is so full that values are no longer brought into
   * being that perhaps no state holds.
   */
  imagesOf(family: Family, id: number, into: number[]): boolean {
    into.length = 0;
    if (!this.mentions(family, id)) {
      for (let i = 0; i < this.permutations.length; i++) into.push(id);
      return true;
    }
    const known = this.renamings.get(this.permutations[1]!.renaming + family.index, id) >= 0;
    if (!known) return this.learn(family, id, into);
    for (const { renaming } of this.permutations) into.push(this.renamings.get(renaming + family.index, id));
    return true;
  }

  private learn(family: Family, id: number, images: number[]): boolean {
    if (family.interner.count > MAX_IDS / 2) return false;
    for (const { renamed } of this.permutations) images.push(renamed.idAfter(family, id));
    this.permutations.forEach(({ renaming }, second) => {
      for (let first = 0; first < images.length; first++)
        this.renamings.set(renaming + family.index, images[first]!, images[this.composed[first]![second]!]!);
    });
    for (const image of images) this.tell(family, image);
    return true;
  }

  /** Calls with what each permutation makes of two values of a family. */
  spread(family: Family, a: number, b: number, call: (permutation: number, a: number, b: number) => void): void {
    if (!this.imagesOf(family, a, this.before) || !this.imagesOf(family, b, this.after)) return;
    for (let i = 1; i < this.permutations.length; i++) call(i, this.before[i]!, this.after[i]!);
  }

  /** Enters what an update does to a value into the tables of the renamed updates that there are. */
  spreadUpdate(updates: Updates, update: number, id: number, after: number): void {
    this.spread(updates.familyOf(update), id, after, (permutation, from, to) => {
      const row = this.updateAfter(updates, update, permutation);
      if (row >= 0 && updates.table.get(row, from) < 0) updates.table.set(row, from, to);
    });
  }

  /** The row of a renamed update, or -1 if there is none. */
  private updateAfter(updates: Updates, update: number, permutation: number): number {
    const known = this.updates[permutation]!;
    while (known.length <= update) known.push(0);
    if (known[update] === 0) known[update] = 1 + this.findRenamed(updates, update, permutation);
    return known[update]! - 1;
  }

  private findRenamed(updates: Updates, update: number, permutation: number): number {
    const family = updates.familyOf(update);
    const { kind, numbers } = updates.at(update);
    const { renamed } = this.permutations[permutation]!;
    if (kind !== "constant") {
      // The second of each pair is an atom.
      const after = numbers.map((number, i) => (i % 2 === 0 ? number : renamed.atomAfter(number)));
      return updates.find(family, { kind, numbers: after });
    }
    const images: number[] = [];
    return this.imagesOf(family, numbers[0]!, images)
      ? updates.find(family, { kind, numbers: [images[permutation]!] })
      : -1;
  }
}
