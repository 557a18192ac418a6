/** The states that a search has found, wherever they are: in the store, on disk, or in the history of what fingerprints forget. */
import { join } from "node:path";
import { type ExternalRecord, ExternalSet } from "../../store/external.js";
import { History } from "../../store/history.js";
import { placeOf, referenceOf } from "../../store/shards.js";
import { modules } from "../../wasm/modules.js";
import { NO_PARENT, SHARDS } from "../../wasm/sizes.js";
import type { Engine } from "../engine/engine.js";
import type { Inspector } from "../engine/inspector.js";
import type { SearchOptions } from "../options.js";
import type { Violation } from "../verdict/violations.js";
import { type BreadthFirst, OnDisk } from "./frontier.js";
import type { Snapshot } from "./snapshot.js";
import { Spilled, spill } from "./spilling.js";

export class StoredStates {
  /** What is on disk, once the memory has overflowed. */
  spilled: Spilled | undefined;
  /** Rows that a store of fingerprints forgets. */
  history: History | undefined;
  /** Files that the last checkpoint names. */
  private named: ReadonlySet<string> = new Set();

  constructor(
    private readonly engine: Engine,
    private readonly inspector: Inspector,
    private readonly options: SearchOptions,
  ) {}

  /** Distinct states. */
  get count(): number {
    return this.spilled?.set.count ?? this.engine.store.count;
  }

  /** Has rows kept on disk that a store of fingerprints forgets. @param resumed what a resumed search has forgotten before */
  keepHistory(frontier: BreadthFirst, resumed: History | undefined): void {
    const { store, spill: folder } = this.options;
    if (store !== "fingerprint" || folder === undefined) return;
    this.history = resumed ?? new History(folder, this.engine.store.options.words);
    frontier.history = this.history;
  }

  /**
   * Goes on on disk, in a folder. All threads are between chunks, and all that was made is stored.
   * @returns the frontier there
   * @throws DiskFull: the states are where they were
   */
  spill(folder: string, frontier: BreadthFirst): OnDisk {
    const { engine } = this;
    if (!engine.folded && engine.families.rowWords > 2) engine.missHandler.prepareFolding();
    const set = ExternalSet.create(folder, modules());
    spill(engine.store, frontier.level, set, engine.expander, (rows) => this.keysOfInput(rows));
    const { level, control } = frontier;
    const place = { level, done: control.chunks.taken, source: { kind: "archive", start: 0 } } as const;
    return this.goOnDisk(new Spilled(set, frontier.depth), frontier, place);
  }

  private keysOfInput(rows: number): void {
    for (let done = 0; done < rows; ) {
      done = this.engine.expander.keysOfInput(done, rows);
      if (done < rows) this.engine.handleMiss();
    }
  }

  /** Takes up states that are on disk. The frontier there. */
  goOnDisk(
    spilled: Spilled,
    before: BreadthFirst,
    { level, done, source }: Pick<Snapshot["frontier"], "level" | "done" | "source">,
  ): OnDisk {
    this.engine.goOnDisk(spilled);
    const frontier = new OnDisk(this.engine.control, spilled.set, this.options.maxDepth);
    frontier.levels.push(...before.levels);
    frontier.resume(level, before.depth, done, source);
    this.spilled = spilled;
    return frontier;
  }

  /** Writes what the level has led to so far to disk. @throws DiskFull */
  flushLevel(): void {
    const { store } = this.engine;
    this.spilled!.set.gather((shard, words, at) => store.extract(shard, 0, words, at));
    store.clear(2);
  }

  /** After a checkpoint: files that neither it nor the one before it names can go. */
  sweepDisused(record: ExternalRecord): void {
    const { set } = this.spilled!;
    const names = record.files.map(({ name }) => join(set.folder, name));
    set.sweep(new Set([...names, ...this.named]));
    this.named = new Set(names);
  }

  /** Removes what is on disk. */
  remove(): void {
    this.spilled?.set.remove();
    this.history?.remove();
  }

  /** The rows from an initial state to a state where a violation was seen. @throws RowForgotten */
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

  /** The row of a reference, as value ids; not of one on disk. @throws RowForgotten */
  rowAt(reference: number): Uint16Array {
    return this.inspector.unfolded(this.storedAt(reference).row);
  }

  private storedAt(reference: number): { readonly row: Uint32Array; readonly parent: number } {
    const [shard, row] = placeOf(reference);
    if (this.history?.has(shard, row)) return this.history.rowAt(shard, row);
    const { store } = this.engine;
    return { row: store.rowAt(reference), parent: store.parentOf(reference) };
  }

  /** One in so many of the rows that are kept, of each shard the first so many; of those on disk, of all. */
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
