/**
 * The canonical form of a row: ordinals renumbered, then interchangeable members sorted. checker/symmetry/ explains it
 * and why it is exact, and fills the tables that are read here.
 *
 * The scratch place has four rows: the row to be made canonical, the renumbered row, the best order so far, and the
 * order on trial. The members' keys (member-keys.ts) stand behind them.
 */
import {
  C_ROW,
  C_SCRATCH,
  CHANGED_ALL,
  CHANGED_ORDINALS,
  H_BITS,
  H_BY_ORDER,
  H_COLUMN_TABLE,
  H_CONTENT,
  H_MEMBERS,
  H_MENTIONS,
  H_ORDINALS,
  H_PERMUTATION_BYTES,
  H_PERMUTATIONS,
  H_PLAN_MASK,
  H_PLANS,
  H_RENAMINGS,
  H_RENUMBER,
  H_SWAPS,
  ID_BITS,
  M_END,
  MISS_BITS,
  MISS_MENTIONS,
  MISS_ORDER,
  MISS_PLAN,
  MISS_RENAME,
  MISS_RENUMBER,
  MISS_SWAP,
  WITHOUT_MEMBERS,
} from "../layout";
import {
  beginKeys,
  entryOf,
  forgetKeys,
  keys,
  makeFirstParts,
  makeSecondParts,
  moved,
  order,
  sort,
} from "./member-keys";
import { ctx, ids, miss } from "./shared";

let columns: i32 = 0;
let bytes: usize = 0;
let size: i32 = 0;
/** Set by a miss; the canonical form is then given up and begun anew after the answer. */
let missed: bool = false;
/** The number of the permutation by which the last row was made canonical; 0 if its members kept their names. */
export let renaming: u32 = 0;
/** The number of the permutation that `sorted` has found last. */
let looked: u32 = 0;

/** Whether the ordinals of the parent are numbered as in a canonical row: 1, 0, or -1 if nobody has looked. */
let parentIsRanked: i32 = -1;
/** What the row has other than its parent (CHANGED_…). */
let changed: u32 = CHANGED_ALL;

/** Forgets what is known of the parent. It must be called when the current row changes. */
export function forgetParent(): void {
  forgetKeys();
  parentIsRanked = -1;
}

/**
 * Returns the address of the canonical row, or 0 after a miss.
 * @param differs what the row has other than the current row, of which it is a next row; CHANGED_ALL of any other row
 */
export function canonicalized(row: usize, columnCount: i32, words: i32, differs: u32): usize {
  columns = columnCount;
  bytes = (<usize>words + 1) << 2;
  size = load<i32>(H_MEMBERS);
  missed = false;
  renaming = 0;
  changed = differs;
  const scratch = <usize>load<u32>(ctx, C_SCRATCH);
  let result = row;
  if (load<i32>(H_ORDINALS) !== 0 && !keepsRanks()) result = renumbered(row, scratch + bytes);
  if (missed) return 0;
  if (size === 0) return result;
  // Renumbering changes values anywhere.
  beginKeys(scratch + 4 * bytes, size, result === row ? changed : CHANGED_ALL);
  result = sortMembers(result, scratch + 2 * bytes, scratch + 3 * bytes);
  return missed ? 0 : result;
}

/** Whether the row has the ordinals of its parent, and these are numbered as in a canonical row. */
function keepsRanks(): bool {
  if ((changed & CHANGED_ORDINALS) !== 0) return false;
  if (parentIsRanked < 0) parentIsRanked = ranks(<usize>load<u32>(ctx, C_ROW)) && planFor(values, floors) === 0 ? 1 : 0;
  return parentIsRanked !== 0;
}

function give(what: i32, a: i32, b: i32, c: i32, d: i32): i32 {
  missed = true;
  miss(what, a, b, c, d);
  return 0;
}

function familyOf(column: i32): u32 {
  return load<u32>(<usize>load<u32>(H_COLUMN_TABLE) + (column << 4));
}

/** The ranks of the values, and of the floors, that `ranks` has found. */
let values: u32 = 0;
let floors: u32 = 0;
/** The column at which it has stopped. */
let unknownAt: i32 = 0;

/** Collects the ranks of a row's ordinals. Returns false if those of some value are not known. */
function ranks(row: usize): bool {
  const bits = <usize>load<u32>(H_BITS);
  values = 0;
  floors = 0;
  for (let column = 0; column < columns; column++) {
    const place = bits + <usize>(familyOf(column) | load<u16>(row + (column << 1))) * 12;
    if (load<u32>(place) === 0) {
      unknownAt = column;
      return false;
    }
    values |= load<u32>(place, 4);
    floors |= load<u32>(place, 8);
  }
  return true;
}

/** Returns the row with its ordinals renumbered: `row` itself if it does not change, else `into`. */
function renumbered(row: usize, into: usize): usize {
  const bits = <usize>load<u32>(H_BITS);
  if (!ranks(row)) return give(MISS_BITS, unknownAt, load<u16>(row + (unknownAt << 1)), 0, 0);
  const plan = planFor(values, floors);
  if (plan < 0) return give(MISS_PLAN, <i32>values, <i32>floors, 0, 0);
  if (plan === 0) return row;
  const directory = <usize>load<u32>(H_RENUMBER);
  for (let column = 0; column < columns; column++) {
    const id = load<u16>(row + (column << 1));
    const family = familyOf(column);
    const place = bits + <usize>(family | id) * 12;
    let after: u32 = id;
    if ((load<u32>(place, 4) | load<u32>(place, 8)) !== 0) {
      const known = ids(directory, <u32>(plan - 1) + (family >> ID_BITS), id);
      if (known === 0) return give(MISS_RENUMBER, plan, column, id, 0);
      after = known - 1;
    }
    store<u16>(into + (column << 1), <u16>after);
  }
  if (columns & 1) store<u16>(into + (columns << 1), 0);
  return into;
}

/**
 * Returns 0 if rows with these ranks are canonical, else 1 + the first table row of their plan; -1 if it is not known.
 */
function planFor(values: u32, floors: u32): i32 {
  const plans = <usize>load<u32>(H_PLANS);
  const mask = load<u32>(H_PLAN_MASK);
  let i = (((values * 0x9e3779b1) ^ (floors * 0x85ebca6b)) >> 12) & mask;
  while (true) {
    const at = plans + <usize>i * 12;
    const plan = load<i32>(at, 8);
    if (plan === 0) return -1;
    if (load<u32>(at) === values && load<u32>(at, 4) === floors) return plan - 1;
    i = (i + 1) & mask;
  }
}

/** Returns the least of the rows in which the members stand in the order of their keys. */
function sortMembers(row: usize, best: usize, trial: usize): usize {
  missed = !makeFirstParts(row);
  if (missed) return 0;
  let ties = sort();
  if (ties) {
    missed = !makeSecondParts(row);
    if (missed) return 0;
    ties = sort();
  }
  if (ties) {
    tryTied(row, best, trial, 0, true);
    return best;
  }
  if (!moved) return row;
  const permutation = sorted();
  if (missed) return 0;
  renaming = looked;
  apply(permutation, row, best);
  return best;
}

/** Returns the address of the permutation that puts the members into their order, or 0 after a miss. */
function sorted(): usize {
  const rank = rankOfOrder();
  const known = load<u32>(<usize>load<u32>(H_BY_ORDER) + ((<usize>rank) << 2));
  if (known === 0) return give(MISS_ORDER, <i32>rank, 0, 0, 0);
  looked = known;
  return permutationAt(known);
}

/**
 * The rank of the members' order among all orders that keep each set together: at each place, how many of the members
 * that are left have smaller numbers. Those of sets before it are not left.
 */
function rankOfOrder(): u32 {
  let rank: u32 = 0;
  let left: u32 = (1 << size) - 1;
  for (let i = 0; i < size; i++) {
    const bit: u32 = 1 << load<i32>(order + (i << 2));
    rank = rank * (load<u32>(entryOf(i), M_END) - <u32>i) + popcnt<u32>(left & (bit - 1));
    left ^= bit;
  }
  return rank;
}

function permutationAt(number: u32): usize {
  return <usize>load<u32>(H_PERMUTATIONS) + <usize>(number - 1) * <usize>load<u32>(H_PERMUTATION_BYTES);
}

/**
 * Tries all orders of the members from `place` on that keep the keys sorted, and leaves the least row at `best`. Of
 * members that can be exchanged without changing the row, only one is tried at a place. Returns whether `best` is still
 * unset.
 */
function tryTied(row: usize, best: usize, trial: usize, place: i32, unset: bool): bool {
  if (place >= size - 1) {
    const permutation = sorted();
    if (missed) return false;
    apply(permutation, row, unset ? best : trial);
    if (!missed && (unset || isLess(trial, best))) {
      renaming = looked;
      if (!unset) memory.copy(best, trial, bytes);
    }
    return false;
  }
  let first = unset;
  let tried = 0;
  const least = load<i32>(order + (place << 2));
  for (let i = place; i < size; i++) {
    const member = load<i32>(order + (i << 2));
    if (load<i64>(keys + (member << 3)) !== load<i64>(keys + (least << 3))) break;
    const twin = hasTwin(row, member, tried);
    if (missed) return false;
    if (twin) continue;
    tried |= 1 << member;
    swap(place, i);
    first = tryTied(row, best, trial, place + 1, first);
    swap(place, i);
    if (missed) return false;
  }
  return first;
}

function swap(a: i32, b: i32): void {
  const held = load<i32>(order + (a << 2));
  store<i32>(order + (a << 2), load<i32>(order + (b << 2)));
  store<i32>(order + (b << 2), held);
}

/** Whether exchanging `member` with a member of the bit set `among` leaves the row as it is. */
function hasTwin(row: usize, member: i32, among: i32): bool {
  for (let other = 0; other < size; other++) {
    if (((among >> other) & 1) === 0) continue;
    const known = load<u32>(<usize>load<u32>(H_SWAPS) + ((<usize>(member * size + other)) << 2));
    if (known === 0) {
      give(MISS_SWAP, member, other, 0, 0);
      return false;
    }
    if (fixes(permutationAt(known), row)) return true;
    if (missed) return false;
  }
  return false;
}

function fixes(permutation: usize, row: usize): bool {
  for (let column = 0; column < columns; column++) {
    const id = renamedId(permutation, column, row);
    if (missed || id !== <u32>load<u16>(row + (column << 1))) return false;
  }
  return true;
}

function apply(permutation: usize, row: usize, into: usize): void {
  for (let column = 0; column < columns; column++) {
    const id = renamedId(permutation, column, row);
    if (missed) return;
    store<u16>(into + (column << 1), <u16>id);
  }
  if (columns & 1) store<u16>(into + (columns << 1), 0);
}

/** The value id in `column` of the renamed row. */
function renamedId(permutation: usize, column: i32, row: usize): u32 {
  const id = <u32>load<u16>(row + ((<usize>load<u16>(permutation + 4 + (column << 1))) << 1));
  const family = familyOf(column);
  const mentions = load<u8>(<usize>load<u32>(H_MENTIONS) + (family | id));
  if (mentions === WITHOUT_MEMBERS) return id;
  if (mentions === 0) return <u32>give(MISS_MENTIONS, <i32>(family >> ID_BITS), <i32>id, 0, 0);
  const renaming = load<u32>(permutation) + (family >> ID_BITS);
  const known = ids(<usize>load<u32>(H_RENAMINGS), renaming, id);
  if (known === 0) return <u32>give(MISS_RENAME, <i32>renaming, <i32>(family >> ID_BITS), <i32>id, 0);
  return known - 1;
}

/**
 * Whether row `a` is less than row `b`. Hashes of contents are compared before ids, so that the choice does not depend
 * on the order in which values were met.
 */
function isLess(a: usize, b: usize): bool {
  const content = <usize>load<u32>(H_CONTENT);
  for (let column = 0; column < columns; column++) {
    const inA = <u32>load<u16>(a + (column << 1));
    const inB = <u32>load<u16>(b + (column << 1));
    if (inA === inB) continue;
    const family = familyOf(column);
    const ofA = load<u32>(content + ((<usize>(family | inA)) << 2));
    const ofB = load<u32>(content + ((<usize>(family | inB)) << 2));
    return ofA !== ofB ? ofA < ofB : inA < inB;
  }
  return false;
}
