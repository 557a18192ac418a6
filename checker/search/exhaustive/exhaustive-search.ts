/**
 * The exhaustive search: one loop for every order and any number of threads. The frontier says what is looked at next;
 * the engine expands it and keeps what is new. This file decides what happens at the edges: when a level ends, a
 * property is decided, or a limit is reached.
 */
import { LimitReached, NotByElement, TooManyValues } from "../../errors.js";
import type { Instance, Values } from "../../model/instance.js";
import type { History } from "../../store/history.js";
import type { ShardedStore } from "../../store/shards.js";
import { releaseMemories } from "../../wasm/release.js";
import { placesOf } from "../asked.js";
import { Counters } from "../engine/counters.js";
import { Engine } from "../engine/engine.js";
import { Inspector } from "../engine/inspector.js";
import type { ObservedModel } from "../engine/observed-model.js";
import type { SearchOptions } from "../options.js";
import { Violations } from "../verdict/violations.js";
import { type Arrangement, BetterArrangements } from "./arrangement.js";
import { BreadthFirst, DepthFirst, OnDisk } from "./frontier.js";
import { storeInitialStates } from "./initial-states.js";
import { Limits } from "./limits.js";
import { MemoryBudget } from "./memory-budget.js";
import { MemoryForecast } from "./memory-forecast.js";
import { SearchResult, type SearchState } from "./search-result.js";
import { relearn, SavedStates, type Snapshot, takeSnapshot } from "./snapshot.js";
import { StoredStates } from "./stored-states.js";
import { ValueGrowth } from "./value-growth.js";

export class ExhaustiveSearch implements SearchState {
  readonly engine: Engine;
  frontier: BreadthFirst | DepthFirst;
  /** Why the search ended before it had seen every state; undefined if it did not. */
  incomplete: string | undefined;
  finished = false;
  /** Whether every state of the frontier was looked at. */
  exhausted = false;
  /** What the caller needs to resume the search; it is part of every checkpoint. */
  about: unknown;
  /** How rows are to be arranged, once that can be told better: then another search, with such rows, is to begin. */
  beginAnewWith: Arrangement | undefined;
  /** Why the last checkpoint could not be written; undefined if it could. */
  checkpointFailure: string | undefined;
  /** The name of the checkpoint that was written last, or that the search was resumed from. */
  private lastCheckpoint: string | undefined;
  /** What was found so far. */
  readonly result: SearchResult;
  private readonly inspector: Inspector;
  private readonly stored: StoredStates;
  private readonly found: Violations;
  private readonly counters: Counters;
  /** Whether the store has used up its budget. */
  private isFull = false;
  /** Whether all initial states are stored. */
  begun = false;
  /** Stores the initial states; undefined before it has begun, and once all are stored. */
  private beginning: Generator<void, void> | undefined;
  /**
   * Whether an error has stopped the search midway: then not all that the states looked at lead to is stored, and no
   * checkpoint can be written.
   */
  private broken = false;
  /** Whether the frontier sees itself when to end. */
  private readonly endsItself: boolean;
  private readonly budget: MemoryBudget;
  private readonly limits: Limits;
  readonly growth: ValueGrowth;
  private readonly better: BetterArrangements;
  private readonly forecast: MemoryForecast;
  /** How much of the other threads' news was attended to: not what comes while this thread answers a miss. */
  private attended = 0;

  constructor(
    readonly instance: Instance,
    readonly options: SearchOptions = {},
    /** Takes the place of the usual frontier, in a depth-first search; it sees itself when to end. */
    frontier?: DepthFirst,
    /** The states to begin in; default: all initial states. */
    private readonly initial: readonly Values[] = instance.initial,
    /** How rows are arranged; left out by a caller who cannot begin anew with others. */
    given?: Arrangement,
  ) {
    this.endsItself = frontier !== undefined;
    this.engine = new Engine(instance, options, placesOf(instance, options), given?.splits, given?.order);
    this.inspector = new Inspector(this.engine);
    this.stored = new StoredStates(this.engine, this.inspector, options);
    this.counters = new Counters(this.engine.contexts);
    this.found = new Violations(this.engine, this.counters);
    this.budget = new MemoryBudget(options);
    this.limits = new Limits(options);
    this.growth = new ValueGrowth(options.coverage ?? false);
    this.better = new BetterArrangements(given, this.engine, this.growth, this.stored, options.orderedFrom);
    this.result = new SearchResult(this.inspector, this.stored, this.counters, this.found, this);
    const { search, maxDepth } = options;
    this.frontier =
      frontier ?? (search === "dfs" ? new DepthFirst(maxDepth) : new BreadthFirst(this.engine.control, maxDepth));
    const canSpill = this.frontier instanceof BreadthFirst && this.limits.folderOnDisk !== undefined;
    this.forecast = new MemoryForecast(this.engine, canSpill, this.frontier instanceof BreadthFirst);
    this.budget.refuseTooLittle(this.forecast);
  }

  get model(): ObservedModel {
    return this.engine.model;
  }

  get store(): ShardedStore {
    return this.engine.store;
  }

  /**
   * Stores the initial states, and opens the first level, which other threads do not take part in yet: a search that is
   * resumed opens another one. It pauses between some states and the next.
   * @param history the rows that a resumed search of fingerprints has forgotten
   */
  private *begin(history?: History): Generator<void, void> {
    if (this.frontier instanceof BreadthFirst) this.stored.keepHistory(this.frontier, history);
    // The initial states are stored whatever the memory limit: without them there is nothing to go on with.
    this.budget.lift(this.store);
    yield* storeInitialStates(this.engine, this.inspector, this.initial);
    this.engine.rearrange();
    this.frontier.begin(this.store);
    this.begun = true;
    this.setBudget();
  }

  /**
   * Searches for about `milliseconds`; afterwards `finished` tells whether the search is over. A limit ends the search,
   * and any other error is thrown.
   */
  run(milliseconds = Number.POSITIVE_INFINITY): void {
    const until = performance.now() + milliseconds;
    try {
      if (this.begun) this.setBudget();
      else if (!this.finished) {
        if (!this.beginUntil(until)) return;
        if (!this.finished) this.sendWorkers();
      }
      while (!this.finished && performance.now() <= until) {
        this.turn(until);
        // The frame of a turn may hold on to the store that is to be released.
        if (this.isFull && !this.finished) this.outOfMemory();
      }
    } catch (error) {
      if (error instanceof NotByElement && this.beginsAnewWith(this.better.split(error.variable))) return;
      if (error instanceof TooManyValues && this.beginsAnewWith(this.better.split())) return;
      const isLimit = error instanceof LimitReached;
      const isWhole = isLimit && this.setAside();
      this.broken = !isWhole;
      if (!isLimit) {
        this.engine.pool.end();
        throw error;
      }
      this.stopWithCheckpoint(error.heading + error.message);
    }
  }

  /**
   * Sets aside the rows that could not be expanded because a miss cannot be answered, so that the search stands still
   * with all else stored and counted. Returns false if it was stopped elsewhere, in the midst of something.
   */
  private setAside(): boolean {
    const { frontier, engine } = this;
    if (!engine.hasUnanswered || !(frontier instanceof BreadthFirst) || frontier.depth < 0) return false;
    try {
      this.budget.lift(this.store);
      const left = engine.abandon();
      frontier.leftover = [...frontier.leftover, ...left];
      return true;
    } catch (error) {
      // The store has no room for what was found.
      if (error instanceof LimitReached) return false;
      throw error;
    }
  }

  /** Stores initial states until about the time `until`, and returns whether all are stored. */
  private beginUntil(until: number): boolean {
    if (this.beginning === undefined) this.setBudget();
    this.beginning ??= this.begin();
    while (!this.finished) {
      if (this.beginning.next().done) return true;
      if (performance.now() > until) return false;
    }
    return true;
  }

  private turn(until: number): void {
    const stop = this.engine.loop.work(
      this.frontier,
      () => this.isWanted(until),
      // Another thread may have found no room in the store.
      () => this.hasNews,
    );
    if (stop === "miss") this.engine.handleMiss();
    else if (stop === "full") this.isFull = true;
    else if (stop === "interrupted") this.attend();
    else {
      this.attend();
      // A thread may hand a row over and be done at once, so first it is asked who works.
      const isBusy = this.engine.pool.busy;
      if (this.isFull || this.engine.control.hasLeftover) return;
      if (isBusy) this.engine.pool.wait(this.attended);
      else this.endLevel();
    }
    if (!this.finished && !this.isFull && this.budget.due) this.setBudget();
  }

  /** Whether another thread has reported something that was not attended to. */
  private get hasNews(): boolean {
    return this.engine.control.news !== this.attended;
  }

  /** Whether the first thread is to leave its rows, at the latest at the time `until`, and attend to others. */
  private isWanted(until: number): boolean {
    return (
      this.hasNews ||
      performance.now() > until ||
      this.limits.exceededBy(this.result.distinct) ||
      this.hasFirstViolation()
    );
  }

  /** Whether a depth-first search is to end here, with a first violation. */
  private hasFirstViolation(): boolean {
    if (!(this.frontier instanceof DepthFirst) || this.endsItself) return false;
    if (!this.options.stopAtFirst && !this.model.trees.hasThrown) return false;
    this.found.collect(this.frontier.depth);
    return this.whyStopped !== undefined;
  }

  /** Why the search ends with what it has found; undefined if it goes on. */
  private get whyStopped(): string | undefined {
    return this.limits.whyStopped(this.instance, this.result.violations);
  }

  /** Sees to the other threads and to the limits. @throws ThreadLost if a thread has ended */
  private attend(): void {
    this.attended = this.engine.control.news;
    this.engine.pool.checkAlive();
    if (this.engine.pool.full.length > 0) this.isFull = true;
    if (this.limits.exceededBy(this.result.distinct)) {
      // What was begun is finished even where the memory limit is reached at the same time.
      this.budget.lift(this.store);
      this.engine.pause();
      this.stopWithCheckpoint(this.limits.tooManyStates);
    }
    if (this.hasFirstViolation()) this.stop(this.whyStopped!);
  }

  /** Ends the level; everything found on it is stored. */
  private endLevel(): void {
    this.growth.note(this.engine.families);
    this.found.collect(this.frontier.depth);
    const reason = this.whyStopped ?? this.limits.whyTooMany(this.result.distinct);
    if (reason !== undefined) {
      this.exhausted = true;
      this.stopWithCheckpoint(reason);
      return;
    }
    this.engine.settleGoals();
    if (this.model.listsStale) this.engine.rearrange();
    if (this.frontier.advance(this.store)) {
      if (this.beginsAnewWith(this.better.split() ?? this.better.ordered())) return;
      this.renewStore();
      this.sendWorkers();
      return;
    }
    this.exhausted = true;
    this.finish();
  }

  /** Ends the search if rows are to be arranged otherwise, and returns whether they are. */
  private beginsAnewWith(rows: Arrangement | undefined): boolean {
    this.beginAnewWith = rows;
    if (rows !== undefined) this.end();
    return rows !== undefined;
  }

  /** Ends the threads, without what they have in hand. */
  private end(): void {
    this.finished = true;
    this.engine.pool.end();
    this.engine.loop.discard();
  }

  private sendWorkers(): void {
    const { pool, threads } = this.engine;
    if (threads > 1) pool.sendTo(this.frontier.size(this.store), this.options.levelForThreads);
  }

  private finish(): void {
    this.finished = true;
    this.engine.pool.end();
    if (this.counters.cut && this.incomplete === undefined) this.incomplete = this.limits.tooDeep;
  }

  /**
   * Handles a store that has used up its budget: the reserve is spent on finishing what was begun; then the search goes
   * on on disk, or ends.
   */
  private outOfMemory(): void {
    this.isFull = false;
    this.finishBegun();
    const { frontier } = this;
    const folder = this.limits.folderOnDisk;
    if (!(frontier instanceof BreadthFirst) || folder === undefined) {
      this.stopWithCheckpoint(this.limits.outOfMemory);
      return;
    }
    if (this.result.spilled) {
      this.stored.flushLevel();
      this.renewStore();
    } else this.goOnWith(() => this.stored.spill(folder, frontier));
    this.setBudget();
    this.engine.pool.goOn();
  }

  /** Brings all threads to a standstill with everything that was found in the store, out of the reserve. */
  private finishBegun(): void {
    const { budget, engine, store } = this;
    budget.lift(store);
    engine.pool.releaseFull();
    engine.pause();
    budget.note(store);
  }

  /** Renews the store of a search on disk if it has touched more than it may take now. */
  private renewStore(): void {
    const { frontier } = this;
    if (!(frontier instanceof OnDisk) || this.store.count > 0 || !this.budget.isOverdrawn) return;
    this.goOnWith(() => this.stored.renewStore(frontier));
  }

  /** Goes on with a new store, and has the system take back what the old one and its stages had touched. */
  private goOnWith(renew: () => OnDisk): void {
    const { staged } = this.forecast;
    this.budget.note(this.store);
    this.frontier = renew();
    this.attended = 0;
    releaseMemories(this.budget.renewed() + staged);
    this.sendWorkers();
  }

  /** Whether a checkpoint can be written now. */
  get canCheckpoint(): boolean {
    const { engine, frontier, begun, finished, broken } = this;
    const isOver = finished && this.incomplete === undefined;
    return engine.journal !== undefined && begun && frontier instanceof BreadthFirst && !isOver && !broken;
  }

  /** Writes a checkpoint if that is asked for and possible. If it fails, `checkpointFailure` tells why. */
  checkpoint(): void {
    if (!this.canCheckpoint || this.finished) return;
    // What was begun is finished out of the reserve, also where the memory limit has just been reached.
    this.budget.lift(this.store);
    try {
      if (!this.engine.hasUnanswered) this.engine.pause();
      this.checkpointFailure = undefined;
      this.writeCheckpoint();
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
      this.checkpointFailure = error.message;
    } finally {
      this.budget.setBudget(this.store, this.forecast);
      this.engine.pool.goOn();
    }
  }

  /** Writes a checkpoint. All threads must be between chunks. @throws DiskFull if the disk is full */
  private writeCheckpoint(): void {
    const { engine, counters, stored } = this;
    const { violations } = this.result;
    const { about, lastCheckpoint: before } = this;
    const { spilled } = stored;
    if (spilled && this.store.count > 0) stored.flushLevel();
    const frontier = this.frontier as BreadthFirst;
    const standstill = { engine, frontier, counters, violations, spilled, about, before };
    stored.withFiles((onDisk) => {
      this.lastCheckpoint = takeSnapshot(this.options.checkpoint!, standstill, onDisk);
    });
  }

  /**
   * Resumes a search, before its first `run`, from checkpoint `name` in `folder`: on disk, if the memory has no room.
   * @throws BadCheckpoint if the checkpoint cannot be used
   * @throws MemoryExceeded if its states do not fit, and may not go to the disk or not even a part of them fits
   * @throws DiskFull if the disk is full
   * @throws FunctionError if a function of the model breaks its contract
   */
  restore(folder: string, name: string, snapshot: Snapshot): void {
    for (const _ of this.begin(this.stored.historyOf(folder, snapshot))) {
      // A search that is resumed does nothing else before it has begun.
    }
    relearn(this.engine, folder, name, snapshot);
    const before = this.frontier as BreadthFirst;
    before.restore(snapshot.frontier);
    this.counters.restore(snapshot.tallies);
    this.found.restore(snapshot.sightings);
    if (snapshot.external) this.frontier = this.stored.resumeOnDisk(folder, snapshot, before);
    else {
      this.setBudget();
      const saved = new SavedStates(this.store, snapshot, folder, name);
      const onDisk = this.limits.folderOnDisk;
      if (!saved.loadAll(onDisk === undefined)) {
        this.budget.spendReserve(this.store);
        this.goOnWith(() => this.stored.spill(onDisk!, before, saved));
      }
    }
    this.lastCheckpoint = name;
    this.stored.folders?.resumed(snapshot.onDisk?.folder);
    this.sendWorkers();
  }

  /** Gives the store its budget, and ends the search if that is too little to go on with. */
  private setBudget(): void {
    const others = this.budget.setBudget(this.store, this.forecast);
    if (others === undefined || (this.begun && !this.result.spilled)) return;
    this.budget.lift(this.store);
    if (this.begun) this.engine.pause();
    this.stopWithCheckpoint(this.limits.noRoomBeside(others));
  }

  /** Ends the search as incomplete, for `reason`, after a last checkpoint. All threads must be between chunks. */
  private stopWithCheckpoint(reason: string): void {
    this.checkpoint();
    this.stop(reason);
  }

  /**
   * Ends the threads, closes all files, and removes states from the disk unless there are checkpoints that need them.
   */
  close(): void {
    this.engine.pool.end();
    this.engine.loop.close();
    this.stored.close();
  }

  /** Ends the search because a first violation was found elsewhere. */
  stopAtFirst(): void {
    this.stop(this.limits.firstViolation);
  }

  /** Ends the search as incomplete, for `reason`, unless it is over. */
  stop(reason: string): void {
    if (this.finished) return;
    if (this.begun) this.found.collect(this.frontier.depth);
    this.incomplete = reason;
    this.end();
  }
}
