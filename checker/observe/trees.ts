/**
 * Decision trees: what authors' functions have been seen to do.
 *
 * There is one tree per action and binding (for a receiving action also per message), per invariant and binding, and
 * per goal and binding. An inner node is a read, a leaf is an outcome. All of it stands in the words of one memory, and
 * nodes and leaves are numbered by word index:
 *
 *   A node n is [column, start of the projection table, child for field id 0, child for field id 1, …].
 *   It has as many children as its domain has capacity. A child is a node (> 0), a leaf (< 0) or not known yet (0).
 *   A leaf -k stands at k: [number of next states, then for each of them: number of updates, (column, update row)…].
 *   The leaf DISABLED (-1) is shared: the action is disabled, or the invariant holds.
 *   A special leaf is [-s, k, t]: it reports the events `specials[s - 1]`, and has the next states of the plain leaf
 *   -k; t is THREW if the function threw, FAILED if an assertion in it failed, -c if a constraint cuts c steps off, and
 *   else 0.
 *
 * So a walk is `while (n > 0) n = words[n + 2 + halves[words[n + 1] + row[words[n]]]]`: a few loads and no call. The
 * expander walks so (checker/wasm/assembly/lists.ts) on all threads while this side adds nodes and leaves, so each is
 * written before it is linked.
 *
 * Which read comes next depends only on what was read before, so that each run is a path of the tree. If it does not,
 * the function depends on something else (a clock, a random number, a mutated capture) and is reported as impure.
 */

import { FunctionError, RegionFull, Thrown } from "../errors.js";
import { assertionsMade, isFailedAssertion } from "../model/assertion.js";
import { attempt } from "../model/thrown.js";
import { NotAValue, notAValue, wrongIn } from "../model/value.js";
import type { Region } from "../wasm/arena.js";
import { Equivariance, type RowRenamings } from "./equivariance.js";
import { ifRoom } from "./if-room.js";
import { type Families, growCapacity } from "./intern.js";
import { MAX_IDS, type ReadDomain } from "./interner.js";
import type { Observed, RunOutcome } from "./observed.js";
import { type Read, Recorder } from "./recorder.js";
import { SpeculationCheck } from "./speculation-check.js";
import type { SymmetryCheck } from "./symmetry-check.js";
import { grown, Tuples } from "./tuples.js";
import { Updates } from "./updates.js";

export const UNKNOWN = 0;
export const DISABLED = -1;
const THREW = 1;
const FAILED = 2;

const NODE_BYTES = 640 * 2 ** 20;
const LEAF_BYTES = 256 * 2 ** 20;
/** How many special leaves there may be. */
export const MAX_SPECIALS = 65_535;
/** How many trees there may be. */
export const MAX_TREES = 1 << 18;

export class Trees<Event> {
  /** The memory that holds nodes and leaves. */
  readonly words: Int32Array;
  readonly updates: Updates;
  /** By number of the special leaf, less one: the events that it reports. */
  readonly specials: (readonly Event[])[] = [];
  readonly observed: Observed<Event>[] = [];
  /** By tree: its root, which is a node, a leaf, or UNKNOWN before the first run. */
  roots = new Int32Array(256);
  /** How often authors' functions were run. */
  runs = 0;
  /** Whether some function has thrown. */
  hasThrown = false;
  /** Whether some function has made an assertion. */
  asserts = false;
  /** Limit on the size of all nodes, in 32-bit words. Once it is reached, outcomes are no longer remembered. */
  ceiling = NODE_BYTES / 4;
  /** Joins the trees that are renamings of each other; undefined without symmetry. */
  readonly equivariance: Equivariance | undefined;
  private readonly nodes: Region;
  private readonly leaves: Region;
  private readonly recorder: Recorder;
  private readonly speculation: SpeculationCheck<Event>;
  /** Leaves that are not special; `leafAt` has the word index of each. */
  private readonly plainLeaves = new Tuples();
  private readonly leafAt: number[] = [];
  /** The number of the special leaves that report nothing. */
  private silent: number | undefined;

  /**
   * @param check compares runs with their renamings; undefined without symmetry
   * @param renamings the renamings by which trees learn from each other; undefined if there are none or too many
   */
  constructor(
    readonly families: Families,
    readonly check?: SymmetryCheck<Event>,
    renamings?: RowRenamings,
  ) {
    this.equivariance = renamings && new Equivariance(this, renamings);
    this.recorder = new Recorder(families);
    this.speculation = new SpeculationCheck(families);
    this.updates = new Updates(families);
    this.words = families.arena.words;
    // Room for one node, of the largest size, beyond `ceiling`.
    this.nodes = families.arena.region("decision trees", NODE_BYTES + 4 * (MAX_IDS + 2));
    this.leaves = families.arena.region("outcomes of decision trees", LEAF_BYTES);
  }

  /**
   * Adds a tree for `observed` and returns its number.
   * @throws RegionFull if there are MAX_TREES trees already
   */
  add(observed: Observed<Event>): number {
    const tree = this.observed.length;
    if (tree >= MAX_TREES)
      throw new RegionFull(`the protocol has more than ${MAX_TREES.toLocaleString("en")} pairs of action and message`);
    this.observed.push(observed);
    if (tree >= this.roots.length) this.roots = grown(this.roots, tree + 1);
    return tree;
  }

  /** Returns the tree's leaf for `row`; its function is run if the tree does not know it. */
  leafOf(tree: number, row: Uint16Array): number {
    const leaf = this.walk(this.roots[tree]!, row);
    return leaf === UNKNOWN ? this.run(tree, row) : leaf;
  }

  private walk(node: number, row: Uint16Array): number {
    const { words } = this;
    const { halves } = this.families.arena;
    let n = node;
    while (n > 0) n = words[n + 2 + halves[words[n + 1]! + row[words[n]!]!]!]!;
    return n;
  }

  /** Whether the tree leads to a leaf for `row`. */
  knows(tree: number, row: Uint16Array): boolean {
    return this.walk(this.roots[tree]!, row) !== UNKNOWN;
  }

  /** Returns the reads on the tree's path for `row`; undefined if the path ends at an unknown child. */
  pathOf(tree: number, row: Uint16Array): Read[] | undefined {
    const { words, families } = this;
    const reads: Read[] = [];
    let node = this.roots[tree]!;
    while (node > 0) {
      const column = words[node]!;
      const domain = families.domainOf(column, words[node + 1]!);
      const id = families.project(domain, row[column]!);
      reads.push({ column, domain, id });
      node = words[node + 2 + id]!;
    }
    return node === UNKNOWN ? undefined : reads;
  }

  /** Finds out what the tree's function does on `row`, remembers it, and returns the leaf. */
  run(tree: number, row: Uint16Array): number {
    return this.equivariance?.run(tree, row) ?? this.runItself(tree, row);
  }

  private runItself(tree: number, row: Uint16Array): number {
    const { leaf, reads } = this.observe(tree, row);
    if (!this.remembers) return leaf;
    if (this.equivariance?.isImage(tree)) this.graft(tree, reads, leaf, row);
    else {
      ifRoom(() => this.insert(tree, reads, leaf));
      this.equivariance?.spread(tree, reads, leaf);
    }
    return leaf;
  }

  /**
   * Runs the tree's function on `row`. Returns its reads and its leaf, without entering them into a tree. With
   * symmetry, the reads are those of all renamings of the run.
   * @throws FunctionError if the function does not treat members alike, or hands a predicate to a set that is not pure
   */
  observe(tree: number, row: Uint16Array): { readonly leaf: number; readonly reads: readonly Read[] } {
    const observed = this.observed[tree]!;
    const { recorder } = this;
    this.runs++;
    recorder.begin(row);
    const assertions = assertionsMade();
    const made = attempt(observed.name, () => {
      const outcome = this.record(observed);
      return { outcome, leaf: this.leafFor(observed, outcome) };
    });
    if (assertionsMade() !== assertions) this.asserts = true;
    const { outcome, leaf } = made instanceof Thrown ? this.thrown(observed, made) : made;
    const { reads } = recorder;
    if (recorder.hasSpeculated) this.speculation.check(observed, row, recorder, outcome);
    return { leaf, reads: this.check?.check({ observed, row, recorder, outcome }, reads) ?? reads };
  }

  private thrown(observed: Observed<Event>, thrown: Thrown): { outcome: RunOutcome<Event>; leaf: number } {
    this.hasThrown = true;
    const how = isFailedAssertion(thrown) ? FAILED : THREW;
    const leaf = this.specialLeaf(this.leaf([0], []), observed.onThrow(thrown), how);
    return { outcome: { kind: "threw", thrown }, leaf };
  }

  /** Whether there is room left to remember what a run reads. */
  get remembers(): boolean {
    return this.nodes.used / 4 < this.ceiling;
  }

  /** Whether room is so scarce that only what a state has asked for is still stored, and no renamings of it. */
  get crowded(): boolean {
    return (
      this.families.crowded ||
      this.updates.crowded ||
      this.observed.length > MAX_TREES / 2 ||
      this.nodes.used / 4 > this.ceiling / 2 ||
      this.leaves.used > LEAF_BYTES / 2
    );
  }

  private record(observed: Observed<Event>): RunOutcome<Event> {
    const { state, message } = this.recorder.inputFor(observed.takes);
    return observed.run(state, message);
  }

  private leafFor(observed: Observed<Event>, outcome: RunOutcome<Event>): number {
    if (outcome.kind === "disabled") return DISABLED;
    if (outcome.kind === "threw") return this.thrown(observed, outcome.thrown).leaf;
    const leaf: number[] = [outcome.next.length];
    for (const next of outcome.next) {
      const at = leaf.push(0) - 1;
      for (const [slot, value] of next.written) {
        for (const [column, update] of this.updatesOf(observed, slot, value))
          leaf.push(column, this.updates.row(this.families.ofColumn[column]!, update));
      }
      leaf[at] = (leaf.length - at - 1) / 2;
    }
    return this.leaf(leaf, outcome.events, outcome.cut);
  }

  /** @throws FunctionError if `value` is nothing that a variable may hold */
  private updatesOf(observed: Observed<Event>, slot: number, value: unknown): ReturnType<Recorder["updatesOf"]> {
    const where = () => `${observed.name()} wrote into ${this.families.instance.layout.slots[slot]!.name}`;
    if (value === undefined) throw notAValue(where(), "undefined");
    try {
      return this.recorder.updatesOf(slot, value);
    } catch (error) {
      if (!(error instanceof NotAValue)) throw error;
      const wrong = wrongIn(this.recorder.unrecorded(() => this.recorder.plain(value)));
      throw wrong === undefined ? error : notAValue(where(), wrong);
    }
  }

  private leaf(numbers: readonly number[], events: readonly Event[], cut = 0): number {
    let number = this.plainLeaves.findList(numbers);
    if (number < 0) {
      number = this.plainLeaves.add(numbers.length);
      this.leafAt.push(this.appendLeaf(numbers));
    }
    const leaf = -this.leafAt[number]!;
    return events.length === 0 && cut === 0 ? leaf : this.specialLeaf(leaf, events, -cut);
  }

  private specialLeaf(plain: number, events: readonly Event[], how: number): number {
    if (this.specials.length >= MAX_SPECIALS) throw new RegionFull("properties fail in too many different ways");
    // Leaves that report nothing share a number.
    if (events.length > 0) this.specials.push(events);
    else this.silent ??= this.specials.push(events);
    return -this.appendLeaf([-(events.length > 0 ? this.specials.length : this.silent!), -plain, how]);
  }

  /** How the function of a leaf threw: because an assertion `failed`, or otherwise; undefined if it did not. */
  threwAt(leaf: number): "threw" | "failed" | undefined {
    if (leaf === DISABLED || this.words[-leaf]! >= 0 || this.words[2 - leaf]! <= 0) return undefined;
    return this.words[2 - leaf] === FAILED ? "failed" : "threw";
  }

  /**
   * Returns the leaf whose updates are those of `leaf`, each replaced by what `after` makes of its column and number; a
   * special leaf keeps its events. Returns undefined if `after` returns undefined for an update.
   */
  leafAfter(
    leaf: number,
    after: (column: number, update: number) => readonly [number, number] | undefined,
  ): number | undefined {
    if (leaf === DISABLED) return leaf;
    const { words } = this;
    let at = -leaf;
    const special = words[at]! < 0 ? words[at]! : 0;
    const threw = words[at + 2]!;
    if (special !== 0) at = words[at + 1]!;
    const numbers = [words[at]!];
    for (let next = words[at++]!; next > 0; next--) {
      const updates = words[at++]!;
      numbers.push(updates);
      for (let i = 0; i < updates; i++, at += 2) {
        const exchanged = after(words[at]!, words[at + 1]!);
        if (exchanged === undefined) return undefined;
        numbers.push(...exchanged);
      }
    }
    const plain = this.leaf(numbers, []);
    return special === 0 ? plain : -this.appendLeaf([special, -plain, threw]);
  }

  private appendLeaf(numbers: readonly number[]): number {
    const at = this.leaves.take(4 * numbers.length) >>> 2;
    this.words.set(numbers, at);
    return at;
  }

  private insert(tree: number, reads: readonly Read[], leaf: number): void {
    let node = this.roots[tree]!;
    let link = -1;
    for (const { column, domain, id } of reads) {
      if (node === UNKNOWN) node = this.grow(tree, link, column, domain);
      else if (node < 0 || !this.isRead(node, column, domain)) throw this.impure(tree);
      link = node + 2 + id;
      node = this.words[link]!;
    }
    if (node !== UNKNOWN && node !== leaf) throw this.impure(tree);
    this.link(tree, link, leaf);
  }

  /**
   * Enters a path into a tree whose nodes may stand in another order than `reads`, and may read more. What they read
   * beyond the path is taken from `row`; without a row nothing is entered in that case.
   */
  graft(tree: number, reads: readonly Read[], leaf: number, row: Uint16Array | undefined): void {
    ifRoom(() => {
      const left = [...reads];
      let link = -1;
      let node = this.roots[tree]!;
      while (node > 0 || left.length > 0) {
        if (node < 0) return;
        const next = node === UNKNOWN ? left[0]! : this.readAt(node, left, row);
        // The value was met after the node was made, and the node has no child for it.
        if (next === undefined || (next.domain.isRead && next.id >= next.domain.capacity)) return;
        if (node === UNKNOWN) node = this.grow(tree, link, next.column, next.domain);
        const at = left.indexOf(next);
        if (at >= 0) left.splice(at, 1);
        link = node + 2 + next.id;
        node = this.words[link]!;
      }
      if (node === UNKNOWN) this.link(tree, link, leaf);
    });
  }

  private readAt(node: number, reads: readonly Read[], row: Uint16Array | undefined): Read | undefined {
    const known = reads.find(({ column, domain }) => this.isRead(node, column, domain));
    if (known !== undefined || row === undefined) return known;
    const column = this.words[node]!;
    const domain = this.families.domainOf(column, this.words[node + 1]!);
    return { column, domain, id: this.families.project(domain, row[column]!) };
  }

  private isRead(node: number, column: number, domain: ReadDomain): boolean {
    return this.words[node] === column && this.words[node + 1] === this.families.tableAt(domain.table);
  }

  /** Adds a node at the end of a path and returns it. */
  private grow(tree: number, link: number, column: number, domain: ReadDomain): number {
    if (!domain.isRead) growCapacity(domain);
    domain.isRead = true;
    const node = this.allocate(column, this.families.tableAt(domain.table), domain.capacity);
    this.link(tree, link, node);
    return node;
  }

  private link(tree: number, link: number, node: number): void {
    if (link < 0) this.roots[tree] = node;
    else Atomics.store(this.words, link, node);
  }

  /** The error that names a function whose outcome depends on more than what it has read. */
  impure(tree: number): FunctionError {
    return new FunctionError(
      `${this.observed[tree]!.name()} is not a pure function of the state: it did different things in states that look the same to it.\n` +
        "  Verdicts would depend on chance. Take clocks, random numbers and changing captured variables out of it.",
    );
  }

  private allocate(column: number, table: number, capacity: number): number {
    const node = this.nodes.take(4 * (2 + capacity)) >>> 2;
    this.words[node] = column;
    this.words[node + 1] = table;
    return node;
  }

  /** The bytes that `rebuild` takes at the most: a copy of all nodes, and nodes that are twice as large. */
  get rebuildBytes(): number {
    return 2 * this.nodes.used;
  }

  /**
   * Gives every node room for the values that have been met since it was made. Node numbers change, so no thread may
   * walk meanwhile.
   */
  rebuild(): void {
    const [start, used] = [this.nodes.start >>> 2, this.nodes.used >>> 2];
    const old = this.words.slice(start, start + used);
    const capacityBefore = this.capacities();
    this.families.growCapacities();
    this.words.fill(0, start, start + used);
    this.nodes.used = 0;
    try {
      this.copyNodes(old, capacityBefore, this.capacities());
    } catch (error) {
      if (!(error instanceof RegionFull)) throw error;
      // The grown trees do not fit: what was learnt is forgotten, and functions are run again.
      this.words.fill(0, start, start + (this.nodes.used >>> 2));
      this.nodes.used = 0;
      this.roots.fill(UNKNOWN);
    }
  }

  private copyNodes(
    old: Int32Array,
    capacityBefore: ReadonlyMap<number, number>,
    capacityAfter: ReadonlyMap<number, number>,
  ): void {
    const start = this.nodes.start >>> 2;
    const pending: { from: number; to: number }[] = [];
    const copy = (child: number): number => {
      if (child <= 0) return child;
      const from = child - start;
      const key = this.keyOfRead(old[from]!, old[from + 1]!);
      const to = this.allocate(old[from]!, old[from + 1]!, capacityAfter.get(key)!);
      pending.push({ from, to });
      return to;
    };
    for (let tree = 0; tree < this.observed.length; tree++) this.roots[tree] = copy(this.roots[tree]!);
    for (let next = pending.pop(); next; next = pending.pop()) {
      const { from, to } = next;
      const capacity = capacityBefore.get(this.keyOfRead(old[from]!, old[from + 1]!))!;
      for (let i = 0; i < capacity; i++) this.words[to + 2 + i] = copy(old[from + 2 + i]!);
    }
  }

  private keyOfRead(column: number, table: number): number {
    return column * MAX_IDS + (table - this.families.tableAt(0)) / MAX_IDS;
  }

  /** The number of children of nodes, by column * MAX_IDS + projection table. */
  private capacities(): Map<number, number> {
    const capacities = new Map<number, number>();
    this.families.ofColumn.forEach((family, column) => {
      for (const { table, capacity } of [family.whole, ...family.domains])
        capacities.set(column * MAX_IDS + table, capacity);
    });
    return capacities;
  }
}
