/**
 * A table of fingerprints keeps each hash once, however the hashes lie: also while many lead to one line, or are pushed
 * over the end, and the table grows meanwhile, by a half or by a sixteenth.
 */
import { describe, expect, test } from "vitest";
import { recordBytes } from "../../checker/wasm/context.js";
import { BIN_ROWS, SHARD_BITS, SHARDS } from "../../checker/wasm/sizes.js";
import { dice } from "../support/dice.js";
import { type Thread, threadsOver } from "../support/store-threads.js";

const SHARD = 5n;
const PLACE_BITS = BigInt(64 - SHARD_BITS);
const LAST = (1n << PLACE_BITS) - 1n;

/** Hands rows of one word over, with these hashes. */
function insert({ store }: Thread, hashes: readonly bigint[]): void {
  for (let first = 0; first < hashes.length; first += BIN_ROWS) {
    const some = hashes.slice(first, first + BIN_ROWS);
    const view = new DataView(new ArrayBuffer(some.length * recordBytes(1)));
    some.forEach((hash, i) => {
      view.setBigUint64(i * recordBytes(1), hash, true);
      view.setUint32(i * recordBytes(1) + recordBytes(0), Number(hash & 0xffffffffn), true);
    });
    expect(store.append(Number(SHARD), new Uint8Array(view.buffer), 0, some.length)).toBe(true);
  }
  expect(store.insertStaged()).toBe(true);
}

const roll = dice(7);
const random = () => (BigInt(roll(2 ** 31)) << 31n) | BigInt(roll(2 ** 31));
/** By shape: the place of a hash, that is all bits but those of its shard. */
const shapes: Readonly<Record<string, () => bigint>> = {
  "spread evenly": () => random() & LAST,
  "a twentieth at the end": () => (roll(20) === 0 ? LAST - (random() & 0xffffn) : random() & LAST),
  "a twentieth at the beginning": () => (roll(20) === 0 ? random() & 0xffffn : random() & LAST),
  "in heaps": () => ((random() % 97n) << (PLACE_BITS - 7n)) | (random() & 0xffffn),
};

describe.each(Object.entries(shapes))("hashes that are %s", (_, placeOf) => {
  test.each([
    ["memory is ample", Number.MAX_SAFE_INTEGER],
    ["memory is scarce", SHARDS * 8192 + 600_000],
  ])("are kept once each while %s", (_memory, budget) => {
    const [thread] = threadsOver({ words: 1, fingerprints: true, priorities: false, budget }) as [Thread];
    const known: bigint[] = [];
    const kept = new Set<bigint>();
    while (known.length < 8000) {
      const hashes = Array.from({ length: roll(700) }, () =>
        known.length > 0 && roll(3) === 0 ? known[roll(known.length)]! : (SHARD << PLACE_BITS) | placeOf(),
      );
      insert(thread, hashes);
      known.push(...hashes);
      for (const hash of hashes) kept.add(hash);
      expect(thread.store.count).toBe(kept.size);
    }
    // None was lost when the table grew.
    insert(thread, known);
    expect(thread.store.count).toBe(kept.size);
    expect(thread.store.sizesOf(Number(SHARD)).slots).toBeGreaterThan(kept.size);
  });
});

test("hashes that do not spread end the search rather than be lost", () => {
  const [thread] = threadsOver({ words: 1, fingerprints: true, priorities: false }) as [Thread];
  const alike = Array.from({ length: 1000 }, (_, i) => (SHARD << PLACE_BITS) | (LAST - BigInt(i)));
  expect(() => insert(thread, alike)).toThrow("unreachable");
});
