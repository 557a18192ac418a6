/**
 * The transitions of one state, with all that tells them apart, for the analysis of a graph that has been explored.
 * Nothing is kept between two calls: after a miss the state is begun anew.
 */
import {
  C_ARG0,
  C_BINS,
  C_CUT_HERE,
  C_ROW,
  C_SCRATCH,
  C_TAKEN,
  C_TAKEN_AT,
  DONE,
  MISS,
  T_NTH,
  T_RENAMING,
  T_TREE,
  TRANSITION_HEAD,
} from "../layout";
import { canonicalized, renaming } from "./canonical";
import { changesOf } from "./changes";
import {
  collect,
  columns,
  contentOf,
  madeAt,
  make,
  nextStates,
  notesChanges,
  stepsCut,
  stored,
  words,
} from "./expansion";
import { fold } from "./pairs";
import { ctx, hashOf } from "./shared";

/**
 * Writes the transitions of the input row to where the bins begin, and how many there are to C_ARG0. Returns DONE or
 * MISS.
 * @param room how many transitions may be written; the others are only counted
 */
export function transitions(room: i32): i32 {
  const context = ctx;
  if (!collect(0)) return MISS;
  const taken = <usize>load<u32>(context, C_TAKEN_AT);
  const steps = load<i32>(context, C_TAKEN);
  const stride = <usize>(TRANSITION_HEAD + (stored << 2));
  let record = <usize>load<u32>(context, C_BINS);
  let count = 0;
  let cut = 0;
  for (let step = 0; step < steps; step++) {
    let at = -load<i32>(taken + (step << 3), 4);
    cut += stepsCut(-at);
    let left = load<i32>((<usize>at) << 2);
    if (left < 0) {
      at = load<i32>((<usize>at) << 2, 4);
      left = load<i32>((<usize>at) << 2);
    }
    at++;
    for (let nth = 0; nth < left; nth++) {
      const updates = load<i32>((<usize>at) << 2);
      if (!make(((<usize>at) << 2) + 4, updates, 0)) return MISS;
      at += 1 + (updates << 1);
      const next = madeAt(0);
      const row = notesChanges ? canonicalized(next, columns, words, changesOf(0)) : next;
      if (row === 0) {
        // The miss handler looks for the row in the scratch place.
        memory.copy(<usize>load<u32>(context, C_SCRATCH), next, words << 2);
        return MISS;
      }
      const from = stored === words ? row : fold(row, words);
      if (from === 0) return MISS;
      count++;
      if (count > room) continue;
      store<u64>(record, hashOf(from, stored));
      store<i32>(record, load<i32>(taken + (step << 3)), T_TREE);
      store<i32>(record, nth, T_NTH);
      store<u32>(record, notesChanges ? renaming : 0, T_RENAMING);
      for (let w = 0; w < stored; w++) store<u32>(record + (w << 2), load<u32>(from + (w << 2)), TRANSITION_HEAD);
      record += stride;
    }
  }
  store<i32>(context, count, C_ARG0);
  store<i32>(context, cut, C_CUT_HERE);
  return DONE;
}

/**
 * Writes the trees that have a transition from the input row, one word each, to where the bins begin, and how many
 * there are to C_ARG0. Returns DONE or MISS.
 */
export function enabledTrees(): i32 {
  const context = ctx;
  if (!collect(0)) return MISS;
  const taken = <usize>load<u32>(context, C_TAKEN_AT);
  const end = taken + ((<usize>load<u32>(context, C_TAKEN)) << 3);
  const trees = <usize>load<u32>(context, C_BINS);
  let to = trees;
  for (let step = taken; step < end; step += 8) {
    if (nextStates(load<i32>(step, 4)) === 0) continue;
    store<u32>(to, load<u32>(step));
    to += 4;
  }
  store<i32>(context, <i32>((to - trees) >> 2), C_ARG0);
  return DONE;
}

/** The hash of the current row's content. */
export function contentOfInput(): u32 {
  return contentOf(<usize>load<u32>(ctx, C_ROW));
}
