/**
 * Decision trees: what authors' functions have been seen to do.
 *
 * One tree per action and binding (for a receiving action also per message), per invariant and binding, per goal and binding. An
 * inner node is a read, a leaf an outcome. Everything is in two Int32Arrays:
 *
 *   nodes:   a node at n is [slot, start of the projection table, child for field id 0, child for field id 1, …].
 *            A child is another node (> 0), a leaf (< 0) or not yet known (0). Its length is the capacity of what it reads.
 *   leaves:  leaf -k stands at leaves[k]: [number of next states, then for each of them: number of updates, (slot, update row)…].
 *            Leaf DISABLED (-1) is shared: disabled, or an invariant that holds. A negative first number is special: see `specials`.
 *
 * So a walk is `while (n > 0) n = nodes[n + 2 + projections[nodes[n + 1] + row[nodes[n]]]]`, a few loads and no call.
 *
 * A read's order is a function of what was read before, so that a run's path is a path of the tree. If it is not, the function
 * depends on something else (a clock, a random number, a mutated capture), and is named as impure.
 */
import type { AnyState } from "../model/state.js";
import type { Families } from "./intern.js";
import { MAX_IDS } from "./intern.js";
import type { Read, Update } from "./recorder.js";
import { Recorder } from "./recorder.js";
import { Updates } from "./updates.js";

export const UNKNOWN = 0;
export const DISABLED = -1;

/** What a run came to. */
export type Outcome<Event> =
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
  /** The channel that a message is taken from before the run, and the message's id there. */
  readonly takes: { readonly slot: number; readonly message: number } | undefined;
  readonly run: (state: AnyState, message: unknown) => Outcome<Event>;
}

/** An author's function broke its contract. The message names it and says what to do. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
}

/** A leaf that needs more than its updates applied. */
interface Special<Event> {
  readonly events: readonly Event[];
  /** The plain leaf beneath. */
  readonly leaf: number;
}

export class Trees<Event> {
  nodes = new Int32Array(1 << 14);
  leaves = new Int32Array(1 << 14);
  readonly updates: Updates;
  readonly specials: Special<Event>[] = [];
  readonly observed: Observed<Event>[] = [];
  /** The root of each tree: a node, a leaf, or UNKNOWN before its first run. */
  roots = new Int32Array(256);
  /** How often authors' functions were run. */
  runs = 0;
  /** Past this many entries of `nodes`, outcomes are no longer remembered. */
  ceiling = 1 << 28;
  private nodesUsed = 1;
  private leavesUsed = 2;
  private readonly recorder: Recorder;
  private readonly leafIds = new Map<string, number>();

  constructor(readonly families: Families) {
    this.recorder = new Recorder(families);
    this.updates = new Updates(families);
  }

  /** Adds a tree. */
  add(observed: Observed<Event>): number {
    const tree = this.observed.length;
    this.observed.push(observed);
    if (tree >= this.roots.length) this.roots = grown(this.roots, this.roots.length * 2);
    return tree;
  }

  /** The leaf of a tree for a row; runs the function if the tree does not know. */
  leafOf(tree: number, row: Uint16Array): number {
    return this.leafFrom(this.roots[tree]!, tree, row);
  }

  /** The same, from a node that the walk has reached already. */
  leafFrom(node: number, tree: number, row: Uint16Array): number {
    const { nodes } = this;
    const { projections } = this.families;
    let n = node;
    while (n > 0) n = nodes[n + 2 + projections[nodes[n + 1]! + row[nodes[n]!]!]!]!;
    return n === UNKNOWN ? this.run(tree, row) : n;
  }

  /** Runs the function on a row and remembers what it did. The leaf. */
  run(tree: number, row: Uint16Array): number {
    const observed = this.observed[tree]!;
    const { recorder } = this;
    this.runs++;
    recorder.begin(row);
    let leaf: number;
    try {
      leaf = this.record(observed);
    } catch (error) {
      if (error instanceof Error && error.name === "TooManyValues") throw error;
      throw new FunctionError(`${observed.name()} threw ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
    if (this.nodesUsed < this.ceiling) this.insert(tree, row, recorder.reads, leaf);
    return leaf;
  }

  private record(observed: Observed<Event>): number {
    const { instance } = this.families;
    let state = instance.stateOver(this.recorder);
    let message: unknown;
    if (observed.takes) {
      const { slot, message: id } = observed.takes;
      message = this.families.ofSlot[slot]!.messages.valueOf(id);
      state = state.write(slot, this.recorder.taken(slot, message));
    }
    const outcome = observed.run(state, message);
    if (outcome.kind === "disabled") return DISABLED;
    const leaf: number[] = [outcome.next.length];
    for (const next of outcome.next) {
      const updates = [...next.written].flatMap(([slot, value]) =>
        this.updateRow(slot, this.recorder.updateOf(slot, value)),
      );
      leaf.push(updates.length / 2, ...updates);
    }
    return this.leaf(leaf, outcome.events);
  }

  private updateRow(slot: number, update: Update | undefined): number[] {
    return update === undefined ? [] : [slot, this.updates.row(this.families.ofSlot[slot]!, update)];
  }

  private leaf(numbers: readonly number[], events: readonly Event[]): number {
    const key = numbers.join();
    let leaf = this.leafIds.get(key);
    if (leaf === undefined) {
      leaf = -this.appendLeaf(numbers);
      this.leafIds.set(key, leaf);
    }
    if (events.length === 0) return leaf;
    this.specials.push({ events, leaf });
    return -this.appendLeaf([-this.specials.length]);
  }

  private appendLeaf(numbers: readonly number[]): number {
    const at = this.leavesUsed;
    this.leavesUsed += numbers.length;
    if (this.leavesUsed > this.leaves.length)
      this.leaves = grown(this.leaves, Math.max(this.leavesUsed, this.leaves.length * 2));
    this.leaves.set(numbers, at);
    return at;
  }

  private insert(tree: number, row: Uint16Array, reads: readonly Read[], leaf: number): void {
    let node = this.roots[tree]!;
    let link = -1;
    for (const { slot, domain } of reads) {
      const table = domain.table * MAX_IDS;
      if (node === UNKNOWN) {
        node = this.allocate(slot, table, domain.capacity);
        if (link < 0) this.roots[tree] = node;
        else this.nodes[link] = node;
      } else if (node < 0 || this.nodes[node] !== slot || this.nodes[node + 1] !== table) {
        throw this.impure(tree);
      }
      link = node + 2 + this.families.projections[table + row[slot]!]!;
      node = this.nodes[link]!;
    }
    if (node !== UNKNOWN && node !== leaf) throw this.impure(tree);
    if (link < 0) this.roots[tree] = leaf;
    else this.nodes[link] = leaf;
  }

  /** The complaint about a function whose result is no function of what it read. */
  impure(tree: number): FunctionError {
    return new FunctionError(
      `${this.observed[tree]!.name()} is not a pure function of the state: it did different things in states that look the same to it.\n` +
        "  Verdicts would depend on chance. Take clocks, random numbers and changing captured variables out of it.",
    );
  }

  private allocate(slot: number, table: number, capacity: number): number {
    const node = this.nodesUsed;
    this.nodesUsed += 2 + capacity;
    if (this.nodesUsed > this.nodes.length)
      this.nodes = grown(this.nodes, Math.max(this.nodesUsed, this.nodes.length * 2));
    this.nodes[node] = slot;
    this.nodes[node + 1] = table;
    return node;
  }

  /** Makes room in every node for the field values that have been met since it was made. Node numbers change. */
  rebuild(): void {
    const old = this.nodes;
    const capacityBefore = this.capacities();
    this.families.growCapacities();
    const capacityAfter = this.capacities();
    this.nodes = new Int32Array(this.nodes.length);
    this.nodesUsed = 1;
    const pending: { from: number; to: number }[] = [];
    const copy = (child: number): number => {
      if (child <= 0) return child;
      const key = old[child]! * MAX_IDS + old[child + 1]! / MAX_IDS;
      const to = this.allocate(old[child]!, old[child + 1]!, capacityAfter.get(key)!);
      pending.push({ from: child, to });
      return to;
    };
    for (let tree = 0; tree < this.observed.length; tree++) this.roots[tree] = copy(this.roots[tree]!);
    for (let next = pending.pop(); next; next = pending.pop()) {
      const { from, to } = next;
      const capacity = capacityBefore.get(old[from]! * MAX_IDS + old[from + 1]! / MAX_IDS)!;
      for (let i = 0; i < capacity; i++) {
        const child = copy(old[from + 2 + i]!);
        this.nodes[to + 2 + i] = child;
      }
    }
  }

  /** How many children a node has, by slot * MAX_IDS + projection table. */
  private capacities(): Map<number, number> {
    const capacities = new Map<number, number>();
    this.families.ofSlot.forEach((family, slot) => {
      for (const { table, capacity } of [family.whole, ...family.fields.values()])
        capacities.set(slot * MAX_IDS + table, capacity);
    });
    return capacities;
  }

  /** What the trees take in memory. */
  get bytes(): number {
    return this.nodes.byteLength + this.leaves.byteLength + this.updates.bytes;
  }
}

export function grown(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
