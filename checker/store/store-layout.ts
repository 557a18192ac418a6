/**
 * The layout of a store's memories: header, the threads' stages, the shards' directories and tables, and the heap of
 * rows.
 */
import { recordBytes } from "../wasm/context.js";
import { HASH_MARGIN, SHARDS, STAGE_ROWS } from "../wasm/sizes.js";
import { Shard, STORE_HEADER_BYTES, StoreHeader, strideOf } from "../wasm/store-memory.js";

export const PAGE = 4096;
/** Binary logarithm of the number of slots of a new exact table. */
export const FIRST_TABLE = 10;
/** Number of slots of a new table of hashes: a whole number of lines. */
export const FIRST_HASHES = 512;
/** The last of 65,536 pages of 64 KiB stays unused, so that the end address fits 32 bits. */
const MOST_PAGES = 65535;
/** Blocks of a shard: a reference has 24 bits for the row's number. */
const MOST_BLOCKS = 1 << 16;
const MOST_PRIORITY_BLOCKS = 1 << 14;

export interface StoreOptions {
  /** Size of a stored row, in 32-bit words. */
  readonly words: number;
  readonly threads: number;
  /**
   * Whether, of several parents on the level before, a row keeps the one whose content hashes least, as breadth-first
   * search needs it.
   */
  readonly priorities: boolean;
  readonly fingerprints: boolean;
  /** Bytes that rows, parents and tables may take at first. */
  readonly budget: number;
  /** Number of memories that the shards are spread over: 1, 2, 4 or 8, each of 4 GiB at most. */
  readonly memories: number;
  /** Rows that a stage holds: STAGE_ROWS (the default) or more, or fewer, but at least BIN_ROWS. */
  readonly stageRows?: number;
}

/** How many bytes of states one memory of a store takes at the most. */
const PER_MEMORY = 3.5 * 2 ** 30;

/** Returns over how many memories a store of so many bytes is spread: no more than 8, however many bytes. */
export function memoriesFor(bytes: number): number {
  return [1, 2, 4].find((memories) => memories * PER_MEMORY >= bytes) ?? 8;
}

/** What another thread needs to use the same store. */
export interface SharedStore {
  readonly options: StoreOptions;
  readonly memories: readonly WebAssembly.Memory[];
}

/** Bytes of a table: of hashes with `size` slots, or exact with 2^`size` slots. */
export function tableBytes({ fingerprints }: StoreOptions, size: number): number {
  return fingerprints ? 8 * size + HASH_MARGIN : 4 << size;
}

/** The size of a new table, as `tableBytes` takes it, and its bytes. */
export function firstTable(options: StoreOptions): { readonly size: number; readonly bytes: number } {
  const size = options.fingerprints ? FIRST_HASHES : FIRST_TABLE;
  return { size, bytes: align(tableBytes(options, size)) };
}

export function pagesOf(bytes: number): number {
  return Math.max(0, Math.min(0x7fffffff, Math.floor(bytes / PAGE)));
}

export function stageRowsOf({ stageRows }: StoreOptions): number {
  return stageRows ?? STAGE_ROWS;
}

/** A search that goes on on disk has rows of two words, whatever width it began with. */
export function stageBytes(options: StoreOptions): number {
  return align(stageRowsOf(options) * recordBytes(Math.max(options.words, 2)));
}

export function stagesOf(options: StoreOptions, thread: number): number {
  return align(STORE_HEADER_BYTES) + (thread * SHARDS * stageBytes(options)) / options.memories;
}

function align(bytes: number): number {
  return Math.ceil(bytes / PAGE) * PAGE;
}

/** Makes the memories of a store. Only what is written takes memory, not what is set aside. */
export function makeStore(options: StoreOptions): SharedStore {
  const memories = Array.from(
    { length: options.memories },
    () => new WebAssembly.Memory({ initial: MOST_PAGES, maximum: MOST_PAGES, shared: true }),
  );
  memories.forEach((memory, i) => {
    layOut(new Int32Array(memory.buffer), i, options);
  });
  return { options, memories };
}

function layOut(words: Int32Array, memory: number, options: StoreOptions): void {
  const { fingerprints, priorities, threads, memories } = options;
  const own = Array.from({ length: SHARDS }, (_, shard) => shard).filter(
    (shard) => (shard & (memories - 1)) === memory,
  );
  const end = MOST_PAGES * 65536;
  let next = stagesOf(options, threads);
  const take = (bytes: number) => {
    const at = next;
    next += align(bytes);
    return at;
  };
  const directories = own.map(() => [take(4 * MOST_BLOCKS), take(4 * MOST_PRIORITY_BLOCKS)] as const);
  const room = tableRoom(end - next, own.length, options);
  const { size, bytes } = firstTable(options);
  own.forEach((shard, i) => {
    const head = new Shard(words, shard);
    [head.directory, head.priorities] = directories[i]!;
    head.table = take(room);
    head.tableRoom = room;
    head.tableSize = size;
    head.firstNew = 0;
    head.count = 0;
  });
  const header = new StoreHeader(words);
  header.rowWords = options.words;
  header.priorities = priorities;
  header.fingerprints = fingerprints;
  header.setHeap(next, end);
  header.used = pagesOf(own.length * bytes);
  header.budget = pagesOf(options.budget / memories);
}

/** The most bytes that a shard's table may take, such that tables and rows fill a memory at about the same time. */
function tableRoom(bytes: number, shards: number, options: StoreOptions): number {
  if (options.fingerprints) return align((0.6 * bytes) / shards);
  const rowsWith = (room: number) =>
    Math.min((room / 4) * (13 / 16), (bytes / shards - room) / strideOf(options.words));
  let best = PAGE;
  for (let room = PAGE; room * shards < bytes && room <= 4 << 24; room *= 2)
    if (rowsWith(room) > rowsWith(best)) best = room;
  return best;
}
