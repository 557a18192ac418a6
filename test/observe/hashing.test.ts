/**
 * The hash of a row tells rows apart that differ in a regular way, as rows of models do: with fingerprints a verdict
 * rests on it, and without them the speed.
 */
import { describe, expect, test } from "vitest";
import { loneExpanders, recordOf } from "../support/lone-expander.js";

/** How many hashes there are of rows, given by their slots. */
function hashesOf(rows: Iterable<readonly number[]>, slots: number) {
  const words = slots / 2;
  const kernel = loneExpanders(words).expanders[0]!;
  const [hashes, shards, lows] = [new Set<bigint>(), new Map<number, number>(), new Set<number>()];
  for (const row of rows) {
    const packed = Array.from({ length: words }, (_, w) => (row[2 * w]! | (row[2 * w + 1]! << 16)) >>> 0);
    const [low, high] = recordOf(kernel, packed)!.hash;
    hashes.add((BigInt(high) << 32n) | BigInt(low));
    shards.set(high >>> 24, (shards.get(high >>> 24) ?? 0) + 1);
    lows.add(low);
  }
  return { hashes: hashes.size, shards, lows: lows.size };
}

/**
 * All rows of so many slots in which the slots of a pattern, by letter, count up to a number, independently of each
 * other.
 */
function* patterns(slots: number, pattern: string, below: number, times = 1): Generator<number[]> {
  const letters = [...new Set(pattern)].filter((letter) => letter !== "0");
  for (let i = 0; i < below ** letters.length; i++) {
    const value = (letter: string) => times * (Math.floor(i / below ** letters.indexOf(letter)) % below);
    yield Array.from({ length: slots }, (_, slot) => (letters.includes(pattern[slot]!) ? value(pattern[slot]!) : 0));
  }
}

describe("rows have as many hashes as there are rows, spread evenly, if", () => {
  test.each([
    ["one slot counts, and two count in step", 8, "000a0b0b", 300, 1],
    ["two slots count, neighbours", 8, "ab000000", 300, 1],
    ["two slots count, far apart", 22, "a00000000000000000000b", 300, 1],
    ["pairs count in step, each in a word of its own", 16, "aa00bb0000000000", 300, 1],
    ["pairs count in step, crosswise", 16, "a00b0000b00a0000", 300, 1],
    ["everything counts in one of two steps", 16, "abababababababab", 300, 1],
    ["values differ in their high bits alone", 8, "000a0b0b", 64, 1024],
    ["a few values stand anywhere", 12, "abcdefghijk0", 3, 1],
    ["one bit is anywhere, high", 16, "abcdefghijklmnop", 2, 0x8000],
    ["one bit is anywhere, low", 16, "abcdefghijklmnop", 2, 1],
    ["one slot counts, of two", 2, "0a", 65536, 1],
    ["in a row of an odd number of words", 6, "0a0bcc", 45, 1],
  ])("%s", (_how, slots, pattern, below, times) => {
    const rows = [...patterns(slots, pattern, below, times)];
    const { hashes, shards, lows } = hashesOf(rows, slots);
    expect(hashes).toBe(rows.length);
    // Half of a hash tells them apart but for what chance brings: n²/2^33, and there are at most 177,147.
    expect(rows.length - lows).toBeLessThan(3 * (rows.length ** 2 / 2 ** 33) + 10);
    const mean = rows.length / 256;
    expect(shards.size).toBe(256);
    for (const [, count] of shards) expect(Math.abs(count - mean)).toBeLessThan(6 * Math.sqrt(mean));
  });
});
