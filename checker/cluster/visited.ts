/**
 * The visited states of the parts that a worker holds, in memory. A part is some of the store's shards. Which rows it
 * has is written in the storage, too, so that another worker can take it over.
 *
 * A part may be *ahead*: it has, beside the states of a level and those before, what some tasks of the level lead to.
 */
import { MemoryExceeded } from "../errors.js";
import type { Engine } from "../search/engine/engine.js";
import { ShardedStore } from "../store/shards.js";
import { makeStore, memoriesFor } from "../store/store-layout.js";
import { BIN_FULL, type Expander } from "../wasm/expander.js";
import { modules } from "../wasm/modules.js";
import { BLOCK_ROWS, SHARDS } from "../wasm/sizes.js";
import { BlockReader, BlockWriter } from "./row-blocks.js";

/** A block of rows. */
export interface Block {
  readonly bytes: Uint8Array;
  readonly rows: number;
}

/** Returns the part that a shard belongs to. @param parts how many parts there are */
export function partOf(shard: number, parts: number): number {
  return shard % parts;
}

/** Returns the shards of a part. @param parts how many parts there are */
export function shardsOf(part: number, parts: number): number[] {
  return Array.from({ length: SHARDS / parts }, (_, i) => part + i * parts);
}

export type Blocks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export class VisitedParts {
  private readonly store: ShardedStore;
  /** By part that is held: the number of the last level whose states it has. */
  private readonly levelOf = new Map<number, number>();
  /** By part: the numbers of the tasks of that level by which it is ahead. */
  private readonly tasksAhead = new Map<number, Set<number>>();

  /**
   * @param parts how many parts there are: a power of two, at most as many as shards
   * @param budget how many bytes the states may take
   */
  constructor(
    private readonly engine: Engine,
    private readonly parts: number,
    budget: number,
  ) {
    const shared = makeStore({
      words: engine.families.rowWords,
      threads: 1,
      priorities: true,
      fingerprints: false,
      budget,
      memories: memoriesFor(budget),
    });
    this.store = new ShardedStore(modules().store, shared, 0);
  }

  /** The number of the last level whose states of `part` are held; -1 if none are. */
  levelHeld(part: number): number {
    return this.levelOf.get(part) ?? -1;
  }

  /** Whether `part` has what task number `task` of its level leads to. */
  isAhead(part: number, task: number): boolean {
    return this.tasksAhead.get(part)?.has(task) ?? false;
  }

  /** Adds the records of an expander's bin, and empties it. @throws MemoryExceeded if they do not fit */
  addBin(bin: number): void {
    if (!this.engine.loop.flush(bin, this.store)) throw noRoom();
  }

  /**
   * Notes that the records that were added are all that task number `task` of the level of `parts` leads to in these.
   * @throws MemoryExceeded if they do not fit
   */
  noteAhead(parts: Iterable<number>, task: number): void {
    this.insertStaged();
    for (const part of parts) {
      const tasks = this.tasksAhead.get(part) ?? new Set();
      this.tasksAhead.set(part, tasks.add(task));
    }
  }

  private insertStaged(): void {
    if (!this.store.insertStaged()) throw noRoom();
  }

  /**
   * Adds the rows of `part` that the level before `level` leads to, whose marks are their parents' priorities, except
   * those by which it is ahead, and returns all that are new, as blocks. Before, the part must have the states of all
   * levels before `level`.
   * @throws MemoryExceeded if they do not fit; then no part is held any more
   */
  async add(part: number, level: number, blocks: Blocks): Promise<Block[]> {
    await this.insertAll(part, level, blocks);
    const writer = new RowWriter(this.store, this.engine.families.rowWords);
    for (const shard of shardsOf(part, this.parts)) writer.addRows(shard, this.store.firstNewOf(shard));
    this.endLevel(part, level);
    return writer.finish();
  }

  /**
   * Adds the states of `part` on `level`, of which none is known, as another worker has found them. Before, the part
   * must have the states of all levels before.
   * @throws MemoryExceeded if they do not fit; then no part is held any more
   */
  async take(part: number, level: number, blocks: Blocks): Promise<void> {
    await this.insertAll(part, level, blocks);
    this.endLevel(part, level);
  }

  private async insertAll(part: number, level: number, blocks: Blocks): Promise<void> {
    if (this.levelHeld(part) !== level - 1)
      throw new Error(`part ${part} has the states up to level ${this.levelHeld(part)}, and those of ${level} come`);
    // Until all are added, the part has more states than those of the level before.
    this.levelOf.delete(part);
    try {
      for await (const block of blocks) this.insert(block);
      this.insertStaged();
    } catch (error) {
      this.dropAll();
      throw error;
    }
  }

  private endLevel(part: number, level: number): void {
    for (const shard of shardsOf(part, this.parts)) this.store.endLevelOf(shard);
    this.levelOf.set(part, level);
    this.tasksAhead.delete(part);
  }

  private insert(block: Uint8Array): void {
    const { expander, families } = this.engine;
    expander.bins.inUse = SHARDS;
    for (const rows of rowsInto(expander, [block], families.rowWords, (mark) => mark)) {
      expander.begin(rows);
      while (expander.putInput() === BIN_FULL) this.addBin(expander.fullBin);
    }
    for (let bin = 0; bin < SHARDS; bin++) this.addBin(bin);
  }

  /** Drops all states: no part is held any more. */
  dropAll(): void {
    this.engine.expander.bins.clearAll();
    this.levelOf.clear();
    this.tasksAhead.clear();
    this.store.forgetStaged();
    this.store.clear(this.engine.families.rowWords);
  }
}

function noRoom(): MemoryExceeded {
  return new MemoryExceeded("the visited states of this worker's parts do not fit in its memory");
}

/**
 * Has an expander's input filled with the rows of some blocks, as many as it takes at once, and yields how many these
 * are, again and again.
 * @param width how many words a row has
 * @param wordOf returns what stands behind a row, of its mark
 */
export function* rowsInto(
  { words, input }: Expander,
  blocks: readonly Uint8Array[],
  width: number,
  wordOf: (mark: number) => number,
): Generator<number> {
  const halves = new Uint16Array(words.buffer);
  let rows = 0;
  for (const block of blocks)
    for (const reader = new BlockReader(block, 2 * width); reader.hasMore; ) {
      const at = (input >>> 2) + rows * (width + 1);
      reader.next(halves, 2 * at);
      words[at + width] = wordOf(reader.mark);
      if (++rows < BLOCK_ROWS) continue;
      yield rows;
      rows = 0;
    }
  if (rows > 0) yield rows;
}

/** Writes rows of a store as blocks, with their parents' priorities as marks. */
export class RowWriter {
  private readonly blocks: Block[] = [];
  private readonly writer: BlockWriter;

  constructor(
    private readonly store: ShardedStore,
    width: number,
  ) {
    this.writer = new BlockWriter(2 * width);
  }

  /** Adds the rows of a shard from number `from` on, which must have been found since the last level ended. */
  addRows(shard: number, from: number): void {
    const { store, writer } = this;
    const halves = store.halvesOf(shard);
    const end = store.countOf(shard);
    for (let row = from; row < end; row++) {
      if (writer.isFull) this.endBlock();
      writer.add(halves, store.halfOf(shard, row), store.priorityOf(shard, row));
    }
  }

  private endBlock(): void {
    const { rows } = this.writer;
    if (rows > 0) this.blocks.push({ bytes: this.writer.finish(), rows });
  }

  finish(): Block[] {
    this.endBlock();
    return this.blocks;
  }
}
