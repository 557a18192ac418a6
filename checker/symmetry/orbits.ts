/**
 * Orbits: a value and all that renamings of members make of it. What is learnt of a value is true of each, renamed: if an update makes b of
 * a, the renamed update makes the renamed b of the renamed a, and so does a renumbering; and the shape of a value, seen from a member, is
 * that of the renamed value, seen from the renamed member. So for few members one question is asked instead of six.
 *
 * The whole orbit is brought into being with its first value. Most of it would be met anyway; of many members most would not, so there
 * are orbits for three at the most.
 */
import type { ByPartMap } from "../observe/by-part.js";
import type { RowRenamings } from "../observe/equivariance.js";
import type { Family } from "../observe/intern.js";
import { MAX_IDS } from "../observe/interner.js";
import type { PagedTable } from "../observe/paged.js";
import type { Update, Updates } from "../observe/updates.js";

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
  /** What it makes of a value. */
  readonly rename: (value: unknown) => unknown;
}

export class Orbits implements RowRenamings {
  /** By two permutations: the second after the first. */
  private readonly composed: readonly (readonly number[])[];
  /** By permutation and update: the renamed update, plus one; 0 if it is not known. */
  private readonly updates: number[][];
  private readonly images: number[] = [];
  private readonly before: number[] = [];
  private readonly after: number[] = [];

  /**
   * @param permutations all of them, the identity first
   * @param mentions whether a value mentions members @param tell is told of a value that it is a renaming of
   * another
   */
  constructor(
    private readonly renamings: PagedTable,
    readonly permutations: readonly Permutation[],
    private readonly mentions: (family: Family, id: number) => boolean,
    private readonly tell: (family: Family, id: number, of: number) => void,
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
    for (const image of images) this.tell(family, image, id);
    return true;
  }

  inverseOf(permutation: number): number {
    return this.composed[permutation]!.indexOf(0);
  }

  slotAfter(slot: number, permutation: number): number {
    return this.permutations[permutation]!.slots[slot]!;
  }

  atomAfter(atom: number, permutation: number): number {
    return this.permutations[permutation]!.renamed.atomAfter(atom);
  }

  idAfter(family: Family, id: number, permutation: number): number | undefined {
    if (!this.mentions(family, id)) return id;
    const known = this.renamings.get(this.permutations[permutation]!.renaming + family.index, id);
    if (known >= 0) return known;
    return this.imagesOf(family, id, this.images) ? this.images[permutation]! : undefined;
  }

  /** Calls with what each permutation makes of two values of a family. */
  spread(family: Family, a: number, b: number, call: (permutation: number, a: number, b: number) => void): void {
    if (!this.imagesOf(family, a, this.before) || !this.imagesOf(family, b, this.after)) return;
    for (let i = 1; i < this.permutations.length; i++) call(i, this.before[i]!, this.after[i]!);
  }

  /** Enters what an update does to a value into the tables of the renamed updates that there are. */
  spreadUpdate(updates: Updates, update: number, id: number, after: number): void {
    this.spread(updates.familyOf(update), id, after, (permutation, from, to) => {
      const row = this.renamedUpdate(updates, update, permutation, false);
      if (row >= 0 && updates.table.get(row, from) < 0) updates.table.set(row, from, to);
    });
  }

  updateAfter(updates: Updates, update: number, permutation: number): number | undefined {
    const row = this.renamedUpdate(updates, update, permutation, true);
    return row < 0 ? undefined : row;
  }

  /** The row of a renamed update, or -1 if there is none, and none is wanted or can be made. */
  private renamedUpdate(updates: Updates, update: number, permutation: number, wanted: boolean): number {
    const known = this.updates[permutation]!;
    while (known.length <= update) known.push(0);
    if (known[update] === 0) {
      const family = updates.familyOf(update);
      const after = this.rename(family, updates.at(update), permutation);
      known[update] =
        1 + (after === undefined ? -1 : wanted ? updates.row(family, after) : updates.find(family, after));
    }
    return known[update]! - 1;
  }

  private rename(family: Family, { kind, numbers }: Update, permutation: number): Update | undefined {
    if (kind === "constant") {
      const after = this.idAfter(family, numbers[0]!, permutation);
      return after === undefined ? undefined : { kind, numbers: [after] };
    }
    // The second of each pair is an atom.
    const after = numbers.map((number, i) => (i % 2 === 0 ? number : this.atomAfter(number, permutation)));
    return { kind, numbers: after };
  }
}
