/** A thread's place in the engine's memory: its context, its input and its output. */
import type { Arena } from "./arena.js";
import {
  BIN_ROWS,
  BLOCK_ROWS,
  C_ANSWERS_AT,
  C_BEST,
  C_BIN_COUNTS,
  C_BINS,
  C_DEGREES,
  C_FIRED,
  C_INPUT,
  C_INPUT_STRIDE,
  C_MADE_AT,
  C_ROW,
  C_SCRATCH,
  C_TAKEN_AT,
  C_TAKEN_ROOM,
  CONTEXT_BYTES,
  DEGREES,
  MADE_ROWS,
  RECORD_HEAD,
  SHARDS,
} from "./layout.js";

/** Steps that may be enabled in one state. */
const TAKEN_ROOM = 1 << 16;

export interface ContextSizes {
  /** 32-bit words of a row, and of a stored row. */
  readonly words: number;
  readonly storedWords: number;
  readonly trees: number;
  readonly specials: number;
}

/** Bytes of a row on its way to the store. */
export function recordBytes(storedWords: number): number {
  return RECORD_HEAD + 4 * storedWords;
}

/** Sets a context aside and fills in where everything is. Its address. @throws RegionFull */
export function makeContext(arena: Arena, name: string, sizes: ContextSizes): number {
  const { words, storedWords, trees, specials } = sizes;
  const place = (what: string, bytes: number) => arena.region(`${name}'s ${what}`, bytes).start;
  const context = place("context", CONTEXT_BYTES);
  const set = (at: number, value: number) => {
    arena.words[(context + at) >>> 2] = value;
  };
  const rowBytes = 4 * (words + 1);
  const stride = 4 * (storedWords + 1);
  // A search that goes on on disk has rows of two words, whatever it began with.
  const widest = Math.max(2, storedWords);
  set(C_ROW, place("row", rowBytes));
  // Four rows, and three arrays of 16 words.
  set(C_SCRATCH, place("scratch", 4 * rowBytes + 3 * 64));
  set(C_MADE_AT, place("next rows", MADE_ROWS * rowBytes));
  set(C_INPUT, place("input", BLOCK_ROWS * 4 * (widest + 1)));
  set(C_INPUT_STRIDE, stride);
  set(C_TAKEN_AT, place("steps", TAKEN_ROOM * 8));
  set(C_TAKEN_ROOM, TAKEN_ROOM);
  set(C_ANSWERS_AT, place("answers", trees * 8));
  set(C_FIRED, place("counters", trees * 8));
  set(C_BEST, place("violations", (specials + 1) * 16));
  set(C_DEGREES, place("out-degrees", DEGREES * 8));
  set(C_BIN_COUNTS, place("bin sizes", SHARDS * 4));
  set(C_BINS, place("bins", SHARDS * BIN_ROWS * recordBytes(widest)));
  return context;
}
