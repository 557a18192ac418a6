/**
 * The exact store: every distinct row, and a hash table to find it.
 *
 * A row is `words` 32-bit words of 16-bit value ids; row i starts at i * words. `parents[i]` is the row it was first reached from,
 * plus one (0 for an initial state), so that a trace costs four bytes a state. The table holds row numbers plus one, open addressing,
 * at most half full. Rows arrive in batches: all hashes, then a touch of every table slot in a loop of its own (so that the cache
 * misses overlap), then the insertions.
 */

/** Rows on their way into the store. */
export interface Batch {
  /** The rows, `words` 32-bit words each. */
  readonly words: Uint32Array;
  /** The parent of each, as a row number plus one. */
  readonly parents: Uint32Array;
}

/** The store would have to take more than it may. */
export class MemoryExceeded extends Error {
  override readonly name = "MemoryExceeded";
}

export class RowStore {
  rows: Uint32Array<ArrayBuffer>;
  parents: Uint32Array<ArrayBuffer>;
  count = 0;
  private table: Uint32Array<ArrayBuffer>;
  private mask: number;
  private readonly hashes: Int32Array;
  private touched = 0;

  /** @param limit bytes that the store may take, all in, also while it grows */
  constructor(
    readonly words: number,
    readonly batchSize: number,
    private readonly limit: number,
    capacity = 1 << 12,
  ) {
    if ((capacity & (capacity - 1)) !== 0 || capacity < batchSize)
      throw new Error("a store begins with a power of two, and at least a batch");
    this.rows = new Uint32Array(capacity * words);
    this.parents = new Uint32Array(capacity);
    this.table = new Uint32Array(capacity * 2);
    this.mask = this.table.length - 1;
    this.hashes = new Int32Array(batchSize);
  }

  get bytes(): number {
    return this.rows.byteLength + this.parents.byteLength + this.table.byteLength;
  }

  /** Inserts the first `count` rows of a batch; new ones get the next row numbers. @throws MemoryExceeded before anything is lost */
  insert(batch: Batch, count: number): void {
    if (this.count + count > this.parents.length) this.grow();
    const { words, hashes, mask, table, rows, parents } = this;
    const incoming = batch.words;
    for (let b = 0; b < count; b++) {
      hashes[b] = hashOf(incoming, b * words, words) & mask;
    }
    let touched = 0;
    for (let b = 0; b < count; b++) touched += table[hashes[b]!]!;
    this.touched ^= touched;
    for (let b = 0; b < count; b++) {
      const from = b * words;
      let i = hashes[b]!;
      for (;;) {
        const entry = table[i]!;
        if (entry === 0) {
          const to = this.count * words;
          for (let w = 0; w < words; w++) rows[to + w] = incoming[from + w]!;
          parents[this.count] = batch.parents[b]!;
          table[i] = ++this.count;
          break;
        }
        const at = (entry - 1) * words;
        let w = 0;
        while (w < words && rows[at + w] === incoming[from + w]) w++;
        if (w === words) break;
        i = (i + 1) & mask;
      }
    }
  }

  private grow(): void {
    const capacity = this.parents.length * 2;
    const after = capacity * (this.words + 1 + 2) * 4;
    if (after + this.bytes > this.limit)
      throw new MemoryExceeded("the next doubling of the store would pass the memory limit");
    this.rows = grown(this.rows, capacity * this.words);
    this.parents = grown(this.parents, capacity);
    const old = this.table;
    this.table = new Uint32Array(capacity * 2);
    this.mask = this.table.length - 1;
    this.rehash(old);
  }

  private rehash(old: Uint32Array): void {
    const { words, rows, table, mask } = this;
    for (const entry of old) {
      if (entry === 0) continue;
      let i = hashOf(rows, (entry - 1) * words, words) & mask;
      while (table[i] !== 0) i = (i + 1) & mask;
      table[i] = entry;
    }
  }
}

function hashOf(rows: Uint32Array, at: number, words: number): number {
  let h = 0x9e3779b9 | 0;
  for (let w = at; w < at + words; w++) {
    h = Math.imul(h ^ rows[w]!, 0x85ebca6b);
    h ^= h >>> 15;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 13;
  }
  return h ^ (h >>> 16);
}

function grown(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length);
  larger.set(array);
  return larger;
}
