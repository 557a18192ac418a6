/**
 * The keys of interchangeable members, by which the canonical form sorts them (checker/symmetry/nominal.ts). A key has
 * two parts: the second is made only where first parts are equal. With members of several sets, a key begins with the
 * place of the member's set, so that sorting keeps the members of a set together.
 *
 * Most of a next row is the same as in its parent, so a part of a key is worked out once for all next rows of a parent
 * in which the values that it is made of have not changed.
 */
import {
  CHANGED_MEMBERS,
  CHANGED_PAIRS,
  CHANGED_SINGLES,
  FAMILY_BYTES,
  H_CROSSED,
  H_CROSSED_COUNT,
  H_GLOBAL_COUNT,
  H_GLOBALS,
  H_KEY_SHIFT,
  H_MEMBER_TABLE,
  H_SHAPES,
  ID_BITS,
  M_PAIRS,
  M_PAIRS_END,
  M_SET,
  M_SINGLES,
  M_SINGLES_END,
  MEMBER_BYTES,
  MISS_SHAPE,
  MOST_MEMBERS,
} from "../layout";
import { miss } from "./shared";

let size: i32 = 0;
/** What the row has other than its parent (CHANGED_…). */
let changed: u32 = 0;
/** Set by a miss. */
let missed: bool = false;
/**
 * Addresses of the members' keys (64 bits each: the first part above, and the second below), of the same keys in order,
 * of the members in that order, and of the second parts.
 */
export let keys: usize = 0;
let inOrder: usize = 0;
export let order: usize = 0;
let sums: usize = 0;
/** Whether the last sort has moved a member. */
export let moved: bool = false;
/** Of the parent: the first parts of its members' keys, and the second parts by pairs of members. */
let parentOwn: usize = 0;
let parentPairs: usize = 0;
/** Bits of the members, and of the pairs, of which these are known. */
let ownKnown: u32 = 0;
let pairsKnown: u64 = 0;

/** Forgets the keys of the parent. */
export function forgetKeys(): void {
  ownKnown = 0;
  pairsKnown = 0;
}

/**
 * Begins with the keys of a row.
 * @param at address of the room for keys
 * @param members how many members there are
 * @param differs what the row has other than its parent
 */
export function beginKeys(at: usize, members: i32, differs: u32): void {
  size = members;
  changed = differs;
  missed = false;
  keys = at;
  inOrder = keys + 8 * MOST_MEMBERS;
  order = inOrder + 8 * MOST_MEMBERS;
  sums = order + 4 * MOST_MEMBERS;
  parentOwn = sums + 4 * MOST_MEMBERS;
  parentPairs = parentOwn + 4 * MOST_MEMBERS;
}

/** The address of a member's entry in the table of members. */
export function entryOf(k: i32): usize {
  return <usize>load<u32>(H_MEMBER_TABLE) + <usize>k * MEMBER_BYTES;
}

/** The bit of a member among those of CHANGED_…. */
function changedBit(k: i32): u32 {
  return 1 << (k & (CHANGED_MEMBERS - 1));
}

/** Makes keys that have first parts only. Returns false after a miss. */
export function makeFirstParts(row: usize): bool {
  const shift = load<u32>(H_KEY_SHIFT);
  for (let k = 0; k < size; k++) {
    const part = (knownOwnKey(row, k) >> shift) | load<u32>(entryOf(k), M_SET);
    store<i64>(keys + (k << 3), (<i64>part) << 32);
    if (missed) return false;
  }
  return true;
}

/** Sorts the members by their keys. Returns whether two keys are equal. */
export function sort(): bool {
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

function mix(a: u32, b: u32): u32 {
  const h = (a ^ b) * 0x85ebca6b;
  return (h ^ (h >> 13)) * 0xc2b2ae35 + 0x9e3779b9;
}

function shape(family: u32, id: u32, self: i32, other: i32): u32 {
  const at = (<usize>((family | id) * <u32>size + <u32>self) * <usize>size + <usize>other) << 2;
  const known = load<u32>(<usize>load<u32>(H_SHAPES) + at);
  if (known === 0) {
    missed = true;
    miss(MISS_SHAPE, <i32>(family >> ID_BITS), <i32>id, self, other);
  }
  return known;
}

/** Returns the first part of member `k`'s key, from what is known of the parent if that has the same. */
function knownOwnKey(row: usize, k: i32): u32 {
  if ((changed & changedBit(k)) !== 0) return ownKey(row, k);
  const bit: u32 = 1 << k;
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
  const entry = entryOf(k);
  const end = <usize>load<u32>(entry, M_SINGLES_END);
  for (let single = <usize>load<u32>(entry, M_SINGLES); single < end; single += FAMILY_BYTES) {
    const at = row + ((load<u32>(single) + k * load<u32>(single, 8)) << 1);
    key = mix(key, shape(load<u32>(single, 4), load<u16>(at), k, k));
    if (missed) return 0;
  }
  const globals = <usize>load<u32>(H_GLOBALS);
  for (let i = 0, n = load<i32>(H_GLOBAL_COUNT); i < n; i++) {
    const global = globals + <usize>i * FAMILY_BYTES;
    const at = row + (load<u32>(global) << 1);
    key = mix(key, shape(load<u32>(global, 4), load<u16>(at), k, k));
    if (missed) return 0;
  }
  return key;
}

/**
 * Makes the second parts of the keys: how a member and each other appear in each other's values, and in the values that
 * both index. Returns false after a miss.
 */
export function makeSecondParts(row: usize): bool {
  for (let k = 0; k < size; k++) store<u32>(sums + (k << 2), 0);
  const ofSingles = changed >> CHANGED_SINGLES;
  const ofPairs = changed >> CHANGED_PAIRS;
  for (let k = 1, pair = 0; k < size; k++) {
    for (let j = 0; j < k; j++, pair++) {
      const both: u32 = changedBit(j) | changedBit(k);
      const at = parentPairs + (pair << 3);
      // What is beyond 64 pairs is made anew each time.
      const bit: u64 = pair < 64 ? (<u64>1) << pair : 0;
      const isParents = (ofSingles & both) === 0 && (ofPairs & both) !== both;
      if (isParents && (pairsKnown & bit) !== 0) {
        ofJ = load<u32>(at);
        ofK = load<u32>(at, 4);
      } else {
        if (load<u32>(entryOf(j), M_SET) === load<u32>(entryOf(k), M_SET)) keysOfPair(row, j, k);
        else keysAcross(row, j, k);
        if (missed) return false;
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
  return true;
}

/** What `keysOfPair` has found: what two members add to each other's keys. */
let ofJ: u32 = 0;
let ofK: u32 = 0;

/** Of two members of one set. */
function keysOfPair(row: usize, j: i32, k: i32): void {
  ofJ = 0;
  ofK = 0;
  const entry = entryOf(k);
  const singlesEnd = <usize>load<u32>(entry, M_SINGLES_END);
  for (let single = <usize>load<u32>(entry, M_SINGLES); single < singlesEnd; single += FAMILY_BYTES) {
    const start = load<u32>(single);
    const family = load<u32>(single, 4);
    const step = load<u32>(single, 8);
    const inJ = shape(family, load<u16>(row + ((start + j * step) << 1)), j, k);
    const inK = shape(family, load<u16>(row + ((start + k * step) << 1)), k, j);
    if (missed) return;
    ofJ = mix(mix(ofJ, inJ), inK);
    ofK = mix(mix(ofK, inK), inJ);
  }
  const pairsEnd = <usize>load<u32>(entry, M_PAIRS_END);
  for (let pair = <usize>load<u32>(entry, M_PAIRS); pair < pairsEnd; pair += FAMILY_BYTES) {
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

/** Of members of two sets. */
function keysAcross(row: usize, j: i32, k: i32): void {
  ofJ = 0;
  ofK = 0;
  addSingles(row, j, j, k);
  addSingles(row, k, j, k);
  const crossed = <usize>load<u32>(H_CROSSED);
  for (let i = 0, n = load<i32>(H_CROSSED_COUNT); i < n && !missed; i++) {
    const entry = crossed + <usize>i * FAMILY_BYTES;
    const step = load<u32>(entry, 8);
    if (isAmong(entry + 16, j) && isAmong(entry + 24, k)) addSeen(row, entry, j * step + k, j, k);
    else if (isAmong(entry + 16, k) && isAmong(entry + 24, j)) addSeen(row, entry, k * step + j, j, k);
  }
}

/** Adds how the members `j` and `k` appear in the values that `owner`, one of them, indexes alone. */
function addSingles(row: usize, owner: i32, j: i32, k: i32): void {
  const entry = entryOf(owner);
  const end = <usize>load<u32>(entry, M_SINGLES_END);
  for (let single = <usize>load<u32>(entry, M_SINGLES); single < end && !missed; single += FAMILY_BYTES)
    addSeen(row, single, owner * load<u32>(single, 8), j, k);
}

/** Adds how two members appear in the value that stands `further` columns behind the first of a family. */
function addSeen(row: usize, columns: usize, further: u32, j: i32, k: i32): void {
  const family = load<u32>(columns, 4);
  const id = load<u16>(row + ((load<u32>(columns) + further) << 1));
  const asJ = shape(family, id, j, k);
  const asK = shape(family, id, k, j);
  ofJ = mix(ofJ, asJ);
  ofK = mix(ofK, asK);
}

/** Whether a member is one of those whose first and whose number stand at `range`. */
function isAmong(range: usize, k: i32): bool {
  return <u32>k - load<u32>(range) < load<u32>(range, 4);
}
