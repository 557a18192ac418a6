/**
 * The search: one loop for every order. It takes a row from the frontier, walks the trees that its values leave undecided, applies the
 * updates of their leaves, and stores what is new. It sees integers only; authors' functions run where a tree does not know.
 */
import type { Instance } from "../model/instance.js";
import { Families, MAX_IDS } from "../observe/intern.js";
import { DISABLED, UNKNOWN } from "../observe/trees.js";
import { type Batch, MemoryExceeded, RowStore } from "../store/rows.js";
import { Canonicalizer } from "../symmetry/canonicalize.js";
import { BreadthFirst, DepthFirst } from "./frontier.js";
import { ObservedModel } from "./observed-model.js";

export interface SearchOptions {
  readonly search?: "bfs" | "dfs";
  /** Reduce by symmetry where the model allows it. Default true. */
  readonly symmetry?: boolean;
  /** The properties asked about, by name. Default all. */
  readonly properties?: readonly string[];
  readonly maxStates?: number;
  readonly maxDepth?: number;
  /** Bytes that stored states and trees may take. */
  readonly memory?: number;
  /** End at the first violation. */
  readonly stopAtFirst?: boolean;
  /** Audit one state in so many. Default: a small sample. */
  readonly audit?: number;
}

/** Where a violation was seen: in a state, or in a step from it. */
export interface Sighting {
  readonly property: number;
  /** The row of the state. */
  readonly row: number;
}

const BATCH = 256;

export class Explorer {
  readonly families: Families;
  readonly canonicalizer: Canonicalizer;
  readonly model: ObservedModel;
  readonly store: RowStore;
  readonly frontier: BreadthFirst | DepthFirst;
  readonly sightings: Sighting[] = [];
  /** Transitions. */
  generated = 0;
  /** Why the search ended before it had seen everything. */
  incomplete: string | undefined;
  finished = false;
  /** Every state of the frontier was looked at. */
  exhausted = false;
  /** Taken steps by the action's index. */
  readonly fired: Float64Array;
  /** While it is there, all next states are collected in it, as canonical rows, with the actions that lead to them; for the audit. */
  private captured: { rows: Uint16Array[]; actions: number[] } | undefined;
  private readonly width: number;
  private readonly batch: Batch & { readonly ids: Uint16Array };
  private batched = 0;
  private readonly row: Uint16Array;
  private readonly row32: Uint32Array;
  private readonly decided = new Set<number>();

  constructor(
    readonly instance: Instance,
    readonly options: SearchOptions = {},
  ) {
    this.families = new Families(instance);
    this.canonicalizer = new Canonicalizer(this.families, options.symmetry ?? true);
    this.model = new ObservedModel(this.families, placesOf(instance, options.properties));
    const words = Math.ceil(instance.layout.slots.length / 2);
    this.width = words * 2;
    this.store = new RowStore(words, BATCH, options.memory ?? Number.POSITIVE_INFINITY);
    const buffer = new Uint32Array(words * BATCH);
    this.batch = { words: buffer, ids: new Uint16Array(buffer.buffer), parents: new Uint32Array(BATCH) };
    this.row32 = new Uint32Array(words);
    this.row = new Uint16Array(this.row32.buffer);
    this.frontier = options.search === "dfs" ? new DepthFirst() : new BreadthFirst();
    this.fired = new Float64Array(instance.actions.length);
  }

  private addInitialStates(): void {
    for (const values of this.instance.initial) {
      const row = this.families.rowOf(values);
      if (this.batched === 0 && this.store.count === 0) {
        // A first look at a row must not need more room in the nodes than they have.
        this.families.growCapacities();
        this.model.start(row);
      }
      this.batch.ids.set(row, this.batched * this.width);
      this.batch.parents[this.batched] = 0;
      if (++this.batched === BATCH) this.flush(0);
    }
    this.flush(0);
  }

  /** Searches on for about so many milliseconds. Afterwards `finished` tells whether it is over. */
  run(milliseconds = Number.POSITIVE_INFINITY): void {
    const until = performance.now() + milliseconds;
    try {
      if (this.store.count === 0) this.addInitialStates();
      for (let turns = 1; !this.finished; turns++) {
        this.turn();
        if ((turns & 255) !== 0) continue;
        if (this.bytes > (this.options.memory ?? Number.POSITIVE_INFINITY)) {
          throw new MemoryExceeded("states and trees together pass it");
        }
        if (performance.now() > until) return;
      }
    } catch (error) {
      if (!isLimit(error)) throw error;
      this.stop(error.name === "MemoryExceeded" ? `the memory limit was reached: ${error.message}` : error.message);
    }
  }

  /** What stored states and trees take. */
  get bytes(): number {
    return this.store.bytes + this.model.trees.bytes + this.canonicalizer.bytes;
  }

  /** Ends the search as incomplete. */
  stop(reason: string): void {
    this.incomplete = reason;
    this.finished = true;
  }

  private turn(): void {
    const { frontier, options } = this;
    if (frontier.needsFlush || (frontier as BreadthFirst).atLevelEnd) this.flush(frontier.depth + 1);
    if (options.maxStates !== undefined && this.store.count > options.maxStates) {
      this.stop(`stopped at --max-states ${options.maxStates.toLocaleString("en")}`);
      return;
    }
    const index = frontier.next();
    if (index < 0) {
      this.finished = true;
      this.exhausted = true;
      return;
    }
    const beyond = options.maxDepth !== undefined && frontier.depth >= options.maxDepth;
    this.expand(index, beyond);
    if (this.options.stopAtFirst && this.sightings.length > 0) this.stop("stopped at the first violation");
  }

  private load(index: number): void {
    const { words } = this.store;
    for (let w = 0; w < words; w++) this.row32[w] = this.store.rows[index * words + w]!;
    if (this.families.outgrown) {
      this.model.trees.rebuild();
      this.model.dispatch.reset();
    }
    if (this.model.listsStale) {
      this.model.listsStale = false;
      this.model.dispatch.reset();
    }
  }

  /** Looks at a stored state: its invariants, and, unless it lies beyond the depth limit, its successors. */
  expand(index: number, beyond = false): void {
    this.load(index);
    const { row } = this;
    const { dispatch } = this.model;
    const slots = this.families.ofSlot.length;
    let progress = 0;
    for (let slot = 0; slot < slots; slot++) {
      let at = dispatch.lists[slot * MAX_IDS + row[slot]!]!;
      if (at === 0) at = dispatch.build(slot, row);
      const count = dispatch.entries[at]!;
      if (count > 0) progress += this.walkList(at + 1, count, index, beyond);
    }
    for (const tree of dispatch.rootless) {
      const leaf = this.model.trees.leafOf(tree, row);
      if (leaf !== DISABLED) progress += this.take(leaf, tree, index, beyond);
    }
    if (progress === 0 && this.model.deadlock) this.checkStuck(this.model.deadlock, index);
  }

  private checkStuck({ tree, property }: { tree: number; property: number }, index: number): void {
    if (this.model.trees.leafOf(tree, this.row) !== DISABLED) this.sight(property, index);
  }

  /** Walks the entries of a list. How many of them are ways out of a deadlock. */
  private walkList(from: number, count: number, index: number, beyond: boolean): number {
    const { row } = this;
    const { trees, dispatch } = this.model;
    const { projections } = this.families;
    let { nodes } = trees;
    let { entries } = dispatch;
    let progress = 0;
    for (let at = from, end = from + 2 * count; at < end; at += 2) {
      let n = entries[at]!;
      const tree = entries[at + 1]!;
      while (n > 0) n = nodes[n + 2 + projections[nodes[n + 1]! + row[nodes[n]!]!]!]!;
      if (n === DISABLED) continue;
      if (n === UNKNOWN) {
        n = trees.run(tree, row);
        nodes = trees.nodes;
        entries = dispatch.entries;
        if (n === DISABLED) continue;
      }
      progress += this.take(n, tree, index, beyond);
    }
    return progress;
  }

  /** Takes the steps of a leaf. 1 if it is a way out of a deadlock, else 0. */
  private take(leaf: number, tree: number, index: number, beyond: boolean): number {
    const { trees } = this.model;
    let at = -leaf;
    let next = trees.leaves[at]!;
    if (next < 0) {
      const special = trees.specials[-next - 1]!;
      for (const { property } of special.events) this.sight(property, index);
      at = -special.leaf;
      next = trees.leaves[at]!;
    }
    if (beyond) {
      if (next > 0 && this.incomplete === undefined)
        this.incomplete = `stopped at --max-depth ${this.options.maxDepth}`;
      return this.model.progress[tree]!;
    }
    if (next > 0) {
      this.generated += next;
      const action = this.model.actionOf[tree]!;
      this.fired[action]! += next;
      if (this.captured) for (let i = 0; i < next; i++) this.captured.actions.push(action);
    }
    for (at++; next > 0; next--) at = this.step(at, index);
    return this.model.progress[tree]!;
  }

  /** Puts the next state that stands at `at` in the leaves into the batch. Where the one after it stands. */
  private step(at: number, index: number): number {
    const { row32, row, batch, width } = this;
    const { leaves, updates } = this.model.trees;
    const { table } = updates;
    const words = width >> 1;
    const base = this.batched * words;
    for (let w = 0; w < words; w++) batch.words[base + w] = row32[w]!;
    let i = at + 1;
    for (const end = i + 2 * leaves[at]!; i < end; i += 2) {
      const slot = leaves[i]!;
      const update = leaves[i + 1]!;
      const id = row[slot]!;
      const known = table.get(update, id);
      batch.ids[base * 2 + slot] = known >= 0 ? known : updates.apply(update, id);
    }
    batch.parents[this.batched] = index + 1;
    if (++this.batched === BATCH) this.flush(this.frontier.depth + 1);
    return i;
  }

  private flush(depth: number): void {
    if (this.batched === 0) return;
    const { batch, width, batched } = this;
    if (this.canonicalizer.active) {
      for (let b = 0; b < batched; b++) this.canonicalizer.canonicalize(batch.ids, b * width);
    }
    if (this.captured) {
      for (let b = 0; b < batched; b++) this.captured.rows.push(batch.ids.slice(b * width, (b + 1) * width));
    }
    const before = this.store.count;
    this.batched = 0;
    this.store.insert(batch, batched);
    this.frontier.add(before, this.store.count, depth);
  }

  private sight(property: number, row: number): void {
    if (this.decided.has(property)) return;
    this.decided.add(property);
    this.sightings.push({ property, row });
    this.model.settle(property);
  }

  /** A state's canonical successors with the actions that lead to them, as the trees give them; for the audit. */
  successorRows(index: number): { row: Uint16Array; action: number }[] {
    this.flush(this.frontier.depth + 1);
    const [generated, fired] = [this.generated, this.fired.slice()];
    this.captured = { rows: [], actions: [] };
    this.expand(index);
    this.flush(this.frontier.depth + 1);
    const { rows, actions } = this.captured;
    this.captured = undefined;
    this.generated = generated;
    this.fired.set(fired);
    return rows.map((row, i) => ({ row, action: actions[i]! }));
  }

  /** How many of the rows, from the first, have been looked at for sure. */
  get lookedAt(): number {
    if (this.incomplete === undefined) return this.store.count;
    return this.frontier instanceof BreadthFirst ? this.store.count - this.frontier.size : 0;
  }

  /** The stored row of a number. */
  rowAt(index: number): Uint16Array {
    const { words, rows } = this.store;
    return new Uint16Array(rows.slice(index * words, (index + 1) * words).buffer);
  }

  /** Row numbers from an initial state to a row. */
  pathTo(index: number): number[] {
    const path = [];
    for (let at = index + 1; at > 0; at = this.store.parents[at - 1]!) path.push(at - 1);
    return path.reverse();
  }
}

/** Whether an error says that the search has come to a limit, and not that something is wrong. */
export function isLimit(error: unknown): error is Error {
  return error instanceof Error && ["MemoryExceeded", "TooManyValues"].includes(error.name);
}

/** The places of the properties with these names among the instance's. */
function placesOf(instance: Instance, names: readonly string[] | undefined): number[] {
  return instance.properties.flatMap(({ name }, place) => (names === undefined || names.includes(name) ? [place] : []));
}
