/**
 * A table from a row and a value id to a number, filled on demand; updates, renumberings and renamings are kept in such
 * tables. There are many rows, mostly empty, so a row is a directory of 256 pages with 256 entries each. Entry 0 means
 * "not known yet"; any other is the number plus one.
 *
 * The directory holds the place of each page as a word index of the memory. Index 0 is the start of the memory, which
 * is always zero, so entries of a missing page read as unknown.
 */
import type { Arena, Region } from "../wasm/arena.js";

const PAGE_WORDS = 256;

export class PagedTable {
  private readonly directory: Region;
  private readonly pages: Region;
  private readonly words: Int32Array;
  private rows = 0;

  /**
   * @param rows how many rows there is room for
   * @param pageBytes the bytes set aside for pages
   */
  constructor(arena: Arena, name: string, rows: number, pageBytes: number) {
    this.words = arena.words;
    this.directory = arena.region(`${name}' rows`, rows * 4 * PAGE_WORDS);
    this.pages = arena.region(name, pageBytes);
  }

  /** Byte address of the directory. */
  get address(): number {
    return this.directory.start;
  }

  /**
   * Adds an empty row and returns its number.
   * @throws RegionFull if all rows are taken
   */
  addRow(): number {
    this.directory.take(4 * PAGE_WORDS);
    return this.rows++;
  }

  /** The entry, or -1 if it is not known. */
  get(row: number, id: number): number {
    return this.words[this.words[this.slotOf(row, id)]! + (id & 255)]! - 1;
  }

  /**
   * Sets an entry.
   * @throws RegionFull if there is no room for a new page
   */
  set(row: number, id: number, value: number): void {
    const at = this.slotOf(row, id);
    let page = this.words[at]!;
    if (page === 0) page = this.pages.take(4 * PAGE_WORDS) >> 2;
    this.words[page + (id & 255)] = value + 1;
    // Other threads may read meanwhile, so a new page is linked only after the entry is written.
    Atomics.store(this.words, at, page);
  }

  private slotOf(row: number, id: number): number {
    return (this.directory.start >>> 2) + row * PAGE_WORDS + (id >>> 8);
  }
}
