/**
 * The search: one loop for every order and any number of threads. The frontier says what is looked at next; the machinery expands it and keeps
 * what is new. Here is decided what happens at the edges: levels end, properties are decided, limits are met.
 */
import { join } from "node:path";
import type { Kernel } from "../kernel/kernel.js";
import { BIN_FULL, C_PARENT, C_PRIORITY, C_SHARD_MASK, DONE, NO_PARENT, SHARDS } from "../kernel/layout.js";
import { modules } from "../kernel/modules.js";
import type { Instance, Values } from "../model/instance.js";
import type { Families } from "../observe/intern.js";
import { type ExternalRecord, ExternalSet } from "../store/external.js";
import { History } from "../store/history.js";
import { placeOf, referenceOf, type ShardedStore } from "../store/shards.js";
import type { Canonicalizer } from "../symmetry/canonicalize.js";
import { STATES } from "./checkpoint.js";
import { BreadthFirst, DepthFirst, OnDisk } from "./frontier.js";
import { Inspector } from "./inspector.js";
import { Machinery, noRoom } from "./machinery.js";
import type { ObservedModel } from "./observed-model.js";
import type { SearchOptions } from "./search-options.js";
import { relearn, restoreStates, type Snapshot, takeSnapshot } from "./snapshot.js";
import { Spilled, spill } from "./spill.js";
import { type Met, Tallies } from "./tallies.js";

/** Where a violation was seen: in a state, or in a step from it. */
export interface Sighting {
  readonly property: number;
  /** The reference of the state, and its depth. */
  readonly row: number;
  readonly depth: number;
}

/** Levels smaller than this are for one thread; the first larger one starts the others. */
const LEVEL_FOR_THREADS = 4096;
/** How often the budget of the store is set anew, in milliseconds. */
const BUDGET_EVERY = 250;
/** What is held back of the memory, so that chunks can be finished when it is at its end; a share, and bytes at the least. */
const RESERVE = 0.03;
const LEAST_RESERVE = 32 * 2 ** 20;
/** With less room for what a level leads to, a search on disk would hardly go on. */
const LEAST_STORE = 2 ** 20;

export class Explorer {
  readonly machinery: Machinery;
  frontier: BreadthFirst | DepthFirst;
  /** What is on disk, once the memory has overflowed. */
  spilled: Spilled | undefined;
  readonly sightings: Sighting[] = [];
  /** Why the search ended before it had seen everything. */
  incomplete: string | undefined;
  finished = false;
  /** Every state of the frontier was looked at. */
  exhausted = false;
  /** What the caller needs to take a search up again: a part of every checkpoint. */
  about: unknown;
  /** Why the last checkpoint could not be written. */
  checkpointFailure: string | undefined;
  private readonly inspector: Inspector;
  private readonly tallies: Tallies;
  private history: History | undefined;
  private readonly decided = new Set<number>();
  private begun = false;
  /** An error has stopped the search somewhere: what is stored is not all that the states looked at lead to. */
  private broken = false;
  /** The most bytes that the store has taken so far. */
  private touched = 0;
  private budgetSet = Number.NEGATIVE_INFINITY;
  /** Files that the last checkpoint names. */
  private named: ReadonlySet<string> = new Set();

  constructor(
    readonly instance: Instance,
    readonly options: SearchOptions = {},
    /** Instead of the usual one, depth first. */
    frontier?: DepthFirst,
  ) {
    this.machinery = new Machinery(instance, options, placesOf(instance, options.properties));
    this.inspector = new Inspector(this.machinery);
    this.tallies = new Tallies(this.families.arena, this.machinery.contexts);
    const { search, maxDepth } = options;
    this.frontier =
      frontier ?? (search === "dfs" ? new DepthFirst(maxDepth) : new BreadthFirst(this.machinery.control, maxDepth));
  }

  get families(): Families {
    return this.machinery.families;
  }

  get canonicalizer(): Canonicalizer {
    return this.machinery.canonicalizer;
  }

  get model(): ObservedModel {
    return this.machinery.model;
  }

  get store(): ShardedStore {
    return this.machinery.store;
  }

  get threads(): number {
    return this.machinery.threads;
  }

  /** What expands rows, on this thread. */
  get kernel(): Kernel {
    return this.machinery.kernel;
  }

  /** Answers what the kernel has asked for, so that it can go on. */
  answer(): void {
    this.machinery.answer();
  }

  /** Moves the tables that have outgrown their places, and leaves out what is decided. */
  refresh(): void {
    this.machinery.refresh();
  }

  /** @param history what a resumed search has forgotten before */
  private begin(history?: History): void {
    this.begun = true;
    this.keepHistory(history);
    // There is room for the initial states, whatever the ceiling: without them there is nothing to go on with.
    this.store.setBudget(Number.MAX_SAFE_INTEGER);
    const { kernel } = this;
    this.instance.initial.forEach((values, i) => {
      const row = this.families.rowOf(values);
      if (i === 0) {
        // A first look at a row must not need more room in the nodes than they have.
        this.families.growCapacities();
        this.model.start(row);
      }
      this.inspector.canonicalize(row);
      kernel.set(C_PARENT, NO_PARENT);
      kernel.set(C_PRIORITY, 0);
      for (let stop = kernel.seed(); stop !== DONE; stop = kernel.seed()) {
        if (stop !== BIN_FULL) this.answer();
        else if (!this.machinery.runner.flush(kernel.fullBin)) throw noRoom();
      }
    });
    if (!this.machinery.runner.empty()) throw noRoom();
    this.machinery.rearrange();
    this.frontier.begin(this.store);
    this.setBudget();
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
        this.machinery.crew.end();
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
    const seen = this.machinery.control.news;
    const stop = this.machinery.runner.work(
      this.frontier,
      () => this.isWanted(seen, until),
      // Another thread waits for an answer.
      () => this.machinery.control.news !== seen,
    );
    if (stop === "miss") this.answer();
    else if (stop === "full") this.outOfMemory();
    else if (stop === "asked") this.attend();
    else {
      this.attend();
      if (this.machinery.crew.busy) this.machinery.crew.wait(seen);
      else this.endLevel();
    }
    if (!this.finished && performance.now() - this.budgetSet > BUDGET_EVERY) this.setBudget();
  }

  /** Whether the first thread is to see what is going on. */
  private isWanted(seen: number, until: number): boolean {
    return this.machinery.control.news !== seen || performance.now() > until || this.tooMany || this.hasFirstSighting();
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
    this.machinery.answerAll();
    if (this.machinery.crew.full) this.outOfMemory();
    if (this.tooMany) {
      this.machinery.pause();
      this.stopWithCheckpoint(this.reasonOfTooMany);
    }
    if (this.hasFirstSighting()) this.stop("stopped at the first violation");
  }

  private get reasonOfTooMany(): string {
    return `stopped at --max-states ${this.options.maxStates!.toLocaleString("en")}`;
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
      this.stopWithCheckpoint(this.reasonOfTooMany);
      return;
    }
    if (this.model.listsStale) this.machinery.rearrange();
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
    if (this.machinery.crew.size === 0) this.machinery.crew.start();
    if (levelForThreads !== undefined) this.machinery.crew.waitUntil(() => this.machinery.crew.loaded);
    this.machinery.crew.send();
  }

  private finish(): void {
    this.finished = true;
    this.machinery.crew.end();
    if (this.tallies.cut && this.incomplete === undefined)
      this.incomplete = `stopped at --max-depth ${this.options.maxDepth}`;
  }

  /** The store has come to the end of its budget: the reserve is spent on finishing what was begun. */
  private outOfMemory(): void {
    this.store.setBudget(Number.MAX_SAFE_INTEGER);
    this.machinery.crew.releaseFull();
    this.machinery.pause();
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
    this.machinery.crew.goOn();
  }

  private get whyNoDisk(): string {
    if (this.options.spill === undefined) return "";
    return this.options.store === "fingerprint"
      ? " (fingerprints are not written to disk: compressed states are)"
      : " (a depth-first search is not written to disk)";
  }

  /** Goes on on disk. All threads are between chunks, and all that was made is stored. @throws DiskFull */
  private spill(folder: string): void {
    const { machinery } = this;
    const { level, control } = this.frontier as BreadthFirst;
    if (!machinery.folded && this.families.rowWords > 2) machinery.answers.prepareFolding();
    const set = ExternalSet.create(folder, modules());
    spill(this.store, level, set, this.kernel, (rows) => this.keysOfInput(rows));
    this.goOnDisk(new Spilled(set, this.frontier.depth), {
      level,
      done: control.chunks.taken,
      source: { kind: "archive", start: 0 },
    });
  }

  private keysOfInput(rows: number): void {
    for (let done = 0; done < rows; ) {
      done = this.kernel.keysOfInput(done, rows);
      if (done < rows) this.machinery.answer();
    }
  }

  /** Writes what the level has led to so far to disk. */
  private gather(): void {
    this.spilled!.set.gather((shard, words, at) => this.store.extract(shard, 0, words, at));
    this.store.clear(2);
  }

  private goOnDisk(
    spilled: Spilled,
    { level, done, source }: Pick<Snapshot["frontier"], "level" | "done" | "source">,
  ): void {
    const before = this.frontier as BreadthFirst;
    this.machinery.goOnDisk(spilled);
    const frontier = new OnDisk(this.machinery.control, spilled.set, this.options.maxDepth);
    frontier.levels.push(...before.levels);
    frontier.resume(level, before.depth, done, source);
    this.spilled = spilled;
    this.frontier = frontier;
    this.sendCrew();
  }

  /** Distinct states that were found. */
  get distinct(): number {
    return this.spilled?.set.count ?? this.store.count;
  }

  /** Whether a checkpoint can be written now. */
  get canCheckpoint(): boolean {
    const isOver = this.finished && this.incomplete === undefined;
    return (
      this.machinery.journal !== undefined &&
      this.begun &&
      this.frontier instanceof BreadthFirst &&
      !isOver &&
      !this.broken
    );
  }

  /** Writes a checkpoint if that is asked for and possible. If there is none, `checkpointFailure` tells why. */
  checkpoint(): void {
    if (!this.canCheckpoint || this.finished) return;
    try {
      this.machinery.pause();
      this.checkpointFailure = undefined;
      this.writeCheckpoint();
    } catch (error) {
      if (!isLimit(error)) throw error;
      this.checkpointFailure = error.message;
    } finally {
      this.machinery.crew.goOn();
    }
  }

  /** All threads are between chunks. @throws DiskFull */
  private writeCheckpoint(): void {
    const { machinery, tallies, sightings, spilled, history } = this;
    if (spilled && this.store.count > 0) this.gather();
    const frontier = this.frontier as BreadthFirst;
    const standstill = { machinery, frontier, tallies, sightings, spilled, history };
    const { external } = takeSnapshot(this.options.checkpoint!, standstill, this.about);
    if (external) this.sweepDisused(external.set);
  }

  /** Files that neither this checkpoint nor the one before it names can go. */
  private sweepDisused(record: ExternalRecord): void {
    const { set } = this.spilled!;
    const names = record.files.map(({ name }) => join(set.folder, name));
    set.sweep(new Set([...names, ...this.named]));
    this.named = new Set(names);
  }

  /**
   * Takes up a search where a checkpoint left it. Only before the first `run`.
   * @throws BadCheckpoint, and whatever the model's functions throw
   */
  restore(folder: string, name: string, snapshot: Snapshot): void {
    const { words } = this.store.options;
    this.begin(snapshot.history && History.resume(join(folder, STATES), words, snapshot.history));
    relearn(this.machinery, folder, name, snapshot);
    const { level, depth, levels, done } = snapshot.frontier;
    const before = this.frontier as BreadthFirst;
    before.levels.splice(0, before.levels.length, ...levels);
    before.resume(level, depth, done);
    if (snapshot.external) {
      const set = ExternalSet.resume(join(folder, STATES), modules(), snapshot.external.set);
      this.goOnDisk(new Spilled(set, snapshot.external.archivedDepth), snapshot.frontier);
    } else restoreStates(this.machinery, folder, name, snapshot);
    this.tallies.restore(snapshot.tallies);
    this.sightings.push(...snapshot.sightings);
    for (const { property } of snapshot.sightings) this.decided.add(property);
    this.sendCrew();
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
        if (this.begun) this.machinery.pause();
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
    this.machinery.crew.end();
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
    this.machinery.crew.end();
    this.machinery.runner.discard();
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
    this.machinery.settle(property);
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
    return this.inspector.rowOf(values);
  }

  /** A row's canonical successors with the actions that lead to them, as the trees give them. */
  successorRows(row: Uint16Array): { row: Uint16Array; action: number }[] {
    return this.inspector.successorsOf(row);
  }

  /** The rows from an initial state to a state where a violation was seen. */
  pathTo({ row, depth }: Sighting): Uint16Array[] {
    if (this.spilled)
      return this.spilled.pathTo(row, depth).map((key) => this.inspector.unfolded(new Uint32Array(key.buffer)));
    const path = [];
    for (let at = row; at !== NO_PARENT; ) {
      const { row: stored, parent } = this.storedAt(at);
      path.push(this.inspector.unfolded(stored));
      at = parent;
    }
    return path.reverse();
  }

  /** The row of a reference, as value ids. */
  rowAt(reference: number): Uint16Array {
    return this.inspector.unfolded(this.storedAt(reference).row);
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
      for (const key of this.spilled.sample(oneIn)) yield this.inspector.unfolded(new Uint32Array(key.buffer));
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
