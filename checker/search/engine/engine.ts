/**
 * What a search runs on: the tables of a model in shared memory, a store, and threads with their expanders. The engine
 * also does the first thread's duty to answer misses.
 */

import { LimitReached, RegionFull } from "../../errors.js";
import type { Instance } from "../../model/instance.js";
import type { Splits } from "../../observe/columns.js";
import { Families } from "../../observe/intern.js";
import { MAX_SPECIALS, MAX_TREES } from "../../observe/trees.js";
import type { ExternalSet } from "../../store/external.js";
import type { ShardedStore } from "../../store/shards.js";
import { makeStore, memoriesFor } from "../../store/store-layout.js";
import { Canonicalizer } from "../../symmetry/canonicalize.js";
import { Context, makeContext } from "../../wasm/context.js";
import type { Expander } from "../../wasm/expander.js";
import { modules } from "../../wasm/modules.js";
import { orderColumns } from "../../wasm/pair-tables.js";
import { ID_BITS, STAGE_ROWS } from "../../wasm/sizes.js";
import type { Spilled } from "../exhaustive/spilling.js";
import type { SearchOptions } from "../options.js";
import { BETWEEN_CHUNKS, Control } from "../workers/control.js";
import { ExpansionLoop, type Input, type SharedSearch } from "../workers/expansion-loop.js";
import { WorkerPool } from "../workers/worker-pool.js";
import { Journal, type Question } from "./journal.js";
import { MissHandler, type MissSource } from "./miss-handler.js";
import { ObservedModel } from "./observed-model.js";

const NOTHING: Input = { take: () => undefined, source: { kind: "store", start: 0 }, beyond: false, large: false };

/** Stands in the journal in the place of a property, for the goals that were met. */
const GOALS = -1;

/** How much a search has learnt of its model. */
export interface Knowledge {
  /** By family: the number of its values. */
  readonly values: readonly number[];
  readonly trees: number;
  readonly specials: number;
  /** How often functions were run. */
  readonly runs: number;
}

export class Engine {
  readonly families: Families;
  readonly canonicalizer: Canonicalizer;
  readonly model: ObservedModel;
  readonly missHandler: MissHandler;
  /** The misses answered so far; undefined if no checkpoints are to be written. */
  readonly journal: Journal | undefined;
  readonly threads: number;
  /** Whether the search goes level by level. */
  private readonly levels: boolean;
  /** By thread: its context in the engine's memory. */
  readonly contexts: readonly Context[];
  control: Control;
  pool: WorkerPool;
  loop: ExpansionLoop;
  /** Whether a miss could not be answered: the engine can only come to a standstill, by `abandon`. */
  hasUnanswered = false;
  /** What was known before the miss that could not be answered. */
  private known: Knowledge | undefined;
  private shared: SharedSearch;
  /** The order that was chosen for the columns in trees of pairs; undefined if they stand there as in the rows. */
  columnOrder: readonly number[] | undefined;
  /** The visited set on disk; undefined as long as the search is in memory. */
  external: ExternalSet | undefined;

  /**
   * @param checked the properties to check, as places among the instance's
   * @param splits how variables are split into columns
   * @param order by place in a tree of pairs, the column that stands there; default: as in the rows
   */
  constructor(
    instance: Instance,
    options: SearchOptions,
    checked: readonly number[],
    splits?: Splits,
    order?: readonly number[],
  ) {
    const depthFirst = options.search === "dfs";
    this.levels = (options.search ?? "bfs") === "bfs";
    this.families = new Families(instance, splits);
    this.canonicalizer = new Canonicalizer(this.families, options.symmetry ?? true);
    this.model = new ObservedModel(this.families, checked, this.canonicalizer.nominal);
    this.missHandler = new MissHandler(this.families, this.canonicalizer, this.model);
    if (options.checkpoint !== undefined) this.journal = new Journal(this.families.rowWords);
    this.threads = depthFirst ? 1 : (options.threads ?? 1);
    this.shared = this.share(options, depthFirst);
    if (order !== undefined) this.orderColumns(order);
    this.contexts = this.shared.contexts.map((address) => new Context(this.families.arena.memory, address));
    this.control = new Control(this.threads);
    this.loop = new ExpansionLoop(this.shared, 0);
    this.pool = new WorkerPool(this.shared, this.control);
  }

  get store(): ShardedStore {
    return this.loop.store;
  }

  /** The first thread's expander. */
  get expander(): Expander {
    return this.loop.expander;
  }

  /** Whether stored rows are compressed to two words. */
  get folded(): boolean {
    return this.families.arena.header.folded;
  }

  /** Sets up all memory that the threads share. */
  private share({ store: kind, memory, storeMemory }: SearchOptions, depthFirst: boolean): SharedSearch {
    const { arena, columns, rowWords: words } = this.families;
    const folded = kind === "compressed" && words > 2;
    const storedWords = folded ? 2 : words;
    arena.header.columns = columns.count;
    arena.header.rowWords = words;
    arena.header.folded = folded;
    arena.header.inOrder = depthFirst;
    this.writeColumns();
    orderColumns(arena, [...Array(2 * words).keys()]);
    if (folded) this.missHandler.prepareFolding();
    const sizes = { words, storedWords, trees: MAX_TREES, specials: MAX_SPECIALS };
    const contexts = Array.from({ length: this.threads }, (_, i) => makeContext(arena, `thread ${i + 1}`, sizes));
    const store = makeStore({
      words: storedWords,
      threads: this.threads,
      // A store of fingerprints cannot find a row again, and so cannot give it a preferred parent.
      priorities: !depthFirst && kind !== "fingerprint",
      fingerprints: kind === "fingerprint",
      budget: Number.MAX_SAFE_INTEGER,
      memories: memoriesFor(storeMemory ?? memory ?? Number.POSITIVE_INFINITY),
      stageRows: stageRowsFor(this.threads, storedWords),
    });
    return { modules: modules(), engineMemory: arena.memory, store, contexts };
  }

  /**
   * Has the columns stand in trees of pairs in an order of their own. Call it only as long as there are no pairs.
   * @param order by place, the column that stands there: `2 * rowWords` numbers
   */
  orderColumns(order: readonly number[]): void {
    this.columnOrder = order;
    orderColumns(this.families.arena, order);
  }

  /**
   * Writes the table of columns: for each column its family, which keys of members its value is a part of, and the
   * multiplier for hashes of its values, odd and without a pattern.
   */
  private writeColumns(): void {
    const { arena, ofColumn } = this.families;
    const table = arena.region("columns", 16 * ofColumn.length);
    arena.header.columnTable = table.start;
    const changes = this.canonicalizer.nominal?.changes;
    let multiplier = 0x9e3779b97f4a7c15n;
    ofColumn.forEach(({ index }, column) => {
      multiplier = BigInt.asUintN(64, multiplier * 0xd1342543de82ef95n + 0x632be59bd9b4e019n) | 1n;
      arena.words.set([index << ID_BITS, changes?.[column] ?? 0], (table.start >>> 2) + 4 * column);
      arena.longs[(table.start >>> 3) + 2 * column + 1] = multiplier;
    });
  }

  /**
   * Answers the miss of the first thread's expander, so that it can go on.
   * @throws LimitReached if it cannot be answered; from then on none is, and `abandon` leaves the rows that miss
   * something
   */
  handleMiss(): void {
    try {
      if (MissHandler.needsRoomForNodes(this.expander)) this.growNodeTable();
      else this.learn(this.expander);
      this.refresh();
    } catch (error) {
      if (error instanceof LimitReached) this.hasUnanswered = true;
      throw error;
    }
  }

  /** Answers a miss, and notes it in the journal. A miss that cannot be answered is as if it had not been asked. */
  private learn(asking: MissSource): void {
    const { journal } = this;
    const before = journal && this.knowledge;
    journal?.noteMiss(asking);
    try {
      this.missHandler.handle(asking);
    } catch (error) {
      journal?.takeBack();
      this.known = before;
      throw error;
    }
  }

  /** How much was learnt of the model; what a miss has left behind that could not be answered is not counted. */
  get knowledge(): Knowledge {
    const { trees } = this.model;
    return (
      this.known ?? {
        values: this.families.families.map(({ interner }) => interner.count),
        trees: trees.observed.length,
        specials: trees.specials.length,
        runs: trees.runs,
      }
    );
  }

  /**
   * Brings all threads to where the store holds everything that was found, after a miss that could not be answered.
   * Rows that are finished are counted; those of the first thread from the one that misses something on are left, and
   * so are those that other threads have handed over.
   * @returns the references of the rows that the first thread has left
   * @throws RegionFull if the store has no room left at all
   */
  abandon(): number[] {
    const left = this.expander.unfinished;
    this.expander.begin(0);
    this.standStill();
    return left;
  }

  /** Takes goals that were met out of what is looked at. */
  settleGoals(): void {
    if (!this.model.hasMetGoals) return;
    this.journal?.settled(GOALS);
    this.model.settleGoals();
  }

  /** Notes that `property` is decided: its trees need not be looked at any more. */
  settle(property: number): void {
    this.journal?.settled(property);
    this.model.settle(property);
  }

  /**
   * Repeats what stands in another search's journal, except for as many entries at the beginning as this search has
   * made by itself.
   * @param bytes the other search's journal
   */
  replay(bytes: Uint8Array): void {
    let known = this.journal!.count;
    for (const entry of this.journal!.read(bytes)) {
      if (known-- > 0) continue;
      if ("settled" in entry) {
        if (entry.settled === GOALS) this.settleGoals();
        else this.settle(entry.settled);
        this.refresh();
      } else this.answer(entry);
    }
  }

  /** Answers a miss that another engine of the same model had, as it has. */
  answer({ miss, row }: Question): void {
    this.learn({ miss, row, scratch: row, answer: () => {} });
    this.refresh();
  }

  private growNodeTable(): void {
    this.pool.whileStopped(() => {
      const spares = this.contexts.map(({ spareNode }) => spareNode).filter((number) => number !== 0);
      this.missHandler.growNodeTable(this.expander, spares);
    });
  }

  /**
   * Threads claim numbers for pairs before they use them. Each number that is claimed and unused gets a pair that no
   * row has, so that its old contents are not taken for a pair.
   */
  giveSparesUp(): void {
    for (const context of this.contexts) {
      if (context.spareNode !== 0) this.missHandler.voidNode(context.spareNode);
      context.spareNode = 0;
    }
  }

  /**
   * Moves tables that have outgrown their places, and takes trees that are done out of the lists of what is to be
   * looked at.
   */
  refresh(): void {
    if (!this.levels) this.settleGoals();
    if (this.families.outgrown || this.model.listsStale) this.rearrange();
  }

  /** Builds all lists of what is to be looked at anew, and the trees if tables have outgrown their places. */
  rearrange(): void {
    this.pool.whileStopped(() => {
      if (this.families.outgrown) this.model.trees.rebuild();
      this.model.listsStale = false;
      this.model.dispatch.reset();
      this.model.writeStuckRoot();
    });
  }

  /**
   * Brings all threads to the end of their chunks, with everything that they found in the store. Rows that they have
   * handed over are left over. They then wait until `pool.goOn` is called.
   * @throws RegionFull if the store has no room left at all
   */
  pause(): void {
    while (this.expander.busy) {
      this.control.pause = BETWEEN_CHUNKS;
      const stop = this.loop.work(NOTHING, () => false);
      if (stop === "miss") this.handleMiss();
      else if (stop === "full") throw noRoom();
    }
    this.standStill();
  }

  /**
   * Waits until no thread has a chunk in its hands, and everything found is in the store. The first must have none.
   * What the others hand over meanwhile is left over.
   */
  private standStill(): void {
    this.control.pause = BETWEEN_CHUNKS;
    if (!this.loop.empty()) throw noRoom();
    const refused = new Set<number>();
    this.pool.waitUntil(
      () => this.pool.settled,
      () => {
        this.pool.checkAlive();
        this.control.leaveOver();
        for (const thread of this.pool.full) {
          // It may tell only now that it was refused before there was more room: it tries once more.
          if (refused.has(thread)) throw noRoom();
          refused.add(thread);
          this.pool.release(thread);
        }
      },
    );
  }

  /**
   * Sets the threads up anew for a search whose levels are on disk, with a new and empty store; nothing uses the memory
   * of the old one any more. Call it only while no thread runs.
   */
  goOnDisk({ set }: Spilled): void {
    const { arena, rowWords } = this.families;
    this.external = set;
    this.pool.end();
    this.loop.close();
    arena.header.folded = rowWords !== 2;
    for (const context of this.contexts) context.storedWords = 2;
    const archivedBefore: number[] = [0];
    for (const count of set.archived) archivedBefore.push(archivedBefore[archivedBefore.length - 1]! + count);
    this.shared = {
      ...this.shared,
      store: makeStore({ ...this.shared.store.options, words: 2 }),
      files: { folder: set.folder, archivedBefore },
    };
    this.control = new Control(this.threads);
    this.loop = new ExpansionLoop(this.shared, 0);
    this.pool = new WorkerPool(this.shared, this.control);
  }
}

/**
 * How many rows a stage holds. Rows that are looked up together share cache lines, so larger stages are faster; but
 * with several threads or wide rows they would take too much memory. The stages of more than 8 threads take as much as
 * those of 8 together, so that they leave the store's memories to states.
 */
function stageRowsFor(threads: number, storedWords: number): number {
  if (threads === 1) return storedWords <= 2 ? 2 * STAGE_ROWS : STAGE_ROWS;
  return Math.min(STAGE_ROWS, Math.floor((8 * STAGE_ROWS) / threads));
}

export function noRoom(): RegionFull {
  return new RegionFull("the address space of the store is used up");
}
