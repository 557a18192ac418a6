/**
 * Orbits: a value together with all its renamings. What is learnt of a value holds, renamed, for its whole orbit: if an
 * update turns a into b, the renamed update turns the renamed a into the renamed b, and so does a renumbering; and the
 * shape of a value seen from a member is that of the renamed value seen from the renamed member. So with three members
 * one question is asked instead of six.
 *
 * The first value of an orbit gives ids to all of it. With few members most of the orbit would be met anyway; with many
 * most would not, so there are orbits for sets of at most three members each, and for two such sets at most.
 */
import type { Interchangeable } from "../model/interchangeable.js";
import type { ByPartMap } from "../observe/by-part.js";
import type { RowRenamings } from "../observe/equivariance.js";
import type { Family } from "../observe/intern.js";
import { MAX_IDS } from "../observe/interner.js";
import type { PagedTable } from "../observe/paged.js";
import type { Update, Updates } from "../observe/updates.js";

/** With more members in a set, or more renamings, there are no orbits. Two sets of three members have 36 renamings. */
const MOST_IN_SET = 3;
const MOST_RENAMINGS = 36;

/** Whether there are orbits under the renamings of these members. */
export function hasOrbits({ blocks, renamings }: Interchangeable): boolean {
  return renamings <= MOST_RENAMINGS && blocks.every(({ first, end }) => end - first <= MOST_IN_SET);
}

export interface Permutation {
  /** By number of a member: the number that it gets. */
  readonly to: readonly number[];
  /** By column: the column to which its contents move. */
  readonly columns: readonly number[];
  /** The first of its rows in the renamings' table, which has one row per family. */
  readonly renaming: number;
  readonly renamed: ByPartMap;
  readonly rename: (value: unknown) => unknown;
}

export class Orbits implements RowRenamings {
  /** The permutation that does `first` and then `second`, as composed[first][second]. */
  private readonly composed: readonly (readonly number[])[];
  /** By permutation and update: the table row of the renamed update, plus one; 0 if there is none yet. */
  private readonly updates: number[][];
  private readonly images: number[] = [];
  private readonly before: number[] = [];
  private readonly after: number[] = [];

  /**
   * @param permutations all permutations of the members, the identity first
   * @param mentions whether a value mentions members
   * @param tell called with each value `id` that is a renaming of the value `of`
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
   * Fills `into` with the id that each permutation gives the value `id`. Returns false if the family is so full that
   * values no longer get ids unless a state holds them.
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

  columnAfter(column: number, permutation: number): number {
    return this.permutations[permutation]!.columns[column]!;
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

  /** Calls `call` with what each permutation but the identity makes of two values of a family. */
  spread(family: Family, a: number, b: number, call: (permutation: number, a: number, b: number) => void): void {
    if (!this.imagesOf(family, a, this.before) || !this.imagesOf(family, b, this.after)) return;
    for (let i = 1; i < this.permutations.length; i++) call(i, this.before[i]!, this.after[i]!);
  }

  /**
   * Enters that `update` turns the value `id` into `after`, renamed, into the rows of the renamed updates, as far as
   * those have rows.
   */
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

  /** The table row of a renamed update; -1 if it has none and none is `wanted`, or if it cannot be made. */
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
    // The second number of each pair is an atom.
    const after = numbers.map((number, i) => (i % 2 === 0 ? number : this.atomAfter(number, permutation)));
    return { kind, numbers: after };
  }
}
