/**
 * A table of 64-bit hashes, for a shard of which only fingerprints are kept. It is made of *lines* of eight hashes, one
 * cache line each, which are compared at once. A search begins at the line that the hash leads to, and ends at the
 * first that has the hash or a free place; since nothing is ever taken out, a line is filled from its first place on,
 * and a hash lies in the first line that had room for it. Lines that follow the table take what is pushed over its end.
 *
 * The line that a hash leads to grows with the hash, so that a table can grow by any factor, in place.
 */
import {
  D_COUNT,
  D_DIRECTORY,
  D_SIZE,
  D_TABLE,
  D_TABLE_ROOM,
  HASH_LINE,
  HASH_MARGIN,
  RECORD_HEAD,
  S_BUDGET,
  S_STRIDE,
  S_USED,
  S_WORDS,
  SHARD_BITS,
} from "../layout";
import { PAGE_BITS, pagesOfHashes, reserve, rowAt } from "./heap";

/** Binary logarithm of the bytes of a line. */
const LINE_BITS = 6;
const LINE_BYTES: usize = 1 << LINE_BITS;
/**
 * Bytes at the end of the lines behind the table that stay free: `enlargeHashes` needs them, so that it never writes
 * over a hash that it has not read.
 */
const NEVER_USED: usize = 4 * LINE_BYTES;

/** A sum of prefetched words, exported so that no compiler removes the loads as useless. */
export let touchedLines: u32 = 0;

/** The byte offset of the line that a hash leads to, in a table of `lines` lines. */
function lineOf(hash: u64, lines: u32): usize {
  return (<usize>((((hash << SHARD_BITS) >> 32) * <u64>lines) >> 32)) << LINE_BITS;
}

function linesOf(slots: u32): u32 {
  return slots / HASH_LINE;
}

/** Returns the place, from the line at address `home` on and before `end`, that has the hash or is free. */
function placeOf(hash: u64, home: usize, end: usize): usize {
  const wanted = i64x2.splat(hash);
  const zero = i64x2.splat(0);
  let line = home;
  while (true) {
    // Thousands of hashes have piled up at the end: they do not spread, and no verdict is better than a wrong one.
    if (line >= end) unreachable();
    const a = v128.load(line);
    const b = v128.load(line, 16);
    const c = v128.load(line, 32);
    const d = v128.load(line, 48);
    // Two bits for each place: whether it stops the search.
    const stops = i8x16.bitmask(
      i8x16.narrow_i16x8_s(
        i16x8.narrow_i32x4_s(
          v128.or(i64x2.eq(a, wanted), i64x2.eq(a, zero)),
          v128.or(i64x2.eq(b, wanted), i64x2.eq(b, zero)),
        ),
        i16x8.narrow_i32x4_s(
          v128.or(i64x2.eq(c, wanted), i64x2.eq(c, zero)),
          v128.or(i64x2.eq(d, wanted), i64x2.eq(d, zero)),
        ),
      ),
    );
    if (stops !== 0) return line + ((<usize>ctz(stops) >> 1) << 3);
    line += LINE_BYTES;
  }
}

/** Where a search must end at the latest. */
function endOf(table: usize, slots: u32): usize {
  return table + ((<usize>slots) << 3) + HASH_MARGIN - NEVER_USED;
}

/**
 * Inserts `count` records into a table of hashes and returns how many are new. Whether a hash is new is unpredictable,
 * so there is no branch on it: a row is always copied to the place of the next new row.
 */
export function insertHashes(at: usize, stage: usize, count: i32): i32 {
  const words = load<i32>(S_WORDS);
  const recordBytes = <usize>RECORD_HEAD + ((<usize>words) << 2);
  const stride = <usize>load<u32>(S_STRIDE);
  const directory = <usize>load<u32>(at, D_DIRECTORY);
  const table = <usize>load<u32>(at, D_TABLE);
  const lines = linesOf(load<u32>(at, D_SIZE));
  const tableEnd = endOf(table, load<u32>(at, D_SIZE));
  const before = load<u32>(at, D_COUNT);
  const end = stage + <usize>count * recordBytes;
  let sum: u32 = 0;
  for (let record = stage; record < end; record += recordBytes) {
    sum += load<u32>(table + lineOf(load<u64>(record), lines));
  }
  touchedLines ^= sum;
  let rows = before;
  for (let record = stage; record < end; record += recordBytes) {
    const hash = nonZero(load<u64>(record));
    const place = inline.always(placeOf(hash, table + lineOf(hash, lines), tableEnd));
    const isNew = load<u64>(place) === 0;
    const to = rowAt(directory, rows, stride);
    // Of a hash that is known nothing is written to the table; what is written instead is overwritten by the row.
    store<u64>(select<usize>(place, to, isNew), hash);
    for (let w = 0; w < words; w++) store<u32>(to + (w << 2), load<u32>(record + (w << 2), RECORD_HEAD));
    store<u32>(to + ((<usize>words) << 2), load<u32>(record, 8));
    rows += <u32>isNew;
  }
  store<u32>(at, rows, D_COUNT);
  return <i32>(rows - before);
}

/** A free place is 0. */
function nonZero(hash: u64): u64 {
  return hash === 0 ? 1 : hash;
}

/** Enlarges a table of hashes by a half, or by a sixteenth if memory is scarce. Returns false if there is no room. */
export function growHashes(at: usize): bool {
  const slots = load<u32>(at, D_SIZE);
  if (load<u32>(S_USED) <= load<u32>(S_BUDGET) >> 1 && enlargeHashes(at, slots + (slots >> 1))) return true;
  return enlargeHashes(at, slots + (slots >> 4));
}

/**
 * Enlarges a table of hashes, in place, to at least `atLeast` slots, and by a line at least. Returns false if there is
 * no room.
 *
 * All hashes move to the end of the new table, in the order in which they lie, and then, from the first on, to where
 * they belong. Lines are cleared just before the first hash comes that needs them. These are always lines of which all
 * hashes have been read: those that are left to read, of which at most 480 lie behind the old table, need fewer lines
 * than there are from the one that is cleared on.
 */
export function enlargeHashes(at: usize, atLeast: u32): bool {
  const table = <usize>load<u32>(at, D_TABLE);
  const slots = load<u32>(at, D_SIZE);
  const larger = (max(atLeast, slots + HASH_LINE) + HASH_LINE - 1) & ~(HASH_LINE - 1);
  if (((<usize>larger) << 3) + HASH_MARGIN > <usize>load<u32>(at, D_TABLE_ROOM)) return false;
  if (!reserve((pagesOfHashes(larger) - pagesOfHashes(slots)) << PAGE_BITS)) return false;
  const oldEnd = table + ((<usize>slots) << 3) + HASH_MARGIN;
  const newEnd = table + ((<usize>larger) << 3) + HASH_MARGIN;
  let to = newEnd;
  for (let from = oldEnd - 8; from >= table; from -= 8) {
    const hash = load<u64>(from);
    if (hash === 0) continue;
    to -= 8;
    store<u64>(to, hash);
  }
  const lines = linesOf(larger);
  const end = endOf(table, larger);
  // Before this address all is as in the new table.
  let cleared = table;
  for (; to < newEnd; to += 8) {
    const hash = load<u64>(to);
    let line = table + lineOf(hash, lines);
    if (line >= cleared) cleared = clear(cleared, line + LINE_BYTES);
    // The last place of a line is taken last.
    while (load<u64>(line, LINE_BYTES - 8) !== 0) {
      line += LINE_BYTES;
      if (line >= end) unreachable();
      if (line >= cleared) cleared = clear(cleared, line + LINE_BYTES);
    }
    store<u64>(placeOf(0, line, end), hash);
  }
  clear(cleared, newEnd);
  store<u32>(at, larger, D_SIZE);
  return true;
}

function clear(from: usize, to: usize): usize {
  memory.fill(from, 0, to - from);
  return to;
}
