/**
 * A thread's part of the search: takes input from the frontier, has the expander expand it, and inserts the bins into the store. The same
 * on every thread; what to do about a stop is the caller's to decide.
 */

import { ShardedStore } from "../../store/shards.js";
import type { SharedStore } from "../../store/store-layout.js";
import { BIN_FULL, DONE, Expander } from "../../wasm/expander.js";
import type { Modules } from "../../wasm/modules.js";
import { SHARDS } from "../../wasm/sizes.js";
import { type LevelFiles, LevelReader } from "../exhaustive/level-reader.js";
import type { LevelSource, RowRange } from "./control.js";

/** What a thread must be told to take part. */
export interface SharedSearch {
  readonly modules: Modules;
  readonly engineMemory: WebAssembly.Memory;
  readonly store: SharedStore;
  readonly contexts: readonly number[];
  /** Where levels lie that are on disk. */
  readonly files?: LevelFiles;
}

/** Why a thread came back: nothing is left of the frontier; the expander asks for something; the store is full; it was asked to stop. */
export type WorkEnd = "done" | "miss" | "full" | "asked";

/** Where rows to be expanded come from. */
export interface Input {
  /** The next rows, at most BLOCK_ROWS, or undefined if there are none. */
  take(): readonly RowRange[] | undefined;
  /** Where they are. */
  readonly source: LevelSource;
  /** Whether they lie beyond the depth limit: they are looked at, but have no successors. */
  readonly beyond: boolean;
  /** Whether so many rows are to be expected that each shard gets a bin. */
  readonly large: boolean;
  /**
   * If it is there, bins are emptied after every input, and then it is called: all that was made of the rows taken last is in the
   * store, in these shards, each named once or more.
   */
  readonly taken?: (store: ShardedStore, shards: readonly number[]) => void;
}

const never = () => false;

export class ExpansionLoop {
  readonly expander: Expander;
  readonly store: ShardedStore;
  private readonly files: LevelReader | undefined;
  /** The shards of what was handed to the store, if the input wants to know. */
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
   * Works until the input is at its end, or something else stops it. `asked` is looked at between blocks of rows, `urged` more often, in
   * the midst of them.
   */
  work(input: Input, asked: () => boolean, urged: () => boolean = never): WorkEnd {
    const { expander } = this;
    this.notesShards = input.taken !== undefined;
    for (;;) {
      if (!expander.busy) {
        if (input.taken) {
          if (!this.empty()) return "full";
          input.taken(this.store, this.shards);
          this.shards.length = 0;
        }
        if (asked()) return "asked";
        if (!this.load(input)) return this.empty() ? "done" : "full";
      }
      const stop = expander.expand();
      if (stop === BIN_FULL) {
        if (!this.flush(expander.fullBin)) return "full";
        if (urged()) return "asked";
      } else if (stop !== DONE) return "miss";
    }
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

  /** A bin for each shard, or, for few rows, one for each memory. Nothing may wait in any. */
  private bins(large: boolean): void {
    this.store.mixed = !large;
    this.expander.bins.inUse = large ? SHARDS : this.store.memories.length;
  }

  /** Hands a bin to the store. False if the store has no room: the bin stays as it is. */
  flush(bin: number): boolean {
    const { bins, bytes } = this.expander;
    const count = bins.countOf(bin);
    if (count === 0) return true;
    if (!this.store.append(bin, bytes, bins.addressOf(bin), count)) return false;
    if (this.notesShards) for (let i = 0; i < count; i++) this.shards.push(bins.shardOf(bin, i));
    bins.clear(bin);
    return true;
  }

  /** Forgets what was made and is not in the store; the search is over. */
  discard(): void {
    const { expander } = this;
    expander.begin(0);
    expander.bins.clearAll();
  }

  /** Inserts all that was made. False if the store has no room for it. */
  empty(): boolean {
    for (let bin = this.expander.bins.inUse - 1; bin >= 0; bin--) if (!this.flush(bin)) return false;
    return this.store.insertStaged();
  }
}
