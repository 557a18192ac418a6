/**
 * A table from (row, value id) to a number, filled as it is asked for: the updates, the renumberings, the renamings. Rows are many and
 * mostly empty, so each is a directory of 256 pages of 256 entries. Entry 0 means "not yet known"; others are the number plus one.
 *
 * The directory holds each page's place as a word index of the memory. Place 0 is the memory's beginning, which is zero for ever, so a row
 * without pages reads as unknown.
 */
import type { Arena, Region } from "../wasm/arena.js";

const PAGE_WORDS = 256;

export class PagedTable {
  private readonly directory: Region;
  private readonly pages: Region;
  private readonly words: Int32Array;
  private rows = 0;

  /** @param rows how many rows there is room for, @param pageBytes bytes for their pages */
  constructor(arena: Arena, name: string, rows: number, pageBytes: number) {
    this.words = arena.words;
    this.directory = arena.region(`${name}' rows`, rows * 4 * PAGE_WORDS);
    this.pages = arena.region(name, pageBytes);
  }

  /** Where the directory begins, in bytes. */
  get address(): number {
    return this.directory.start;
  }

  /** A new empty row. @throws RegionFull */
  addRow(): number {
    this.directory.take(4 * PAGE_WORDS);
    return this.rows++;
  }

  /** The entry, or -1 if it is not known. */
  get(row: number, id: number): number {
    return this.words[this.words[this.slotOf(row, id)]! + (id & 255)]! - 1;
  }

  /** @throws RegionFull */
  set(row: number, id: number, value: number): void {
    const at = this.slotOf(row, id);
    let page = this.words[at]!;
    if (page === 0) page = this.pages.take(4 * PAGE_WORDS) >> 2;
    this.words[page + (id & 255)] = value + 1;
    // Other threads may read while this one writes: a page is linked when it is there.
    Atomics.store(this.words, at, page);
  }

  private slotOf(row: number, id: number): number {
    return (this.directory.start >>> 2) + row * PAGE_WORDS + (id >>> 8);
  }
}
