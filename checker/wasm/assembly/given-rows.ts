/** What is done with rows that no step has made: initial states, keys, rows of other machines. */
import {
  BIN_FULL,
  C_AT,
  C_BINS,
  C_INPUT,
  C_INPUT_STRIDE,
  C_PARENT,
  C_PRIORITY,
  C_ROW,
  C_ROWS,
  C_SCRATCH,
  CHANGED_ALL,
  DONE,
  MISS,
  SHARD_BITS,
} from "../layout";
import { canonicalized } from "./canonical";
import { columns, put, stored, words } from "./expansion";
import { fold, unfold } from "./pairs";
import { ctx, hashOf } from "./shared";

/** Makes the row in the scratch place canonical and leaves it there. Returns DONE or MISS. */
export function canonicalize(): i32 {
  const scratch = <usize>load<u32>(ctx, C_SCRATCH);
  const result = canonicalized(scratch, columns, words, CHANGED_ALL);
  if (result === 0) return MISS;
  if (result !== scratch) memory.copy(scratch, result, words << 2);
  return DONE;
}

/** Puts the row in the scratch place, which is canonical, into its bin. Returns DONE, BIN_FULL or MISS. */
export function seed(): i32 {
  const scratch = <usize>load<u32>(ctx, C_SCRATCH);
  const row = stored === words ? scratch : fold(scratch, words);
  return row === 0 ? MISS : put(row);
}

/**
 * Puts the input rows as they are into their bins, from where it was interrupted. The word behind each is taken for its
 * parent and for its parent's priority. Returns DONE or BIN_FULL.
 */
export function putInput(): i32 {
  const context = ctx;
  const rows = load<i32>(context, C_ROWS);
  const stride = <usize>load<u32>(context, C_INPUT_STRIDE);
  for (let at = load<i32>(context, C_AT); at < rows; at++) {
    const row = <usize>load<u32>(context, C_INPUT) + <usize>at * stride;
    const mark = load<u32>(row + (stored << 2));
    store<u32>(context, mark, C_PARENT);
    store<u32>(context, mark, C_PRIORITY);
    if (put(row) !== DONE) {
      store<i32>(context, at, C_AT);
      return BIN_FULL;
    }
  }
  store<i32>(context, rows, C_AT);
  return DONE;
}

/** Copies the stored row at address `from` to the current row, decompressed. */
export function loadRow(from: usize): void {
  const row = <usize>load<u32>(ctx, C_ROW);
  if (stored === words) memory.copy(row, from, words << 2);
  else unfold(from, row, words);
}

/**
 * Turns the input rows with numbers from `from` up to `to` into keys. Each takes four words where the bins begin: the
 * key (2), the reference, and the shard of the key. Returns `to`, or the number of the row that caused a miss.
 */
export function keysOfInput(from: i32, to: i32): i32 {
  const input = <usize>load<u32>(ctx, C_INPUT);
  const stride = <usize>load<u32>(ctx, C_INPUT_STRIDE);
  const keys = <usize>load<u32>(ctx, C_BINS);
  for (let i = from; i < to; i++) {
    const row = input + <usize>i * stride;
    const key = stored === 2 ? row : fold(row, words);
    if (key === 0) return i;
    const into = keys + ((<usize>i) << 4);
    store<u64>(into, load<u64>(key));
    store<u32>(into, load<u32>(row + (stored << 2)), 8);
    store<u32>(into, <u32>(hashOf(into, 2) >> (64 - SHARD_BITS)), 12);
  }
  return to;
}
