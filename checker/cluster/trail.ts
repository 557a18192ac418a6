/**
 * The way from an initial state to a state that was found, and samples of the states, read back from a run's files. Of
 * a state's parent its mark tells the hash of the content: the parent is the state of the level before that has this
 * hash, and from which a step leads to it. A way costs one reading of each level before.
 */
import { DONE } from "../wasm/expander.js";
import { BlockReader } from "./row-blocks.js";
import { type BlockPlace, type RunFiles, rowsIn } from "./run-files.js";
import { DamagedFile } from "./sealed.js";
import type { SharedEngine } from "./shared-engine.js";
import { partOf } from "./visited.js";

export class Trail {
  private readonly columns: number;

  /** @param parts how many parts the states are cut into */
  constructor(
    private readonly files: RunFiles,
    private readonly shared: SharedEngine,
    private readonly parts: number,
  ) {
    this.columns = 2 * shared.engine.families.rowWords;
  }

  /** Returns the rows from an initial state to the state of `level` whose value ids are `row`. */
  async pathTo(level: number, row: Uint16Array): Promise<Uint16Array[]> {
    const path = [row];
    for (let at = level; at > 0; at--) path.unshift(await this.parentOf(at, path[0]!));
    return path;
  }

  private async parentOf(level: number, row: Uint16Array): Promise<Uint16Array> {
    const mark = await this.markOf(level, row);
    const { expander } = this.shared.engine;
    const halves = new Uint16Array(expander.words.buffer);
    for (const places of await this.statesOf(level - 1))
      for (const bytes of await this.read(places)) {
        const reader = new BlockReader(bytes, this.columns);
        while (reader.hasMore) {
          reader.next(halves, expander.input >>> 1);
          expander.loadRow(expander.input);
          if (expander.content !== mark) continue;
          const parent = expander.row.slice(0, this.columns);
          if (this.leadsTo(parent, row)) return parent;
        }
      }
    throw new DamagedFile(`no state of level ${level - 1} leads to one of level ${level} that was found`);
  }

  private leadsTo(parent: Uint16Array, row: Uint16Array): boolean {
    const { inspector, engine } = this.shared;
    const count = engine.families.columns.count;
    return inspector
      .successorsOf(parent.subarray(0, count))
      .some((successor) => successor.row.every((id, column) => id === row[column]));
  }

  private async markOf(level: number, row: Uint16Array): Promise<number> {
    const places = (await this.statesOf(level))[this.partOf(row)]!;
    const read = new Uint16Array(this.columns);
    for (const bytes of await this.read(places)) {
      const reader = new BlockReader(bytes, this.columns);
      while (reader.hasMore) {
        reader.next(read, 0);
        if (read.every((id, column) => id === row[column])) return reader.mark;
      }
    }
    throw new DamagedFile(`a state that was found is not among those of level ${level}`);
  }

  private partOf(row: Uint16Array): number {
    const { expander } = this.shared.engine;
    const { inUse } = expander.bins;
    expander.bins.inUse = 1;
    expander.scratch.fill(0);
    expander.scratch.set(row.subarray(0, expander.scratch.length));
    if (expander.seed() !== DONE) throw new Error("a row has no place in an empty bin");
    const shard = expander.bins.shardOf(0, 0);
    expander.bins.clear(0);
    expander.bins.inUse = inUse;
    return partOf(shard, this.parts);
  }

  private async statesOf(level: number): Promise<readonly (readonly BlockPlace[])[]> {
    return (await this.files.states(level, this.parts))!;
  }

  private async read(places: readonly BlockPlace[]): Promise<Uint8Array[]> {
    const read: Uint8Array[] = [];
    for await (const bytes of this.files.blocks(places)) read.push(bytes);
    return read;
  }

  /**
   * Returns one in `oneIn` of the states of the levels before `levels`, as value ids.
   * @param oneIn a whole number, at least 1
   */
  async sample(levels: number, oneIn: number): Promise<Uint16Array[]> {
    const rows: Uint16Array[] = [];
    let skip = 0;
    for (let level = 0; level < levels; level++)
      for (const place of (await this.statesOf(level)).flat()) {
        if (skip >= rowsIn([place])) {
          skip -= place.rows;
          continue;
        }
        const reader = new BlockReader((await this.read([place]))[0]!, this.columns);
        for (; reader.hasMore; skip--) {
          const row = new Uint16Array(this.columns);
          reader.next(row, 0);
          if (skip > 0) continue;
          rows.push(row.subarray(0, this.shared.engine.families.columns.count));
          skip = oneIn;
        }
      }
    return rows;
  }
}
