/** The mappings of a source map: which place of a source each place of a script comes from. */

/** A place of a script, as an offset, and the place that it comes from; lines and columns are counted from 0. */
export interface Mapping {
  readonly offset: number;
  /** The number of the source. */
  readonly source: number;
  readonly line: number;
  readonly column: number;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Returns the mappings of a script, in ascending order of its offsets.
 * @param encoded the field `mappings` of its source map
 */
export function mappingsOf(script: string, encoded: string): Mapping[] {
  const mappings: Mapping[] = [];
  let [source, line, column] = [0, 0, 0];
  let lineStart = 0;
  for (const ofLine of encoded.split(";")) {
    let generated = 0;
    for (const segment of ofLine === "" ? [] : ofLine.split(",")) {
      const [forward = 0, nextSource, nextLine = 0, nextColumn = 0] = numbersOf(segment);
      generated += forward;
      if (nextSource === undefined) continue;
      source += nextSource;
      line += nextLine;
      column += nextColumn;
      mappings.push({ offset: lineStart + generated, source, line, column });
    }
    const end = script.indexOf("\n", lineStart);
    lineStart = end < 0 ? script.length : end + 1;
  }
  return mappings;
}

/** Returns the numbers of a segment, which is written in base 64 with the sign in the last bit of each number. */
function numbersOf(segment: string): number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if ((bits & 32) !== 0) continue;
    numbers.push((value & 1) === 0 ? value >>> 1 : -(value >>> 1));
    [value, shift] = [0, 0];
  }
  return numbers;
}
