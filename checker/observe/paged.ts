/**
 * A table from (row, value id) to a number, filled as it is asked for: the updates, the renumberings, the renamings. Rows are many and
 * mostly empty, so each is a directory of 256 pages of 256 entries. Entry 0 means "not yet known"; others are the number plus one.
 *
 * Page 0 is never written, so a row without pages reads as unknown. Nobody outside holds the arrays: they are replaced as they grow.
 */
export class PagedTable {
  private directory = new Int32Array(64 * 256);
  private entries = new Int32Array(16 * 256);
  private rows = 0;
  private used = 256;

  /** A new empty row. */
  addRow(): number {
    const row = this.rows++;
    if (this.rows * 256 > this.directory.length) this.directory = grown(this.directory);
    return row;
  }

  /** The entry, or -1 if it is not known. */
  get(row: number, id: number): number {
    return this.entries[this.directory[(row << 8) | (id >>> 8)]! + (id & 255)]! - 1;
  }

  set(row: number, id: number, value: number): void {
    const at = (row << 8) | (id >>> 8);
    let page = this.directory[at]!;
    if (page === 0) {
      page = this.used;
      this.used += 256;
      if (this.used > this.entries.length) this.entries = grown(this.entries);
      this.directory[at] = page;
    }
    this.entries[page + (id & 255)] = value + 1;
  }

  get bytes(): number {
    return this.directory.byteLength + this.entries.byteLength;
  }
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
