/**
 * Tree compression: a row becomes a tree of interned pairs. Each two words of the row are a pair, for which one number
 * stands; each two of these numbers are a pair again, until two numbers are left, which are the stored row. Rows that
 * differ in one slot share all pairs except those on the way from that slot to the root. It is exact, since equal pairs
 * have equal numbers.
 *
 * Threads insert pairs without locks: a thread claims a number, writes the pair at its place, and then enters the
 * number into the hash table by compare-and-swap.
 */
import {
  C_SCRATCH,
  C_SPARE_NODE,
  H_NODE_COUNT,
  H_NODE_LIMIT,
  H_NODE_MASK,
  H_NODE_TABLE,
  H_NODES,
  MISS_NODES,
  SPARE_NODES,
} from "../layout";
import { ctx, miss } from "./shared";

/** Compresses a row. Returns the address of its two words, or 0 after a miss: there is no room for a new pair. */
export function fold(row: usize, words: i32): usize {
  // The fourth row of the scratch place is used here.
  const level = <usize>load<u32>(ctx, C_SCRATCH) + 3 * ((<usize>words + 1) << 2);
  for (let w = 0; w < words; w++) store<u32>(level + (w << 2), load<u32>(row + (w << 2)));
  let n = words;
  while (n > 2) {
    let to = 0;
    for (let w = 0; w + 1 < n; w += 2, to++) {
      const number = intern(load<u64>(level + (w << 2)));
      if (number === 0) return 0;
      store<u32>(level + (to << 2), number);
    }
    if (n & 1) {
      store<u32>(level + (to << 2), load<u32>(level + ((n - 1) << 2)));
      to++;
    }
    n = to;
  }
  if (n === 1) store<u32>(level, 0, 4);
  return level;
}

/** Decompresses the two words at `from` into the `words` words at `row`. */
export function unfold(from: usize, row: usize, words: i32): void {
  if (words === 1) {
    store<u32>(row, load<u32>(from));
    return;
  }
  unfoldAll(load<u32>(from), load<u32>(from, 4), row, words);
}

/** How many numbers are left of `n` after one round of compression. */
function halved(n: i32): i32 {
  return (n + 1) >> 1;
}

function unfoldAll(left: u32, right: u32, row: usize, words: i32): void {
  store<u32>(row, left);
  store<u32>(row, right, 4);
  // Decompression undoes the rounds from the last to the first. Round r, counted from 0, begins with `words` halved r
  // times.
  let rounds = 0;
  for (let n = words; n > 2; n = halved(n)) rounds++;
  for (let round = rounds - 1; round >= 0; round--) {
    let n = words;
    for (let i = 0; i < round; i++) n = halved(n);
    if (n & 1) store<u32>(row + ((n - 1) << 2), load<u32>(row + ((n >> 1) << 2)));
    for (let to = (n >> 1) - 1; to >= 0; to--) {
      const pair = load<u64>(<usize>load<u32>(H_NODES) + ((<usize>load<u32>(row + (to << 2))) << 3));
      store<u64>(row + (to << 3), pair);
    }
  }
}

/** Returns the number of a pair, counted from 1; 0 after a miss. */
function intern(pair: u64): u32 {
  const context = ctx;
  const table = <usize>load<u32>(H_NODE_TABLE);
  const nodes = <usize>load<u32>(H_NODES);
  const mask = load<u32>(H_NODE_MASK);
  let i = firstSlot(pair, mask);
  while (true) {
    const slot = table + ((<usize>i) << 2);
    let number = atomic.load<u32>(slot);
    if (number === 0) {
      const own = claim(mask);
      if (own === 0) return 0;
      store<u64>(nodes + ((<usize>own) << 3), pair);
      number = atomic.cmpxchg<u32>(slot, 0, own);
      if (number === 0) {
        store<u32>(context, 0, C_SPARE_NODE);
        return own;
      }
    }
    if (load<u64>(nodes + ((<usize>number) << 3)) === pair) return number;
    i = (i + 1) & mask;
  }
}

/** Returns a number for a new pair, or 0 after a miss. The thread keeps the number until it is used. */
function claim(mask: u32): u32 {
  const spare = load<u32>(ctx, C_SPARE_NODE);
  if (spare !== 0) return spare;
  const used = load<u32>(H_NODE_COUNT);
  if (used + SPARE_NODES > mask >> 1 || used + SPARE_NODES > load<u32>(H_NODE_LIMIT)) {
    miss(MISS_NODES, 0, 0, 0, 0);
    return 0;
  }
  const own = atomic.add<u32>(H_NODE_COUNT, 1) + 1;
  store<u32>(ctx, own, C_SPARE_NODE);
  return own;
}

/**
 * Enters all pairs into the hash table again, after its size was changed.
 * @param skipped address of the numbers that threads have claimed and not used
 * @param skips how many such numbers there are
 */
export function rebuildNodeTable(skipped: usize, skips: i32): void {
  const table = <usize>load<u32>(H_NODE_TABLE);
  const nodes = <usize>load<u32>(H_NODES);
  const mask = load<u32>(H_NODE_MASK);
  const used = load<u32>(H_NODE_COUNT);
  memory.fill(table, 0, (<usize>mask + 1) << 2);
  for (let number: u32 = 1; number <= used; number++) {
    let skip = false;
    for (let i = 0; i < skips; i++) if (load<u32>(skipped + (i << 2)) === number) skip = true;
    if (skip) continue;
    let i = firstSlot(load<u64>(nodes + ((<usize>number) << 3)), mask);
    while (load<u32>(table + ((<usize>i) << 2)) !== 0) i = (i + 1) & mask;
    store<u32>(table + ((<usize>i) << 2), number);
  }
}

function firstSlot(pair: u64, mask: u32): u32 {
  let h = pair * 0x9e3779b97f4a7c15;
  h ^= h >> 32;
  return <u32>((h * 0xff51afd7ed558ccd) >> 32) & mask;
}
