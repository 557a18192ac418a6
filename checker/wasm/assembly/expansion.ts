/**
 * The hot loop of the expander. It takes rows of value ids, walks the decision trees that their values leave undecided,
 * applies the updates of the leaves, makes the next rows canonical, and puts them into the bins of their shards. It
 * sees integers only.
 *
 * It returns when a table lacks an entry (MISS) or a bin is full (BIN_FULL). All that it needs to go on from there
 * stands in the thread's context, so it is called again after the answer.
 */
import {
  BIN_FULL,
  BIN_ROWS,
  C_ANSWERS,
  C_ARG0,
  C_AT,
  C_BEST,
  C_BEYOND,
  C_BIN_COUNTS,
  C_BINS,
  C_CANONICAL,
  C_CUT,
  C_CUT_HERE,
  C_DEGREES,
  C_DRAINS,
  C_FIRED,
  C_GENERATED,
  C_INPUT,
  C_INPUT_STRIDE,
  C_IS_CUT,
  C_LEAF,
  C_LEFT,
  C_MADE,
  C_MADE_AT,
  C_NEXT_COUNT,
  C_PARENT,
  C_PHASE,
  C_PRIORITY,
  C_PUT,
  C_ROW,
  C_ROWS,
  C_SCRATCH,
  C_SHARD_MASK,
  C_STATES_CUT,
  C_STEP,
  C_STEPS_CUT,
  C_TAKEN,
  C_TAKEN_AT,
  C_TAKEN_ROOM,
  DEGREES,
  DONE,
  H_ASKED,
  H_COLUMN_TABLE,
  H_COLUMNS,
  H_CONSTRAINTS,
  H_CONTENT,
  H_FOLDED,
  H_IN_ORDER,
  H_LISTS,
  H_MEMBERS,
  H_ORDINALS,
  H_PROGRESS,
  H_ROOTLESS,
  H_STUCK_ROOT,
  H_STUCK_TREE,
  H_UPDATES,
  H_WORDS,
  ID_BITS,
  MADE_ROWS,
  MISS,
  MISS_LIST,
  MISS_TREE,
  MISS_UPDATE,
  RECORD_HEAD,
  SHARD_BITS,
} from "../layout";
import { canonicalized, forgetParent } from "./canonical";
import { changesBetween, changesOf, noteChanges } from "./changes";
import { answered, DISABLED, stepsOf, UNKNOWN, walk } from "./lists";
import { beginPairs, foldRecalled, recall, unfold } from "./pairs";
import { ctx, hashOf, ids, miss, setContext } from "./shared";

export let columns: i32 = 0;
export let words: i32 = 0;
export let stored: i32 = 0;
/** Whether rows are made canonical, so that it is noted what they have other than their parents. */
export let notesChanges: bool = false;

/** Sets the context of this instance. It is called at the start, and again whenever the header has changed. */
export function init(context: usize): void {
  setContext(context);
  columns = load<i32>(H_COLUMNS);
  words = load<i32>(H_WORDS);
  stored = load<i32>(H_FOLDED) !== 0 ? 2 : words;
  notesChanges = load<i32>(H_ORDINALS) !== 0 || load<i32>(H_MEMBERS) !== 0;
  beginPairs(words);
}

/** Expands the input rows. Returns DONE, BIN_FULL or MISS. */
export function expand(): i32 {
  const context = ctx;
  const rows = load<i32>(context, C_ROWS);
  while (true) {
    if (load<i32>(context, C_PHASE) === 0) {
      const at = load<i32>(context, C_AT);
      if (at >= rows) return DONE;
      if (!inline.always(collect(at))) return MISS;
      store<i32>(context, 1, C_PHASE);
      store<i32>(context, 0, C_STEP);
      store<i32>(context, 0, C_LEFT);
      store<i32>(context, 0, C_NEXT_COUNT);
      store<i32>(context, 0, C_CUT_HERE);
    }
    const stopped = inline.always(take());
    if (stopped !== DONE) return stopped;
    inline.always(count());
    store<i32>(context, 0, C_PHASE);
    store<i32>(context, 0, C_ANSWERS);
    store<i32>(context, load<i32>(context, C_AT) + 1, C_AT);
  }
}

/**
 * Copies the input row at place `at` to the current row, decompressed, and collects its enabled steps. Returns false
 * after a miss.
 */
export function collect(at: i32): bool {
  const context = ctx;
  const row = <usize>load<u32>(context, C_ROW);
  const from = <usize>load<u32>(context, C_INPUT) + <usize>at * <usize>load<u32>(context, C_INPUT_STRIDE);
  if (stored === words) {
    for (let w = 0; w < words; w++) store<u32>(row + (w << 2), load<u32>(from + (w << 2)));
  } else {
    unfold(from, row, words);
  }
  store<u32>(context, load<u32>(from + (stored << 2)), C_PARENT);
  forgetParent();
  const inOrder = load<i32>(H_IN_ORDER) !== 0;
  store<u32>(context, inOrder ? load<u32>(context, C_PRIORITY) + 1 : contentOf(row), C_PRIORITY);
  const lists = <usize>load<u32>(H_LISTS);
  const taken = <usize>load<u32>(context, C_TAKEN_AT);
  // `stepsOf` writes up to two steps more than it keeps, and the step of "no deadlock" may be added.
  const end = taken + ((<usize>load<u32>(context, C_TAKEN_ROOM)) << 3) - 24;
  let out = taken;
  store<i32>(context, 0, C_IS_CUT);
  const constraints = <usize>load<u32>(H_CONSTRAINTS);
  if (constraints !== 0) {
    out = stepsOf(constraints << 2, row, out, end);
    if (out === 0) return false;
    // What a constraint has thrown is among the steps.
    if (out !== taken) return askedOnly(row, taken, out, end);
  }
  // The last round is for the trees that are looked at in every state.
  for (let column = 0; column <= columns; column++) {
    let list: u32;
    if (column === columns) {
      list = load<u32>(H_ROOTLESS);
      if (list === 0) break;
    } else {
      const id = <usize>load<u16>(row + (column << 1));
      list = load<u32>(lists + ((((<usize>column) << ID_BITS) + id) << 2));
      if (list === 0) return miss(MISS_LIST, column, 0, 0, 0);
    }
    out = inline.always(stepsOf((<usize>list) << 2, row, out, end));
    if (out === 0) return false;
  }
  const stuck = load<i32>(H_STUCK_TREE);
  if (stuck >= 0 && !progresses(taken, out)) {
    let n = walk(load<i32>(H_STUCK_ROOT), row);
    if (n === UNKNOWN) n = answered(stuck);
    if (n === UNKNOWN) return miss(MISS_TREE, stuck, 0, 0, 0);
    if (n !== DISABLED) {
      store<i32>(out, stuck);
      store<i32>(out, n, 4);
      out += 8;
    }
  }
  store<i32>(context, <i32>((out - taken) >> 3), C_TAKEN);
  return true;
}

/** Collects, for a row that a state constraint cuts off, what is asked of it. Returns false after a miss. */
function askedOnly(row: usize, taken: usize, from: usize, end: usize): bool {
  const context = ctx;
  const asked = <usize>load<u32>(H_ASKED);
  let out = from;
  if (asked !== 0) {
    out = stepsOf(asked << 2, row, out, end);
    if (out === 0) return false;
  }
  store<i32>(context, 1, C_IS_CUT);
  store<i32>(context, <i32>((out - taken) >> 3), C_TAKEN);
  return true;
}

/**
 * Whether one of the collected steps leads out of a deadlock: it is the protocol's, and it has a next state. An
 * unspecified reception has none, since nobody takes the message. If a function of the protocol threw, nobody knows
 * what it would have done, so the state counts as no deadlock; nor does one of which a constraint cuts a step off.
 */
function progresses(taken: usize, end: usize): bool {
  const progress = <usize>load<u32>(H_PROGRESS);
  for (let step = taken; step < end; step += 8)
    if (
      load<u8>(progress + load<u32>(step)) !== 0 &&
      (nextStates(load<i32>(step, 4)) > 0 || isOpen(load<i32>(step, 4)))
    )
      return true;
  return false;
}

/** Whether the function of a leaf threw, or a constraint cuts a step of it off. */
function isOpen(leaf: i32): bool {
  const at = (<usize>-leaf) << 2;
  return load<i32>(at) < 0 && load<i32>(at, 8) !== 0;
}

/** How many steps of a leaf a constraint cuts off. */
export function stepsCut(leaf: i32): i32 {
  const at = (<usize>-leaf) << 2;
  return load<i32>(at) < 0 && load<i32>(at, 8) < 0 ? -load<i32>(at, 8) : 0;
}

/** The number of next states of a leaf. */
export function nextStates(leaf: i32): i32 {
  const at = (<usize>-leaf) << 2;
  const next = load<i32>(at);
  return next < 0 ? load<i32>((<usize>load<i32>(at, 4)) << 2) : next;
}

/** A hash of the row's content, which does not depend on value ids. */
export function contentOf(row: usize): u32 {
  const content = <usize>load<u32>(H_CONTENT);
  const table = <usize>load<u32>(H_COLUMN_TABLE);
  let h: u64 = 0;
  for (let column = 0; column < columns; column++) {
    const place = table + (column << 4);
    const value = load<u32>(place) | load<u16>(row + (column << 1));
    h += <u64>load<u32>(content + ((<usize>value) << 2)) * load<u64>(place, 8);
  }
  return <u32>((h ^ (h >> 29)) >> 16);
}

/** Takes the collected steps, from where it was interrupted. Returns DONE, BIN_FULL or MISS. */
function take(): i32 {
  const context = ctx;
  const steps = load<i32>(context, C_TAKEN);
  const taken = <usize>load<u32>(context, C_TAKEN_AT);
  let step = load<i32>(context, C_STEP);
  let left = load<i32>(context, C_LEFT);
  let leaf = load<i32>(context, C_LEAF);
  let made = load<i32>(context, C_MADE);
  let stopped = DONE;
  while (true) {
    if (load<i32>(context, C_DRAINS) !== 0 || made === MADE_ROWS) {
      store<i32>(context, made, C_MADE);
      stopped = drain();
      if (stopped !== DONE) break;
      made = 0;
    }
    if (left === 0) {
      if (step >= steps) {
        if (made === 0) return DONE;
        store<i32>(context, 1, C_DRAINS);
        continue;
      }
      let at = -load<i32>(taken + (step << 3), 4);
      step++;
      left = load<i32>((<usize>at) << 2);
      if (left < 0) {
        sight(-left);
        const cut = load<i32>((<usize>at) << 2, 8);
        if (cut < 0) store<i32>(context, load<i32>(context, C_CUT_HERE) - cut, C_CUT_HERE);
        at = load<i32>((<usize>at) << 2, 4);
        left = load<i32>((<usize>at) << 2);
      }
      leaf = at + 1;
      if (left > 0 && load<i32>(context, C_BEYOND) !== 0) {
        store<i32>(context, 1, C_CUT);
        left = 0;
      }
      store<i32>(context, load<i32>(context, C_NEXT_COUNT) + left, C_NEXT_COUNT);
      continue;
    }
    const updates = load<i32>((<usize>leaf) << 2);
    if (!inline.always(make(((<usize>leaf) << 2) + 4, updates, made))) {
      stopped = MISS;
      break;
    }
    made++;
    leaf += 1 + (updates << 1);
    left--;
  }
  store<i32>(context, step, C_STEP);
  store<i32>(context, left, C_LEFT);
  store<i32>(context, leaf, C_LEAF);
  store<i32>(context, made, C_MADE);
  return stopped;
}

/** Notes that the current row met the special leaf number `special`, if its priority is the least so far. */
function sight(special: i32): void {
  const context = ctx;
  const best = <usize>load<u32>(context, C_BEST) + ((<usize>special) << 4);
  const priority = load<u32>(context, C_PRIORITY);
  if (load<i32>(best) !== 0 && load<u32>(best, 4) <= priority) return;
  store<i32>(best, 1);
  store<u32>(best, priority, 4);
  store<u32>(best, load<u32>(context, C_PARENT), 8);
}

/**
 * Makes a next row, number `made` of those made: the current row with the `count` updates at address `updates`. Returns
 * false after a miss.
 */
export function make(updates: usize, count: i32, made: i32): bool {
  const context = ctx;
  const row = <usize>load<u32>(context, C_ROW);
  const next = madeAt(made);
  for (let w = 0; w < words; w++) store<u32>(next + (w << 2), load<u32>(row + (w << 2)));
  const directory = <usize>load<u32>(H_UPDATES);
  let changes: u32 = 0;
  for (let i = 0; i < count; i++, updates += 8) {
    const column = load<u32>(updates);
    const update = load<u32>(updates, 4);
    const at = row + ((<usize>column) << 1);
    const id = load<u16>(at);
    const known = ids(directory, update, id);
    if (known === 0) return miss(MISS_UPDATE, <i32>update, <i32>id, 0, 0);
    store<u16>(next + ((<usize>column) << 1), <u16>(known - 1));
    if (notesChanges) changes |= changesBetween(column, id, known - 1);
  }
  if (notesChanges) noteChanges(made, changes);
  return true;
}

export function madeAt(made: i32): usize {
  return <usize>load<u32>(ctx, C_MADE_AT) + <usize>made * ((<usize>words + 1) << 2);
}

/** Makes the collected next rows canonical and puts them into their bins. Returns DONE, BIN_FULL or MISS. */
function drain(): i32 {
  const context = ctx;
  const made = load<i32>(context, C_MADE);
  store<i32>(context, 1, C_DRAINS);
  if (notesChanges) {
    for (let i = load<i32>(context, C_CANONICAL); i < made; i++) {
      const next = madeAt(i);
      const row = canonicalized(next, columns, words, changesOf(i));
      if (row === 0) {
        // The miss handler looks for the row in the scratch place.
        memory.copy(<usize>load<u32>(context, C_SCRATCH), next, words << 2);
        store<i32>(context, i, C_CANONICAL);
        return MISS;
      }
      if (row !== next) for (let w = 0; w < words; w++) store<u32>(next + (w << 2), load<u32>(row + (w << 2)));
    }
    store<i32>(context, made, C_CANONICAL);
  }
  const first = load<i32>(context, C_PUT);
  if (stored !== words) recall(madeAt(first), made - first, words);
  for (let i = first; i < made; i++) {
    const next = madeAt(i);
    const row = stored === words ? next : foldRecalled(i - first, words);
    const stopped = row === 0 ? MISS : inline.always(put(row));
    if (stopped !== DONE) {
      store<i32>(context, i, C_PUT);
      return stopped;
    }
  }
  store<i32>(context, 0, C_CANONICAL);
  store<i32>(context, 0, C_PUT);
  store<i32>(context, 0, C_MADE);
  store<i32>(context, 0, C_DRAINS);
  return DONE;
}

/** Puts a row, as it is stored, into its bin. Returns DONE or BIN_FULL. */
export function put(row: usize): i32 {
  const context = ctx;
  const hash = inline.always(hashOf(row, stored));
  const shard = <i32>(hash >> (64 - SHARD_BITS)) & load<i32>(context, C_SHARD_MASK);
  const counts = <usize>load<u32>(context, C_BIN_COUNTS) + (shard << 2);
  const held = load<i32>(counts);
  if (held >= BIN_ROWS) {
    store<i32>(context, shard, C_ARG0);
    return BIN_FULL;
  }
  const stride = RECORD_HEAD + (stored << 2);
  const record = <usize>load<u32>(context, C_BINS) + <usize>((shard * BIN_ROWS + held) * stride);
  store<u64>(record, hash);
  store<u32>(record, load<u32>(context, C_PARENT), 8);
  store<u32>(record, load<u32>(context, C_PRIORITY), 12);
  for (let w = 0; w < stored; w++) store<u32>(record + (w << 2), load<u32>(row + (w << 2)), RECORD_HEAD);
  store<i32>(counts, held + 1);
  return DONE;
}

/** Adds to the counters what the current row, which is finished, has led to. */
function count(): void {
  const context = ctx;
  const degree = load<i32>(context, C_NEXT_COUNT);
  const degrees = <usize>load<u32>(context, C_DEGREES) + ((<usize>min(degree, DEGREES - 1)) << 3);
  store<u64>(degrees, load<u64>(degrees) + 1);
  store<u64>(context, load<u64>(context, C_STATES_CUT) + load<i32>(context, C_IS_CUT), C_STATES_CUT);
  store<u64>(context, load<u64>(context, C_STEPS_CUT) + load<i32>(context, C_CUT_HERE), C_STEPS_CUT);
  if (degree === 0) return;
  store<u64>(context, load<u64>(context, C_GENERATED) + degree, C_GENERATED);
  const fired = <usize>load<u32>(context, C_FIRED);
  const taken = <usize>load<u32>(context, C_TAKEN_AT);
  const steps = load<i32>(context, C_TAKEN);
  for (let step = 0; step < steps; step++) {
    const next = nextStates(load<i32>(taken + (step << 3), 4));
    const tree = fired + ((<usize>load<i32>(taken + (step << 3))) << 3);
    store<u64>(tree, load<u64>(tree) + next);
  }
}
