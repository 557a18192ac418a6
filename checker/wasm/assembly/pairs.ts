/**
 * Tree compression: a row becomes a tree of interned pairs. The first round makes pairs of some words, so that a power
 * of two of numbers is left; from then on each two numbers are a pair, for which one number stands, until two are left,
 * which are the stored row. The words are spread evenly: a subtree has half of the words of the one that it is in, or
 * half a word more or less, since the fewer words a subtree has, the fewer distinct ones there are. Rows that differ in
 * one column share all pairs except those on the way from that column to the root. It is exact, since equal pairs have
 * equal numbers.
 *
 * The columns stand in the tree in an order of their own: what depends on each other stands together, so that subtrees
 * have few values (checker/search/exhaustive/column-order.ts).
 *
 * Threads insert pairs without locks: a thread claims a number, writes the pair at its place, and then enters the
 * number into the hash table by compare-and-swap.
 */
import {
  C_PAIRS_AT,
  C_SCRATCH,
  C_SPARE_NODE,
  H_NODE_CAPACITY,
  H_NODE_COUNT,
  H_NODE_MASK,
  H_NODE_TABLE,
  H_NODES,
  H_ORDER,
  H_ROOTS,
  H_WORDS,
  MADE_ROWS,
  MISS_NODES,
  MOST_PAIRS_OF_ROWS,
  MOST_ROOTS,
  SPARE_NODES,
} from "../layout";
import { ctx, miss } from "./shared";

/**
 * The bits of an entry of the hash table above its number. They hold bits of the pair's hash,
 * so that hardly any pair is looked at but the one that is looked for: each is a miss of the processor's caches.
 */
const TAG: u32 = ~(MOST_PAIRS_OF_ROWS - 1);

/**
 * The bits of a remembered root above its two numbers. They hold bits of the row's hash, as
 * those of an entry do.
 */
const ROOT_TAG: u64 = ((<u64>TAG) << 32) | <u64>TAG;
/** Bytes of a group of remembered roots, which are looked at together. */
const GROUP_BYTES: usize = 32;

/** Binary logarithm of how many numbers a row is after the first round. */
let log: i32 = 0;
/**
 * The tree of the row that was decompressed last: the two words of its root at `root`, then four numbers, eight and so
 * on, and the words of the row at `leaves`. All zero if no row was.
 */
let root: usize = 0;
let leaves: usize = 0;
/** The trees of roots that are compared with rows; before each stands the row's hash. */
let candidates: usize = 0;
let treeBytes: usize = 0;
/** The rows that are compressed, with their columns in the order of the tree. */
let ordered: usize = 0;

/** Begins with rows of `words` words. The tree of a row decompressed before is forgotten. */
export function beginPairs(words: i32): void {
  root = <usize>load<u32>(ctx, C_PAIRS_AT);
  log = 0;
  while (2 << log < words) log++;
  leaves = root + ((<usize>(2 << log) - 2) << 2);
  const end = leaves + ((<usize>words) << 2);
  candidates = ((end + 7) & ~7) + 8;
  treeBytes = ((end - root + 7) & ~7) + 8;
  ordered = candidates + <usize>MADE_ROWS * treeBytes;
  memory.fill(root, 0, end - root);
}

/**
 * Compresses the row at address `row`. Returns the address of its two words, or 0 after a miss: there is no room for a
 * new pair.
 */
export function fold(row: usize, words: i32): usize {
  recall(row, 1, words);
  return foldRecalled(0, words);
}

/**
 * Looks for the roots of the `count` rows from address `rows` on, each of which takes a word more than it has.
 *
 * Most next rows were found before, and not long ago. So the roots of rows compressed lately are kept by the rows'
 * hashes. A root that is found there is decompressed, to be compared with the row: that takes no look-ups of pairs. All
 * rows are treated at once, step by step, so that the processor's cache misses overlap.
 */
export function recall(rows: usize, count: i32, words: i32): void {
  const rowBytes = (<usize>words + 1) << 2;
  const order = <usize>load<u32>(H_ORDER);
  for (let i = 0; i < count; i++) putInOrder(rows + <usize>i * rowBytes, orderedAt(i, words), order, words);
  // A root of fewer words may have words in it, which leave no room for a tag.
  if (log < 2) return;
  for (let i = 0; i < count; i++) store<u64>(hashAt(i), quickHash(orderedAt(i, words), words));
  for (let i = 0; i < count; i++) {
    const hash = load<u64>(hashAt(i));
    const group = groupOf(hash);
    let found: u64 = 0;
    for (let place = group; place < group + GROUP_BYTES; place += 8) {
      const entry = atomic.load<u64>(place);
      found = select<u64>(entry, found, ((entry ^ hash) & ROOT_TAG) === 0);
    }
    store<u64>(candidateAt(i), found & ~ROOT_TAG);
  }
  const nodes = <usize>load<u32>(H_NODES);
  for (let n = 2; n <= 1 << log; n <<= 1) {
    // A tree has its levels one behind the other: that of `n` numbers after n - 2 others.
    const level = (<usize>n - 2) << 2;
    for (let i = 0; i < count; i++) {
      const candidate = candidateAt(i);
      if (load<u64>(candidate) !== 0) openLevel(candidate + level, n, nodes, words);
    }
  }
}

/** Compresses row number `i` of those that `recall` was given last, like `fold`. */
export function foldRecalled(i: i32, words: i32): usize {
  const row = orderedAt(i, words);
  if (log < 2) return lookUp(row, words);
  const candidate = candidateAt(i);
  if (load<u64>(candidate) !== 0 && same(candidate + leaves - root, row, words)) return candidate;
  const found = lookUp(row, words);
  if (found !== 0) remember(load<u64>(hashAt(i)), load<u64>(found));
  return found;
}

function orderedAt(i: i32, words: i32): usize {
  return ordered + <usize>i * ((<usize>words) << 2);
}

function putInOrder(row: usize, to: usize, order: usize, words: i32): void {
  for (let at: usize = 0; at < (<usize>words) << 2; at += 2)
    store<u16>(to + at, load<u16>(row + ((<usize>load<u16>(order + at)) << 1)));
}

/** Keeps the root of a row with a hash, in place of another if need be. Whoever reads it sees its pairs, too. */
function remember(hash: u64, found: u64): void {
  const group = groupOf(hash);
  let place = group + (<usize>found & (GROUP_BYTES - 8));
  for (let free = group; free < group + GROUP_BYTES; free += 8) if (load<u64>(free) === 0) place = free;
  atomic.store<u64>(place, found | (hash & ROOT_TAG));
}

function groupOf(hash: u64): usize {
  const mask = rootMask();
  return <usize>load<u32>(H_ROOTS) + (((<usize>slotOf(hash, mask)) << 3) & ~(GROUP_BYTES - 1));
}

/** The places for remembered roots, less one. */
function rootMask(): u32 {
  return min(load<u32>(H_NODE_MASK) >> 1, MOST_ROOTS - 1);
}

/** The tree of a root that is compared with row number `i`, and the hash of that row. */
function candidateAt(i: i32): usize {
  return candidates + <usize>i * treeBytes;
}

function hashAt(i: i32): usize {
  return candidates + <usize>i * treeBytes - 8;
}

/**
 * Looks up the pairs of a row that is in the tree's order. Where it has those of the row that was decompressed last, as
 * a next row often has, their numbers are taken from there. Returns what `fold` returns.
 */
function lookUp(row: usize, words: i32): usize {
  // The fourth row of the scratch place is used here.
  const level = <usize>load<u32>(ctx, C_SCRATCH) + 3 * ((<usize>words + 1) << 2);
  if (words === 1) {
    store<u32>(level, load<u32>(row));
    store<u32>(level, 0, 4);
    return level;
  }
  let known = leaves;
  let above = leaves - ((<usize>(1 << log)) << 2);
  for (let to = 0, w = 0; to < 1 << log; to++) {
    const end = ((to + 1) * words) >> log;
    let number = load<u32>(row + (w << 2));
    if (end - w === 2) {
      number = inline.always(numberOf(load<u64>(row + (w << 2)), known + (w << 2), above + (to << 2)));
      if (number === 0) return 0;
    }
    store<u32>(level + (to << 2), number);
    w = end;
  }
  for (let n = 1 << (log - 1); n > 1; n >>= 1) {
    known = above;
    above -= (<usize>n) << 2;
    for (let to = 0; to < n; to++) {
      const number = inline.always(numberOf(load<u64>(level + (to << 3)), known + (to << 3), above + (to << 2)));
      if (number === 0) return 0;
      store<u32>(level + (to << 2), number);
    }
  }
  return level;
}

/** Returns the number at `above` if `pair` is that at `known`, and else looks it up. Returns 0 after a miss. */
function numberOf(pair: u64, known: usize, above: usize): u32 {
  const number = load<u32>(above);
  return pair === load<u64>(known) && number !== 0 ? number : intern(pair);
}

/** Decompresses the two words at `from` into the `words` words at `row`, and remembers the tree that they stand for. */
export function unfold(from: usize, row: usize, words: i32): void {
  if (words === 1) {
    store<u32>(row, load<u32>(from));
    return;
  }
  const nodes = <usize>load<u32>(H_NODES);
  store<u64>(root, load<u64>(from));
  for (let n = 2; n <= 1 << log; n <<= 1) openLevel(root + ((<usize>n - 2) << 2), n, nodes, words);
  const order = <usize>load<u32>(H_ORDER);
  for (let at: usize = 0; at < (<usize>words) << 2; at += 2)
    store<u16>(row + ((<usize>load<u16>(order + at)) << 1), load<u16>(leaves + at));
}

/** Writes behind the `n` numbers at address `level` of a tree what they stand for: numbers or, at last, words. */
function openLevel(level: usize, n: i32, nodes: usize, words: i32): void {
  const below = level + ((<usize>n) << 2);
  if (n < 1 << log) {
    for (let i = 0; i < n; i++) store<u64>(below + (i << 3), pairOf(nodes, load<u32>(level + (i << 2))));
    return;
  }
  for (let i = 0, w = 0; i < n; i++) {
    const end = ((i + 1) * words) >> log;
    const number = load<u32>(level + (i << 2));
    if (end - w === 2) store<u64>(below + (w << 2), pairOf(nodes, number));
    else store<u32>(below + (w << 2), number);
    w = end;
  }
}

function pairOf(nodes: usize, number: u32): u64 {
  return load<u64>(nodes + ((<usize>number) << 3));
}

/** Returns the number of a pair, counted from 1; 0 after a miss. */
function intern(pair: u64): u32 {
  const context = ctx;
  const table = <usize>load<u32>(H_NODE_TABLE);
  const nodes = <usize>load<u32>(H_NODES);
  const mask = load<u32>(H_NODE_MASK);
  const hash = hashOfPair(pair);
  const tag = <u32>hash & TAG;
  let i = slotOf(hash, mask);
  while (true) {
    const slot = table + ((<usize>i) << 2);
    let entry = atomic.load<u32>(slot);
    if (entry === 0) {
      const own = claim();
      if (own === 0) return 0;
      store<u64>(nodes + ((<usize>own) << 3), pair);
      entry = atomic.cmpxchg<u32>(slot, 0, own | tag);
      if (entry === 0) {
        store<u32>(context, 0, C_SPARE_NODE);
        return own;
      }
    }
    const number = entry & ~TAG;
    if ((entry & TAG) === tag && load<u64>(nodes + ((<usize>number) << 3)) === pair) return number;
    i = (i + 1) & mask;
  }
}

/** Returns a number for a new pair, or 0 after a miss. The thread keeps the number until it is used. */
function claim(): u32 {
  const spare = load<u32>(ctx, C_SPARE_NODE);
  if (spare !== 0) return spare;
  const used = load<u32>(H_NODE_COUNT);
  if (used + SPARE_NODES > load<u32>(H_NODE_CAPACITY)) {
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
  memory.fill(<usize>load<u32>(H_ROOTS), 0, (<usize>rootMask() + 1) << 3);
  for (let number: u32 = 1; number <= used; number++) {
    let skip = false;
    for (let i = 0; i < skips; i++) if (load<u32>(skipped + (i << 2)) === number) skip = true;
    if (skip) continue;
    const hash = hashOfPair(load<u64>(nodes + ((<usize>number) << 3)));
    let i = slotOf(hash, mask);
    while (load<u32>(table + ((<usize>i) << 2)) !== 0) i = (i + 1) & mask;
    store<u32>(table + ((<usize>i) << 2), number | (<u32>hash & TAG));
  }
  // The pairs may have other numbers than before: those of a checkpoint.
  beginPairs(load<i32>(H_WORDS));
}

function hashOfPair(pair: u64): u64 {
  let h = pair * 0x9e3779b97f4a7c15;
  h ^= h >> 32;
  return h * 0xff51afd7ed558ccd;
}

/** A 64-bit hash of a row, for which rows with the same hash are compared. */
function quickHash(row: usize, words: i32): u64 {
  let h: u64 = 0;
  let factor: u64 = 0x9e3779b97f4a7c15;
  let w = 0;
  for (; w + 2 <= words; w += 2) {
    h += load<u64>(row + (w << 2)) * factor;
    factor *= 0xd1342543de82ef95;
  }
  if (w < words) h += <u64>load<u32>(row + (w << 2)) * factor;
  h ^= h >> 32;
  h *= 0xff51afd7ed558ccd;
  return h ^ (h >> 32);
}

function same(a: usize, b: usize, words: i32): bool {
  for (let w = 0; w < words; w++) if (load<u32>(a + (w << 2)) !== load<u32>(b + (w << 2))) return false;
  return true;
}

function slotOf(hash: u64, mask: u32): u32 {
  return <u32>(hash >> 32) & mask;
}
