/**
 * Rows on their way between machines: blocks of rows, each told by what it has other than the row before it. A block
 * is read by itself.
 *
 * A row is a bit for each column, whether its value is another one than in the row before (the first row is compared
 * with zeros), those values, and the row's *mark*, 32 bits of the caller's. A value takes one byte below 128, two below
 * 16,384, and else three.
 */

/** The most rows of a block. */
export const ROWS_OF_BLOCK = 1 << 14;
/** How many bytes are set aside for a block at first. */
const FIRST_BYTES = 1 << 12;
/** The most bytes of a value. */
const MOST_BYTES = 3;

export class BlockWriter {
  private readonly before: Uint16Array;
  private readonly maskBytes: number;
  private bytes: Uint8Array;
  private length = 0;
  /** How many rows the block has. */
  rows = 0;

  /** @param columns how many values a row has */
  constructor(private readonly columns: number) {
    this.before = new Uint16Array(columns);
    this.maskBytes = Math.ceil(columns / 8);
    this.bytes = new Uint8Array(FIRST_BYTES);
  }

  /** Whether the block has as many rows as it may have. */
  get isFull(): boolean {
    return this.rows === ROWS_OF_BLOCK;
  }

  /** Adds the row whose values begin at `values[at]`. */
  add(values: Uint16Array, at: number, mark: number): void {
    const { before, columns } = this;
    const most = this.length + this.maskBytes + MOST_BYTES * columns + 4;
    if (most > this.bytes.length) {
      const larger = new Uint8Array(2 * most);
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    const { bytes } = this;
    let mask = this.length;
    let to = mask + this.maskBytes;
    let bits = 0;
    for (let column = 0; column < columns; column++) {
      const value = values[at + column]!;
      if (value !== before[column]) {
        before[column] = value;
        bits |= 1 << (column & 7);
        if (value < 0x80) bytes[to++] = value;
        else {
          bytes[to++] = value | 0x80;
          if (value < 0x4000) bytes[to++] = value >>> 7;
          else {
            bytes[to++] = (value >>> 7) | 0x80;
            bytes[to++] = value >>> 14;
          }
        }
      }
      if ((column & 7) === 7 || column === columns - 1) {
        bytes[mask++] = bits;
        bits = 0;
      }
    }
    bytes[to++] = mark;
    bytes[to++] = mark >>> 8;
    bytes[to++] = mark >>> 16;
    bytes[to++] = mark >>> 24;
    this.length = to;
    this.rows++;
  }

  /** Returns the bytes of the block, and begins another one. */
  finish(): Uint8Array {
    const { bytes, length } = this;
    // A block that fills most of what was set aside takes it along; no block is kept in far more bytes than it has.
    const isMost = 2 * length > bytes.length;
    const block = isMost ? bytes.subarray(0, length) : bytes.slice(0, length);
    if (isMost) this.bytes = new Uint8Array(bytes.length);
    this.length = 0;
    this.rows = 0;
    this.before.fill(0);
    return block;
  }
}

export class BlockReader {
  private readonly row: Uint16Array;
  private readonly maskBytes: number;
  private at = 0;
  /** The mark of the row read last. */
  mark = 0;

  /** @param bytes a block */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly columns: number,
  ) {
    this.row = new Uint16Array(columns);
    this.maskBytes = Math.ceil(columns / 8);
  }

  /** Whether a row is left to be read. */
  get hasMore(): boolean {
    return this.at < this.bytes.length;
  }

  /**
   * Reads the next row into `values`, from index `to` on, and its mark into `mark`.
   * @throws Error if the block ends in the midst of it
   */
  next(values: Uint16Array, to: number): void {
    const { bytes, row, columns } = this;
    const mask = this.at;
    let from = mask + this.maskBytes;
    for (let column = 0; column < columns; column++) {
      if ((bytes[mask + (column >>> 3)]! & (1 << (column & 7))) !== 0) {
        let value = bytes[from++]!;
        if (value >= 0x80) {
          const second = bytes[from++]!;
          value = (value & 0x7f) | ((second & 0x7f) << 7);
          if (second >= 0x80) value |= bytes[from++]! << 14;
        }
        row[column] = value;
      }
      values[to + column] = row[column]!;
    }
    this.mark = (bytes[from]! | (bytes[from + 1]! << 8) | (bytes[from + 2]! << 16) | (bytes[from + 3]! << 24)) >>> 0;
    this.at = from + 4;
    if (this.at > bytes.length) throw new Error("a block of rows ends in the midst of a row");
  }
}
