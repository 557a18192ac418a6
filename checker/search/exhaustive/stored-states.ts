/**
 * The states that a search has found, wherever they are: in the store, on disk, or in the history of rows that a store
 * of fingerprints has forgotten.
 */
import { basename, dirname } from "node:path";
import { ExternalSet } from "../../store/external.js";
import { History } from "../../store/history.js";
import { placeOf, referenceOf } from "../../store/shards.js";
import { modules } from "../../wasm/modules.js";
import { NO_PARENT, SHARDS } from "../../wasm/sizes.js";
import type { Engine } from "../engine/engine.js";
import type { Inspector } from "../engine/inspector.js";
import type { SearchOptions } from "../options.js";
import type { Violation } from "../verdict/violations.js";
import { columnOrder, ORDERED_FROM, SAMPLED_ROWS } from "./column-order.js";
import { type BreadthFirst, type FrontierRecord, OnDisk } from "./frontier.js";
import type { SavedStates, Snapshot } from "./snapshot.js";
import { Spilled, spill } from "./spilling.js";
import { StateFolders, statesOf } from "./state-folders.js";

export class StoredStates {
  /** The states on disk, once the memory has overflowed. */
  spilled: Spilled | undefined;
  /** The rows that a store of fingerprints has forgotten; undefined if they are not kept. */
  history: History | undefined;
  /** Where the files of states lie that checkpoints name; undefined if none are written. */
  readonly folders: StateFolders | undefined;
  /** The paths of the files in the search's own folder that a kept checkpoint names. */
  private named: ReadonlySet<string> = new Set();

  constructor(
    private readonly engine: Engine,
    private readonly inspector: Inspector,
    private readonly options: SearchOptions,
  ) {
    if (options.checkpoint !== undefined) this.folders = new StateFolders(options.checkpoint);
  }

  /** The number of distinct states. */
  get count(): number {
    return this.spilled?.set.count ?? this.engine.store.count;
  }

  /**
   * Has the rows that a store of fingerprints forgets kept on disk, if the options give a folder for them.
   * @param resumed the rows that a resumed search has forgotten
   */
  keepHistory(frontier: BreadthFirst, resumed: History | undefined): void {
    const { store, spill: folder } = this.options;
    if (store !== "fingerprint" || folder === undefined) return;
    this.history = resumed ?? new History(folder, this.engine.store.options.words);
    frontier.history = this.history;
  }

  /** Returns the rows that a search of fingerprints had forgotten when it wrote the snapshot; undefined if none. */
  historyOf(folder: string, { onDisk, external }: Snapshot): History | undefined {
    if (onDisk === undefined || external !== undefined) return undefined;
    return History.resume(statesOf(folder, onDisk.folder), this.engine.store.options.words, onDisk.files);
  }

  /**
   * Takes up the states of a snapshot, which are on disk, and returns the frontier there.
   * @param before the frontier of the snapshot
   */
  resumeOnDisk(folder: string, { external, onDisk, frontier }: Snapshot, before: BreadthFirst): OnDisk {
    const { files, folder: states } = onDisk!;
    const set = ExternalSet.resume(statesOf(folder, states), modules(), external!.set, files);
    return this.goOnDisk(new Spilled(set, external!.archivedDepth), before, frontier);
  }

  /**
   * Goes on on disk, in `folder`. All threads must be between chunks, and everything found must be in the store.
   * @param saved has the store hold the rows of a shard, if everything found is in a checkpoint instead
   * @returns the frontier there
   * @throws DiskFull if the disk is full: the states are then where they were
   */
  spill(folder: string, frontier: BreadthFirst, saved?: SavedStates): OnDisk {
    const { engine } = this;
    if (!engine.folded && engine.families.rowWords > 2) {
      // What is in a checkpoint is sampled in its first shard.
      saved?.load(0);
      engine.orderColumns(this.columnOrder());
      engine.missHandler.prepareFolding();
    }
    const set = ExternalSet.create(folder, modules());
    spill(
      engine.store,
      frontier.level,
      set,
      engine.expander,
      (rows) => this.keysOfInput(rows),
      (shard) => saved?.load(shard),
    );
    const { level, control } = frontier;
    const { leftover } = frontier;
    const place = { level, done: control.chunks.taken, source: { kind: "archive", start: 0 }, leftover } as const;
    return this.goOnDisk(new Spilled(set, frontier.depth), frontier, place);
  }

  /** Returns an order of the columns in which trees of pairs of the states stored so far have few different pairs. */
  columnOrder(): number[] {
    const oneIn = Math.ceil(this.count / SAMPLED_ROWS);
    return columnOrder([...this.sample(oneIn, this.engine.store.counts)], this.engine.families.rowWords);
  }

  /**
   * Returns such an order if rows are compressed in memory, in none that was chosen, and `from` states are stored.
   */
  betterOrder(from: number = ORDERED_FROM): number[] | undefined {
    const { engine, spilled, count } = this;
    const isDue = engine.folded && engine.columnOrder === undefined && spilled === undefined && count >= from;
    return isDue ? this.columnOrder() : undefined;
  }

  private keysOfInput(rows: number): void {
    for (let done = 0; done < rows; ) {
      done = this.engine.expander.keysOfInput(done, rows);
      if (done < rows) this.engine.handleMiss();
    }
  }

  /**
   * Takes up the states of `spilled`, which are on disk, and returns the frontier there.
   * @param before the frontier until now
   */
  goOnDisk(
    spilled: Spilled,
    before: BreadthFirst,
    { level, done, source, leftover }: Omit<FrontierRecord, "depth" | "levels">,
  ): OnDisk {
    this.engine.goOnDisk(spilled);
    const frontier = new OnDisk(this.engine.control, spilled.set, this.options.maxDepth);
    for (const states of before.levels) frontier.levels.push(states);
    frontier.resume(level, before.depth, done, source);
    frontier.leftover = leftover;
    this.spilled = spilled;
    return frontier;
  }

  /**
   * Goes on with a new store, which has touched no memory yet. The store must be empty, and all threads between chunks.
   * @returns the frontier there
   */
  renewStore(frontier: OnDisk): OnDisk {
    const { level, control, source, leftover } = frontier;
    return this.goOnDisk(this.spilled!, frontier, { level, done: control.chunks.taken, source, leftover });
  }

  /** Writes what the level has led to so far from the store to disk. @throws DiskFull if the disk is full */
  flushLevel(): void {
    const { store } = this.engine;
    this.spilled!.set.gather((shard, words, at) => store.extract(shard, 0, words, at));
    store.clear(2);
  }

  /**
   * Has `write` write a checkpoint that names the files of the states, and removes what it makes superfluous.
   * @throws DiskFull if the disk is full
   */
  withFiles(write: (onDisk: Snapshot["onDisk"]) => void): void {
    this.history?.flush();
    const { set } = this.spilled ?? {};
    const files = set?.openFiles ?? this.history?.files ?? [];
    const placed = this.folders!.place(files);
    write(placed);
    const own = files[0] && dirname(files[0].path);
    this.folders!.noteWritten(placed, own);
    if (own !== undefined && placed?.folder === basename(own)) this.named = new Set(files.map(({ path }) => path));
    set?.sweep(this.named);
  }

  /** Closes the files of states on the disk, and removes them unless there are checkpoints that need them. */
  close(): void {
    if (this.folders === undefined) {
      this.spilled?.set.remove();
      this.history?.remove();
    } else {
      this.spilled?.set.close();
      this.history?.close();
    }
  }

  /**
   * Returns the rows from an initial state to the state of a violation, as value ids.
   * @throws RowForgotten if a store of fingerprints has not kept one of them
   */
  pathTo({ row, depth }: Violation): Uint16Array[] {
    if (this.spilled) return this.spilled.pathTo(row, depth).map((key) => this.ofKey(key));
    const path = [];
    for (let at = row; at !== NO_PARENT; ) {
      const { row: stored, parent } = this.storedAt(at);
      path.push(this.inspector.unfolded(stored));
      at = parent;
    }
    return path.reverse();
  }

  private ofKey(key: Int32Array): Uint16Array {
    return this.inspector.unfolded(new Uint32Array(key.buffer));
  }

  /**
   * Returns the row of `reference`, which must not be on disk with a spilled search, as value ids.
   * @throws RowForgotten if a store of fingerprints has not kept it
   */
  rowAt(reference: number): Uint16Array {
    return this.inspector.unfolded(this.storedAt(reference).row);
  }

  private storedAt(reference: number): { readonly row: Uint32Array; readonly parent: number } {
    const [shard, row] = placeOf(reference);
    if (this.history?.has(shard, row)) return this.history.rowAt(shard, row);
    const { store } = this.engine;
    return { row: store.rowAt(reference), parent: store.parentOf(reference) };
  }

  /**
   * Yields one in `oneIn` of the rows that are kept, as value ids: of each shard among the first `rows[shard]`; of a
   * search on disk, among all.
   */
  *sample(oneIn: number, rows: readonly number[]): Generator<Uint16Array> {
    if (this.spilled) {
      for (const key of this.spilled.sample(oneIn)) yield this.ofKey(key);
      return;
    }
    let skip = 0;
    for (let shard = 0; shard < SHARDS; shard++) {
      let row = skip;
      for (; row < rows[shard]!; row += oneIn) {
        if (this.history?.has(shard, row) || this.engine.store.keeps(shard, row))
          yield this.rowAt(referenceOf(shard, row));
      }
      skip = row - rows[shard]!;
    }
  }
}
