/**
 * The search: one loop for every order and any number of threads. The frontier says what is looked at next; the kernel expands it; the store keeps
 * what is new. Here is decided what happens at the edges: what the kernel lacks is answered, levels end, limits are met.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { RegionFull } from "../kernel/arena.js";
import { makeContext } from "../kernel/context.js";
import type { Kernel } from "../kernel/kernel.js";
import {
  BIN_FULL,
  C_INPUT_STRIDE,
  C_PARENT,
  C_PRIORITY,
  C_SHARD_MASK,
  C_SPARE_NODE,
  C_TAKEN,
  C_TAKEN_AT,
  DONE,
  H_FOLDED,
  H_IN_ORDER,
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
import { type ExternalRecord, ExternalSet } from "../store/external.js";
import { History } from "../store/history.js";
import { makeStore, placeOf, type Range, referenceOf, type ShardedStore } from "../store/shards.js";
import { Canonicalizer } from "../symmetry/canonicalize.js";
import { Answers } from "./answers.js";
import {
  BadCheckpoint,
  type CheckpointBody,
  type LayoutRecord,
  PartReader,
  readAll,
  STATES,
  writeCheckpoint,
} from "./checkpoint.js";
import { BETWEEN_CHUNKS, Control, type Source } from "./control.js";
import { Crew } from "./crew.js";
import { BreadthFirst, DepthFirst, OnDisk } from "./frontier.js";
import { Journal } from "./journal.js";
import { ObservedModel } from "./observed-model.js";
import { type Input, Runner, type SharedSearch } from "./runner.js";
import { Spilled, spill } from "./spill.js";
import { type Met, Tallies } from "./tallies.js";

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
  /** The folder for checkpoints, breadth first; undefined: none can be written. */
  readonly checkpoint?: string;
  /** The folder that a breadth-first search goes on in when the memory is full; undefined: it ends then. */
  readonly spill?: string;
  /** How stored states are kept. Default exact. Fingerprints need `spill` for counterexamples. */
  readonly store?: StoreKind;
  /** Threads that search, breadth first. Default 1. */
  readonly threads?: number;
  /** Levels of so many states are for all threads, and the first of them waits until they are loaded; for tests. */
  readonly levelForThreads?: number;
  /** End at the first violation; breadth first, at the end of its level, so that it is the same however many threads there are. */
  readonly stopAtFirst?: boolean;
  /** Audit one state in so many. Default: a small sample. */
  readonly audit?: number;
}

/** Where a violation was seen: in a state, or in a step from it. */
export interface Sighting {
  readonly property: number;
  /** The reference of the state, and its depth. */
  readonly row: number;
  readonly depth: number;
}

const NOTHING: Input = { take: () => undefined, source: { kind: "store", start: 0 }, beyond: false, large: false };

/** Levels smaller than this are for one thread; the first larger one starts the others. */
const LEVEL_FOR_THREADS = 4096;
/** How often the budget of the store is set anew, in milliseconds. */
const BUDGET_EVERY = 250;
/** What is held back of the memory, so that chunks can be finished when it is at its end; a share, and bytes at the least. */
const RESERVE = 0.03;
const LEAST_RESERVE = 32 * 2 ** 20;
/** With less room for what a level leads to, a search on disk would hardly go on. */
const LEAST_STORE = 2 ** 20;
const PER_MEMORY = 3.5 * 2 ** 30;

export class Explorer {
  readonly families: Families;
  readonly canonicalizer: Canonicalizer;
  readonly model: ObservedModel;
  store: ShardedStore;
  frontier: BreadthFirst | DepthFirst;
  /** What is on disk, once the memory has overflowed. */
  spilled: Spilled | undefined;
  readonly sightings: Sighting[] = [];
  /** Why the search ended before it had seen everything. */
  incomplete: string | undefined;
  finished = false;
  /** Every state of the frontier was looked at. */
  exhausted = false;
  readonly threads: number;
  private control = new Control();
  private shared: SharedSearch;
  private runner: Runner;
  private crew: Crew;
  private readonly answers: Answers;
  private readonly tallies: Tallies;
  private readonly journal: Journal | undefined;
  private history: History | undefined;
  private readonly decided = new Set<number>();
  private begun = false;
  /** An error has stopped the search somewhere: what is stored is not all that the states looked at lead to. */
  private broken = false;
  private touched = 0;
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
    this.tallies = new Tallies(this.families.arena, this.shared.contexts);
    if (options.checkpoint !== undefined) this.journal = new Journal(this.families.rowWords);
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
    const words = this.families.rowWords;
    const folded = kind === "compressed" && words > 2;
    const storedWords = folded ? 2 : words;
    arena.header(H_SLOTS, slots);
    arena.header(H_WORDS, words);
    arena.header(H_FOLDED, folded ? 1 : 0);
    arena.header(H_IN_ORDER, depthFirst ? 1 : 0);
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

  /** @param history what a resumed search has forgotten before */
  private begin(history?: History): void {
    this.begun = true;
    this.keepHistory(history);
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

  /** Has rows kept on disk that a store of fingerprints forgets. */
  private keepHistory(resumed: History | undefined): void {
    const { store, spill: folder } = this.options;
    if (store !== "fingerprint" || folder === undefined || !(this.frontier instanceof BreadthFirst)) return;
    this.history = resumed ?? new History(folder, this.store.options.words);
    this.frontier.history = this.history;
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
      if (!this.begun && !this.finished) this.begin();
      while (!this.finished && performance.now() <= until) this.turn(until);
    } catch (error) {
      this.broken = true;
      if (!isLimit(error)) {
        this.crew.end();
        throw error;
      }
      const what = {
        MemoryExceeded: "the memory limit was reached: ",
        DiskFull: "the search could not go on on disk: ",
      }[error.name];
      this.stop((what ?? "") + error.message);
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
    if (!this.finished && performance.now() - this.budgetSet > BUDGET_EVERY) this.setBudget();
  }

  /** Whether the first thread is to see what is going on. */
  private isWanted(seen: number, until: number): boolean {
    return this.control.news !== seen || performance.now() > until || this.tooMany || this.hasFirstSighting();
  }

  /** Whether a depth-first search is to end here. */
  private hasFirstSighting(): boolean {
    if (!this.options.stopAtFirst || !(this.frontier instanceof DepthFirst)) return false;
    this.collectSightings();
    return this.sightings.length > 0;
  }

  private get tooMany(): boolean {
    const { maxStates } = this.options;
    return maxStates !== undefined && this.distinct > maxStates;
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
      this.stopWithCheckpoint(`stopped at --max-states ${this.options.maxStates!.toLocaleString("en")}`);
    }
    if (this.hasFirstSighting()) this.stop("stopped at the first violation");
  }

  /** Answers what the kernel has asked for, so that it can go on. */
  answer(): void {
    this.answerTo(this.runner.kernel);
  }

  private answerTo(kernel: Runner["kernel"]): void {
    if (Answers.needsRoomForNodes(kernel)) this.growNodeTable();
    else {
      this.journal?.asked(kernel);
      this.answers.answer(kernel);
    }
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
      this.stopWithCheckpoint(`stopped at --max-states ${this.options.maxStates!.toLocaleString("en")}`);
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
    const { levelForThreads } = this.options;
    if (this.threads === 1 || this.frontier.size(this.store) < (levelForThreads ?? LEVEL_FOR_THREADS)) return;
    if (this.crew.size === 0) this.crew.start();
    if (levelForThreads !== undefined) this.crew.waitUntil(() => this.crew.loaded);
    this.crew.send();
  }

  private finish(): void {
    this.finished = true;
    this.crew.end();
    if (this.tallies.cut && this.incomplete === undefined)
      this.incomplete = `stopped at --max-depth ${this.options.maxDepth}`;
  }

  /** Brings all threads to the end of their chunks, with everything that they found in the store. */
  private settle(): void {
    this.control.pause = BETWEEN_CHUNKS;
    while (this.runner.kernel.busy) {
      const stop = this.runner.work(NOTHING, () => false);
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
  }

  /** The store has come to the end of its budget: the reserve is spent on finishing what was begun. */
  private outOfMemory(): void {
    this.store.setBudget(Number.MAX_SAFE_INTEGER);
    this.crew.releaseFull();
    this.settle();
    this.touched = Math.max(this.touched, this.store.bytes);
    const { spill: folder, store: kind } = this.options;
    if (!(this.frontier instanceof BreadthFirst) || folder === undefined || kind === "fingerprint") {
      this.stopWithCheckpoint(
        `the memory limit was reached: states and tables together would pass it${this.whyNoDisk}`,
      );
      return;
    }
    if (this.spilled === undefined) this.spill(folder);
    else {
      this.gather();
    }
    this.setBudget();
    this.crew.goOn();
  }

  private get whyNoDisk(): string {
    if (this.options.spill === undefined) return "";
    return this.options.store === "fingerprint"
      ? " (fingerprints are not written to disk: compressed states are)"
      : " (a depth-first search is not written to disk)";
  }

  /** Goes on on disk. All threads are between chunks, and all that was made is stored. */
  private spill(folder: string): void {
    const { arena } = this.families;
    const level = (this.frontier as BreadthFirst).level;
    const { kernel } = this.runner;
    const folded = arena.words[H_FOLDED >>> 2] === 1;
    const words = this.families.rowWords;
    this.crew.end();
    if (!folded && words > 2) this.answers.prepareFolding();
    const set = ExternalSet.create(folder, modules());
    spill(this.store, level, set, kernel, (rows) => this.keysOfInput(rows));
    this.goOnDisk(new Spilled(set, this.frontier.depth), level, (this.frontier as BreadthFirst).control.chunks.taken);
  }

  private keysOfInput(rows: number): void {
    for (let done = 0; done < rows; ) {
      done = this.runner.kernel.keysOfInput(done, rows);
      if (done < rows) this.answer();
    }
  }

  private gather(): void {
    this.spilled!.set.gather((shard, words, at) => this.store.extract(shard, 0, words, at));
    this.store.clear(2);
  }

  /** Sets the threads up anew, for rows on disk. */
  private goOnDisk(spilled: Spilled, level: Range, done: number, source: Source = { kind: "archive", start: 0 }): void {
    const { arena } = this.families;
    arena.header(H_FOLDED, this.families.rowWords === 2 ? 0 : 1);
    for (const context of this.shared.contexts) arena.words[(context + C_INPUT_STRIDE) >>> 2] = 12;
    this.store.clear(2);
    const { shared } = this;
    const archivedBefore: number[] = [0];
    for (const count of spilled.set.archived) archivedBefore.push(archivedBefore[archivedBefore.length - 1]! + count);
    this.control = new Control();
    this.shared = {
      ...shared,
      store: { ...shared.store, options: { ...shared.store.options, words: 2 } },
      files: { folder: spilled.set.folder, archivedBefore },
    };
    this.runner = new Runner(this.shared, 0);
    this.store = this.runner.store;
    this.crew = new Crew(this.shared, this.control);
    const before = this.frontier as BreadthFirst;
    const frontier = new OnDisk(this.control, spilled.set, this.options.maxDepth);
    frontier.levels.push(...before.levels);
    this.spilled = spilled;
    this.frontier = frontier;
    frontier.resume(level, before.depth, done, source);
    this.sendCrew();
  }

  /** Distinct states that were found. */
  get distinct(): number {
    return this.spilled?.set.count ?? this.store.count;
  }

  /** Whether a checkpoint can be written now. */
  get canCheckpoint(): boolean {
    const isOver = this.finished && this.incomplete === undefined;
    return this.journal !== undefined && this.begun && this.frontier instanceof BreadthFirst && !isOver && !this.broken;
  }

  /** What the caller needs to take a search up again: a part of every checkpoint. */
  about: unknown;
  /** Why the last checkpoint could not be written. */
  checkpointFailure: string | undefined;

  /** Writes a checkpoint if that is asked for and possible. Its name; undefined if there is none, for the reason that `checkpointFailure` tells. */
  checkpoint(): string | undefined {
    if (!this.canCheckpoint || this.finished) return undefined;
    try {
      this.settle();
      this.checkpointFailure = undefined;
      return this.writeCheckpoint();
    } catch (error) {
      if (!isLimit(error)) throw error;
      this.checkpointFailure = error.message;
      return undefined;
    } finally {
      this.crew.goOn();
    }
  }

  /** All threads are between chunks. @throws DiskFull */
  private writeCheckpoint(): string {
    const frontier = this.frontier as BreadthFirst;
    if (this.spilled && this.store.count > 0) this.gather();
    this.giveSparesUp();
    const external = this.spilled && { archivedDepth: this.spilled.archivedDepth, set: this.spilled.set.record() };
    const body: CheckpointBody = {
      about: this.about,
      layout: this.layoutRecord(),
      digest: this.digest,
      frontier: {
        level: frontier.level,
        depth: frontier.depth,
        levels: frontier.levels,
        done: frontier.control.chunks.taken,
        source: frontier.source,
      },
      tallies: this.tallies.record(this.model.trees.observed.length, this.model.trees.specials.length),
      sightings: this.sightings,
      kept: this.keptFrom,
      shards: this.spilled ? [] : Array.from({ length: SHARDS }, (_, shard) => this.store.sizesOf(shard)),
      external,
      history: this.history?.record(),
      pairs: this.answers.nodes,
    };
    const name = writeCheckpoint(
      this.options.checkpoint!,
      {
        "journal.bin": this.journal!.bytes(),
        "states.bin": this.spilled ? [] : this.dump(),
        "pairs.bin": [this.answers.nodeBytes],
      },
      body,
    );
    this.sweepDisused(external?.set);
    return name;
  }

  /** Numbers of pairs that threads have claimed and not used get pairs that no row has, so that nobody takes them for what they held. */
  private giveSparesUp(): void {
    const { words } = this.families.arena;
    for (const context of this.shared.contexts) {
      const at = (context + C_SPARE_NODE) >>> 2;
      if (words[at] !== 0) this.answers.voidNode(words[at]!);
      words[at] = 0;
    }
  }

  private named: ReadonlySet<string> = new Set();

  /** Files that neither this checkpoint nor the one before it names can go. */
  private sweepDisused(record: ExternalRecord | undefined): void {
    if (record === undefined) return;
    const { set } = this.spilled!;
    const names = record.files.map(({ name }) => join(set.folder, name));
    set.sweep(new Set([...names, ...this.named]));
    this.named = new Set(names);
  }

  private *dump(): Generator<Uint8Array> {
    const kept = this.keptFrom;
    for (let shard = 0; shard < SHARDS; shard++) yield* this.store.dump(shard, kept[shard]!);
  }

  /** The first row of each shard that the store keeps. */
  private get keptFrom(): readonly number[] {
    const { level } = this.frontier as BreadthFirst;
    return this.options.store === "fingerprint" ? level.from : Array<number>(SHARDS).fill(0);
  }

  private layoutRecord(): LayoutRecord {
    return {
      slots: this.families.ofSlot.length,
      storedWords: this.store.options.words,
      folded: this.families.arena.words[H_FOLDED >>> 2] === 1,
      shards: SHARDS,
    };
  }

  /** Says in short what was learnt of the model: another model, or a changed one, comes to something else. */
  private get digest(): string {
    const { families, trees } = { families: this.families.families, trees: this.model.trees };
    const hash = createHash("sha256");
    for (const { name, interner } of families) {
      hash.update(`${name} ${interner.count}`);
      for (let id = 0; id < interner.count; id++) hash.update(`${interner.contentOf(id)} `);
    }
    hash.update(`${trees.observed.length} ${trees.specials.length} ${trees.runs}`);
    return hash.digest("hex");
  }

  /**
   * Takes up a search where a checkpoint left it. Only before the first `run`.
   * @throws BadCheckpoint, and whatever the model's functions throw
   */
  restore(folder: string, name: string, body: CheckpointBody): void {
    const { words } = this.store.options;
    this.begin(body.history && History.resume(join(folder, STATES), words, body.history));
    this.replay(folder, name);
    if (this.digest !== body.digest) {
      throw new BadCheckpoint(
        "the model has changed since, or is not the one that was searched: it does other things in the same states",
      );
    }
    const layout = this.layoutRecord();
    if (body.layout.slots !== layout.slots || body.layout.shards !== layout.shards) {
      throw new BadCheckpoint("its states have another layout");
    }
    this.answers.restoreNodes(this.runner.kernel, body.pairs, readAll(folder, name, "pairs.bin"), body.layout.folded);
    const { level, depth, levels, done, source } = body.frontier;
    const before = this.frontier as BreadthFirst;
    before.levels.splice(0, before.levels.length, ...levels);
    before.resume(level, depth, done);
    if (body.external) {
      const set = ExternalSet.resume(join(folder, STATES), modules(), body.external.set);
      this.goOnDisk(new Spilled(set, body.external.archivedDepth), level, done, source);
    } else this.restoreStates(folder, name, body);
    this.tallies.restore(body.tallies);
    this.sightings.push(...body.sightings);
    for (const { property } of body.sightings) this.decided.add(property);
    this.sendCrew();
  }

  private restoreStates(folder: string, name: string, body: CheckpointBody): void {
    if (body.layout.storedWords !== this.store.options.words) throw new BadCheckpoint("its states have another layout");
    this.store.clear(this.store.options.words);
    const reader = new PartReader(join(folder, name, "states.bin"));
    body.shards.forEach((sizes, shard) => {
      this.store.restore(shard, sizes, body.kept[shard]!, (into) => reader.read(into));
    });
    reader.close();
  }

  /** Answers again what was answered before the checkpoint. */
  private replay(folder: string, name: string): void {
    const journal = this.journal!;
    // What `begin` has asked for stands in the journal, too.
    let skip = journal.count;
    for (const entry of journal.read(readAll(folder, name, "journal.bin"))) {
      if (skip-- > 0) continue;
      if ("settled" in entry) {
        journal.settled(entry.settled);
        this.model.settle(entry.settled);
      } else {
        const asking = { miss: entry.miss, row: entry.row, scratch: entry.row, answer: () => {} };
        journal.asked(asking);
        this.answers.answer(asking);
      }
      if (this.families.outgrown || this.model.listsStale) this.rearrange();
    }
  }

  /** What the ceiling leaves for stored states: the rest of the process grows too. */
  private setBudget(): void {
    this.budgetSet = performance.now();
    const { memory, storeMemory } = this.options;
    if (storeMemory !== undefined) this.store.setBudget(storeMemory);
    else if (memory !== undefined) {
      // What the store has touched once stays with the process, also when it is forgotten.
      this.touched = Math.max(this.touched, this.store.bytes);
      const others = process.memoryUsage.rss() - this.touched;
      const left = memory - others - Math.max(LEAST_RESERVE, RESERVE * memory);
      if (left < LEAST_STORE && (this.spilled || !this.begun)) {
        const taken = Math.ceil(others / 2 ** 20);
        this.store.setBudget(Number.MAX_SAFE_INTEGER);
        if (this.begun) this.settle();
        this.stopWithCheckpoint(
          `the memory limit was reached: the process takes ${taken} MiB without any states, and what is left is too little to go on`,
        );
        return;
      }
      this.store.setBudget(Math.max(0, left));
    }
  }

  /** The same, when all threads are between chunks: a last checkpoint is written. */
  private stopWithCheckpoint(reason: string): void {
    this.checkpoint();
    this.stop(reason);
  }

  /** Ends the threads, and removes states from the disk unless a checkpoint needs them. */
  close(): void {
    this.crew.end();
    if (this.options.checkpoint !== undefined) return;
    this.spilled?.set.remove();
    this.history?.remove();
  }

  /** Ends the search as incomplete. */
  stop(reason: string): void {
    if (this.finished) return;
    if (this.begun) this.collectSightings();
    this.incomplete = reason;
    this.finished = true;
    this.crew.end();
    this.runner.discard();
  }

  /** Takes in what was seen of violations on the level; of each property, the state whose content comes first. */
  private collectSightings(): void {
    const { specials } = this.model.trees;
    const best = new Map<number, Met>();
    for (const met of this.tallies.met(specials.length)) {
      for (const { property } of specials[met.special - 1]!) {
        const other = best.get(property);
        if (other === undefined || met.priority < other.priority) best.set(property, met);
      }
    }
    this.tallies.forgetMet(specials.length);
    for (const [property, { row }] of [...best].sort(([a], [b]) => a - b)) this.sight(property, row);
  }

  private sight(property: number, row: number): void {
    if (this.decided.has(property)) return;
    this.decided.add(property);
    this.sightings.push({ property, row, depth: this.frontier.depth });
    this.journal?.settled(property);
    this.model.settle(property);
  }

  /** Transitions. */
  get generated(): number {
    return this.tallies.generated;
  }

  /** States that each thread has looked at. */
  get lookedAtBy(): readonly number[] {
    return this.tallies.lookedAtBy;
  }

  /** Taken steps by the action's index. */
  get fired(): readonly number[] {
    const fired = Array<number>(this.instance.actions.length).fill(0);
    this.model.actionOf.forEach((action, tree) => {
      if (action >= 0) fired[action]! += this.tallies.firedBy(tree);
    });
    return fired;
  }

  /** How many states have 0, 1, 2, … next states; the last entry counts all that have as many or more. */
  get outDegrees(): readonly number[] {
    return this.tallies.degrees;
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

  /** A row's canonical successors with the actions that lead to them, as the trees give them; for the audit. */
  successorRows(row: Uint16Array): { row: Uint16Array; action: number }[] {
    const { kernel } = this.runner;
    this.refresh();
    const mask = kernel.get(C_SHARD_MASK);
    kernel.set(C_SHARD_MASK, 0);
    const rows: Uint16Array[] = [];
    try {
      this.loadInput(row);
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

  /** Makes a row the kernel's only input, in the form that stored rows have. */
  private loadInput(row: Uint16Array): void {
    const { kernel } = this.runner;
    kernel.scratch.fill(0);
    kernel.scratch.set(row);
    while (kernel.seed() !== DONE) this.answer();
    const record = kernel.bins + RECORD_HEAD;
    kernel.bytes.copyWithin(kernel.input, record, record + 4 * this.store.options.words);
    kernel.words[kernel.binCounts] = 0;
    kernel.begin(1);
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

  /** The rows from an initial state to a state where a violation was seen. */
  pathTo({ row, depth }: Sighting): Uint16Array[] {
    if (this.spilled) return this.spilled.pathTo(row, depth).map((key) => this.unfolded(new Uint32Array(key.buffer)));
    const path = [];
    for (let at = row; at !== NO_PARENT; ) {
      const { row: stored, parent } = this.storedAt(at);
      path.push(this.unfolded(stored));
      at = parent;
    }
    return path.reverse();
  }

  /** The row of a reference, as value ids. */
  rowAt(reference: number): Uint16Array {
    return this.unfolded(this.storedAt(reference).row);
  }

  private storedAt(reference: number): { readonly row: Uint32Array; readonly parent: number } {
    const [shard, row] = placeOf(reference);
    if (this.history?.has(shard, row)) return this.history.rowAt(shard, row);
    return { row: this.store.rowAt(reference), parent: this.store.parentOf(reference) };
  }

  /** How many states have been looked at for sure. */
  get lookedAt(): number {
    if (this.spilled)
      return this.incomplete === undefined ? this.distinct : this.distinct - this.frontier.size(this.store);
    return this.lookedAtByShard.reduce((a, b) => a + b, 0);
  }

  /** The same, by shard: the first so many rows of each. */
  private get lookedAtByShard(): readonly number[] {
    if (this.incomplete === undefined) return this.store.counts;
    if (!(this.frontier instanceof BreadthFirst)) return Array<number>(SHARDS).fill(0);
    return this.exhausted ? this.frontier.level.to : this.frontier.level.from;
  }

  /** One in so many of the rows that have been looked at, as far as they are kept. */
  *sample(oneIn: number): Generator<Uint16Array> {
    if (this.spilled) {
      for (const key of this.spilled.sample(oneIn)) yield this.unfolded(new Uint32Array(key.buffer));
      return;
    }
    const rows = this.lookedAtByShard;
    let skip = 0;
    for (let shard = 0; shard < SHARDS; shard++) {
      let row = skip;
      for (; row < rows[shard]!; row += oneIn) {
        if (this.history?.has(shard, row) || this.store.keeps(shard, row)) {
          yield this.rowAt(referenceOf(shard, row));
        }
      }
      skip = row - rows[shard]!;
    }
  }
}

/** Whether an error says that the search has come to a limit, and not that something is wrong. */
export function isLimit(error: unknown): error is Error {
  return error instanceof Error && ["MemoryExceeded", "TooManyValues", "DiskFull", "ThreadLost"].includes(error.name);
}

/** The places of the properties with these names among the instance's. */
export function placesOf(instance: Instance, names: readonly string[] | undefined): number[] {
  return instance.properties.flatMap(({ name }, place) => (names === undefined || names.includes(name) ? [place] : []));
}
