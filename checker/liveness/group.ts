/**
 * The group of what closed walks in a component do to names, as far as it matters: which things it carries into each
 * other.
 */
import type { Renamings } from "./renamings.js";

export class NameGroup {
  private readonly known = new Set<number>();
  /** Union-find: by thing, another of its orbit. */
  private readonly parent: Int32Array;
  /** The orbits of the identity alone, which most components have. */
  private readonly alone: readonly (readonly number[])[];

  constructor(
    private readonly renamings: Renamings,
    private readonly things: { readonly all: { readonly length: number }; by(renaming: number): Int32Array },
  ) {
    this.parent = Int32Array.from({ length: things.all.length }, (_, thing) => thing);
    this.alone = Array.from(this.parent, (thing) => [thing]);
  }

  /** Begins anew, with the group of the identity alone. */
  begin(): void {
    if (this.known.size === 0) return;
    this.known.clear();
    for (let i = 0; i < this.parent.length; i++) this.parent[i] = i;
  }

  /**
   * Adds the closed walk that leads along the tree to a node, over a transition, and back along the tree from the next
   * node.
   * @param potential the node's potential
   * @param renaming the transition's renaming
   * @param potentialThere the next node's potential
   */
  add(potential: number, renaming: number, potentialThere: number): void {
    const { renamings } = this;
    const back = renamings.product(renamings.inverse(renaming), potential);
    if (back === potentialThere) return;
    const generator = renamings.product(renamings.inverse(potentialThere), back);
    if (this.known.has(generator)) return;
    this.known.add(generator);
    this.things.by(generator).forEach((there, here) => {
      this.parent[this.find(here)] = this.find(there);
    });
  }

  private find(thing: number): number {
    let root = thing;
    while (this.parent[root] !== root) root = this.parent[root]!;
    return root;
  }

  /** Returns the orbits: lists of things that the group carries into each other. */
  orbits(): readonly (readonly number[])[] {
    if (this.known.size === 0) return this.alone;
    const orbits = new Map<number, number[]>();
    this.parent.forEach((_, thing) => {
      const root = this.find(thing);
      orbits.set(root, [...(orbits.get(root) ?? []), thing]);
    });
    return [...orbits.values()];
  }
}
