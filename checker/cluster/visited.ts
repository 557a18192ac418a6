/**
 * The visited states of the parts that a worker holds, in memory. A part is some of the store's shards. Which rows it
 * has is written in the storage, too, so that another worker can take it over.
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

  /**
   * Adds the rows of `part` that the level before `level` leads to, whose marks are their parents' priorities, and
   * returns those that are new, as blocks. Before, the part must have the states of all levels before `level`.
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
      if (!this.store.insertStaged()) throw noRoom();
    } catch (error) {
      this.dropAll();
      throw error;
    }
  }

  /**
   * Moves the records of an expander's bin to `store`, except those whose rows are held, of a part whose states up to
   * `level` are. Returns false, and leaves the bin as it is, if the store has no room.
   */
  pass(bin: number, level: number, store: ShardedStore): boolean {
    return this.moved(bin, store, this.levelHeld(partOf(bin, this.parts)) === level);
  }

  private moved(bin: number, to: ShardedStore, sifts: boolean): boolean {
    const { bins, bytes } = this.engine.expander;
    const count = bins.countOf(bin);
    if (count === 0) return true;
    const whole = { bytes, at: bins.addressOf(bin), count };
    const left = sifts ? this.store.sift(bin, bytes, whole.at, count) : whole;
    if (!to.append(bin, left.bytes, left.at, left.count)) return false;
    bins.clear(bin);
    return true;
  }

  private endLevel(part: number, level: number): void {
    for (const shard of shardsOf(part, this.parts)) this.store.endLevelOf(shard);
    this.levelOf.set(part, level);
  }

  private insert(block: Uint8Array): void {
    const { expander, families } = this.engine;
    expander.bins.inUse = SHARDS;
    for (const rows of rowsInto(expander, [block], families.rowWords, (mark) => mark)) {
      expander.begin(rows);
      while (expander.putInput() === BIN_FULL) this.flush(expander.fullBin);
    }
    for (let bin = 0; bin < SHARDS; bin++) this.flush(bin);
  }

  private flush(bin: number): void {
    if (this.moved(bin, this.store, false)) return;
    this.engine.expander.bins.clearAll();
    throw noRoom();
  }

  /** Drops all states: no part is held any more. */
  dropAll(): void {
    this.levelOf.clear();
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
