/** Views of a store's memory: its header, and the head of each shard. */
import {
  BLOCK_BITS,
  D_COUNT,
  D_DIRECTORY,
  D_LOCK,
  D_NEW,
  D_PRIORITIES,
  D_SIZE,
  D_TABLE,
  D_TABLE_ROOM,
  PRIORITY_ROWS_BITS,
  S_BUDGET,
  S_BUMP,
  S_END,
  S_FINGERPRINTS,
  S_FREE_BLOCKS,
  S_FREE_PRIORITIES,
  S_FULL,
  S_HEAP,
  S_HEAP_LOCK,
  S_PRIORITIES,
  S_SHARDS,
  S_STAGED,
  S_STRIDE,
  S_USED,
  S_WORDS,
  SHARD_BYTES,
  SHARDS,
} from "./layout.js";

/** Bytes before the threads' stages. */
export const STORE_HEADER_BYTES = S_SHARDS + SHARDS * SHARD_BYTES;

const PRIORITY_MASK = (1 << PRIORITY_ROWS_BITS) - 1;

/** Bytes of a stored row of `words` 32-bit words and its parent. */
export function strideOf(words: number): number {
  return 4 * (words + 1);
}

export class StoreHeader {
  /** @param words the store's memory */
  constructor(private readonly words: Int32Array) {}

  /** Sets the size of a row, in 32-bit words, and what it takes together with its parent. */
  set rowWords(count: number) {
    this.words[S_WORDS >>> 2] = count;
    this.words[S_STRIDE >>> 2] = strideOf(count);
  }

  /** Whether, of several parents, the one of least priority is kept. */
  set priorities(kept: boolean) {
    this.words[S_PRIORITIES >>> 2] = kept ? 1 : 0;
  }

  /** Whether tables hold 64-bit hashes, and rows of past levels are forgotten. */
  set fingerprints(are: boolean) {
    this.words[S_FINGERPRINTS >>> 2] = are ? 1 : 0;
  }

  /** What heap and tables may take together, in pages of 4,096 bytes. */
  set budget(pages: number) {
    this.words[S_BUDGET >>> 2] = pages;
  }

  /** What heap and tables take, in pages of 4,096 bytes. */
  get used(): number {
    return this.words[S_USED >>> 2]!;
  }

  set used(pages: number) {
    this.words[S_USED >>> 2] = pages;
  }

  /** The word index of the lock that a thread holds while it takes or gives back a block: 1 while it is held. */
  get heapLock(): number {
    return S_HEAP_LOCK >>> 2;
  }

  /** The byte address where the unused part of the heap begins. */
  get heapTop(): number {
    return this.words[S_BUMP >>> 2]! >>> 0;
  }

  /** Whether room was refused. */
  get full(): boolean {
    return this.words[S_FULL >>> 2] !== 0;
  }

  set full(is: boolean) {
    this.words[S_FULL >>> 2] = is ? 1 : 0;
  }

  /** How many bytes of its stages `thread` has written to so far. Only the first memory's header counts them. */
  stagedBytes(thread: number): number {
    return this.words[(S_STAGED >>> 2) + thread]!;
  }

  /** Notes that `thread` has written to `bytes` bytes of its stages that it had not written to before. */
  noteStaged(thread: number, bytes: number): void {
    this.words[(S_STAGED >>> 2) + thread]! += bytes;
  }

  /** Sets an empty heap from byte address `start` up to `end`. */
  setHeap(start: number, end: number): void {
    this.words[S_HEAP >>> 2] = start;
    this.words[S_END >>> 2] = end;
    this.words[S_BUMP >>> 2] = start;
  }

  /** Gives back all blocks of the heap. */
  emptyHeap(): void {
    this.words[S_BUMP >>> 2] = this.words[S_HEAP >>> 2]!;
    this.words[S_FREE_BLOCKS >>> 2] = 0;
    this.words[S_FREE_PRIORITIES >>> 2] = 0;
  }
}

/** A view of a shard's head. Addresses are in bytes from the memory's start. */
export class Shard {
  private readonly at: number;

  /** @param words the memory that holds the shard */
  constructor(
    readonly words: Int32Array,
    shard: number,
  ) {
    this.at = (S_SHARDS + shard * SHARD_BYTES) >>> 2;
  }

  /** The word index of the lock that a thread holds while it inserts: 1 while it is held. */
  get lock(): number {
    return this.at + (D_LOCK >>> 2);
  }

  /** The number of rows. */
  get count(): number {
    return this.words[this.at + (D_COUNT >>> 2)]!;
  }

  set count(rows: number) {
    this.words[this.at + (D_COUNT >>> 2)] = rows;
  }

  /** The number of the first row found since the last level ended. */
  get firstNew(): number {
    return this.words[this.at + (D_NEW >>> 2)]!;
  }

  set firstNew(row: number) {
    this.words[this.at + (D_NEW >>> 2)] = row;
  }

  /** The address of the hash table that finds rows. */
  get table(): number {
    return this.words[this.at + (D_TABLE >>> 2)]! >>> 0;
  }

  set table(address: number) {
    this.words[this.at + (D_TABLE >>> 2)] = address;
  }

  /** The binary logarithm of the table's number of slots or, of fingerprints, that number. */
  get tableSize(): number {
    return this.words[this.at + (D_SIZE >>> 2)]!;
  }

  set tableSize(size: number) {
    this.words[this.at + (D_SIZE >>> 2)] = size;
  }

  /** Bytes that the table may take. */
  set tableRoom(bytes: number) {
    this.words[this.at + (D_TABLE_ROOM >>> 2)] = bytes;
  }

  /**
   * The address of the directory of row blocks, which has the address of the block for each 256 rows, or 0 if they are
   * not kept.
   */
  get directory(): number {
    return this.words[this.at + (D_DIRECTORY >>> 2)]! >>> 0;
  }

  set directory(address: number) {
    this.words[this.at + (D_DIRECTORY >>> 2)] = address;
  }

  /**
   * The address of the directory of priority blocks, which has the address of the block for each 1,024 rows, counted
   * from `firstNew`.
   */
  get priorities(): number {
    return this.words[this.at + (D_PRIORITIES >>> 2)]! >>> 0;
  }

  set priorities(address: number) {
    this.words[this.at + (D_PRIORITIES >>> 2)] = address;
  }

  /** The address of the block that holds a row, or 0 if the row is not kept. */
  blockOf(row: number): number {
    return this.words[(this.directory >>> 2) + (row >>> BLOCK_BITS)]! >>> 0;
  }

  /** The address of the block that holds the priority for row `firstNew + place`. */
  priorityBlockOf(place: number): number {
    return this.words[(this.priorities >>> 2) + (place >>> PRIORITY_ROWS_BITS)]! >>> 0;
  }

  /** The priority of a row's parent. The row must have been found since the last level ended. */
  priorityOf(row: number): number {
    const place = row - this.firstNew;
    return this.words[(this.priorityBlockOf(place) >>> 2) + (place & PRIORITY_MASK)]!;
  }
}
