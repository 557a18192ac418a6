/**
 * Dispatch by value. Most functions read one column first, and that value decides most of them. So for each column and
 * value id there is a list of the trees that start at the column and that the value leaves undecided, each with the
 * node where its walk goes on. A receiving action has a tree per message; the tree stands in the list of each channel
 * value that holds the message.
 *
 * One column more decides most of what is left: the function is disabled. So entries that go on at the same column form
 * a *group*. A table leads from that column's value to a second list, of what both values leave undecided; it is mostly
 * empty, and then no tree is walked. Receiving actions are not grouped but walked, since hardly any of them turns out
 * disabled.
 *
 *   lists[column * MAX_IDS + id]: the word index of a list, or 0 if the list is not made yet
 *   a list: [leaves, nodes, groups, tree, leaf, …, tree, node, …, column, table, whole, …]; the first three are counts
 *   table + id: the list for a value of the group's column, or 0 if it is not made yet; such a list has no groups
 *   whole: the list of all entries of the group as they are, for values with ids from GROUP_IDS on
 */
import type { Region } from "../wasm/arena.js";
import { GROUP_IDS } from "../wasm/sizes.js";
import { MAX_IDS } from "./interner.js";
import type { Observed } from "./observed.js";
import { DISABLED, type Trees, UNKNOWN } from "./trees.js";

/** A group as it stands in a list. */
type ColumnGroup = readonly [column: number, table: number, whole: number];

const GROUP_BYTES = 4 * GROUP_IDS;

/** A receiving action with a binding, of which a tree is made for each message. */
export interface Receiving<Event> {
  /** The slot of the channel from which it takes messages. */
  readonly slot: number;
  readonly observedFor: (message: number) => Observed<Event>;
  /**
   * By permutation: the place of the renamed action in the list of receiving actions; undefined if there is none. Empty
   * without symmetry.
   */
  readonly renamed: readonly (number | undefined)[];
  /** Called with each tree that is made for the action. */
  readonly onTree: (tree: number) => void;
}

/** A receiving action and its trees, by the message's atom. */
interface ReceivingTrees<Event> {
  readonly receiving: Receiving<Event>;
  readonly trees: Map<number, number>;
}

export class Dispatch<Event> {
  private readonly lists: Region;
  private readonly entries: Region;
  private readonly groups: Region;
  /** Trees that read nothing, or whose first read could not be remembered; they are looked at in every state. */
  readonly rootless: number[] = [];
  /** Trees of state constraints, which are looked at before any other: where one is true, the state is cut off. */
  private constraints: readonly number[] = [];
  /** Trees that are looked at in states that are cut off, too. */
  private asked: readonly number[] = [];
  /** Trees that need not be looked at any more, since their property is decided. */
  readonly done = new Set<number>();
  /** By column: the trees that read the column first. */
  private readonly startingAt: number[][];
  /** By column: the receiving actions that take messages from it. */
  private readonly receiving: ReceivingTrees<Event>[][];
  private readonly allReceiving: readonly ReceivingTrees<Event>[];
  /**
   * The list under construction: pairs of tree and leaf, pairs of tree and node, and, by second column, the pairs of
   * tree and node that are grouped.
   */
  private readonly leaves: number[] = [];
  private readonly nodes: number[] = [];
  private readonly grouped = new Map<number, number[]>();
  /** The word indices in `lists` that are set. */
  private readonly made: number[] = [];
  /** Lists and tables by their contents, so that equal ones are stored once. */
  private readonly known = new Map<string, number>();

  constructor(
    private readonly trees: Trees<Event>,
    receiving: readonly Receiving<Event>[],
  ) {
    const { arena, columns, ofColumn } = trees.families;
    this.startingAt = ofColumn.map(() => []);
    this.allReceiving = receiving.map((one) => ({ receiving: one, trees: new Map() }));
    this.receiving = ofColumn.map((_, column) =>
      this.allReceiving.filter(({ receiving }) => receiving.slot === columns.slotOf[column]),
    );
    this.lists = arena.region("lists of trees by value", ofColumn.length * MAX_IDS * 4);
    this.entries = arena.region("trees by value", 256 * 2 ** 20);
    this.groups = arena.region("trees by two values", 4 * 2 ** 20);
    arena.header.lists = this.lists.start;
  }

  /**
   * Adds `trees`, each at the column that it reads first. To find that column, each is run on `row`, the first state.
   * @throws RegionFull if the lists need more room than there is
   */
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
   * Adds the trees of state constraints, and of what is asked of the states that they cut off.
   * @param row the first state, on which each is run
   */
  addConstraints(constraints: readonly number[], asked: readonly number[], row: Uint16Array): void {
    for (const tree of constraints) this.trees.leafOf(tree, row);
    this.constraints = constraints;
    this.asked = asked;
  }

  /** Whether a tree is one of a state constraint, or asked of states that are cut off: it is looked at as a whole. */
  isWhole(tree: number): boolean {
    return this.constraints.length > 0 && (this.constraints.includes(tree) || this.asked.includes(tree));
  }

  /** Writes the list of whole trees that are not done, and returns its word index; 0 if there are none. */
  private whole(trees: readonly number[]): number {
    this.clear();
    for (const tree of trees) if (!this.done.has(tree)) this.nodes.push(tree, this.trees.roots[tree]!);
    return this.nodes.length === 0 ? 0 : this.write();
  }

  /**
   * Forgets all lists, after the trees were rebuilt or a property was decided. No thread may expand meanwhile.
   * @throws RegionFull if the lists need more room than there is
   */
  reset(): void {
    const { words } = this.trees;
    for (const at of this.made) words[at] = 0;
    this.made.length = 0;
    this.entries.used = 0;
    this.groups.used = 0;
    this.known.clear();
    const { header } = this.trees.families.arena;
    header.rootless = this.whole(this.rootless);
    header.constraints = this.whole(this.constraints);
    header.asked = this.constraints.length === 0 ? 0 : this.whole(this.asked);
  }

  /**
   * Makes the lists that are missing for the values of `row`.
   * @param alike calls its third argument with each column and value that renaming makes of the given ones; their lists
   * are made too, if no function must be run for them
   * @throws RegionFull if the lists need more room than there is
   */
  build(
    row: Uint16Array,
    alike: (column: number, id: number, call: (column: number, id: number) => void) => void,
  ): void {
    for (let column = 0; column < this.receiving.length; column++) {
      const id = row[column]!;
      if (this.listOf(column, id) === 0) {
        this.make(column, id, row);
        alike(column, id, (column, id) => {
          // New values may have been met, for which nodes have no room yet.
          if (!this.trees.families.outgrown && this.listOf(column, id) === 0) this.make(column, id, undefined);
        });
      }
      this.buildBeneath(this.listOf(column, id), row);
    }
  }

  /** Makes, for each group of `list`, the second list that is missing for the values of `row`. */
  private buildBeneath(list: number, row: Uint16Array): void {
    const { words } = this.trees;
    const start = list + 3 + 2 * (words[list]! + words[list + 1]!);
    for (let i = 0; i < words[list + 2]!; i++) {
      const [column, table, whole] = words.subarray(start + 3 * i, start + 3 * i + 3) as unknown as ColumnGroup;
      const id = row[column]!;
      if (id < GROUP_IDS && words[table + id] === 0)
        Atomics.store(words, table + id, this.beneath(whole, column, id, row));
    }
  }

  /**
   * Makes the second list: the entries of the list `whole` that the value `id` of `column` leaves undecided. Returns
   * its word index.
   */
  private beneath(whole: number, column: number, id: number, row: Uint16Array): number {
    const { words } = this.trees;
    this.clear();
    for (let i = 0; i < words[whole + 1]!; i++) {
      const [tree, from] = [words[whole + 3 + 2 * i]!, words[whole + 4 + 2 * i]!];
      let node = this.walkColumn(from, column, id);
      if (node === UNKNOWN) {
        this.trees.run(tree, row);
        node = this.walkColumn(from, column, id);
      }
      this.sort(tree, node);
    }
    return this.write(true);
  }

  private listOf(column: number, id: number): number {
    return this.trees.words[(this.lists.start >>> 2) + column * MAX_IDS + id]!;
  }

  /**
   * Makes the list for a column and a value. Where a tree does not know the value yet, its function is run on `row`;
   * without a row the list is then not made.
   */
  private make(column: number, id: number, row: Uint16Array | undefined): void {
    this.clear();
    if (!this.enterStarting(column, id, row) || !this.enterReceiving(column, id, row)) return;
    const at = (this.lists.start >>> 2) + column * MAX_IDS + id;
    this.made.push(at);
    Atomics.store(this.trees.words, at, this.write());
  }

  private enterStarting(column: number, id: number, row: Uint16Array | undefined): boolean {
    for (const tree of this.startingAt[column]!) if (!this.enter(tree, column, id, row, true)) return false;
    return true;
  }

  private enterReceiving(column: number, id: number, row: Uint16Array | undefined): boolean {
    if (this.receiving[column]!.length === 0) return true;
    const messages = this.trees.families.takeableIn(column, id);
    for (const receiving of this.receiving[column]!) {
      for (const message of messages)
        if (!this.enter(this.receivingTree(receiving, message), column, id, row, false)) return false;
    }
    return true;
  }

  private clear(): void {
    this.leaves.length = 0;
    this.nodes.length = 0;
    this.grouped.clear();
  }

  /**
   * Adds a tree to the list under construction: among the leaves or the nodes, as `node` is one or the other; not at
   * all if it is disabled or done.
   */
  private sort(tree: number, node: number): void {
    if (this.done.has(tree) || node === DISABLED) return;
    (node < 0 ? this.leaves : this.nodes).push(tree, node);
  }

  /**
   * Stores the list under construction and returns its word index. Lists with groups, lists beneath groups and empty
   * lists are equal for many values; such lists (`shared`) are stored once, so that the processor's cache holds them
   * all.
   */
  private write(shared = this.grouped.size > 0 || this.leaves.length + this.nodes.length === 0): number {
    const groups = [...this.grouped].flatMap(([column, entries]) => this.group(column, entries));
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

  private group(column: number, entries: readonly number[]): ColumnGroup {
    const table = this.once(`${column}: ${entries.join()}`, () => {
      const at = this.groups.take(GROUP_BYTES) >>> 2;
      this.trees.words.fill(0, at, at + GROUP_IDS);
      return at;
    });
    return [column, table, this.list([], entries, [], true)];
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

  /**
   * Makes the tree of the receiving action `of` for `message`, and the trees for the renamings of both, and joins them.
   */
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
   * Adds a tree to the list under construction, unless the value `id` of `column` decides it. Returns false if the tree
   * does not know the value and there is no `row` to run its function on.
   * @param grouped whether the tree may go into a group
   */
  private enter(tree: number, column: number, id: number, row: Uint16Array | undefined, grouped: boolean): boolean {
    if (this.done.has(tree)) return true;
    let node = this.walkColumn(this.trees.roots[tree]!, column, id);
    if (node === UNKNOWN) {
      if (row === undefined) return false;
      this.trees.run(tree, row);
      node = this.walkColumn(this.trees.roots[tree]!, column, id);
    }
    const next = node > 0 && grouped ? this.trees.words[node]! : -1;
    if (next >= 0 && this.mayGroup(next)) {
      const entries = this.grouped.get(next) ?? [];
      entries.push(tree, node);
      this.grouped.set(next, entries);
    } else this.sort(tree, node);
    return true;
  }

  /**
   * Whether entries that go on at `column` are grouped: the column has at most GROUP_IDS values, and there is room for
   * one more table of each column.
   */
  private mayGroup(column: number): boolean {
    const { ofColumn } = this.trees.families;
    return (
      ofColumn[column]!.interner.count <= GROUP_IDS &&
      this.groups.used + ofColumn.length * GROUP_BYTES <= this.groups.bytes
    );
  }

  /** Walks on from the node `from` while the nodes read `column`. Returns the node or leaf reached, or UNKNOWN. */
  private walkColumn(from: number, column: number, id: number): number {
    const { words, families } = this.trees;
    const { halves } = families.arena;
    let node = from;
    while (node > 0 && words[node] === column) node = words[node + 2 + halves[words[node + 1]! + id]!]!;
    return node;
  }
}
