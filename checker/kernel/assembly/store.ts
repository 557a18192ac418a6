/**
 * The visited set, a part of it in each memory. A shard holds the rows whose hashes begin alike: the rows in blocks, in the order in which
 * they were found, each followed by its parent; and an open-addressing table that finds them.
 *
 * Exact: an entry of the table is a row's number plus one in its low bits, beside as much of the hash as is left of 32 bits, so that rows are compared
 * only if that agrees. The table doubles in place, and is filled again from the rows, one after the other.
 *
 * Fingerprints: an entry is the 64-bit hash, entries lie in the order of their hashes, and the table grows by a sixteenth, in place: what is there is
 * moved to the end of the new room, and from there, in order, to where it belongs.
 *
 * A thread holds the shard's lock while it inserts a bin. The bin's hashes are first looked up in a loop of their own, so that the
 * cache misses overlap.
 */
import {
  BLOCK_BITS,
  BLOCK_ROWS,
  D_COUNT,
  D_DIRECTORY,
  D_LOCK,
  D_NEW,
  D_PRIORITIES,
  D_SIZE,
  D_TABLE,
  D_TABLE_ROOM,
  PRIORITY_BLOCK_BYTES,
  PRIORITY_ROWS_BITS,
  RECORD_HEAD,
  S_FINGERPRINTS,
  S_FREE_BLOCKS,
  S_FREE_PRIORITIES,
  S_FULL,
  S_PRIORITIES,
  S_STRIDE,
  S_WORDS,
  SHARD_BITS,
  TAG_SHIFT,
} from "../layout";
import { acquire, allocate, blockBytes, free, PAGE_BITS, release, reserve, shardAt } from "./heap";
import { hashOf } from "./shared";

/** A reference leaves so many bits for a row's number. */
const MOST_ROWS: u32 = 1 << (32 - SHARD_BITS);
/** Bytes behind a table of hashes for those that are pushed over its end. */
const MARGIN: usize = 4096;

/**
 * Inserts the records at `stage`, all of one shard, a block's worth at a time, so that no more room is taken than is needed. How many of them are
 * new; -1 if there is no room for all: to insert them once more, later, does no harm.
 */
export function insert(shard: i32, stage: usize, count: i32): i32 {
  const at = shardAt(shard);
  const recordBytes = <usize>RECORD_HEAD + ((<usize>load<i32>(S_WORDS)) << 2);
  const hashes = load<i32>(S_FINGERPRINTS) !== 0;
  acquire(at + D_LOCK);
  let found = 0;
  for (let first = 0; first < count; first += BLOCK_ROWS) {
    const some = min(BLOCK_ROWS, count - first);
    if (!hasRoom(at, some)) {
      found = -1;
      break;
    }
    const from = stage + <usize>first * recordBytes;
    found += hashes ? insertHashes(at, from, some) : insertRows(at, from, some);
  }
  release(at + D_LOCK);
  return found;
}

/** Inserts records of any shards. How many of them were inserted before there was no room. */
export function insertMixed(stage: usize, count: i32): i32 {
  const recordBytes = <usize>RECORD_HEAD + ((<usize>load<i32>(S_WORDS)) << 2);
  for (let i = 0; i < count; i++) {
    const record = stage + <usize>i * recordBytes;
    if (insert(<i32>(load<u64>(record) >> (64 - SHARD_BITS)), record, 1) < 0) return i;
  }
  return count;
}

/** Makes room for so many rows more: in the table, and in the blocks. */
function hasRoom(at: usize, count: i32): bool {
  const rows = load<u32>(at, D_COUNT) + count;
  if (rows >= MOST_ROWS) {
    store<i32>(S_FULL, 1);
    return false;
  }
  if (load<i32>(S_FINGERPRINTS) !== 0) {
    while (rows > (load<u32>(at, D_SIZE) / 100) * 93) if (!growHashes(at)) return false;
  } else {
    // At most 13 of 16 slots are taken; where the table cannot grow, 15 of 16.
    const slots = (<u64>1) << load<u32>(at, D_SIZE);
    if (<u64>rows * 16 > slots * 13 && !growTable(at) && <u64>rows * 16 > slots * 15) return false;
  }
  const directory = <usize>load<u32>(at, D_DIRECTORY);
  if (load<u32>(S_STRIDE) !== 0) {
    for (let block = load<u32>(at, D_COUNT) >> BLOCK_BITS; block <= (rows - 1) >> BLOCK_BITS; block++) {
      const place = directory + ((<usize>block) << 2);
      if (load<u32>(place) !== 0) continue;
      const fresh = allocate(S_FREE_BLOCKS, blockBytes());
      if (fresh === 0) return false;
      store<u32>(place, <u32>fresh);
    }
  }
  if (load<i32>(S_PRIORITIES) !== 0) {
    const first = load<u32>(at, D_NEW);
    const priorities = <usize>load<u32>(at, D_PRIORITIES);
    const last = (rows - 1 - first) >> PRIORITY_ROWS_BITS;
    for (let block = (load<u32>(at, D_COUNT) - first) >> PRIORITY_ROWS_BITS; block <= last; block++) {
      const place = priorities + ((<usize>block) << 2);
      if (load<u32>(place) !== 0) continue;
      const fresh = allocate(S_FREE_PRIORITIES, PRIORITY_BLOCK_BYTES);
      if (fresh === 0) return false;
      store<u32>(place, <u32>fresh);
    }
  }
  return true;
}

function rowAt(directory: usize, row: u32, stride: usize): usize {
  return <usize>load<u32>(directory + ((<usize>(row >> BLOCK_BITS)) << 2)) + <usize>(row & (BLOCK_ROWS - 1)) * stride;
}

function priorityAt(priorities: usize, row: u32): usize {
  const block = <usize>load<u32>(priorities + ((<usize>(row >> PRIORITY_ROWS_BITS)) << 2));
  return block + ((<usize>(row & ((1 << PRIORITY_ROWS_BITS) - 1))) << 2);
}

/** Exported, so that no compiler takes the loads that it comes from for useless. */
export let touched: u32 = 0;

function insertRows(at: usize, stage: usize, count: i32): i32 {
  const words = load<i32>(S_WORDS);
  const recordBytes = <usize>RECORD_HEAD + ((<usize>words) << 2);
  const stride = <usize>load<u32>(S_STRIDE);
  const directory = <usize>load<u32>(at, D_DIRECTORY);
  const priorities = <usize>load<u32>(at, D_PRIORITIES);
  const withPriorities = load<i32>(S_PRIORITIES) !== 0;
  const table = <usize>load<u32>(at, D_TABLE);
  const log = load<u32>(at, D_SIZE);
  const mask = <u32>((1 << log) - 1);
  const shift = <u64>(64 - SHARD_BITS - log);
  const firstNew = load<u32>(at, D_NEW);
  const before = load<u32>(at, D_COUNT);
  let rows = before;
  const end = stage + <usize>count * recordBytes;
  let sum: u32 = 0;
  for (let record = stage; record < end; record += recordBytes) {
    sum += load<u32>(table + ((<usize>(<u32>(load<u64>(record) >> shift) & mask)) << 2));
  }
  for (let record = stage; record < end; record += recordBytes) {
    const hash = load<u64>(record);
    const entry = load<u32>(table + ((<usize>(<u32>(hash >> shift) & mask)) << 2));
    if (entry !== 0 && entry >> log === ((<u32>(hash >> TAG_SHIFT)) << log) >> log) {
      sum += load<u32>(rowAt(directory, (entry & mask) - 1, stride));
    }
  }
  touched ^= sum;
  for (let record = stage; record < end; record += recordBytes) {
    const hash = load<u64>(record);
    const tag = (<u32>(hash >> TAG_SHIFT)) << log;
    let i = <u32>(hash >> shift) & mask;
    while (true) {
      const slot = table + ((<usize>i) << 2);
      const entry = load<u32>(slot);
      if (entry === 0) {
        const to = rowAt(directory, rows, stride);
        for (let w = 0; w < words; w++) store<u32>(to + (w << 2), load<u32>(record + (w << 2), RECORD_HEAD));
        store<u32>(to + ((<usize>words) << 2), load<u32>(record, 8));
        if (withPriorities) store<u32>(priorityAt(priorities, rows - firstNew), load<u32>(record, 12));
        rows++;
        store<u32>(slot, tag | rows);
        break;
      }
      if ((entry & ~mask) === tag) {
        const row = (entry & mask) - 1;
        const known = rowAt(directory, row, stride);
        if (same(known, record + RECORD_HEAD, words)) {
          if (withPriorities && row >= firstNew)
            prefer(known + ((<usize>words) << 2), priorityAt(priorities, row - firstNew), record);
          break;
        }
      }
      i = (i + 1) & mask;
    }
  }
  store<u32>(at, rows, D_COUNT);
  return <i32>(rows - before);
}

/** Of several parents of a row on the level before it, the one with the least priority is kept, whichever thread comes first. */
function prefer(parent: usize, priority: usize, record: usize): void {
  const other = load<u32>(record, 12);
  if (other >= load<u32>(priority)) return;
  store<u32>(priority, other);
  store<u32>(parent, load<u32>(record, 8));
}

function same(a: usize, b: usize, words: i32): bool {
  let w = 0;
  for (; w + 2 <= words; w += 2) if (load<u64>(a + (w << 2)) !== load<u64>(b + (w << 2))) return false;
  return w === words || load<u32>(a + (w << 2)) === load<u32>(b + (w << 2));
}

/** Doubles an exact table in place. Whether there was room. */
function growTable(at: usize): bool {
  const log = load<u32>(at, D_SIZE);
  const bytes = (<usize>4) << log;
  if (bytes * 2 > <usize>load<u32>(at, D_TABLE_ROOM) || log >= 24 || !reserve(bytes)) return false;
  store<u32>(at, log + 1, D_SIZE);
  rehash(at);
  return true;
}

/** Fills an exact table from the rows. */
export function rehashShard(shard: i32): void {
  rehash(shardAt(shard));
}

function rehash(at: usize): void {
  const words = load<i32>(S_WORDS);
  const stride = <usize>load<u32>(S_STRIDE);
  const directory = <usize>load<u32>(at, D_DIRECTORY);
  const table = <usize>load<u32>(at, D_TABLE);
  const log = load<u32>(at, D_SIZE);
  const mask = <u32>((1 << log) - 1);
  const shift = <u64>(64 - SHARD_BITS - log);
  const rows = load<u32>(at, D_COUNT);
  memory.fill(table, 0, (<usize>4) << log);
  for (let row: u32 = 0; row < rows; row++) {
    const hash = hashOf(rowAt(directory, row, stride), words);
    let i = <u32>(hash >> shift) & mask;
    while (load<u32>(table + ((<usize>i) << 2)) !== 0) i = (i + 1) & mask;
    store<u32>(table + ((<usize>i) << 2), ((<u32>(hash >> TAG_SHIFT)) << log) | (row + 1));
  }
}

/** Where the search for a hash begins, in a table of so many slots; hashes in order begin in order. */
function homeOf(hash: u64, slots: u32): u32 {
  return <u32>((((hash << SHARD_BITS) >> 32) * <u64>slots) >> 32);
}

function insertHashes(at: usize, stage: usize, count: i32): i32 {
  const words = load<i32>(S_WORDS);
  const recordBytes = <usize>RECORD_HEAD + ((<usize>words) << 2);
  const stride = <usize>load<u32>(S_STRIDE);
  const directory = <usize>load<u32>(at, D_DIRECTORY);
  const table = <usize>load<u32>(at, D_TABLE);
  const slots = load<u32>(at, D_SIZE);
  const tableEnd = table + ((<usize>slots) << 3) + MARGIN;
  const before = load<u32>(at, D_COUNT);
  let rows = before;
  const end = stage + <usize>count * recordBytes;
  let sum: u32 = 0;
  for (let record = stage; record < end; record += recordBytes) {
    sum += load<u32>(table + ((<usize>homeOf(load<u64>(record), slots)) << 3));
  }
  touched ^= sum;
  for (let record = stage; record < end; record += recordBytes) {
    const hash = nonZero(load<u64>(record));
    let slot = table + ((<usize>homeOf(hash, slots)) << 3);
    let entry = load<u64>(slot);
    while (entry !== 0 && entry < hash) {
      slot += 8;
      entry = load<u64>(slot);
    }
    if (entry === hash) continue;
    // The entries from here to the next gap move on by one, so that their order is kept.
    let moved = hash;
    while (entry !== 0) {
      store<u64>(slot, moved);
      moved = entry;
      slot += 8;
      entry = load<u64>(slot);
    }
    // A cluster of thousands at the end would be a hash that does not spread: rather no verdict than a wrong one.
    if (slot >= tableEnd) unreachable();
    store<u64>(slot, moved);
    const to = rowAt(directory, rows, stride);
    for (let w = 0; w < words; w++) store<u32>(to + (w << 2), load<u32>(record + (w << 2), RECORD_HEAD));
    store<u32>(to + ((<usize>words) << 2), load<u32>(record, 8));
    rows++;
  }
  store<u32>(at, rows, D_COUNT);
  return <i32>(rows - before);
}

function nonZero(hash: u64): u64 {
  return hash === 0 ? 1 : hash;
}

function pagesOfHashes(slots: u32): usize {
  return (((<usize>slots) << 3) + (1 << PAGE_BITS) - 1) >> PAGE_BITS;
}

/** Enlarges a table of hashes by a sixteenth, in place. Behind its slots there is room for entries that are pushed over the end. */
function growHashes(at: usize): bool {
  const table = <usize>load<u32>(at, D_TABLE);
  const slots = load<u32>(at, D_SIZE);
  const larger = slots + (slots >> 4) + 64;

  if (((<usize>larger) << 3) + MARGIN > <usize>load<u32>(at, D_TABLE_ROOM)) return false;
  if (!reserve((pagesOfHashes(larger) - pagesOfHashes(slots)) << PAGE_BITS)) return false;
  const oldEnd = table + ((<usize>slots) << 3) + MARGIN;
  const newEnd = table + ((<usize>larger) << 3) + MARGIN;
  let to = newEnd;
  for (let from = oldEnd - 8; from >= table; from -= 8) {
    const entry = load<u64>(from);
    if (entry === 0) continue;
    to -= 8;
    store<u64>(to, entry);
  }
  // What is to be filled again is empty first; what waits behind it is read before it is written over.
  let next = table;
  for (; to < newEnd; to += 8) {
    const entry = load<u64>(to);
    const home = table + ((<usize>homeOf(entry, larger)) << 3);
    if (home > next) {
      memory.fill(next, 0, home - next);
      next = home;
    }
    store<u64>(next, entry);
    next += 8;
  }
  memory.fill(next, 0, newEnd - next);
  store<u32>(at, larger, D_SIZE);
  return true;
}

/** The level is complete: what was found belongs to the next. */
export function endLevel(shard: i32, first: u32): void {
  const at = shardAt(shard);
  const priorities = <usize>load<u32>(at, D_PRIORITIES);
  for (let place = priorities; load<u32>(place) !== 0; place += 4) {
    free(S_FREE_PRIORITIES, load<u32>(place));
    store<u32>(place, 0);
  }
  store<u32>(at, load<u32>(at, D_COUNT), D_NEW);
  if (load<i32>(S_FINGERPRINTS) === 0) return;
  // Rows before `first` were looked at, and only their fingerprints are kept.
  const directory = <usize>load<u32>(at, D_DIRECTORY);
  for (let block = <i32>(first >> BLOCK_BITS) - 1; block >= 0; block--) {
    const place = directory + ((<usize>block) << 2);
    if (load<u32>(place) === 0) break;
    free(S_FREE_BLOCKS, load<u32>(place));
    store<u32>(place, 0);
  }
}

/**
 * Makes room for so many rows, of which those from `firstNew` on belong to the level that is being found; those before `kept` are not
 * kept. The rows are then written to their blocks, and an exact table filled by `rehashShard`. False if there is no room.
 */
export function prepare(shard: i32, rows: u32, firstNew: u32, kept: u32): bool {
  const at = shardAt(shard);
  store<u32>(at, firstNew, D_NEW);
  if (load<i32>(S_FINGERPRINTS) === 0) {
    while (<u64>rows * 16 > (<u64>13) << load<u32>(at, D_SIZE)) {
      if (!growTable(at)) {
        if (<u64>rows * 16 > (<u64>15) << load<u32>(at, D_SIZE)) return false;
        break;
      }
    }
  }
  const directory = <usize>load<u32>(at, D_DIRECTORY);
  for (let block = kept >> BLOCK_BITS; rows > kept && block <= (rows - 1) >> BLOCK_BITS; block++) {
    const fresh = allocate(S_FREE_BLOCKS, blockBytes());
    if (fresh === 0) return false;
    store<u32>(directory + ((<usize>block) << 2), <u32>fresh);
  }
  const priorities = <usize>load<u32>(at, D_PRIORITIES);
  for (let block: u32 = 0; load<i32>(S_PRIORITIES) !== 0 && block << PRIORITY_ROWS_BITS < rows - firstNew; block++) {
    const fresh = allocate(S_FREE_PRIORITIES, PRIORITY_BLOCK_BYTES);
    if (fresh === 0) return false;
    store<u32>(priorities + ((<usize>block) << 2), <u32>fresh);
  }
  store<u32>(at, rows, D_COUNT);
  return true;
}

/** Makes a table of hashes have so many slots, all of them empty. False if there is no room. */
export function sizeHashes(shard: i32, slots: u32): bool {
  const at = shardAt(shard);
  while (load<u32>(at, D_SIZE) < slots) if (!growHashes(at)) return false;
  return load<u32>(at, D_SIZE) === slots;
}
