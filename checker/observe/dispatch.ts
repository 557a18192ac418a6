/**
 * Dispatch by value: most functions read one slot first, and most are decided by it. For each (slot, value id) there is a list of the
 * trees that start at the slot and are not decided by this value, with the node where the walk goes on. A receiving action has a
 * tree per message; its entry stands in the list of each value of the channel that holds the message.
 *
 *   lists[slot * MAX_IDS + id] is an index into entries, or 0 if the list is not made yet
 *   entries: [count, node, tree, node, tree, …]
 */
import type { Channel } from "../model/channel.js";
import { MAX_IDS } from "./intern.js";
import { DISABLED, grown, type Observed, type Trees, UNKNOWN } from "./trees.js";

/** Makes the tree of a receiving action for a message. */
export interface Receiving<Event> {
  readonly slot: number;
  readonly observedFor: (message: number) => Observed<Event>;
  /** Called with each tree that is made. */
  readonly onTree: (tree: number) => void;
}

export class Dispatch<Event> {
  lists: Int32Array;
  entries = new Int32Array(1 << 12);
  /** Trees that read nothing, or that are not remembered: looked at in every state. */
  readonly rootless: number[] = [];
  /** Trees that need not be looked at any more: their property is decided. */
  readonly done = new Set<number>();
  private used = 1;
  private readonly startingAt = new Map<number, number[]>();
  private readonly receivingTrees = new Map<string, number>();

  constructor(
    private readonly trees: Trees<Event>,
    private readonly receiving: readonly Receiving<Event>[],
  ) {
    this.lists = new Int32Array(trees.families.ofSlot.length * MAX_IDS);
  }

  /** Sorts trees by the slot that they read first, by running each on the first state. */
  addRoots(trees: readonly number[], row: Uint16Array): void {
    for (const tree of trees) {
      this.trees.leafOf(tree, row);
      const root = this.trees.roots[tree]!;
      if (root > 0) {
        const slot = this.trees.nodes[root]!;
        this.startingAt.set(slot, [...(this.startingAt.get(slot) ?? []), tree]);
      } else {
        this.rootless.push(tree);
      }
    }
  }

  /** Forgets all lists, after the trees were rebuilt or a property was decided. */
  reset(): void {
    this.lists.fill(0);
    this.used = 1;
  }

  /** Makes the list for the value in a slot of a row. Its index in `entries`. */
  build(slot: number, row: Uint16Array): number {
    const list: number[] = [];
    const id = row[slot]!;
    for (const tree of this.startingAt.get(slot) ?? []) this.enter(list, tree, slot, row);
    for (const receiving of this.receiving) {
      if (receiving.slot !== slot) continue;
      const family = this.trees.families.ofSlot[slot]!;
      for (const message of (family.interner.valueOf(id) as Channel<unknown>).takeable()) {
        this.enter(list, this.receivingTree(receiving, family.messages.intern(message)), slot, row);
      }
    }
    const at = this.used;
    this.used += 1 + list.length;
    if (this.used > this.entries.length)
      this.entries = grown(this.entries, Math.max(this.used, this.entries.length * 2));
    this.entries[at] = list.length / 2;
    this.entries.set(list, at + 1);
    this.lists[slot * MAX_IDS + id] = at;
    return at;
  }

  private receivingTree(receiving: Receiving<Event>, message: number): number {
    const key = `${this.receiving.indexOf(receiving)} ${message}`;
    let tree = this.receivingTrees.get(key);
    if (tree === undefined) {
      tree = this.trees.add(receiving.observedFor(message));
      this.receivingTrees.set(key, tree);
      receiving.onTree(tree);
    }
    return tree;
  }

  private enter(list: number[], tree: number, slot: number, row: Uint16Array): void {
    if (this.done.has(tree)) return;
    let node = this.walkSlot(tree, slot, row);
    if (node === UNKNOWN) {
      this.trees.run(tree, row);
      node = this.walkSlot(tree, slot, row);
    }
    if (node !== DISABLED) list.push(node, tree);
  }

  /** Walks a tree as far as the value of one slot decides it. */
  private walkSlot(tree: number, slot: number, row: Uint16Array): number {
    const { nodes, roots, families } = this.trees;
    let node = roots[tree]!;
    while (node > 0 && nodes[node] === slot)
      node = nodes[node + 2 + families.projections[nodes[node + 1]! + row[slot]!]!]!;
    return node;
  }

  get bytes(): number {
    return this.entries.byteLength;
  }
}
