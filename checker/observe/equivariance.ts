/**
 * Equivariance: what a function does with a binding and a message it does, renamed, with every renaming of these;
 * otherwise it would tell interchangeable members apart. So among trees whose bindings and messages are renamings of
 * each other one, the *representative*, runs its function. The row is first renamed to the representative's case, and
 * the path that is learnt goes, renamed back, into the trees of the *images*.
 *
 * Only runs of the representative are checked against each other for purity. A function may read members in the order
 * of their set, so that its own reads can come in another order than the renamed path has them. The nodes of an image
 * stand in the order of the representative's reads.
 *
 * Once ids are scarce (`LearningTrees.crowded`), nothing is renamed any more, and each tree runs its own function.
 */

import { RegionFull } from "../errors.js";
import type { Families, Family } from "./intern.js";
import type { ReadDomain } from "./interner.js";
import type { Read } from "./recorder.js";
import type { Updates } from "./updates.js";

/**
 * What renamings of interchangeable members do to columns, atoms, values and updates. Renamings are numbered; number 0
 * is the identity.
 */
export interface RowRenamings {
  readonly permutations: readonly unknown[];
  inverseOf(permutation: number): number;
  /** The column to which a renaming moves the contents of `column`. */
  columnAfter(column: number, permutation: number): number;
  atomAfter(atom: number, permutation: number): number;
  /** The id of the renamed value; undefined if ids are too scarce to give it one. */
  idAfter(family: Family, id: number, permutation: number): number | undefined;
  /**
   * The table row of the renamed update; undefined if ids are too scarce to give a value of it an id.
   * @throws RegionFull if there is no room for one more update
   */
  updateAfter(updates: Updates, update: number, permutation: number): number | undefined;
}

/** What equivariance needs of `Trees`. */
export interface LearningTrees {
  readonly families: Families;
  readonly updates: Updates;
  /** Whether room or ids are too scarce to rename values. */
  readonly crowded: boolean;
  /** Whether the tree leads to a leaf for `row`. */
  knows(tree: number, row: Uint16Array): boolean;
  /** The reads on the tree's path for `row`; undefined if the path ends at an unknown child. */
  pathOf(tree: number, row: Uint16Array): Read[] | undefined;
  /** The tree's leaf for `row`; its function is run if the tree does not know it. */
  leafOf(tree: number, row: Uint16Array): number;
  /** Runs the tree's function on `row` and returns its leaf and its reads, without entering them into a tree. */
  observe(tree: number, row: Uint16Array): { readonly leaf: number; readonly reads: readonly Read[] };
  /**
   * Returns the leaf whose updates are those of `leaf`, each replaced by what `renamed` makes of its column and number;
   * undefined if `renamed` has none for one of them.
   */
  leafAfter(
    leaf: number,
    renamed: (column: number, update: number) => readonly [number, number] | undefined,
  ): number | undefined;
  /**
   * Enters a path and its leaf into a tree.
   * @param row a row that takes this path, if one is at hand
   */
  graft(tree: number, reads: readonly Read[], leaf: number, row: Uint16Array | undefined): void;
}

/**
 * A tree that learns from its representative. The renaming `there` makes the image's binding and message of the
 * representative's; `back` is its inverse.
 */
interface Image {
  readonly tree: number;
  readonly representative: number;
  readonly there: number;
  readonly back: number;
}

interface Learnt {
  readonly leaf: number;
  /** The reads that lead to the leaf; undefined if they are not remembered. */
  readonly path: () => readonly Read[] | undefined;
}

export class Equivariance {
  private readonly images = new Map<number, Image>();
  private readonly imagesOf = new Map<number, Image[]>();
  /** By permutation: a map from a leaf to the renamed leaf, as far as known. */
  private readonly leaves: readonly Map<number, number>[];

  constructor(
    private readonly trees: LearningTrees,
    private readonly renamings: RowRenamings,
  ) {
    this.leaves = renamings.permutations.map(() => new Map());
  }

  /**
   * Declares trees to be images of the first of `trees`, their representative. Trees that were declared before keep
   * their role.
   * @param trees by permutation: the tree whose binding and message the permutation makes of the first one's; undefined
   * if there is none
   */
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

  /** Whether the tree learns from a representative. */
  isImage(tree: number): boolean {
    return this.images.has(tree);
  }

  /**
   * Finds the leaf of an image for `row` by running its representative. Returns undefined if the tree has to run its
   * own function.
   */
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
      const reads = path.map(({ column, domain }) => {
        const after = this.renamings.columnAfter(column, there);
        return { column: after, domain, id: families.project(domain, row[after]!) };
      });
      this.trees.graft(tree, reads, leaf, row);
    }
    return leaf;
  }

  /** Finds the representative's leaf for a row. */
  private learn(representative: number, row: Uint16Array): Learnt {
    const { trees } = this;
    // The renamed row may hold values for which the representative's nodes have no room yet, so the tree is not walked.
    if (trees.families.outgrown) {
      const { leaf, reads } = trees.observe(representative, row);
      return { leaf, path: () => reads };
    }
    const leaf = trees.leafOf(representative, row);
    return { leaf, path: () => trees.pathOf(representative, row) };
  }

  private rowAfter(row: Uint16Array, permutation: number): Uint16Array | undefined {
    const { ofColumn } = this.trees.families;
    const after = new Uint16Array(row.length);
    for (let column = 0; column < ofColumn.length; column++) {
      const id = this.renamings.idAfter(ofColumn[column]!, row[column]!, permutation);
      if (id === undefined) return undefined;
      after[this.renamings.columnAfter(column, permutation)] = id;
    }
    return after;
  }

  /** Enters the path that a representative has learnt, renamed, into its images. */
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
    for (const { column, domain, id } of reads) {
      const after = this.readAfter(column, domain, id, permutation);
      if (after === undefined) return undefined;
      path.push({ column: this.renamings.columnAfter(column, permutation), domain, id: after });
    }
    return path;
  }

  private readAfter(column: number, domain: ReadDomain, id: number, permutation: number): number | undefined {
    const { families } = this.trees;
    const family = families.ofColumn[column]!;
    const part = family.domains.find((other) => other === domain);
    return part
      ? families.atoms.idOf(this.renamings.atomAfter(part.atoms[id]!, permutation))
      : this.renamings.idAfter(family, id, permutation);
  }

  private leafAfter(leaf: number, permutation: number): number | undefined {
    const known = this.leaves[permutation]!.get(leaf);
    if (known !== undefined) return known;
    const { renamings, trees } = this;
    const after = trees.leafAfter(leaf, (column, update) => {
      const renamed = renamings.updateAfter(trees.updates, update, permutation);
      return renamed === undefined ? undefined : [renamings.columnAfter(column, permutation), renamed];
    });
    if (after !== undefined) this.leaves[permutation]!.set(leaf, after);
    return after;
  }
}
