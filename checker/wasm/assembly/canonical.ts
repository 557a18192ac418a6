/**
 * The canonical form of a row: ordinals renumbered, then interchangeable members sorted. checker/symmetry/ explains it
 * and why it is exact, and fills the tables that are read here.
 *
 * The scratch place has four rows: the row to be made canonical, the renumbered row, the best order so far, and the
 * order on trial. The members' keys stand behind them, and then what the keys of the parent are known to be.
 *
 * Most of a next row is the same as in its parent, so a part of a key is worked out once for all next rows of a parent
 * in which the values that it is made of have not changed.
 */
import {
  C_ROW,
  C_SCRATCH,
  CHANGED_ALL,
  CHANGED_ORDINALS,
  CHANGED_PAIRS,
  CHANGED_SINGLES,
  FAMILY_BYTES,
  H_BITS,
  H_BY_ORDER,
  H_CONTENT,
  H_GLOBAL_COUNT,
  H_GLOBALS,
  H_MEMBERS,
  H_MENTIONS,
  H_ORDINALS,
  H_PAIR_COUNT,
  H_PAIRS,
  H_PERMUTATION_BYTES,
  H_PERMUTATIONS,
  H_PLAN_MASK,
  H_PLANS,
  H_RENAMINGS,
  H_RENUMBER,
  H_SHAPES,
  H_SINGLE_COUNT,
  H_SINGLES,
  H_SLOT_TABLE,
  H_SWAPS,
  ID_BITS,
  MISS_BITS,
  MISS_MENTIONS,
  MISS_ORDER,
  MISS_PLAN,
  MISS_RENAME,
  MISS_RENUMBER,
  MISS_SHAPE,
  MISS_SWAP,
  WITHOUT_MEMBERS,
} from "../layout";
import { ctx, ids, miss } from "./shared";

let slots: i32 = 0;
let bytes: usize = 0;
let size: i32 = 0;
/** Set by a miss; the canonical form is then given up and begun anew after the answer. */
let missed: bool = false;
/** The number of the permutation by which the last row was made canonical; 0 if its members kept their names. */
export let renaming: u32 = 0;
/** The number of the permutation that `sorted` has found last. */
let looked: u32 = 0;

/**
 * Addresses of the members' keys (64 bits each: the first part above, and the second below), of the same keys in order,
 * of the members in that order, and of the second parts.
 */
let keys: usize = 0;
let inOrder: usize = 0;
let order: usize = 0;
let sums: usize = 0;
/** Whether the last sort has moved a member. */
let moved: bool = false;
/** Of the parent: the first parts of its members' keys, and the second parts by pairs of members. */
let parentOwn: usize = 0;
let parentPairs: usize = 0;
/** Bits of the members, and of the pairs, of which these are known. */
let ownKnown: u32 = 0;
let pairsKnown: u32 = 0;
/** Whether the ordinals of the parent are numbered as in a canonical row: 1, 0, or -1 if nobody has looked. */
let parentIsRanked: i32 = -1;
/** What the row has other than its parent (CHANGED_…). */
let changed: u32 = CHANGED_ALL;

/** Forgets what is known of the parent. It must be called when the current row changes. */
export function forgetParent(): void {
  ownKnown = 0;
  pairsKnown = 0;
  parentIsRanked = -1;
}

/**
 * Returns the address of the canonical row, or 0 after a miss.
 * @param differs what the row has other than the current row, of which it is a next row; CHANGED_ALL of any other row
 */
export function canonicalized(row: usize, slotCount: i32, words: i32, differs: u32): usize {
  slots = slotCount;
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
  if (result !== row) changed = CHANGED_ALL;
  keys = scratch + 4 * bytes;
  inOrder = keys + 64;
  order = inOrder + 64;
  sums = order + 64;
  parentOwn = sums + 64;
  parentPairs = parentOwn + 64;
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

function familyOf(slot: i32): u32 {
  return load<u32>(<usize>load<u32>(H_SLOT_TABLE) + (slot << 4));
}

/** The ranks of the values, and of the floors, that `ranks` has found. */
let values: u32 = 0;
let floors: u32 = 0;
/** The slot at which it has stopped. */
let unknownAt: i32 = 0;

/** Collects the ranks of a row's ordinals. Returns false if those of some value are not known. */
function ranks(row: usize): bool {
  const bits = <usize>load<u32>(H_BITS);
  values = 0;
  floors = 0;
  for (let slot = 0; slot < slots; slot++) {
    const place = bits + <usize>(familyOf(slot) | load<u16>(row + (slot << 1))) * 12;
    if (load<u32>(place) === 0) {
      unknownAt = slot;
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
  for (let slot = 0; slot < slots; slot++) {
    const id = load<u16>(row + (slot << 1));
    const family = familyOf(slot);
    const place = bits + <usize>(family | id) * 12;
    let after: u32 = id;
    if ((load<u32>(place, 4) | load<u32>(place, 8)) !== 0) {
      const known = ids(directory, <u32>(plan - 1) + (family >> ID_BITS), id);
      if (known === 0) return give(MISS_RENUMBER, plan, slot, id, 0);
      after = known - 1;
    }
    store<u16>(into + (slot << 1), <u16>after);
  }
  if (slots & 1) store<u16>(into + (slots << 1), 0);
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
  for (let k = 0; k < size; k++) {
    store<i64>(keys + (k << 3), (<i64>knownOwnKey(row, k)) << 32);
    if (missed) return 0;
  }
  let ties = sort();
  if (ties) {
    sumPairs(row);
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

/** Sorts the members by their keys. Returns whether two keys are equal. */
function sort(): bool {
  let ties = false;
  moved = false;
  for (let k = 0; k < size; k++) {
    const key = load<i64>(keys + (k << 3));
    let i = k;
    for (; i > 0; i--) {
      const before = load<i64>(inOrder + ((i - 1) << 3));
      if (before === key) ties = true;
      if (before <= key) break;
      store<i64>(inOrder + (i << 3), before);
      store<i32>(order + (i << 2), load<i32>(order + ((i - 1) << 2)));
    }
    if (i !== k) moved = true;
    store<i64>(inOrder + (i << 3), key);
    store<i32>(order + (i << 2), k);
  }
  return ties;
}

/** Returns the address of the permutation that puts the members into their order, or 0 after a miss. */
function sorted(): usize {
  let code: u32 = 0;
  for (let i = 0; i < size; i++) code += (<u32>i) << (3 * load<i32>(order + (i << 2)));
  const known = load<u32>(<usize>load<u32>(H_BY_ORDER) + ((<usize>code) << 2));
  if (known === 0) return give(MISS_ORDER, <i32>code, 0, 0, 0);
  looked = known;
  return permutationAt(known);
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
  for (let slot = 0; slot < slots; slot++) {
    const id = renamedId(permutation, slot, row);
    if (missed || id !== <u32>load<u16>(row + (slot << 1))) return false;
  }
  return true;
}

function apply(permutation: usize, row: usize, into: usize): void {
  for (let slot = 0; slot < slots; slot++) {
    const id = renamedId(permutation, slot, row);
    if (missed) return;
    store<u16>(into + (slot << 1), <u16>id);
  }
  if (slots & 1) store<u16>(into + (slots << 1), 0);
}

/** The value id in `slot` of the renamed row. */
function renamedId(permutation: usize, slot: i32, row: usize): u32 {
  const id = <u32>load<u16>(row + ((<usize>load<u16>(permutation + 4 + (slot << 1))) << 1));
  const family = familyOf(slot);
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
  for (let slot = 0; slot < slots; slot++) {
    const inA = <u32>load<u16>(a + (slot << 1));
    const inB = <u32>load<u16>(b + (slot << 1));
    if (inA === inB) continue;
    const family = familyOf(slot);
    const ofA = load<u32>(content + ((<usize>(family | inA)) << 2));
    const ofB = load<u32>(content + ((<usize>(family | inB)) << 2));
    return ofA !== ofB ? ofA < ofB : inA < inB;
  }
  return false;
}

function mix(a: u32, b: u32): u32 {
  const h = (a ^ b) * 0x85ebca6b;
  return (h ^ (h >> 13)) * 0xc2b2ae35 + 0x9e3779b9;
}

function shape(family: u32, id: u32, self: i32, other: i32): u32 {
  const at = (<usize>((family | id) * <u32>size + <u32>self) * <usize>size + <usize>other) << 2;
  const known = load<u32>(<usize>load<u32>(H_SHAPES) + at);
  return known !== 0 ? known : <u32>give(MISS_SHAPE, <i32>(family >> ID_BITS), <i32>id, self, other);
}

/** Returns the first part of member `k`'s key, from what is known of the parent if that has the same. */
function knownOwnKey(row: usize, k: i32): u32 {
  const bit: u32 = 1 << k;
  if ((changed & bit) !== 0) return ownKey(row, k);
  const at = parentOwn + (k << 2);
  if ((ownKnown & bit) !== 0) return load<u32>(at);
  const key = ownKey(row, k);
  if (missed) return 0;
  store<u32>(at, key);
  ownKnown |= bit;
  return key;
}

/**
 * The first part of member `k`'s key: the values indexed by it alone, and how it appears in values that no member
 * indexes.
 */
function ownKey(row: usize, k: i32): u32 {
  let key: u32 = 0;
  const singles = <usize>load<u32>(H_SINGLES);
  for (let i = 0, n = load<i32>(H_SINGLE_COUNT); i < n; i++) {
    const single = singles + <usize>i * FAMILY_BYTES;
    const at = row + ((load<u32>(single) + k * load<u32>(single, 8)) << 1);
    key = mix(key, shape(load<u32>(single, 4), load<u16>(at), k, k));
    if (missed) return 0;
  }
  const globals = <usize>load<u32>(H_GLOBALS);
  for (let i = 0, n = load<i32>(H_GLOBAL_COUNT); i < n; i++) {
    const entry = globals + <usize>i * FAMILY_BYTES;
    const at = row + (load<u32>(entry) << 1);
    key = mix(key, shape(load<u32>(entry, 4), load<u16>(at), k, k));
    if (missed) return 0;
  }
  return key;
}

/**
 * The second part of the keys: how a member and each other appear in each other's values, and in the values that both
 * index.
 */
function sumPairs(row: usize): void {
  for (let k = 0; k < size; k++) store<u32>(sums + (k << 2), 0);
  const ofSingles = changed >> CHANGED_SINGLES;
  const ofPairs = changed >> CHANGED_PAIRS;
  for (let k = 1, pair = 0; k < size; k++) {
    for (let j = 0; j < k; j++, pair++) {
      const both: u32 = (1 << j) | (1 << k);
      const at = parentPairs + (pair << 3);
      const bit: u32 = 1 << pair;
      const isParents = (ofSingles & both) === 0 && (ofPairs & both) !== both;
      if (isParents && (pairsKnown & bit) !== 0) {
        ofJ = load<u32>(at);
        ofK = load<u32>(at, 4);
      } else {
        keysOfPair(row, j, k);
        if (missed) return;
        if (isParents) {
          store<u32>(at, ofJ);
          store<u32>(at, ofK, 4);
          pairsKnown |= bit;
        }
      }
      store<u32>(sums + (j << 2), load<u32>(sums + (j << 2)) + ofJ);
      store<u32>(sums + (k << 2), load<u32>(sums + (k << 2)) + ofK);
    }
  }
  // Keys are compared as signed numbers, and so are their parts.
  for (let k = 0; k < size; k++) store<u32>(keys + (k << 3), load<u32>(sums + (k << 2)) ^ 0x80000000);
}

/** What `keysOfPair` has found: what two members add to each other's keys. */
let ofJ: u32 = 0;
let ofK: u32 = 0;

function keysOfPair(row: usize, j: i32, k: i32): void {
  ofJ = 0;
  ofK = 0;
  const singles = <usize>load<u32>(H_SINGLES);
  for (let i = 0, n = load<i32>(H_SINGLE_COUNT); i < n; i++) {
    const single = singles + <usize>i * FAMILY_BYTES;
    const start = load<u32>(single);
    const family = load<u32>(single, 4);
    const step = load<u32>(single, 8);
    const inJ = shape(family, load<u16>(row + ((start + j * step) << 1)), j, k);
    const inK = shape(family, load<u16>(row + ((start + k * step) << 1)), k, j);
    if (missed) return;
    ofJ = mix(mix(ofJ, inJ), inK);
    ofK = mix(mix(ofK, inK), inJ);
  }
  const pairs = <usize>load<u32>(H_PAIRS);
  for (let i = 0, n = load<i32>(H_PAIR_COUNT); i < n; i++) {
    const pair = pairs + <usize>i * FAMILY_BYTES;
    const start = load<u32>(pair);
    const family = load<u32>(pair, 4);
    const step = load<u32>(pair, 8);
    const fromJ = shape(family, load<u16>(row + ((start + j * step + k - load<u32>(pair, 12)) << 1)), j, k);
    const fromK = shape(family, load<u16>(row + ((start + k * step + j) << 1)), k, j);
    if (missed) return;
    ofJ = mix(mix(ofJ, fromJ), fromK);
    ofK = mix(mix(ofK, fromK), fromJ);
  }
}
