/**
 * Dispatch by value: most functions read one slot first, and most are decided by it. For each (slot, value id) there is a list of the
 * trees that start at the slot and are not decided by this value, with the node where the walk goes on. A receiving action has a
 * tree per message; its entry stands in the list of each value of the channel that holds the message.
 *
 *   lists[slot * MAX_IDS + id] is the word index of a list, or 0 if the list is not made yet
 *   a list: [count, node, tree, node, tree, …]
 */
import type { Region } from "../kernel/arena.js";
import { H_LISTS, H_ROOTLESS } from "../kernel/layout.js";
import { MAX_IDS } from "./interner.js";
import { DISABLED, type Observed, type Trees, UNKNOWN } from "./trees.js";

/** Makes the tree of a receiving action for a message, which is an atom. */
export interface Receiving<Event> {
  readonly slot: number;
  readonly observedFor: (message: number) => Observed<Event>;
  /** Where its renamings stand in the list of receiving actions, by permutation: nowhere for some. Empty without symmetry. */
  readonly renamed: readonly (number | undefined)[];
  /** Called with each tree that is made. */
  readonly onTree: (tree: number) => void;
}

/** The trees of a receiving action, by message. */
interface ReceivingTrees<Event> {
  readonly receiving: Receiving<Event>;
  readonly trees: Map<number, number>;
}

export class Dispatch<Event> {
  private readonly lists: Region;
  private readonly entries: Region;
  /** Trees that read nothing, or that are not remembered: looked at in every state. */
  readonly rootless: number[] = [];
  /** Trees that need not be looked at any more: their property is decided. */
  readonly done = new Set<number>();
  /** By slot: the trees that read it first. */
  private readonly startingAt: number[][];
  /** By slot: the receiving actions that take from it. */
  private readonly receiving: ReceivingTrees<Event>[][];
  private readonly allReceiving: readonly ReceivingTrees<Event>[];
  /** The list that is being made. */
  private readonly list: number[] = [];
  /** The places of the lists that were made. */
  private readonly made: number[] = [];

  constructor(
    private readonly trees: Trees<Event>,
    receiving: readonly Receiving<Event>[],
  ) {
    const { arena, ofSlot } = trees.families;
    this.startingAt = ofSlot.map(() => []);
    this.allReceiving = receiving.map((one) => ({ receiving: one, trees: new Map() }));
    this.receiving = ofSlot.map((_, slot) => this.allReceiving.filter(({ receiving }) => receiving.slot === slot));
    this.lists = arena.region("lists of trees by value", ofSlot.length * MAX_IDS * 4);
    this.entries = arena.region("trees by value", 256 * 2 ** 20);
    arena.header(H_LISTS, this.lists.start);
  }

  /** Sorts trees by the slot that they read first, by running each on the first state. @throws RegionFull */
  addRoots(trees: readonly number[], row: Uint16Array): void {
    for (const tree of trees) {
      this.trees.leafOf(tree, row);
      const root = this.trees.roots[tree]!;
      if (root > 0) {
        this.startingAt[this.trees.words[root]!]!.push(tree);
      } else {
        this.rootless.push(tree);
      }
    }
    this.reset();
  }

  /**
   * Forgets all lists, after the trees were rebuilt or a property was decided. No thread may look meanwhile.
   * @throws RegionFull
   */
  reset(): void {
    const { words } = this.trees;
    for (const at of this.made) words[at] = 0;
    this.made.length = 0;
    this.entries.used = 0;
    const list = this.rootless.flatMap((tree) => (this.done.has(tree) ? [] : [this.trees.roots[tree]!, tree]));
    this.trees.families.arena.header(H_ROOTLESS, list.length === 0 ? 0 : this.write(list));
  }

  /**
   * Makes the lists that are missing for the values of a row. @throws RegionFull
   * @param alike calls with slots and values that will be met as surely as these: their lists are made too if that takes no run
   */
  build(row: Uint16Array, alike: (slot: number, id: number, call: (slot: number, id: number) => void) => void): void {
    for (let slot = 0; slot < this.receiving.length; slot++) {
      const id = row[slot]!;
      if (this.isMade(slot, id)) continue;
      this.make(slot, id, row);
      alike(slot, id, (slot, id) => {
        // A value that is new here may be one for which nodes have no room yet.
        if (!this.trees.families.outgrown && !this.isMade(slot, id)) this.make(slot, id, undefined);
      });
    }
  }

  private isMade(slot: number, id: number): boolean {
    return this.trees.words[(this.lists.start >>> 2) + slot * MAX_IDS + id] !== 0;
  }

  /** Makes a list. If it cannot be known without running functions, it takes a row to run them on; without one there is no list then. */
  private make(slot: number, id: number, row: Uint16Array | undefined): void {
    const { list } = this;
    list.length = 0;
    if (!this.enterStarting(slot, id, row) || !this.enterReceiving(slot, id, row)) return;
    const at = (this.lists.start >>> 2) + slot * MAX_IDS + id;
    this.made.push(at);
    Atomics.store(this.trees.words, at, this.write(list));
  }

  private enterStarting(slot: number, id: number, row: Uint16Array | undefined): boolean {
    for (const tree of this.startingAt[slot]!) if (!this.enter(tree, slot, id, row)) return false;
    return true;
  }

  private enterReceiving(slot: number, id: number, row: Uint16Array | undefined): boolean {
    if (this.receiving[slot]!.length === 0) return true;
    const channels = this.trees.families.ofSlot[slot]!.channels!;
    const reach = channels.reach(id);
    for (const receiving of this.receiving[slot]!) {
      let before = -1;
      for (let i = 0; i < reach; i++) {
        const message = channels.tuples.at(id, i);
        if (message !== before && !this.enter(this.receivingTree(receiving, message), slot, id, row)) return false;
        before = message;
      }
    }
    return true;
  }

  /** The word index of a list. */
  private write(list: readonly number[]): number {
    const { words } = this.trees;
    const at = this.entries.take(4 * (1 + list.length)) >>> 2;
    words[at] = list.length / 2;
    for (let i = 0; i < list.length; i++) words[at + 1 + i] = list[i]!;
    return at;
  }

  private receivingTree(of: ReceivingTrees<Event>, message: number): number {
    const known = of.trees.get(message);
    return known ?? (this.trees.crowded ? this.addTree(of, message) : this.addKin(of, message));
  }

  /** Makes the trees of a receiving action for a message and of what renamings make of the two. */
  private addKin(of: ReceivingTrees<Event>, message: number): number {
    const { kin } = this.trees;
    const tree = this.addTree(of, message);
    kin?.join(
      of.receiving.renamed.map((place, permutation) => {
        if (place === undefined) return undefined;
        const other = this.allReceiving[place]!;
        const renamed = kin.atomAfter(message, permutation);
        return other.trees.get(renamed) ?? this.addTree(other, renamed);
      }),
    );
    return tree;
  }

  private addTree({ receiving, trees }: ReceivingTrees<Event>, message: number): number {
    const tree = this.trees.add(receiving.observedFor(message));
    trees.set(message, tree);
    receiving.onTree(tree);
    return tree;
  }

  /** Puts a tree into the list, if the value leaves it undecided. False if that is not known, and there is no row to find out. */
  private enter(tree: number, slot: number, id: number, row: Uint16Array | undefined): boolean {
    if (this.done.has(tree)) return true;
    let node = this.walkSlot(tree, slot, id);
    if (node === UNKNOWN) {
      if (row === undefined) return false;
      this.trees.run(tree, row);
      node = this.walkSlot(tree, slot, id);
    }
    if (node !== DISABLED) this.list.push(node, tree);
    return true;
  }

  /** Walks a tree as far as the value of one slot decides it. */
  private walkSlot(tree: number, slot: number, id: number): number {
    const { words, roots, families } = this.trees;
    const { halves } = families.arena;
    let node = roots[tree]!;
    while (node > 0 && words[node] === slot) node = words[node + 2 + halves[words[node + 1]! + id]!]!;
    return node;
  }
}
