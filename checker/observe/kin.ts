/**
 * Kin: trees of one function whose bindings, and messages, are renamings of each other. What the function does with one of them it does,
 * renamed, with the others, or it tells interchangeable members apart. So only the first of the kin, the *lender*, runs it: on a row that is
 * renamed until it is the lender's case. The path that is learnt goes, renamed, into the trees of all.
 *
 * Only the lender's runs can contradict each other, since a function may read members in the order of their set, and so in another order
 * than the renamed path has. Its trees' nodes stand in the order of the lender's reads.
 *
 * Once ids are scarce (see `Trees.crowded`) nothing is renamed any more, and each runs its own function.
 */
import { RegionFull } from "../wasm/arena.js";
import type { Family } from "./intern.js";
import type { Domain } from "./interner.js";
import type { Read } from "./recorder.js";
import { Thrown, type Trees } from "./trees.js";
import type { Updates } from "./updates.js";

/** What renamings of interchangeable members do. They are numbered; number 0 leaves all as it is. */
export interface Renamings {
  readonly permutations: readonly unknown[];
  inverseOf(permutation: number): number;
  /** Where what stands in a slot goes. */
  slotAfter(slot: number, permutation: number): number;
  atomAfter(atom: number, permutation: number): number;
  /** Undefined if ids are too scarce for it. */
  idAfter(family: Family, id: number, permutation: number): number | undefined;
  /** The same. @throws RegionFull */
  updateAfter(updates: Updates, update: number, permutation: number): number | undefined;
}

/** A tree that borrows from the lender, whose case becomes the tree's by one renaming, and the tree's its by the other. */
interface Borrower {
  readonly tree: number;
  readonly lender: number;
  readonly there: number;
  readonly back: number;
}

interface Learnt {
  readonly leaf: number;
  /** The reads that it follows from, as far as they are remembered. */
  readonly path: () => readonly Read[] | undefined;
}

export class Kin {
  private readonly borrowers = new Map<number, Borrower>();
  private readonly borrowersOf = new Map<number, Borrower[]>();
  /** By permutation: the leaf that it makes of a leaf, as far as it is known. */
  private readonly leaves: readonly Map<number, number>[];

  constructor(
    private readonly trees: Trees<unknown>,
    private readonly renamings: Renamings,
  ) {
    this.leaves = renamings.permutations.map(() => new Map());
  }

  /** Declares trees to be kin, the first the lender. @param trees by permutation: the tree that it makes of the first, if there is one */
  join(trees: readonly (number | undefined)[]): void {
    const [lender] = trees;
    if (lender === undefined || this.borrowers.has(lender) || this.borrowersOf.has(lender)) return;
    const borrowers: Borrower[] = [];
    this.borrowersOf.set(lender, borrowers);
    trees.forEach((tree, there) => {
      if (tree === undefined || this.borrowers.has(tree) || this.borrowersOf.has(tree)) return;
      const borrower = { tree, lender, there, back: this.renamings.inverseOf(there) };
      this.borrowers.set(tree, borrower);
      borrowers.push(borrower);
    });
  }

  atomAfter(atom: number, permutation: number): number {
    return this.renamings.atomAfter(atom, permutation);
  }

  /** Whether the tree is not filled by its own runs. */
  borrows(tree: number): boolean {
    return this.borrowers.has(tree);
  }

  /** Finds out through its lender what a tree comes to on a row. The leaf, or undefined if it has to run its own function. */
  run(tree: number, row: Uint16Array): number | undefined {
    const borrower = this.borrowers.get(tree);
    if (borrower === undefined || this.trees.crowded) return undefined;
    const { lender, there, back } = borrower;
    const renamed = this.rowAfter(row, back);
    if (renamed === undefined) return undefined;
    const learnt = this.learn(lender, renamed);
    const leaf = learnt && this.leafAfter(learnt.leaf, there);
    if (learnt === undefined || leaf === undefined) return undefined;
    const path = this.trees.knows(tree, row) ? undefined : learnt.path();
    if (path !== undefined) {
      const { families } = this.trees;
      const reads = path.map(({ slot, domain }) => {
        const after = this.renamings.slotAfter(slot, there);
        return { slot: after, domain, id: families.project(domain, row[after]!) };
      });
      this.trees.graft(tree, reads, leaf, row);
    }
    return leaf;
  }

  /** What the lender comes to. Undefined if it throws: then the borrower is asked itself, and the complaint is about what it does. */
  private learn(lender: number, row: Uint16Array): Learnt | undefined {
    const { trees } = this;
    try {
      // If the renamed row has values for which the lender's nodes have no room yet, it is not even walked.
      if (trees.families.outgrown) {
        const { leaf, reads } = trees.observe(lender, row);
        return { leaf, path: () => reads };
      }
      const leaf = trees.leafOf(lender, row);
      return { leaf, path: () => trees.pathOf(lender, row) };
    } catch (error) {
      if (error instanceof Thrown) return undefined;
      throw error;
    }
  }

  private rowAfter(row: Uint16Array, permutation: number): Uint16Array | undefined {
    const { ofSlot } = this.trees.families;
    const after = new Uint16Array(row.length);
    for (let slot = 0; slot < ofSlot.length; slot++) {
      const id = this.renamings.idAfter(ofSlot[slot]!, row[slot]!, permutation);
      if (id === undefined) return undefined;
      after[this.renamings.slotAfter(slot, permutation)] = id;
    }
    return after;
  }

  /** Enters what a lender has learnt into the trees of its kin. */
  spread(lender: number, reads: readonly Read[], leaf: number): void {
    for (const { tree, there } of this.borrowersOf.get(lender) ?? []) {
      if (this.trees.crowded) return;
      try {
        const path = this.pathAfter(reads, there);
        const after = path && this.leafAfter(leaf, there);
        if (path !== undefined && after !== undefined) this.trees.graft(tree, path, after, undefined);
      } catch (error) {
        if (!(error instanceof RegionFull)) throw error;
      }
    }
  }

  private pathAfter(reads: readonly Read[], permutation: number): Read[] | undefined {
    const path: Read[] = [];
    for (const { slot, domain, id } of reads) {
      const after = this.readAfter(slot, domain, id, permutation);
      if (after === undefined) return undefined;
      path.push({ slot: this.renamings.slotAfter(slot, permutation), domain, id: after });
    }
    return path;
  }

  private readAfter(slot: number, domain: Domain, id: number, permutation: number): number | undefined {
    const { families } = this.trees;
    const family = families.ofSlot[slot]!;
    const part = family.domains.find((other) => other === domain);
    return part
      ? families.atoms.idOf(this.renamings.atomAfter(part.atoms[id]!, permutation))
      : this.renamings.idAfter(family, id, permutation);
  }

  private leafAfter(leaf: number, permutation: number): number | undefined {
    const known = this.leaves[permutation]!.get(leaf);
    if (known !== undefined) return known;
    const { renamings, trees } = this;
    const after = trees.leafAfter(leaf, (slot, update) => {
      const renamed = renamings.updateAfter(trees.updates, update, permutation);
      return renamed === undefined ? undefined : [renamings.slotAfter(slot, permutation), renamed];
    });
    if (after !== undefined) this.leaves[permutation]!.set(leaf, after);
    return after;
  }
}
