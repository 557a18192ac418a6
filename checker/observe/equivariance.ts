/**
 * Equivariance: a function does with the renaming of a binding and a message what it does with these, renamed, or it tells interchangeable
 * members apart. So of the trees whose bindings and messages are renamings of each other one, the *representative*, runs the function, on a
 * row that is renamed to be the representative's case; the path that it learns goes, renamed, into the trees of its *images*.
 *
 * Only runs of the representative can contradict each other: a function may read members in the order of their set, and so in another order
 * than the renamed path has. The nodes of an image stand in the order of the representative's reads.
 *
 * Once ids are scarce (`LearningTrees.crowded`) nothing is renamed any more, and each tree runs its own function.
 */

import { RegionFull, Thrown } from "../errors.js";
import type { Families, Family } from "./intern.js";
import type { ReadDomain } from "./interner.js";
import type { Read } from "./recorder.js";
import type { Updates } from "./updates.js";

/** What renamings of interchangeable members do. They are numbered; number 0 leaves all as it is. */
export interface RowRenamings {
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

/** The trees that learn from each other, as far as that needs them (`Trees`). */
export interface LearningTrees {
  readonly families: Families;
  readonly updates: Updates;
  /** Whether ids are too scarce to rename values. */
  readonly crowded: boolean;
  /** Whether a tree knows what its function comes to on a row. */
  knows(tree: number, row: Uint16Array): boolean;
  /** The reads on the way to what a tree knows of a row; undefined if it knows nothing. */
  pathOf(tree: number, row: Uint16Array): Read[] | undefined;
  /** The leaf of a row, for which the function is run if the tree does not know it. @throws Thrown */
  leafOf(tree: number, row: Uint16Array): number;
  /** Runs the function of a tree on a row. @throws Thrown */
  observe(tree: number, row: Uint16Array): { readonly leaf: number; readonly reads: readonly Read[] };
  /** The leaf whose updates are those of another, renamed; undefined if one of them cannot be. */
  leafAfter(
    leaf: number,
    renamed: (slot: number, update: number) => readonly [number, number] | undefined,
  ): number | undefined;
  /** Enters a path and its leaf into a tree. @param row a row that takes this path, if one is at hand */
  graft(tree: number, reads: readonly Read[], leaf: number, row: Uint16Array | undefined): void;
}

/** A tree that learns from its representative: `there` renames the case of the representative to its own, `back` the other way. */
interface Image {
  readonly tree: number;
  readonly representative: number;
  readonly there: number;
  readonly back: number;
}

interface Learnt {
  readonly leaf: number;
  /** The reads that it follows from, as far as they are remembered. */
  readonly path: () => readonly Read[] | undefined;
}

export class Equivariance {
  private readonly images = new Map<number, Image>();
  private readonly imagesOf = new Map<number, Image[]>();
  /** By permutation: the leaf that it makes of a leaf, as far as it is known. */
  private readonly leaves: readonly Map<number, number>[];

  constructor(
    private readonly trees: LearningTrees,
    private readonly renamings: RowRenamings,
  ) {
    this.leaves = renamings.permutations.map(() => new Map());
  }

  /** Declares trees to be images of the first, their representative. @param trees by permutation: the tree that it makes of the first, if there is one */
  join(trees: readonly (number | undefined)[]): void {
    const [representative] = trees;
    if (representative === undefined || this.images.has(representative) || this.imagesOf.has(representative)) return;
    const images: Image[] = [];
    this.imagesOf.set(representative, images);
    trees.forEach((tree, there) => {
      if (tree === undefined || this.images.has(tree) || this.imagesOf.has(tree)) return;
      const image = { tree, representative, there, back: this.renamings.inverseOf(there) };
      this.images.set(tree, image);
      images.push(image);
    });
  }

  atomAfter(atom: number, permutation: number): number {
    return this.renamings.atomAfter(atom, permutation);
  }

  /** Whether the tree is not filled by its own runs. */
  isImage(tree: number): boolean {
    return this.images.has(tree);
  }

  /** Finds out through its representative what a tree comes to on a row. The leaf, or undefined if it has to run its own function. */
  run(tree: number, row: Uint16Array): number | undefined {
    const image = this.images.get(tree);
    if (image === undefined || this.trees.crowded) return undefined;
    const { representative, there, back } = image;
    const renamed = this.rowAfter(row, back);
    if (renamed === undefined) return undefined;
    const learnt = this.learn(representative, renamed);
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

  /** What the representative comes to. Undefined if it throws: then the image is asked itself, and the complaint is about what it does. */
  private learn(representative: number, row: Uint16Array): Learnt | undefined {
    const { trees } = this;
    try {
      // If the renamed row has values for which the representative's nodes have no room yet, it is not even walked.
      if (trees.families.outgrown) {
        const { leaf, reads } = trees.observe(representative, row);
        return { leaf, path: () => reads };
      }
      const leaf = trees.leafOf(representative, row);
      return { leaf, path: () => trees.pathOf(representative, row) };
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

  /** Enters what a representative has learnt into its images. */
  spread(representative: number, reads: readonly Read[], leaf: number): void {
    for (const { tree, there } of this.imagesOf.get(representative) ?? []) {
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

  private readAfter(slot: number, domain: ReadDomain, id: number, permutation: number): number | undefined {
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
