/**
 * The visited set, of which each memory holds a part. A shard has the rows whose hashes begin alike: the rows in
 * blocks, in the order of discovery, each followed by its parent; and an open-addressing table that finds them.
 *
 * Exact: the low bits of a table entry are a row's number plus one, and the rest of its 32 bits is a part of the hash,
 * the tag; rows are compared only if their tags agree. A search begins at a group of eight slots, which are compared at
 * once. The table doubles in place and is then filled again from the rows.
 *
 * Fingerprints: a table of hashes (fingerprints.ts).
 *
 * A thread holds the shard's lock while it inserts a stage. Loops of their own first load what the rows need of the
 * table, and of the rows stored, so that the cache misses overlap.
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
  SLOT_GROUP,
  TAG_SHIFT,
} from "../layout";
import { enlargeHashes, growHashes, insertHashes } from "./fingerprints";
import { acquire, allocate, blockBytes, free, release, reserve, rowAt, shardAt } from "./heap";
import { hashOf } from "./shared";

/** How many rows a shard may have: a reference has 32 - SHARD_BITS bits for a row's number. */
const MOST_ROWS: u32 = 1 << (32 - SHARD_BITS);
/**
 * The bits of a hash that no exact table uses. Between the loops of `insertRows` they hold the slot where the row's
 * search stopped.
 */
const PLACE: u32 = (1 << TAG_SHIFT) - 1;

/**
 * Inserts the `count` records at `stage`, all of one shard. Room is made for a block of them at a time, so that no more
 * is taken than is needed. Returns how many are new, or -1 if there is no room for all; then all may be inserted again
 * later.
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

/** Inserts the `count` records at `stage`, of any shards. Returns how many were inserted before room ran out. */
export function insertMixed(stage: usize, count: i32): i32 {
  const recordBytes = <usize>RECORD_HEAD + ((<usize>load<i32>(S_WORDS)) << 2);
  for (let i = 0; i < count; i++) {
    const record = stage + <usize>i * recordBytes;
    if (insert(<i32>(load<u64>(record) >> (64 - SHARD_BITS)), record, 1) < 0) return i;
  }
  return count;
}

/** Makes room for `count` more rows in the table and in the blocks. Returns false if there is none. */
function hasRoom(at: usize, count: i32): bool {
  const rows = load<u32>(at, D_COUNT) + count;
  if (rows >= MOST_ROWS) {
    store<i32>(S_FULL, 1);
    return false;
  }
  if (load<i32>(S_FINGERPRINTS) !== 0) {
    while (rows > (load<u32>(at, D_SIZE) / 100) * 93) if (!growHashes(at)) return false;
  } else {
    // At most 13 of 16 slots are taken, or 15 of 16 once the table cannot grow.
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

function priorityAt(priorities: usize, row: u32): usize {
  const block = <usize>load<u32>(priorities + ((<usize>(row >> PRIORITY_ROWS_BITS)) << 2));
  return block + ((<usize>(row & ((1 << PRIORITY_ROWS_BITS) - 1))) << 2);
}

/** A sum of prefetched words, exported so that no compiler removes the loads as useless. */
export let touched: u32 = 0;

/**
 * Inserts `count` records into an exact table and returns how many are new. Whether a row is new, and whether its
 * parent is better than the one it has, is unpredictable, so there is no branch on either. Everything is written in any
 * case; what does not count goes to the place of the next new row, where it is overwritten.
 */
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
  const firstNew = load<u32>(at, D_NEW);
  const before = load<u32>(at, D_COUNT);
  const end = stage + <usize>count * recordBytes;
  locate(at, stage, end, recordBytes);
  let rows = before;
  for (let record = stage; record < end; record += recordBytes) {
    const hash = load<u64>(record);
    const tag = tagOf(hash, log);
    let slot = table + ((<usize>(<u32>hash & PLACE)) << 2);
    let entry = load<u32>(slot);
    const to = rowAt(directory, rows, stride);
    copyRow(to, record + RECORD_HEAD, words);
    store<u32>(to + ((<usize>words) << 2), load<u32>(record, 8));
    let isNew = <u32>(entry === 0);
    let row = select<u32>(rows, (entry & mask) - 1, isNew !== 0);
    let known = rowAt(directory, row, stride);
    if (!same(known, record + RECORD_HEAD, words)) {
      // Another row has the same tag, or took the empty slot earlier in this loop: the search goes on.
      do {
        slot = table + ((((<u32>(slot - table) >> 2) + 1) & mask) << 2);
        entry = load<u32>(slot);
        isNew = <u32>(entry === 0);
        row = isNew !== 0 ? rows : (entry & mask) - 1;
        known = rowAt(directory, row, stride);
      } while ((entry !== 0 && (entry & ~mask) !== tag) || !same(known, record + RECORD_HEAD, words));
    }
    store<u32>(select<usize>(slot, to, isNew !== 0), tag | (rows + 1));
    if (withPriorities) {
      // Of several parents on the level before, the one of least priority is kept, whichever thread comes first.
      const recent = row >= firstNew;
      const priority = priorityAt(priorities, select<u32>(row - firstNew, 0, recent));
      const held = load<u32>(priority);
      const other = load<u32>(record, 12);
      const better = (isNew | (<u32>recent & <u32>(other < held))) !== 0;
      store<u32>(priority, select<u32>(other, held, better));
      store<u32>(select<usize>(known, to, better) + ((<usize>words) << 2), load<u32>(record, 8));
    }
    rows += isNew;
  }
  store<u32>(at, rows, D_COUNT);
  return <i32>(rows - before);
}

/**
 * Notes in the low bits of each record's hash, from `stage` up to `end`, at which slot of an exact table its search
 * stops first, and loads what is needed there of the table and of the rows, so that the cache misses overlap.
 */
function locate(at: usize, stage: usize, end: usize, recordBytes: usize): void {
  const stride = <usize>load<u32>(S_STRIDE);
  const directory = <usize>load<u32>(at, D_DIRECTORY);
  const table = <usize>load<u32>(at, D_TABLE);
  const log = load<u32>(at, D_SIZE);
  const mask = <u32>((1 << log) - 1);
  const shift = <u64>(64 - SHARD_BITS - log);
  let sum: u32 = 0;
  for (let record = stage; record < end; record += recordBytes) {
    sum += load<u32>(table + ((<usize>homeIn(load<u64>(record), shift, mask)) << 2));
  }
  for (let record = stage; record < end; record += recordBytes) {
    const hash = load<u64>(record);
    const place = inline.always(find(table, homeIn(hash, shift, mask), tagOf(hash, log), mask));
    store<u32>(record, (<u32>hash & ~PLACE) | place);
  }
  for (let record = stage; record < end; record += recordBytes) {
    const entry = load<u32>(table + ((<usize>(load<u32>(record) & PLACE)) << 2));
    sum += load<u32>(rowAt(directory, (entry & mask) - <u32>(entry !== 0), stride));
  }
  touched ^= sum;
}

/** The slot where the search for a hash begins in an exact table: the first of its group. */
function homeIn(hash: u64, shift: u64, mask: u32): u32 {
  return <u32>(hash >> shift) & mask & ~(SLOT_GROUP - 1);
}

/** The tag of a hash, in the bits of an entry where it stands. */
function tagOf(hash: u64, log: u32): u32 {
  return (<u32>(hash >> TAG_SHIFT)) << log;
}

/** Returns the first slot, from the group at `home` on, that is empty or whose entry has the tag. */
function find(table: usize, home: u32, tag: u32, mask: u32): u32 {
  const high = i32x4.splat(<i32>~mask);
  const wanted = i32x4.splat(<i32>tag);
  const zero = i32x4.splat(0);
  let place = home;
  while (true) {
    const entries = v128.load(table + ((<usize>place) << 2));
    const more = v128.load(table + ((<usize>place) << 2), 16);
    const a = v128.or(i32x4.eq(entries, zero), i32x4.eq(v128.and(entries, high), wanted));
    const b = v128.or(i32x4.eq(more, zero), i32x4.eq(v128.and(more, high), wanted));
    const stops = i16x8.bitmask(i16x8.narrow_i32x4_s(a, b));
    if (stops !== 0) return place + <u32>ctz(stops);
    place = (place + SLOT_GROUP) & mask;
  }
}

/** Returns the first empty slot, from the group at `home` on. */
function findEmpty(table: usize, home: u32, mask: u32): u32 {
  const zero = i32x4.splat(0);
  let place = home;
  while (true) {
    const group = table + ((<usize>place) << 2);
    const stops = i16x8.bitmask(
      i16x8.narrow_i32x4_s(i32x4.eq(v128.load(group), zero), i32x4.eq(v128.load(group, 16), zero)),
    );
    if (stops !== 0) return place + <u32>ctz(stops);
    place = (place + SLOT_GROUP) & mask;
  }
}

function copyRow(to: usize, from: usize, words: i32): void {
  let w = 0;
  for (; w + 2 <= words; w += 2) store<u64>(to + (w << 2), load<u64>(from + (w << 2)));
  if (w < words) store<u32>(to + (w << 2), load<u32>(from + (w << 2)));
}

function same(a: usize, b: usize, words: i32): bool {
  let w = 0;
  for (; w + 2 <= words; w += 2) if (load<u64>(a + (w << 2)) !== load<u64>(b + (w << 2))) return false;
  return w === words || load<u32>(a + (w << 2)) === load<u32>(b + (w << 2));
}

/** Doubles an exact table in place. Returns false if there is no room. */
function growTable(at: usize): bool {
  const log = load<u32>(at, D_SIZE);
  const bytes = (<usize>4) << log;
  if (bytes * 2 > <usize>load<u32>(at, D_TABLE_ROOM) || log >= 24 || !reserve(bytes)) return false;
  store<u32>(at, log + 1, D_SIZE);
  rehash(at);
  return true;
}

/** Fills the exact table of a shard from its rows. */
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
    const place = inline.always(findEmpty(table, homeIn(hash, shift, mask), mask));
    store<u32>(table + ((<usize>place) << 2), tagOf(hash, log) | (row + 1));
  }
}

/** Ends a level: the rows found so far become the next level, and their priorities are dropped. */
export function endLevel(shard: i32, first: u32): void {
  const at = shardAt(shard);
  const priorities = <usize>load<u32>(at, D_PRIORITIES);
  for (let place = priorities; load<u32>(place) !== 0; place += 4) {
    free(S_FREE_PRIORITIES, load<u32>(place));
    store<u32>(place, 0);
  }
  store<u32>(at, load<u32>(at, D_COUNT), D_NEW);
  if (load<i32>(S_FINGERPRINTS) === 0) return;
  // Rows before `first` were expanded; only their fingerprints are kept.
  const directory = <usize>load<u32>(at, D_DIRECTORY);
  for (let block = <i32>(first >> BLOCK_BITS) - 1; block >= 0; block--) {
    const place = directory + ((<usize>block) << 2);
    if (load<u32>(place) === 0) break;
    free(S_FREE_BLOCKS, load<u32>(place));
    store<u32>(place, 0);
  }
}

/**
 * Makes room in an empty shard for `rows` rows. Those before `kept` are not kept, and those from `firstNew` on were
 * found since the last level ended. The caller then writes the rows to their blocks and, in an exact store, calls
 * `rehashShard`. Returns false if there is no room.
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

/** Enlarges the empty table of hashes of a shard to `slots` slots. Returns false if there is no room. */
export function sizeHashes(shard: i32, slots: u32): bool {
  const at = shardAt(shard);
  return load<u32>(at, D_SIZE) === slots || (load<u32>(at, D_SIZE) < slots && enlargeHashes(at, slots));
}
