/**
 * Dispatch by value: most functions read one slot first, and most are decided by it. For each (slot, value id) there is a list of the
 * trees that start at the slot and are not decided by this value, with the node where the walk goes on. A receiving action has a
 * tree per message; its entry stands in the list of each value of the channel that holds the message.
 *
 * Most of what is left is decided by one slot more, and says no there. So entries that go on at the same slot form a *group*: a table leads from
 * that slot's value to a second list, of what both values leave undecided. It is mostly empty, and no tree is walked. Receiving actions, of which
 * hardly any says no, are walked.
 *
 *   lists[slot * MAX_IDS + id] is the word index of a list, or 0 if the list is not made yet
 *   a list: [leaves, nodes, groups, tree, leaf, …, tree, node, …, slot, table, whole, …]
 *   table + id: the list for a value of the slot, or 0 if it is not made yet; lists from there on have no groups
 *   whole: the list of all entries of the group as they are, for values with ids from GROUP_IDS on
 */
import type { Region } from "../wasm/arena.js";
import { GROUP_IDS } from "../wasm/sizes.js";
import { MAX_IDS } from "./interner.js";
import { DISABLED, type Observed, type Trees, UNKNOWN } from "./trees.js";

/** As it stands in a list. */
type SlotGroup = readonly [slot: number, table: number, whole: number];

const GROUP_BYTES = 4 * GROUP_IDS;

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
  private readonly groups: Region;
  /** Trees that read nothing, or that are not remembered: looked at in every state. */
  readonly rootless: number[] = [];
  /** Trees that need not be looked at any more: their property is decided. */
  readonly done = new Set<number>();
  /** By slot: the trees that read it first. */
  private readonly startingAt: number[][];
  /** By slot: the receiving actions that take from it. */
  private readonly receiving: ReceivingTrees<Event>[][];
  private readonly allReceiving: readonly ReceivingTrees<Event>[];
  /** The list that is being made: what is a step for sure, what must be walked, and, by the second slot, what is looked up. */
  private readonly leaves: number[] = [];
  private readonly nodes: number[] = [];
  private readonly grouped = new Map<number, number[]>();
  /** The places of the lists that were made. */
  private readonly made: number[] = [];
  /** Lists and tables by what they say. */
  private readonly known = new Map<string, number>();

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
    this.groups = arena.region("trees by two values", 4 * 2 ** 20);
    arena.header.lists = this.lists.start;
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
    this.groups.used = 0;
    this.known.clear();
    this.clear();
    for (const tree of this.rootless) if (!this.done.has(tree)) this.nodes.push(tree, this.trees.roots[tree]!);
    this.trees.families.arena.header.rootless = this.nodes.length === 0 ? 0 : this.write();
  }

  /**
   * Makes the lists that are missing for the values of a row. @throws RegionFull
   * @param alike calls with slots and values that will be met as surely as these: their lists are made too if that takes no run
   */
  build(row: Uint16Array, alike: (slot: number, id: number, call: (slot: number, id: number) => void) => void): void {
    for (let slot = 0; slot < this.receiving.length; slot++) {
      const id = row[slot]!;
      if (this.listOf(slot, id) === 0) {
        this.make(slot, id, row);
        alike(slot, id, (slot, id) => {
          // A value that is new here may be one for which nodes have no room yet.
          if (!this.trees.families.outgrown && this.listOf(slot, id) === 0) this.make(slot, id, undefined);
        });
      }
      this.buildBeneath(this.listOf(slot, id), row);
    }
  }

  /** Makes what the groups of a list lack for the values of a row. */
  private buildBeneath(list: number, row: Uint16Array): void {
    const { words } = this.trees;
    const start = list + 3 + 2 * (words[list]! + words[list + 1]!);
    for (let i = 0; i < words[list + 2]!; i++) {
      const [slot, table, whole] = words.subarray(start + 3 * i, start + 3 * i + 3) as unknown as SlotGroup;
      const id = row[slot]!;
      if (id < GROUP_IDS && words[table + id] === 0)
        Atomics.store(words, table + id, this.beneath(whole, slot, id, row));
    }
  }

  /** What a second value leaves undecided of a list. */
  private beneath(whole: number, slot: number, id: number, row: Uint16Array): number {
    const { words } = this.trees;
    this.clear();
    for (let i = 0; i < words[whole + 1]!; i++) {
      const [tree, from] = [words[whole + 3 + 2 * i]!, words[whole + 4 + 2 * i]!];
      let node = this.walkSlot(from, slot, id);
      if (node === UNKNOWN) {
        this.trees.run(tree, row);
        node = this.walkSlot(from, slot, id);
      }
      this.sort(tree, node);
    }
    return this.write(true);
  }

  private listOf(slot: number, id: number): number {
    return this.trees.words[(this.lists.start >>> 2) + slot * MAX_IDS + id]!;
  }

  /** Makes a list. If it cannot be known without running functions, it takes a row to run them on; without one there is no list then. */
  private make(slot: number, id: number, row: Uint16Array | undefined): void {
    this.clear();
    if (!this.enterStarting(slot, id, row) || !this.enterReceiving(slot, id, row)) return;
    const at = (this.lists.start >>> 2) + slot * MAX_IDS + id;
    this.made.push(at);
    Atomics.store(this.trees.words, at, this.write());
  }

  private enterStarting(slot: number, id: number, row: Uint16Array | undefined): boolean {
    for (const tree of this.startingAt[slot]!) if (!this.enter(tree, slot, id, row, true)) return false;
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
        if (message !== before && !this.enter(this.receivingTree(receiving, message), slot, id, row, false))
          return false;
        before = message;
      }
    }
    return true;
  }

  private clear(): void {
    this.leaves.length = 0;
    this.nodes.length = 0;
    this.grouped.clear();
  }

  /** Puts a tree where it belongs in the list that is being made, by the node where its walk goes on. */
  private sort(tree: number, node: number): void {
    if (this.done.has(tree) || node === DISABLED) return;
    (node < 0 ? this.leaves : this.nodes).push(tree, node);
  }

  /**
   * The word index of the list that was made. Lists with groups, and lists beneath them, say the same for many values: each is written once, and so
   * the cache holds them all.
   */
  private write(shared = this.grouped.size > 0 || this.leaves.length + this.nodes.length === 0): number {
    const groups = [...this.grouped].flatMap(([slot, entries]) => this.group(slot, entries));
    return this.list(this.leaves, this.nodes, groups, shared);
  }

  private list(
    leaves: readonly number[],
    nodes: readonly number[],
    groups: readonly number[],
    shared: boolean,
  ): number {
    const make = () => {
      const { words } = this.trees;
      const at = this.entries.take(4 * (3 + leaves.length + nodes.length + groups.length)) >>> 2;
      words[at] = leaves.length / 2;
      words[at + 1] = nodes.length / 2;
      words[at + 2] = groups.length / 3;
      let next = at + 3;
      for (const numbers of [leaves, nodes, groups]) for (const number of numbers) words[next++] = number;
      return at;
    };
    return shared ? this.once(`${leaves.join()};${nodes.join()};${groups.join()}`, make) : make();
  }

  private group(slot: number, entries: readonly number[]): SlotGroup {
    const table = this.once(`${slot}: ${entries.join()}`, () => {
      const at = this.groups.take(GROUP_BYTES) >>> 2;
      this.trees.words.fill(0, at, at + GROUP_IDS);
      return at;
    });
    return [slot, table, this.list([], entries, [], true)];
  }

  private once(key: string, make: () => number): number {
    let at = this.known.get(key);
    if (at === undefined) {
      at = make();
      this.known.set(key, at);
    }
    return at;
  }

  private receivingTree(of: ReceivingTrees<Event>, message: number): number {
    const known = of.trees.get(message);
    return known ?? (this.trees.crowded ? this.addTree(of, message) : this.addImages(of, message));
  }

  /** Makes the trees of a receiving action for a message and of what renamings make of the two. */
  private addImages(of: ReceivingTrees<Event>, message: number): number {
    const { equivariance } = this.trees;
    const tree = this.addTree(of, message);
    equivariance?.join(
      of.receiving.renamed.map((place, permutation) => {
        if (place === undefined) return undefined;
        const other = this.allReceiving[place]!;
        const renamed = equivariance.atomAfter(message, permutation);
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

  /**
   * Puts a tree into the list, if the value leaves it undecided. False if that is not known, and there is no row to find out.
   * @param grouped it may be looked up by its second slot
   */
  private enter(tree: number, slot: number, id: number, row: Uint16Array | undefined, grouped: boolean): boolean {
    if (this.done.has(tree)) return true;
    let node = this.walkSlot(this.trees.roots[tree]!, slot, id);
    if (node === UNKNOWN) {
      if (row === undefined) return false;
      this.trees.run(tree, row);
      node = this.walkSlot(this.trees.roots[tree]!, slot, id);
    }
    const next = node > 0 && grouped ? this.trees.words[node]! : -1;
    if (next >= 0 && this.mayGroup(next)) {
      const entries = this.grouped.get(next) ?? [];
      entries.push(tree, node);
      this.grouped.set(next, entries);
    } else this.sort(tree, node);
    return true;
  }

  /** Whether entries that go on at a slot are grouped: it has no more values than a group tells apart, and there is room for a table of each slot. */
  private mayGroup(slot: number): boolean {
    const { ofSlot } = this.trees.families;
    return (
      ofSlot[slot]!.interner.count <= GROUP_IDS && this.groups.used + ofSlot.length * GROUP_BYTES <= this.groups.bytes
    );
  }

  /** Walks on from a node as far as the value of one slot decides it. */
  private walkSlot(from: number, slot: number, id: number): number {
    const { words, families } = this.trees;
    const { halves } = families.arena;
    let node = from;
    while (node > 0 && words[node] === slot) node = words[node + 2 + halves[words[node + 1]! + id]!]!;
    return node;
  }
}
