/**
 * A thread's bins: next rows on their way to the store, as records. A record has a 64-bit hash, whose highest byte is
 * the shard; the parent's reference; the parent's priority; and the row as it is stored.
 */
import { type Context, recordBytes } from "./context.js";
import { BIN_ROWS, RECORD_HEAD, SHARDS } from "./layout.js";

/** The offset of the highest byte of a record's hash, which is the shard. */
const SHARD_BYTE = 7;

export class Bins {
  /** Byte address of the first bin. */
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

  /** The number of bins in use, a power of two: one per shard, or fewer, each for the rows of several shards. */
  get inUse(): number {
    return this.context.binsInUse;
  }

  set inUse(count: number) {
    this.context.binsInUse = count;
  }

  /** How many records a bin holds. */
  countOf(bin: number): number {
    return this.counts[bin]!;
  }

  /** Byte address of a bin's records. */
  addressOf(bin: number): number {
    return this.address + bin * BIN_ROWS * this.recordBytes;
  }

  /** The shard of a record. */
  shardOf(bin: number, record: number): number {
    return this.bytes[this.addressOf(bin) + record * this.recordBytes + SHARD_BYTE]!;
  }

  /** Byte address of the row in a record of the first bin. */
  rowAddress(record: number): number {
    return this.address + record * this.recordBytes + RECORD_HEAD;
  }

  /** Empties a bin. */
  clear(bin: number): void {
    this.counts[bin] = 0;
  }

  /** Empties all bins. */
  clearAll(): void {
    this.counts.fill(0);
  }
}
