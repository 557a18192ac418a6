/**
 * A thread's part of the search: it takes rows from the input, has the expander expand them, and inserts the bins into
 * the store. It is the same on every thread; what to do when it stops is left to the caller.
 */

import { ShardedStore } from "../../store/shards.js";
import type { SharedStore } from "../../store/store-layout.js";
import { BIN_FULL, DONE, Expander } from "../../wasm/expander.js";
import type { Modules } from "../../wasm/modules.js";
import { SHARDS } from "../../wasm/sizes.js";
import { type LevelFiles, LevelReader } from "../exhaustive/level-reader.js";
import type { LevelSource, RowRange } from "./control.js";

/** What a thread needs in order to take part in a search. */
export interface SharedSearch {
  readonly modules: Modules;
  readonly engineMemory: WebAssembly.Memory;
  readonly store: SharedStore;
  /** By thread: the address of its context in the engine's memory. */
  readonly contexts: readonly number[];
  /** Where the levels on disk lie. */
  readonly files?: LevelFiles;
}

/**
 * Why `work` returned: the input is at its end and everything is stored ("done"); the expander misses something
 * ("miss"); the store has no room ("full"); the caller interrupted it ("interrupted").
 */
export type WorkEnd = "done" | "miss" | "full" | "interrupted";

/** Where the rows to be expanded come from. */
export interface Input {
  /** Takes and returns the next rows, at most BLOCK_ROWS; undefined if there are none. */
  take(): readonly RowRange[] | undefined;
  /** Where the rows lie. */
  readonly source: LevelSource;
  /** Whether the rows are at the depth limit: they are looked at, but their successors are left out. */
  readonly beyond: boolean;
  /** Whether there are enough rows for each shard to have a bin of its own. */
  readonly large: boolean;
  /**
   * If present, it is called before each `take`, with the bins emptied: everything that the rows taken last lead to is
   * in `store`, in `shards`, where each shard is named once or more often.
   */
  readonly taken?: (store: ShardedStore, shards: readonly number[]) => void;
}

const never = () => false;

export class ExpansionLoop {
  readonly expander: Expander;
  readonly store: ShardedStore;
  private readonly files: LevelReader | undefined;
  /** The shards of the rows moved to the store since the last `taken`, if the input has a `taken`. */
  private readonly shards: number[] = [];
  private notesShards = false;

  constructor(
    readonly shared: SharedSearch,
    readonly thread: number,
  ) {
    this.expander = new Expander(shared.modules.expand, shared.engineMemory, shared.contexts[thread]!);
    this.store = new ShardedStore(shared.modules.store, shared.store, thread);
    this.files = shared.files && new LevelReader(shared.files);
    this.bins(false);
  }

  /**
   * Works until the input is at its end or something else stops it, and returns why it stopped.
   * @param isDue returns whether to stop; it is called between blocks of rows
   * @param isUrgent returns whether to stop; it is called more often, also in the midst of a block
   */
  work(input: Input, isDue: () => boolean, isUrgent: () => boolean = never): WorkEnd {
    const { expander } = this;
    this.notesShards = input.taken !== undefined;
    for (;;) {
      if (!expander.busy) {
        if (input.taken) {
          if (!this.empty()) return "full";
          input.taken(this.store, this.shards);
          this.shards.length = 0;
        }
        if (isDue()) return "interrupted";
        if (!this.load(input)) return this.empty() ? "done" : "full";
      }
      const stop = expander.expand();
      if (stop === BIN_FULL) {
        if (!this.flush(expander.fullBin)) return "full";
        if (isUrgent()) return "interrupted";
      } else if (stop !== DONE) return "miss";
    }
  }

  /** Closes the files of levels on disk. */
  close(): void {
    this.files?.close();
  }

  private load(input: Input): boolean {
    const { expander } = this;
    const parts = input.take();
    if (parts === undefined) return false;
    const start = expander.input >>> 2;
    let at = start;
    const { source } = input;
    for (const { shard, from, to } of parts) {
      at =
        source.kind === "store"
          ? this.store.copyRows(shard, from, to, expander.words, at)
          : this.files!.copyRows(source, { shard, from, to }, expander.words, at);
    }
    expander.begin((at - start) / (expander.storedWords + 1), input.beyond);
    if (this.store.mixed === input.large) this.bins(input.large);
    return true;
  }

  /** Sets up a bin for each shard or, for few rows, one for each memory of the store. All bins must be empty. */
  bins(large: boolean): void {
    this.store.mixed = !large;
    this.expander.bins.inUse = large ? SHARDS : this.store.memories.length;
  }

  /** Moves the rows of `bin` to a store. Returns false, and leaves the bin as it is, if the store has no room. */
  flush(bin: number, store: ShardedStore = this.store): boolean {
    const { bins, bytes } = this.expander;
    const count = bins.countOf(bin);
    if (count === 0) return true;
    if (!store.append(bin, bytes, bins.addressOf(bin), count)) return false;
    if (this.notesShards) for (let i = 0; i < count; i++) this.shards.push(bins.shardOf(bin, i));
    bins.clear(bin);
    return true;
  }

  /** Drops the rows that were made and are not in the store; the search is over. */
  discard(): void {
    const { expander } = this;
    expander.begin(0);
    expander.bins.clearAll();
  }

  /** Inserts all rows that were made into the store. Returns false if it has no room for them. */
  empty(): boolean {
    for (let bin = this.expander.bins.inUse - 1; bin >= 0; bin--) if (!this.flush(bin)) return false;
    return this.store.insertStaged();
  }
}
