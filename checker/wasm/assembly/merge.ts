/**
 * Sorting and merging for the visited set on disk, in a memory of its own. A key is a 64-bit number that stands for a
 * state. A record has a key (8 bytes), the state's parent (4) and the parent's priority (4); later the last word says
 * whether the record is to be removed.
 */
const RECORD: usize = 16;

/** Sorts `count` records by key. `scratch` has room for as many records, and `counts` for 256 words. */
export function sortRecords(at: usize, count: i32, scratch: usize, counts: usize): void {
  let from = at;
  let to = scratch;
  for (let shift: u64 = 0; shift < 64; shift += 8) {
    if (!place(from, count, RECORD, shift, counts)) continue;
    const end = from + <usize>count * RECORD;
    for (let record = from; record < end; record += RECORD) {
      const key = load<u64>(record);
      const slot = counts + ((<usize>((key >> shift) & 255)) << 2);
      const into = to + <usize>load<u32>(slot) * RECORD;
      store<u32>(slot, load<u32>(slot) + 1);
      store<u64>(into, key);
      store<u64>(into, load<u64>(record, 8), 8);
    }
    const other = from;
    from = to;
    to = other;
  }
  if (from !== at) memory.copy(at, from, <usize>count * RECORD);
}

/** Sorts `count` keys. `scratch` has room for as many keys, and `counts` for 256 words. */
export function sortKeys(at: usize, count: i32, scratch: usize, counts: usize): void {
  let from = at;
  let to = scratch;
  for (let shift: u64 = 0; shift < 64; shift += 8) {
    if (!place(from, count, 8, shift, counts)) continue;
    const end = from + ((<usize>count) << 3);
    for (let key = from; key < end; key += 8) {
      const slot = counts + ((<usize>((load<u64>(key) >> shift) & 255)) << 2);
      store<u64>(to + ((<usize>load<u32>(slot)) << 3), load<u64>(key));
      store<u32>(slot, load<u32>(slot) + 1);
    }
    const other = from;
    from = to;
    to = other;
  }
  if (from !== at) memory.copy(at, from, (<usize>count) << 3);
}

/**
 * For each value of the byte at bit `shift` of the keys, writes to `counts` the place of the first item with it.
 * Returns false if all items have the same value, so that there is nothing to sort.
 */
function place(from: usize, count: i32, bytes: usize, shift: u64, counts: usize): bool {
  memory.fill(counts, 0, 1024);
  const end = from + <usize>count * bytes;
  for (let item = from; item < end; item += bytes) {
    const slot = counts + ((<usize>((load<u64>(item) >> shift) & 255)) << 2);
    store<u32>(slot, load<u32>(slot) + 1);
  }
  let sum: u32 = 0;
  for (let digit: usize = 0; digit < 256; digit++) {
    const held = load<u32>(counts + (digit << 2));
    if (held === <u32>count) return false;
    store<u32>(counts + (digit << 2), sum);
    sum += held;
  }
  return true;
}

/** Of sorted records with equal keys, keeps the one of least priority. Returns how many records remain. */
export function unique(at: usize, count: i32): i32 {
  let kept = 0;
  for (let i = 0; i < count; ) {
    const key = load<u64>(at + <usize>i * RECORD);
    let best = i;
    for (i++; i < count && load<u64>(at + <usize>i * RECORD) === key; i++) {
      if (load<u32>(at + <usize>i * RECORD, 12) < load<u32>(at + <usize>best * RECORD, 12)) best = i;
    }
    const into = at + <usize>kept * RECORD;
    store<u64>(into, load<u64>(at + <usize>best * RECORD, 8), 8);
    store<u64>(into, key);
    kept++;
  }
  return kept;
}

/** Sets the last word of each record to 0: from now on it marks the records to be removed. */
export function unmark(at: usize, count: i32): void {
  for (let i = 0; i < count; i++) store<u32>(at + <usize>i * RECORD, 0, 12);
}

/**
 * Marks the records from number `first` on whose keys are among the sorted keys of a block. Returns the number of the
 * first record that is greater than the block, or `count`.
 */
export function subtract(at: usize, count: i32, first: i32, keys: usize, keyCount: i32): i32 {
  let i = first;
  let key = keys;
  const end = keys + ((<usize>keyCount) << 3);
  while (i < count && key < end) {
    const record = at + <usize>i * RECORD;
    const own = load<u64>(record);
    const other = load<u64>(key);
    if (own === other) store<u32>(record, 1, 12);
    if (own <= other) i++;
    if (own >= other) key += 8;
  }
  return i;
}

/**
 * Returns the number of the last block whose first key is not greater than the key of `record`, the only block that can
 * hold it; -1 if there is none.
 */
export function blockOf(firstKeys: usize, blocks: i32, at: usize, record: i32): i32 {
  const key = load<u64>(at + <usize>record * RECORD);
  let low = -1;
  let high = blocks;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (load<u64>(firstKeys + ((<usize>middle) << 3)) <= key) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Returns the number of the first record, from `first` on, whose key is at least the first key of `block`; `count` if
 * there is none.
 */
export function skipTo(firstKeys: usize, block: i32, at: usize, count: i32, first: i32): i32 {
  const key = load<u64>(firstKeys + ((<usize>block) << 3));
  let i = first;
  while (i < count && load<u64>(at + <usize>i * RECORD) < key) i++;
  return i;
}

/** Splits the unmarked records into keys and parents. Returns how many there are. */
export function split(at: usize, count: i32, keys: usize, parents: usize): i32 {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const record = at + <usize>i * RECORD;
    if (load<u32>(record, 12) !== 0) continue;
    store<u64>(keys + ((<usize>kept) << 3), load<u64>(record));
    store<u32>(parents + ((<usize>kept) << 2), load<u32>(record, 8));
    kept++;
  }
  return kept;
}
