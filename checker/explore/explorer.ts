/**
 * The search: one loop for every order and any number of threads. The frontier says what is looked at next; the kernel expands it; the store keeps
 * what is new. Here is decided what happens at the edges: what the kernel lacks is answered, levels end, limits are met.
 */
import { RegionFull } from "../kernel/arena.js";
import { makeContext } from "../kernel/context.js";
import type { Kernel } from "../kernel/kernel.js";
import {
  BIN_FULL,
  C_BEST,
  C_CUT,
  C_DEGREES,
  C_FIRED,
  C_GENERATED,
  C_PARENT,
  C_PRIORITY,
  C_SHARD_MASK,
  C_SPARE_NODE,
  C_TAKEN,
  C_TAKEN_AT,
  DEGREES,
  DONE,
  H_FOLDED,
  H_SLOT_TABLE,
  H_SLOTS,
  H_WORDS,
  ID_BITS,
  NO_PARENT,
  RECORD_HEAD,
  SHARDS,
} from "../kernel/layout.js";
import { modules } from "../kernel/modules.js";
import type { Instance, Values } from "../model/instance.js";
import { Families } from "../observe/intern.js";
import { MAX_SPECIALS, MAX_TREES } from "../observe/trees.js";
import { makeStore, referenceOf, type ShardedStore } from "../store/shards.js";
import { Canonicalizer } from "../symmetry/canonicalize.js";
import { Answers } from "./answers.js";
import { BETWEEN_CHUNKS, Control } from "./control.js";
import { Crew } from "./crew.js";
import { BreadthFirst, DepthFirst } from "./frontier.js";
import { ObservedModel } from "./observed-model.js";
import { Runner, type SharedSearch } from "./runner.js";

/** How states are kept: whole; folded into two words, as exact; or as 64-bit hashes, so that one may be taken for another. */
export const STORE_KINDS = ["exact", "compressed", "fingerprint"] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

export interface SearchOptions {
  readonly search?: "bfs" | "dfs";
  /** Reduce by symmetry where the model allows it. Default true. */
  readonly symmetry?: boolean;
  /** The properties asked about, by name. Default all. */
  readonly properties?: readonly string[];
  readonly maxStates?: number;
  readonly maxDepth?: number;
  /** A ceiling for the memory of the whole process, in bytes. */
  readonly memory?: number;
  /** A ceiling for stored states alone, in bytes. Default what `memory` leaves. */
  readonly storeMemory?: number;
  /** How stored states are kept. Default exact. */
  readonly store?: StoreKind;
  /** Threads that search, breadth first. Default 1. */
  readonly threads?: number;
  /** End at the first violation; breadth first, at the end of its level, so that it is the same however many threads there are. */
  readonly stopAtFirst?: boolean;
  /** Audit one state in so many. Default: a small sample. */
  readonly audit?: number;
}

/** Where a violation was seen: in a state, or in a step from it. */
export interface Sighting {
  readonly property: number;
  /** The reference of the state. */
  readonly row: number;
}

/** Levels smaller than this are for one thread; the first larger one starts the others. */
const LEVEL_FOR_THREADS = 4096;
/** How often the budget of the store is set anew, in milliseconds. */
const BUDGET_EVERY = 250;
/** What is held back of the memory, so that chunks can be finished when it is at its end; a share, and bytes at the least. */
const RESERVE = 0.03;
const LEAST_RESERVE = 12 * 2 ** 20;
const PER_MEMORY = 3.5 * 2 ** 30;

export class Explorer {
  readonly families: Families;
  readonly canonicalizer: Canonicalizer;
  readonly model: ObservedModel;
  readonly store: ShardedStore;
  readonly frontier: BreadthFirst | DepthFirst;
  readonly sightings: Sighting[] = [];
  /** Why the search ended before it had seen everything. */
  incomplete: string | undefined;
  finished = false;
  /** Every state of the frontier was looked at. */
  exhausted = false;
  readonly threads: number;
  private readonly control = new Control();
  private readonly shared: SharedSearch;
  private readonly runner: Runner;
  private readonly crew: Crew;
  private readonly answers: Answers;
  private readonly decided = new Set<number>();
  private begun = false;
  private budgetSet = Number.NEGATIVE_INFINITY;

  constructor(
    readonly instance: Instance,
    readonly options: SearchOptions = {},
    /** Instead of the usual one, depth first. */
    frontier?: DepthFirst,
  ) {
    this.families = new Families(instance);
    this.canonicalizer = new Canonicalizer(this.families, options.symmetry ?? true);
    this.model = new ObservedModel(this.families, placesOf(instance, options.properties));
    this.answers = new Answers(this.families, this.canonicalizer, this.model);
    const depthFirst = options.search === "dfs";
    this.threads = depthFirst ? 1 : (options.threads ?? 1);
    this.shared = this.share(depthFirst);
    this.runner = new Runner(this.shared, 0);
    this.store = this.runner.store;
    this.crew = new Crew(this.shared, this.control);
    this.frontier =
      frontier ?? (depthFirst ? new DepthFirst(options.maxDepth) : new BreadthFirst(this.control, options.maxDepth));
  }

  /** Sets up all memory that threads share. */
  private share(depthFirst: boolean): SharedSearch {
    const { arena } = this.families;
    const { store: kind = "exact" } = this.options;
    const slots = this.families.ofSlot.length;
    const words = Math.ceil(slots / 2);
    const folded = kind === "compressed" && words > 2;
    const storedWords = folded ? 2 : words;
    arena.header(H_SLOTS, slots);
    arena.header(H_WORDS, words);
    arena.header(H_FOLDED, folded ? 1 : 0);
    this.tellSlots();
    if (folded) this.answers.prepareFolding();
    const sizes = { words, storedWords, trees: MAX_TREES, specials: MAX_SPECIALS };
    const contexts = Array.from({ length: this.threads }, (_, i) => makeContext(arena, `thread ${i + 1}`, sizes));
    const memory = this.options.storeMemory ?? this.options.memory ?? Number.POSITIVE_INFINITY;
    const store = makeStore({
      words: storedWords,
      threads: this.threads,
      priorities: !depthFirst,
      fingerprints: kind === "fingerprint",
      budget: Number.MAX_SAFE_INTEGER,
      memories: [1, 2, 4, 8].find((n) => n * PER_MEMORY >= Math.min(memory, 8 * PER_MEMORY))!,
    });
    return { modules: modules(), engine: arena.memory, store, contexts };
  }

  /** For each slot its family, and what its values' hashes are multiplied by, odd and in no order. */
  private tellSlots(): void {
    const { arena, ofSlot } = this.families;
    const table = arena.region("slots", 16 * ofSlot.length);
    arena.header(H_SLOT_TABLE, table.start);
    let multiplier = 0x9e3779b97f4a7c15n;
    ofSlot.forEach(({ index }, slot) => {
      multiplier = BigInt.asUintN(64, multiplier * 0xd1342543de82ef95n + 0x632be59bd9b4e019n) | 1n;
      arena.words[(table.start >>> 2) + 4 * slot] = index << ID_BITS;
      arena.longs[(table.start >>> 3) + 2 * slot + 1] = multiplier;
    });
  }

  private begin(): void {
    this.begun = true;
    const { kernel } = this.runner;
    this.instance.initial.forEach((values, i) => {
      const row = this.families.rowOf(values);
      if (i === 0) {
        // A first look at a row must not need more room in the nodes than they have.
        this.families.growCapacities();
        this.model.start(row);
      }
      this.canonicalRow(row);
      kernel.set(C_PARENT, NO_PARENT);
      kernel.set(C_PRIORITY, 0);
      for (let stop = kernel.seed(); stop !== DONE; stop = kernel.seed()) {
        if (stop !== BIN_FULL) this.answer();
        else if (!this.runner.flush(kernel.fullBin)) this.outOfMemory();
      }
    });
    if (!this.runner.empty()) this.outOfMemory();
    this.rearrange();
    this.frontier.begin(this.store);
    this.sendCrew();
  }

  /**
   * Gets ready to expand rows that are not stored, for random walks. The canonical rows of the initial states, in their order.
   * @throws FunctionError, TooManyValues, RegionFull
   */
  prepare(): Uint16Array[] {
    const rows = this.instance.initial.map((values) => this.families.rowOf(values));
    this.families.growCapacities();
    this.model.start(rows[0]!);
    this.kernel.set(C_SHARD_MASK, 0);
    return this.instance.initial.map((values) => this.rowOf(values));
  }

  /** What expands rows, on this thread. */
  get kernel(): Kernel {
    return this.runner.kernel;
  }

  /** Moves the tables that have outgrown their places, and leaves out what is decided. */
  refresh(): void {
    if (this.families.outgrown || this.model.listsStale) this.rearrange();
  }

  /** Searches on for about so many milliseconds. Afterwards `finished` tells whether it is over. */
  run(milliseconds = Number.POSITIVE_INFINITY): void {
    const until = performance.now() + milliseconds;
    try {
      this.setBudget();
      if (!this.begun) this.begin();
      while (!this.finished && performance.now() <= until) this.turn(until);
    } catch (error) {
      if (!isLimit(error)) {
        this.crew.end();
        throw error;
      }
      this.stop(error.name === "MemoryExceeded" ? `the memory limit was reached: ${error.message}` : error.message);
    }
  }

  private turn(until: number): void {
    const seen = this.control.news;
    const stop = this.runner.work(this.frontier, () => this.isWanted(seen, until));
    if (stop === "miss") this.answer();
    else if (stop === "full") this.outOfMemory();
    else if (stop === "asked") this.attend();
    else {
      this.attend();
      if (this.crew.busy) this.crew.wait(seen);
      else this.endLevel();
    }
    if (performance.now() - this.budgetSet > BUDGET_EVERY) this.setBudget();
  }

  /** Whether the first thread is to see what is going on. */
  private isWanted(seen: number, until: number): boolean {
    return this.control.news !== seen || performance.now() > until || this.tooMany;
  }

  private get tooMany(): boolean {
    const { maxStates } = this.options;
    return maxStates !== undefined && this.store.count > maxStates;
  }

  /** Answers the other threads, and keeps the limits. */
  private attend(): void {
    for (const { thread, kernel } of this.crew.asking) {
      this.answerTo(kernel);
      this.crew.release(thread);
    }
    if (this.crew.full) this.outOfMemory();
    if (this.tooMany) {
      this.settle();
      this.stop(`stopped at --max-states ${this.options.maxStates!.toLocaleString("en")}`);
    }
    if (this.options.stopAtFirst && this.frontier instanceof DepthFirst) {
      this.collectSightings();
      if (this.sightings.length > 0) this.stop("stopped at the first violation");
    }
  }

  /** Answers what the kernel has asked for, so that it can go on. */
  answer(): void {
    this.answerTo(this.runner.kernel);
  }

  private answerTo(kernel: Runner["kernel"]): void {
    if (Answers.needsRoomForNodes(kernel)) this.growNodeTable();
    else this.answers.answer(kernel);
    if (this.families.outgrown || this.model.listsStale) this.rearrange();
  }

  private growNodeTable(): void {
    const at = (context: number) => this.families.arena.words[(context + C_SPARE_NODE) >>> 2]!;
    this.crew.whileStopped(() => {
      const spares = this.shared.contexts.map(at).filter((number) => number !== 0);
      this.answers.growNodeTable(this.runner.kernel, spares);
    });
  }

  /** Moves the tables that have outgrown their places. */
  private rearrange(): void {
    this.crew.whileStopped(() => {
      if (this.families.outgrown) this.model.trees.rebuild();
      this.model.listsStale = false;
      this.model.dispatch.reset();
      this.model.tellStuckRoot();
    });
  }

  /** Everything found on the level is stored. */
  private endLevel(): void {
    this.collectSightings();
    if (this.options.stopAtFirst && this.sightings.length > 0) {
      this.exhausted = true;
      this.stop("stopped at the first violation");
      return;
    }
    if (this.tooMany) {
      this.exhausted = true;
      this.stop(`stopped at --max-states ${this.options.maxStates!.toLocaleString("en")}`);
      return;
    }
    if (this.model.listsStale) this.rearrange();
    if (this.frontier.advance(this.store)) {
      this.sendCrew();
      return;
    }
    this.exhausted = true;
    this.finish();
  }

  private sendCrew(): void {
    if (this.threads === 1 || this.frontier.size(this.store) < LEVEL_FOR_THREADS) return;
    if (this.crew.size === 0) this.crew.start();
    this.crew.send();
  }

  private finish(): void {
    this.finished = true;
    this.crew.end();
    if (this.isCut && this.incomplete === undefined)
      this.incomplete = `stopped at --max-depth ${this.options.maxDepth}`;
  }

  /** Whether the depth limit left successors out. */
  private get isCut(): boolean {
    return this.shared.contexts.some((context) => this.families.arena.words[(context + C_CUT) >>> 2] !== 0);
  }

  /** Brings all threads to the end of their chunks, with everything that they found in the store. */
  private settle(): void {
    this.control.pause = BETWEEN_CHUNKS;
    while (this.runner.kernel.busy) {
      const stop = this.runner.work({ take: () => undefined, beyond: false, large: false }, () => false);
      if (stop === "miss") this.answer();
      else if (stop === "full") throw new RegionFull("the address space of the store is used up");
    }
    if (!this.runner.empty()) throw new RegionFull("the address space of the store is used up");
    this.crew.waitUntil(
      () => this.crew.settled,
      () => {
        for (const { thread, kernel } of this.crew.asking) {
          this.answerTo(kernel);
          this.control.pause = BETWEEN_CHUNKS;
          this.crew.release(thread);
        }
        if (this.crew.full) throw new RegionFull("the address space of the store is used up");
      },
    );
    this.collectSightings();
  }

  /** The store has come to the end of its budget: the reserve is spent on finishing what was begun. */
  private outOfMemory(): void {
    this.store.setBudget(Number.MAX_SAFE_INTEGER);
    this.crew.releaseFull();
    this.settle();
    this.stop("the memory limit was reached: states and tables together would pass it");
  }

  /** What the ceiling leaves for stored states: the rest of the process grows too. */
  private setBudget(): void {
    this.budgetSet = performance.now();
    const { memory, storeMemory } = this.options;
    if (storeMemory !== undefined) this.store.setBudget(storeMemory);
    else if (memory !== undefined) {
      const others = process.memoryUsage.rss() - this.store.bytes;
      this.store.setBudget(Math.max(0, memory - others - Math.max(LEAST_RESERVE, RESERVE * memory)));
    }
  }

  /** Ends the search as incomplete. */
  stop(reason: string): void {
    if (this.finished) return;
    if (this.begun) this.collectSightings();
    this.incomplete = reason;
    this.finished = true;
    this.crew.end();
  }

  /** Takes in what all threads have seen of violations; of each, the state whose content comes first. */
  private collectSightings(): void {
    const { words } = this.families.arena;
    const { specials } = this.model.trees;
    const best = new Map<number, { priority: number; row: number }>();
    for (const context of this.shared.contexts) {
      const table = words[(context + C_BEST) >>> 2]! >>> 2;
      for (let special = 1; special <= specials.length; special++) {
        const at = table + 4 * special;
        if (words[at] === 0) continue;
        const [priority, row] = [words[at + 1]! >>> 0, words[at + 2]! >>> 0];
        words[at] = 0;
        for (const { property } of specials[special - 1]!) {
          const other = best.get(property);
          if (other === undefined || priority < other.priority) best.set(property, { priority, row });
        }
      }
    }
    for (const [property, { row }] of [...best].sort(([a], [b]) => a - b)) this.sight(property, row);
  }

  private sight(property: number, row: number): void {
    if (this.decided.has(property)) return;
    this.decided.add(property);
    this.sightings.push({ property, row });
    this.model.settle(property);
  }

  /** Transitions. */
  get generated(): number {
    return this.sumOverThreads(C_GENERATED);
  }

  /** Adds up a 64-bit number of all contexts. */
  private sumOverThreads(at: number): number {
    const { longs } = this.families.arena;
    return this.shared.contexts.reduce((sum, context) => sum + Number(longs[(context + at) >>> 3]!), 0);
  }

  /** Adds up a 64-bit number, the i-th of a table of all contexts. */
  private sumOfTables(table: number, i: number): number {
    const { longs, words } = this.families.arena;
    const at = (context: number) => ((words[(context + table) >>> 2]! >>> 0) >>> 3) + i;
    return this.shared.contexts.reduce((sum, context) => sum + Number(longs[at(context)]!), 0);
  }

  /** Taken steps by the action's index. */
  get fired(): readonly number[] {
    const fired = Array<number>(this.instance.actions.length).fill(0);
    this.model.actionOf.forEach((action, tree) => {
      if (action >= 0) fired[action]! += this.sumOfTables(C_FIRED, tree);
    });
    return fired;
  }

  /** How many states have 0, 1, 2, … next states; the last entry counts all that have as many or more. */
  get outDegrees(): readonly number[] {
    const degrees = Array.from({ length: DEGREES }, (_, degree) => this.sumOfTables(C_DEGREES, degree));
    while (degrees.length > 1 && degrees[degrees.length - 1] === 0) degrees.pop();
    return degrees;
  }

  /** The canonical row of a state of the reference semantics. */
  rowOf(values: Values): Uint16Array {
    this.canonicalRow(this.families.rowOf(values));
    return this.runner.kernel.scratch.slice(0, this.families.ofSlot.length);
  }

  private canonicalRow(row: Uint16Array): void {
    const { kernel } = this.runner;
    kernel.scratch.fill(0);
    kernel.scratch.set(row);
    while (kernel.canonicalize() !== DONE) this.answer();
  }

  /** A state's canonical successors with the actions that lead to them, as the trees give them; for the audit. */
  successorRows(reference: number): { row: Uint16Array; action: number }[] {
    this.refresh();
    this.runner.loadRow(reference);
    return this.expanded();
  }

  /** The same of a row that need not be stored. Not if stored rows are folded. */
  successorsOfRow(row: Uint16Array): { row: Uint16Array; action: number }[] {
    const { kernel } = this.runner;
    this.refresh();
    kernel.words.fill(0, kernel.input >>> 2, (kernel.input + kernel.inputStride) >>> 2);
    new Uint16Array(kernel.memory.buffer, kernel.input, row.length).set(row);
    kernel.begin(1);
    return this.expanded();
  }

  private expanded(): { row: Uint16Array; action: number }[] {
    const { kernel } = this.runner;
    const mask = kernel.get(C_SHARD_MASK);
    kernel.set(C_SHARD_MASK, 0);
    const rows: Uint16Array[] = [];
    try {
      for (let stop = kernel.expand(); ; stop = kernel.expand()) {
        if (stop === DONE || stop === BIN_FULL) rows.push(...this.drain());
        else this.answer();
        if (stop === DONE) break;
      }
    } finally {
      kernel.set(C_SHARD_MASK, mask);
      kernel.begin(0);
    }
    const actions = this.actionsTaken();
    return rows.map((row, i) => ({ row, action: actions[i]! }));
  }

  /** Takes all rows out of the first bin. */
  private drain(): Uint16Array[] {
    const { kernel } = this.runner;
    const record = RECORD_HEAD + 4 * this.store.options.words;
    const rows = Array.from({ length: kernel.words[kernel.binCounts]! }, (_, i) => {
      const at = kernel.bins + i * record + RECORD_HEAD;
      return new Uint32Array(kernel.bytes.slice(at, at + 4 * this.store.options.words).buffer);
    });
    kernel.words[kernel.binCounts] = 0;
    const current = kernel.row.slice();
    const unfolded = rows.map((row) => this.unfolded(row));
    kernel.row.set(current);
    return unfolded;
  }

  /** The action of each next state of the row expanded last, in order. */
  private actionsTaken(): number[] {
    const { kernel } = this.runner;
    const { words } = kernel;
    const taken = (kernel.get(C_TAKEN_AT) >>> 0) >>> 2;
    return Array.from({ length: kernel.get(C_TAKEN) }, (_, i) => i).flatMap((i) => {
      const [tree, leaf] = [words[taken + 2 * i]!, -words[taken + 2 * i + 1]!];
      const next = words[leaf]! < 0 ? words[words[leaf + 1]!]! : words[leaf]!;
      return Array<number>(next).fill(this.model.actionOf[tree]!);
    });
  }

  /** The value ids that a stored row stands for. */
  private unfolded(stored: Uint32Array): Uint16Array {
    const { kernel } = this.runner;
    // The input is free: it is filled anew before it is used.
    kernel.words.set(stored, kernel.input >>> 2);
    kernel.loadRow(kernel.input);
    return kernel.row.slice(0, this.families.ofSlot.length);
  }

  /** The stored row of a reference, as value ids. */
  rowAt(reference: number): Uint16Array {
    return this.unfolded(this.store.rowAt(reference));
  }

  /** References from an initial state to a row. */
  pathTo(reference: number): number[] {
    return this.store.pathTo(reference);
  }

  /** How many states have been looked at for sure. */
  get lookedAt(): number {
    return this.lookedAtByShard.reduce((a, b) => a + b, 0);
  }

  /** The same, by shard: the first so many rows of each. */
  private get lookedAtByShard(): readonly number[] {
    if (this.incomplete === undefined) return this.store.counts;
    if (!(this.frontier instanceof BreadthFirst)) return Array<number>(SHARDS).fill(0);
    return this.exhausted ? this.frontier.level.to : this.frontier.level.from;
  }

  /** References to one in so many of the states that have been looked at. */
  *sample(oneIn: number): Generator<number> {
    const rows = this.lookedAtByShard;
    let skip = 0;
    for (let shard = 0; shard < SHARDS; shard++) {
      let row = skip;
      for (; row < rows[shard]!; row += oneIn) yield referenceOf(shard, row);
      skip = row - rows[shard]!;
    }
  }
}

/** Whether an error says that the search has come to a limit, and not that something is wrong. */
export function isLimit(error: unknown): error is Error {
  return error instanceof Error && ["MemoryExceeded", "TooManyValues"].includes(error.name);
}

/** The places of the properties with these names among the instance's. */
export function placesOf(instance: Instance, names: readonly string[] | undefined): number[] {
  return instance.properties.flatMap(({ name }, place) => (names === undefined || names.includes(name) ? [place] : []));
}
