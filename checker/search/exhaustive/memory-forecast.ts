/**
 * What a search will take beside the states that are in the store: the tables of tree compression, its threads, the
 * heap, the places where their rows wait for the store, and the buffers for going on on disk. Most of it is set aside
 * early and touched late, so that the system does not count it yet. The budget must count it from the beginning.
 */
import { ExternalSet } from "../../store/external.js";
import { firstTable, PAGE, type StoreOptions, stageRowsOf } from "../../store/store-layout.js";
import { recordBytes } from "../../wasm/context.js";
import { BIN_ROWS, BLOCK_ROWS, SHARDS } from "../../wasm/sizes.js";
import { strideOf } from "../../wasm/store-memory.js";
import type { Engine } from "../engine/engine.js";
import type { LeastMemory, MemoryAhead } from "./memory-budget.js";
import { TableForecast } from "./table-forecast.js";

/** What a thread of a search takes for itself, in bytes: a heap of JavaScript's, stacks, and compiled modules. */
const THREAD_BYTES = 12 * 2 ** 20;

/**
 * What the heap of JavaScript grows to in the first thread, in bytes, also if most of it is garbage: V8 lets its young
 * generation grow to three times 16 MiB.
 */
const HEAP_BYTES = 52 * 2 ** 20;

/** What the tables of a small model and the code compiled for it take, in bytes. */
const LEARNED_BYTES = 12 * 2 ** 20;

export class MemoryForecast implements MemoryAhead, LeastMemory {
  private readonly tables: TableForecast;

  /**
   * @param canSpill whether the search goes on on disk when the memory is full
   * @param usesStages whether rows wait in a stage for each shard, as they do breadth first
   */
  constructor(
    private readonly engine: Engine,
    private readonly canSpill: boolean,
    private readonly usesStages: boolean,
  ) {
    this.tables = new TableForecast(engine, canSpill);
  }

  get next(): number {
    const { engine } = this;
    return this.tables.next + this.untouchedBy(engine.threads) + this.diskBytes + heapAhead();
  }

  get perStoreByte(): number {
    return this.tables.perStoreByte;
  }

  /** The bytes that going on on disk takes, or that sorting there will take, beside the tables. */
  private get diskBytes(): number {
    const { external, store } = this.engine;
    if (external !== undefined) return external.bytesAhead(store.count);
    return this.canSpill ? ExternalSet.leastBytes : 0;
  }

  /** The bytes of bins and stages that the threads have written to. */
  get staged(): number {
    return this.stagedBy(this.threads);
  }

  private stagedBy(threads: number): number {
    const { store } = this.engine;
    let bytes = 0;
    for (let thread = 0; thread < threads; thread++) {
      const staged = store.stagedBytes(thread);
      // A bin is full before it is moved to its stage, so no less of the bins was touched than of the stages.
      bytes += Math.min(binsBytes(store.options), staged) + (this.usesStages ? staged : 0);
    }
    return bytes;
  }

  /** The bytes that were set aside for the first `threads` threads and that they have not written to yet. */
  private untouchedBy(threads: number): number {
    const { store, pool } = this.engine;
    const ofEach = binsBytes(store.options) + (this.usesStages ? stagesBytes(store.options) : 0);
    const bytes = threads * ofEach - this.stagedBy(threads);
    // Threads that load have taken some of theirs, which must not be counted twice; the reserve has the rest.
    return bytes + (pool.size > 0 ? 0 : (threads - 1) * THREAD_BYTES);
  }

  /** The number of threads of the search. */
  get threads(): number {
    return this.engine.threads;
  }

  /**
   * Returns the bytes that the search takes beside what the process takes already, with so many `threads`, however few
   * states it has. It is meant for the time before the search.
   */
  leastWith(threads: number): number {
    const { options } = this.engine.store;
    return this.untouchedBy(threads) + this.diskBytes + heapAhead() + LEARNED_BYTES + firstStatesBytes(options);
  }
}

/** The bytes that the heap of this thread will still grow by. */
function heapAhead(): number {
  return Math.max(0, HEAP_BYTES - process.memoryUsage().heapTotal);
}

/** What the stages of a thread take, in bytes. */
function stagesBytes(options: StoreOptions): number {
  return SHARDS * stageRowsOf(options) * recordBytes(options.words);
}

/** What the bins of a thread take, in bytes. */
function binsBytes(options: StoreOptions): number {
  return SHARDS * BIN_ROWS * recordBytes(options.words);
}

/** What a store takes as soon as each shard has a row: tables, blocks of rows and priorities, and their directories. */
function firstStatesBytes(options: StoreOptions): number {
  const rows = BLOCK_ROWS * strideOf(options.words);
  const priorities = options.priorities ? 2 * PAGE : 0;
  return SHARDS * (firstTable(options).bytes + rows + PAGE + priorities);
}
