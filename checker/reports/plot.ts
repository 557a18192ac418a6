/** Numbers as rows of block characters, for a terminal or a file. Pure. */
import { count, padTo, widthOf } from "../../traces/text/columns.js";

export interface Bar {
  readonly label: string;
  readonly value: number;
}

/** A range of neighbouring numbers, and the sum of what they count. */
export interface Bucket {
  readonly from: number;
  readonly to: number;
  readonly sum: number;
}

/** Sums the numbers in at most `most` buckets of one size, of which the last may be smaller. */
export function bucketed(values: readonly number[], most: number): Bucket[] {
  const size = Math.ceil(values.length / most);
  const buckets: Bucket[] = [];
  for (let from = 0; from < values.length; from += size) {
    const part = values.slice(from, from + size);
    buckets.push({ from, to: from + part.length - 1, sum: part.reduce((sum, value) => sum + value, 0) });
  }
  return buckets;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
/**
 * The least and the greatest length of the longest bar, in columns: it must show on a narrow terminal, and be easy to
 * compare.
 */
const SHORTEST = 8;
const LONGEST = 60;

/**
 * Returns a row for each bar: label, number, bar. The greatest number has the longest bar; a number that is not zero
 * has some bar.
 */
export function plotOf(bars: readonly Bar[], width: number): string[] {
  const labels = Math.max(0, ...bars.map(({ label }) => widthOf(label)));
  const numbers = Math.max(0, ...bars.map(({ value }) => count(value).length));
  const room = Math.min(LONGEST, Math.max(SHORTEST, width - labels - numbers - 4));
  const greatest = Math.max(1, ...bars.map(({ value }) => value));
  return bars.map(({ label, value }) => {
    const eighths = value > 0 ? Math.max(1, Math.round((8 * room * value) / greatest)) : 0;
    const bar = "█".repeat(eighths >> 3) + EIGHTHS[eighths & 7]!;
    return `${padTo(label, labels)}  ${count(value).padStart(numbers)}  ${bar}`.trimEnd();
  });
}
