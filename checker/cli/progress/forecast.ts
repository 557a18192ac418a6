/**
 * How long something will take here, before it begins. A fixed piece of work is timed on this machine, as busy as it
 * is; how many such pieces a search is worth was measured once, on another machine, with the same pieces.
 */
import { performance } from "node:perf_hooks";
import { counted } from "../../../traces/text/columns.js";

/** How long pieces of work are timed, in milliseconds: short enough not to be noticed. */
const CALIBRATION = 200;

/** Does what models and engine do most: numbers are mixed, values looked up by their text and replaced. */
function pieceOfWork(seed: number): number {
  const seen = new Map<string, { readonly count: number; readonly last: readonly number[] }>();
  let hash = seed;
  for (let i = 0; i < 2000; i++) {
    hash = Math.imul(hash ^ i, 0x9e3779b1) >>> 0;
    const key = `${hash % 500},${i & 7}`;
    seen.set(key, { count: (seen.get(key)?.count ?? 0) + 1, last: [i, hash] });
  }
  return hash ^ seen.size;
}

/** Returns how many seconds a piece of work takes here, after a fifth of a second in which pieces are timed. */
export function pieceSeconds(clock: () => number = () => performance.now()): number {
  const started = clock();
  let [pieces, hash, now] = [0, 1, started];
  do {
    hash = pieceOfWork(hash);
    pieces++;
    now = clock();
  } while (now - started < CALIBRATION);
  return (now - started) / 1000 / pieces;
}

/**
 * How many pieces of work a case of `verify` is worth, whatever it searches, and for each of its transitions. Both were
 * measured in processor time, with two threads, on a machine where a piece took a quarter of a millisecond: half a
 * second a case (0.45), and 2.2 microseconds a transition, of which liveness takes the most.
 */
const PIECES_PER_CASE = 1800;
const PIECES_PER_TRANSITION = 0.0088;

/**
 * Returns how many pieces of work checks are worth.
 * @param generated the number of transitions of each
 */
export function piecesOf(generated: readonly number[]): number {
  return generated.reduce((sum, transitions) => sum + PIECES_PER_CASE + PIECES_PER_TRANSITION * transitions, 0);
}

/**
 * Says how long something will take that is worth so many pieces of work, no more precisely than that is known.
 * @param seconds how long a piece takes
 */
export function forecast(pieces: number, seconds: number = pieceSeconds()): string {
  return `takes ${roughly(pieces * seconds)} here, as busy as this machine is now`;
}

/** Says a time no more precisely than a forecast is. */
export function roughly(seconds: number): string {
  if (seconds < 15) return "some seconds";
  if (seconds < 90) return `about ${10 * Math.round(seconds / 10)} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `about ${counted(minutes, "minute")}` : `about ${counted(Math.round(minutes / 60), "hour")}`;
}
