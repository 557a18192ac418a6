/**
 * Decision trees: what authors' functions have been seen to do.
 *
 * One tree per action and binding (for a receiving action also per message), per invariant and binding, per goal and binding. An
 * inner node is a read, a leaf an outcome. Everything is in the words of one memory; numbers of nodes and leaves are indices of it:
 *
 *   a node n is [slot, start of the projection table, child for field id 0, child for field id 1, …].
 *   A child is another node (> 0), a leaf (< 0) or not yet known (0). Its length is the capacity of what it reads.
 *   A leaf -k stands at k: [number of next states, then for each of them: number of updates, (slot, update row)…].
 *   Leaf DISABLED (-1) is shared: disabled, or an invariant that holds. A negative first number, -s, is special, and followed by
 *   the plain leaf beneath: see `specials`, whose number s - 1 it is.
 *
 * So a walk is `while (n > 0) n = words[n + 2 + halves[words[n + 1] + row[words[n]]]]`, a few loads and no call. The expander walks so
 * (checker/wasm/assembly/expansion.ts), on all threads, while this side adds nodes and leaves: each is written before it is linked.
 *
 * A read's order is a function of what was read before, so that a run's path is a path of the tree. If it is not, the function
 * depends on something else (a clock, a random number, a mutated capture), and is named as impure.
 */

import { FunctionError, MemoryExceeded, RegionFull, Thrown, TooManyValues } from "../errors.js";
import type { AnyState } from "../model/state.js";
import type { Region } from "../wasm/arena.js";
import { Equivariance, type RowRenamings } from "./equivariance.js";
import { type Families, growCapacity } from "./intern.js";
import { MAX_IDS, type ReadDomain } from "./interner.js";
import { type Read, Recorder } from "./recorder.js";
import { grown, Tuples } from "./tuples.js";
import { Updates } from "./updates.js";

export const UNKNOWN = 0;
export const DISABLED = -1;

const NODE_BYTES = 640 * 2 ** 20;
const LEAF_BYTES = 256 * 2 ** 20;
/** Special leaves that there may be. */
export const MAX_SPECIALS = 65_535;
/** Trees that there may be. */
export const MAX_TREES = 1 << 18;

/** What a run came to. */
export type RunOutcome<Event> =
  | { readonly kind: "disabled" }
  | {
      readonly kind: "steps";
      /** For each next state, what it writes. */
      readonly next: readonly AnyState[];
      /** What must be told about it: a violation, an unspecified reception. */
      readonly events: readonly Event[];
    };

/** A function under observation. */
export interface Observed<Event> {
  /** How it is named when it throws or is impure: "action App_Read(K1)". */
  readonly name: () => string;
  /** The channel that a message is taken from before the run, and the message, as an atom. */
  readonly takes: { readonly slot: number; readonly message: number } | undefined;
  readonly run: (state: AnyState, message: unknown) => RunOutcome<Event>;
}

export class Trees<Event> {
  /** The memory that nodes and leaves lie in. */
  readonly words: Int32Array;
  readonly updates: Updates;
  /** What must be told when a special leaf is met. */
  readonly specials: (readonly Event[])[] = [];
  readonly observed: Observed<Event>[] = [];
  /** The root of each tree: a node, a leaf, or UNKNOWN before its first run. */
  roots = new Int32Array(256);
  /** How often authors' functions were run. */
  runs = 0;
  /** Past this many words of nodes, outcomes are no longer remembered. */
  ceiling = NODE_BYTES / 4;
  /** Trees that share what they learn. */
  readonly equivariance: Equivariance | undefined;
  private readonly nodes: Region;
  private readonly leaves: Region;
  private readonly recorder: Recorder;
  /** Leaves that are not special, and where each stands. */
  private readonly plainLeaves = new Tuples();
  private readonly leafAt: number[] = [];

  /** @param renamings after which functions do the same, renamed */
  constructor(
    readonly families: Families,
    renamings?: RowRenamings,
  ) {
    this.equivariance = renamings && new Equivariance(this, renamings);
    this.recorder = new Recorder(families);
    this.updates = new Updates(families);
    this.words = families.arena.words;
    // Room for a node more than the ceiling allows.
    this.nodes = families.arena.region("decision trees", NODE_BYTES + 4 * (MAX_IDS + 2));
    this.leaves = families.arena.region("outcomes of decision trees", LEAF_BYTES);
  }

  /** Adds a tree. */
  add(observed: Observed<Event>): number {
    const tree = this.observed.length;
    if (tree >= MAX_TREES)
      throw new RegionFull(`the protocol has more than ${MAX_TREES.toLocaleString("en")} pairs of action and message`);
    this.observed.push(observed);
    if (tree >= this.roots.length) this.roots = grown(this.roots, tree + 1);
    return tree;
  }

  /** The leaf of a tree for a row; runs the function if the tree does not know. */
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

  /** Whether a walk comes to an end. */
  knows(tree: number, row: Uint16Array): boolean {
    return this.walk(this.roots[tree]!, row) !== UNKNOWN;
  }

  /** What the reads are that lead to a row's leaf; undefined if the tree does not know it. */
  pathOf(tree: number, row: Uint16Array): Read[] | undefined {
    const { words, families } = this;
    const reads: Read[] = [];
    let node = this.roots[tree]!;
    while (node > 0) {
      const slot = words[node]!;
      const domain = families.domainOf(slot, words[node + 1]!);
      const id = families.project(domain, row[slot]!);
      reads.push({ slot, domain, id });
      node = words[node + 2 + id]!;
    }
    return node === UNKNOWN ? undefined : reads;
  }

  /** Finds out what the function does on a row, and remembers it. The leaf. */
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

  /** Runs the function on a row. What it read, and the leaf, which is in no tree yet. @throws Thrown */
  observe(tree: number, row: Uint16Array): { readonly leaf: number; readonly reads: readonly Read[] } {
    const observed = this.observed[tree]!;
    const { recorder } = this;
    this.runs++;
    recorder.begin(row);
    try {
      return { leaf: this.record(observed), reads: recorder.reads };
    } catch (error) {
      if (error instanceof TooManyValues || error instanceof MemoryExceeded) throw error;
      throw new Thrown(`${observed.name()} threw ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }

  /** Whether there is room for what a run reads. */
  get remembers(): boolean {
    return this.nodes.used / 4 < this.ceiling;
  }

  /** Whether so much room is taken that nothing is kept any more that perhaps no state asks for. */
  get crowded(): boolean {
    return (
      this.families.crowded ||
      this.updates.crowded ||
      this.observed.length > MAX_TREES / 2 ||
      this.nodes.used / 4 > this.ceiling / 2 ||
      this.leaves.used > LEAF_BYTES / 2
    );
  }

  private record(observed: Observed<Event>): number {
    const { instance } = this.families;
    let state = instance.stateOver(this.recorder);
    let message: unknown;
    if (observed.takes) {
      const { slot } = observed.takes;
      message = this.families.atoms.valueOf(observed.takes.message);
      state = state.write(slot, this.recorder.taken(slot, message));
    }
    const outcome = observed.run(state, message);
    if (outcome.kind === "disabled") return DISABLED;
    const leaf: number[] = [outcome.next.length];
    for (const next of outcome.next) {
      const at = leaf.push(0) - 1;
      for (const [slot, value] of next.written) {
        const update = this.recorder.updateOf(slot, value);
        if (update !== undefined) leaf.push(slot, this.updates.row(this.families.ofSlot[slot]!, update));
      }
      leaf[at] = (leaf.length - at - 1) / 2;
    }
    return this.leaf(leaf, outcome.events);
  }

  private leaf(numbers: readonly number[], events: readonly Event[]): number {
    let number = this.plainLeaves.findList(numbers);
    if (number < 0) {
      number = this.plainLeaves.add(numbers.length);
      this.leafAt.push(this.appendLeaf(numbers));
    }
    const leaf = -this.leafAt[number]!;
    if (events.length === 0) return leaf;
    if (this.specials.length >= MAX_SPECIALS) throw new RegionFull("properties fail in too many different ways");
    this.specials.push(events);
    return -this.appendLeaf([-this.specials.length, -leaf]);
  }

  /**
   * The leaf with each update exchanged for that of another slot; a special one tells the same events. Undefined if an update cannot be
   * exchanged.
   */
  leafAfter(
    leaf: number,
    after: (slot: number, update: number) => readonly [number, number] | undefined,
  ): number | undefined {
    if (leaf === DISABLED) return leaf;
    const { words } = this;
    let at = -leaf;
    const special = words[at]! < 0 ? words[at]! : 0;
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
    return special === 0 ? plain : -this.appendLeaf([special, -plain]);
  }

  private appendLeaf(numbers: readonly number[]): number {
    const at = this.leaves.take(4 * numbers.length) >>> 2;
    this.words.set(numbers, at);
    return at;
  }

  private insert(tree: number, reads: readonly Read[], leaf: number): void {
    let node = this.roots[tree]!;
    let link = -1;
    for (const { slot, domain, id } of reads) {
      if (node === UNKNOWN) node = this.grow(tree, link, slot, domain);
      else if (node < 0 || !this.isRead(node, slot, domain)) throw this.impure(tree);
      link = node + 2 + id;
      node = this.words[link]!;
    }
    if (node !== UNKNOWN && node !== leaf) throw this.impure(tree);
    this.link(tree, link, leaf);
  }

  /**
   * Enters a path into a tree whose nodes may stand in another order, and ask for more. What they ask for beyond the path the row
   * tells; without a row there is nothing to be done then.
   */
  graft(tree: number, reads: readonly Read[], leaf: number, row: Uint16Array | undefined): void {
    ifRoom(() => {
      const left = [...reads];
      let link = -1;
      let node = this.roots[tree]!;
      while (node > 0 || left.length > 0) {
        if (node < 0) return;
        const next = node === UNKNOWN ? left[0]! : this.readAt(node, left, row);
        // A value that was met since the node was made, which has no room for it.
        if (next === undefined || (next.domain.isRead && next.id >= next.domain.capacity)) return;
        if (node === UNKNOWN) node = this.grow(tree, link, next.slot, next.domain);
        const at = left.indexOf(next);
        if (at >= 0) left.splice(at, 1);
        link = node + 2 + next.id;
        node = this.words[link]!;
      }
      if (node === UNKNOWN) this.link(tree, link, leaf);
    });
  }

  private readAt(node: number, reads: readonly Read[], row: Uint16Array | undefined): Read | undefined {
    const known = reads.find(({ slot, domain }) => this.isRead(node, slot, domain));
    if (known !== undefined || row === undefined) return known;
    const slot = this.words[node]!;
    const domain = this.families.domainOf(slot, this.words[node + 1]!);
    return { slot, domain, id: this.families.project(domain, row[slot]!) };
  }

  private isRead(node: number, slot: number, domain: ReadDomain): boolean {
    return this.words[node] === slot && this.words[node + 1] === this.families.tableAt(domain.table);
  }

  /** A new node, at the end of a path. */
  private grow(tree: number, link: number, slot: number, domain: ReadDomain): number {
    if (!domain.isRead) growCapacity(domain);
    domain.isRead = true;
    const node = this.allocate(slot, this.families.tableAt(domain.table), domain.capacity);
    this.link(tree, link, node);
    return node;
  }

  private link(tree: number, link: number, node: number): void {
    if (link < 0) this.roots[tree] = node;
    else Atomics.store(this.words, link, node);
  }

  /** The complaint about a function whose result is no function of what it read. */
  impure(tree: number): FunctionError {
    return new FunctionError(
      `${this.observed[tree]!.name()} is not a pure function of the state: it did different things in states that look the same to it.\n` +
        "  Verdicts would depend on chance. Take clocks, random numbers and changing captured variables out of it.",
    );
  }

  private allocate(slot: number, table: number, capacity: number): number {
    const node = this.nodes.take(4 * (2 + capacity)) >>> 2;
    this.words[node] = slot;
    this.words[node + 1] = table;
    return node;
  }

  /**
   * Makes room in every node for the field values that have been met since it was made. Node numbers change, so no thread may walk
   * meanwhile.
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
      // Too large now: what was learnt is forgotten, and functions are called again.
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

  private keyOfRead(slot: number, table: number): number {
    return slot * MAX_IDS + (table - this.families.tableAt(0)) / MAX_IDS;
  }

  /** How many children a node has, by slot * MAX_IDS + projection table. */
  private capacities(): Map<number, number> {
    const capacities = new Map<number, number>();
    this.families.ofSlot.forEach((family, slot) => {
      for (const { table, capacity } of [family.whole, ...family.domains])
        capacities.set(slot * MAX_IDS + table, capacity);
    });
    return capacities;
  }
}

/** Does something for which there may be no room: the beginning of a path does no harm, since its end is unknown, as it was. */
function ifRoom(insert: () => void): void {
  try {
    insert();
  } catch (error) {
    if (!(error instanceof RegionFull)) throw error;
  }
}
