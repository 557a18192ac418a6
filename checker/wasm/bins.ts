/**
 * Next rows on their way to the store, as records in a thread's bins. A record has a hash of 64 bits, whose last byte
 * is the number of the shard; the parent; the parent's priority; and the row as it is stored.
 */
import { type Context, recordBytes } from "./context.js";
import { BIN_ROWS, RECORD_HEAD, SHARDS } from "./layout.js";

/** The byte of a record that is the number of its shard. */
const SHARD_BYTE = 7;

export class Bins {
  /** Where the first bin begins, in bytes. */
  readonly address: number;
  readonly recordBytes: number;
  private readonly counts: Int32Array;
  private readonly bytes: Uint8Array;

  constructor(private readonly context: Context) {
    const { buffer } = context.memory;
    this.address = context.bins;
    this.recordBytes = recordBytes(context.storedWords);
    this.counts = new Int32Array(buffer, context.binCounts, SHARDS);
    this.bytes = new Uint8Array(buffer);
  }

  /** How many bins are in use, a power of two: one per shard, or fewer, each for the rows of several shards. */
  get inUse(): number {
    return this.context.binsInUse;
  }

  set inUse(count: number) {
    this.context.binsInUse = count;
  }

  /** Records in a bin. */
  countOf(bin: number): number {
    return this.counts[bin]!;
  }

  /** Where a bin's records begin, in bytes. */
  addressOf(bin: number): number {
    return this.address + bin * BIN_ROWS * this.recordBytes;
  }

  /** The shard of a record. */
  shardOf(bin: number, record: number): number {
    return this.bytes[this.addressOf(bin) + record * this.recordBytes + SHARD_BYTE]!;
  }

  /** Where the row of a record of the first bin begins, in bytes. */
  rowAddress(record: number): number {
    return this.address + record * this.recordBytes + RECORD_HEAD;
  }

  /** Forgets the records of a bin. */
  clear(bin: number): void {
    this.counts[bin] = 0;
  }

  /** Forgets the records of all bins. */
  clearAll(): void {
    this.counts.fill(0);
  }
}
