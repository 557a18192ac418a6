/**
 * One suite for every store: against a Map of texts, each row is kept once, with the parent that it should have,
 * whatever the number of memories, the way in which rows arrive, and the growth of tables.
 */
import { describe, expect, test } from "vitest";
import { MemoryExceeded } from "../../checker/errors.js";
import { placeOf, referenceOf } from "../../checker/store/shards.js";
import type { StoreOptions } from "../../checker/store/store-layout.js";
import { BIN_ROWS, BLOCK_ROWS, NO_PARENT, SHARDS, STAGE_ROWS } from "../../checker/wasm/sizes.js";
import { dice } from "../support/dice.js";
import { exceptRelease } from "../support/extent.js";
import { type Arrival, Expected, rowsOfShard, stored, type Thread, threadsOver } from "../support/store-threads.js";

const exact = { fingerprints: false };
const kinds: readonly (readonly [name: string, options: Partial<StoreOptions>, least: boolean])[] = [
  ["exact", { ...exact, priorities: true }, true],
  ["exact, without priorities", { ...exact, priorities: false }, false],
  ["fingerprints", { fingerprints: true, priorities: false }, false],
];
/** Rows as random numbers below `values`, times `scale`. */
const shapes: readonly (readonly [what: string, words: number, values: number, scale: number, rows: number])[] = [
  ["rows of one word, most of them duplicates", 1, 300, 1, 4000],
  ["rows of two words, as folded rows are, half of them duplicates", 2, 60, 1, 4000],
  ["rows of three words that differ in high bits alone", 3, 16, 1 << 28, 6000],
  ["rows of eleven words that differ in one bit each", 11, 2, 1 << 31, 3000],
];

describe.each(kinds)("a store, %s,", (_kind, options, least) => {
  describe.each([1, 2, 8])("in %i memories", (memories) => {
    describe.each([false, true])("rows mixed in a bin: %s,", (mixed) => {
      test.each(shapes)("keeps each row once: %s", (_what, words, values, scale, rows) => {
        const [thread] = threadsOver({ words, memories, ...options }) as [Thread];
        thread.store.mixed = mixed;
        const roll = dice(words * values + memories);
        const expected = new Expected(least);
        const all: Arrival[] = [];
        for (let level = 0; level < 4; level++) {
          const looked = thread.store.counts;
          for (let batch = 0; batch < 3; batch++) {
            const arrivals = Array.from({ length: roll(rows / 6) }, (_, i): Arrival => {
              // Some rows twice in a batch, some from the batches before.
              const known =
                roll(8) === 0 && all.length > 0 ? all[all.length - 1 - roll(Math.min(all.length, 500))] : undefined;
              const row = known?.row ?? Array.from({ length: words }, () => (roll(values) * scale) >>> 0);
              const arrival = {
                row,
                parent: level === 0 ? NO_PARENT : batch * rows + i,
                priority: roll(50) * 0x5000000,
              };
              all.push(arrival);
              return arrival;
            });
            thread.insert(arrivals);
            expected.add(arrivals);
          }
          expect(stored(thread.store)).toEqual(expected.parents);
          thread.store.endLevel(looked);
          expected.endLevel();
        }
        expect(thread.store.bytes).toBeGreaterThanOrEqual(thread.store.count * (words + 2) * 4);
      });
    });
  });
});

const crowd = rowsOfShard(3, 12_000);

describe.each(kinds)("a store, %s, when a shard grows many times over,", (_kind, options, least) => {
  test.each([1, 2])("loses no row and takes none twice (%i memories)", (memories) => {
    const [thread] = threadsOver({ words: 2, memories, ...options }) as [Thread];
    const expected = new Expected(least);
    const rows = crowd;
    const looked: number[][] = [thread.store.counts];
    for (let from = 0; from < rows.length; from += 1500) {
      const arrivals = rows
        .slice(Math.max(0, from - 700), from + 1500)
        .map((row, i) => ({ row, parent: from + i, priority: i }));
      thread.insert(arrivals);
      expected.add(arrivals);
      expect(thread.store.count).toBe(expected.parents.size);
      looked.push(thread.store.counts);
      // Of fingerprints, rows of the levels before would be forgotten: here none has been looked at.
      thread.store.endLevel(looked[0]!);
      expected.endLevel();
    }
    expect(stored(thread.store)).toEqual(expected.parents);
    // A shard's table of 4,096 bytes at first.
    expect(thread.store.bytes - SHARDS * 4096).toBeGreaterThan(crowd.length * 16);
  });
});

test("rows of all shards at once, many times what tables begin with", () => {
  const [thread] = threadsOver({ words: 1, memories: 2, priorities: true }) as [Thread];
  const count = 2 * 1024 * 128;
  // Too many for texts: rows are numbers below `count`.
  for (let from = 0; from < count; from += 1 << 14) {
    const arrivals = Array.from({ length: 1 << 14 }, (_, i) => ({ row: [from + i], parent: from, priority: 0 }));
    thread.insert(arrivals.slice(0, 8192));
    thread.insert(arrivals);
  }
  const seen = new Uint8Array(count);
  const { store } = thread;
  store.counts.forEach((rows, shard) => {
    for (let row = 0; row < rows; row++) seen[store.rowAt(referenceOf(shard, row))[0]!]!++;
  });
  expect(seen.every((times) => times === 1)).toBe(true);
});

describe("of several parents", () => {
  const arrival = (row: number, parent: number, priority: number): Arrival => ({ row: [row], parent, priority });

  test("the one of least priority is kept, priorities being unsigned; of equal ones the first", () => {
    const [{ store }, thread] = ((t) => [t, t])(threadsOver({ words: 1 })[0]!);
    thread.insert([arrival(7, 1, 0xfffffff0), arrival(8, 1, 5), arrival(7, 2, 0x80000000), arrival(8, 2, 5)]);
    thread.insert([arrival(7, 3, 0x7fffffff), arrival(7, 4, 0xffffffff), arrival(8, 3, 6)]);
    expect(stored(store)).toEqual(
      new Map([
        ["7", 3],
        ["8", 1],
      ]),
    );
  });

  test("none of a later level comes into question, though its priority be less", () => {
    const [thread] = threadsOver({ words: 1 }) as [Thread];
    thread.insert([arrival(7, 1, 9)]);
    thread.store.endLevel(thread.store.counts);
    thread.insert([arrival(7, 2, 0), arrival(8, 3, 9), arrival(8, 4, 1)]);
    expect(stored(thread.store)).toEqual(
      new Map([
        ["7", 1],
        ["8", 4],
      ]),
    );
  });

  test("the same is kept whichever thread comes first", () => {
    const roll = dice(11);
    const arrivals = Array.from({ length: 3000 }, (_, i) => arrival(roll(600), i, (i * 7919) % 3001));
    const inOrder = (order: readonly number[]) => {
      const threads = threadsOver({ words: 1, threads: 3, memories: 2 });
      for (const part of order) expect(threads[part]!.append(arrivals.filter((_, i) => i % 3 === part))).toBe(1000);
      for (const part of [...order].reverse()) expect(threads[part]!.store.insertStaged()).toBe(true);
      return stored(threads[0]!.store);
    };
    const expected = new Expected(true);
    expected.add(arrivals);
    expect(inOrder([0, 1, 2])).toEqual(expected.parents);
    expect(inOrder([2, 0, 1])).toEqual(expected.parents);
  });
});

test("a path goes from an initial row to a row, by the parents", () => {
  const [thread] = threadsOver({ words: 1 }) as [Thread];
  let parent = NO_PARENT;
  const path: number[] = [];
  for (let row = 0; row < 20; row++) {
    const counts = thread.store.counts;
    thread.insert([{ row: [row], parent, priority: 0 }]);
    const shard = thread.store.counts.findIndex((count, at) => count > counts[at]!);
    parent = referenceOf(shard, counts[shard]!);
    expect(placeOf(parent)).toEqual([shard, counts[shard]!]);
    path.push(parent);
    thread.store.endLevel(counts);
  }
  expect(path.slice(1).map((reference) => thread.store.parentOf(reference))).toEqual(path.slice(0, -1));
  expect(path.map((reference) => thread.store.rowAt(reference)[0])).toEqual(Array.from({ length: 20 }, (_, i) => i));
});

test("rows wait in their stage until it is full, or they are asked to be inserted", () => {
  const [thread] = threadsOver({ words: 2 }) as [Thread];
  const rows = crowd.slice(0, STAGE_ROWS + BIN_ROWS).map((row) => ({ row, parent: 0, priority: 0 }));
  thread.append(rows.slice(0, STAGE_ROWS));
  expect(thread.store.count).toBe(0);
  thread.append(rows.slice(STAGE_ROWS));
  expect(thread.store.count).toBe(STAGE_ROWS);
  expect(thread.store.insertStaged()).toBe(true);
  expect(thread.store.count).toBe(STAGE_ROWS + BIN_ROWS);
});

test("rows are copied with their references, across blocks", () => {
  const [thread] = threadsOver({ words: 2, memories: 2 }) as [Thread];
  const rows = crowd.slice(0, 3 * BLOCK_ROWS);
  thread.insert(rows.map((row, parent) => ({ row, parent, priority: 0 })));
  const [from, to] = [BLOCK_ROWS - 3, 2 * BLOCK_ROWS + 5];
  const words = new Int32Array(3 * (to - from) + 20).fill(-1);
  expect(thread.store.copyRows(3, from, to, words, 10)).toBe(10 + 3 * (to - from));
  const copied = [...words.slice(10, -10)].map((word) => word >>> 0);
  expect(copied).toEqual(rows.slice(from, to).flatMap((row, i) => [...row, referenceOf(3, from + i)]));
  expect([...words.slice(0, 10), ...words.slice(-10)].every((word) => word === -1)).toBe(true);
});

describe("a store that has no room", () => {
  const stores = kinds.flatMap(([kind, options, least]) => [
    { kind, options, least, memories: 1, mixed: false },
    { kind, options, least, memories: 2, mixed: true },
  ]);
  test.each(exceptRelease(stores, ({ kind, memories }) => memories === 1 || kind !== "fingerprints"))(
    "loses nothing: what was refused is taken when there is room ($kind, $memories memories, mixed: $mixed)",
    ({ options, least, memories, mixed }) => {
      const budget = options.priorities || options.fingerprints ? 3_500_000 : 2_300_000;
      const [thread] = threadsOver({ words: 2, memories, ...options, budget }) as [Thread];
      thread.store.mixed = mixed;
      const rows = Array.from({ length: 1 << 17 }, (_, i) => ({ row: [i, i % 7], parent: i, priority: i }));
      const expected = new Expected(least);
      let refused: Arrival[] | undefined;
      let given = 0;
      for (; refused === undefined && given < rows.length; given += 64) {
        // One by one, so that it is known which one was refused.
        for (const row of rows.slice(given, given + 64)) {
          if (refused === undefined && thread.append([row]) === 1) expected.add([row]);
          else refused = [...(refused ?? []), row];
        }
        if (refused === undefined && given % 4096 === 0 && !thread.store.insertStaged()) refused = [];
      }
      expect(refused, "it never was full").toBeDefined();
      expect(thread.store.isFull).toBe(true);
      expect(thread.store.bytes).toBeLessThanOrEqual(budget);
      const inside = stored(thread.store);
      for (const [text, parent] of inside) expect(expected.parents.get(text)).toBe(parent);
      expect(thread.store.insertStaged()).toBe(false);
      thread.store.setBudget(Number.MAX_SAFE_INTEGER);
      expect(thread.store.isFull).toBe(false);
      thread.insert([...refused!, ...rows.slice(given, given + 1000)]);
      expected.add([...refused!, ...rows.slice(given, given + 1000)]);
      expect(stored(thread.store)).toEqual(expected.parents);
    },
  );
});

test("of fingerprints, rows that were looked at are forgotten, and never taken again", () => {
  const [thread] = threadsOver({ words: 2, fingerprints: true, priorities: false }) as [Thread];
  const rows = crowd.slice(0, 400).map((row, parent) => ({ row, parent, priority: 0 }));
  thread.insert(rows.slice(0, BLOCK_ROWS));
  const looked = thread.store.counts;
  thread.store.endLevel(looked);
  const before = thread.store.bytes;
  thread.insert(rows.slice(250));
  expect(thread.store.count).toBe(rows.length);
  expect(() => thread.store.rowAt(referenceOf(3, 0))).toThrow(/not kept/);
  expect(() => thread.store.rowAt(referenceOf(3, BLOCK_ROWS - 1))).toThrow(/not kept/);
  expect([...thread.store.rowAt(referenceOf(3, BLOCK_ROWS))]).toEqual(rows[BLOCK_ROWS]!.row);
  // Their block is used again, and all fit the table that it began with.
  expect(thread.store.bytes).toBe(before);
});

describe.each(kinds)("a store, %s, that was cleared", (_kind, options, least) => {
  test.each([1, 2])("holds nothing of before, whatever grew then and grows now (%i memories)", (memories) => {
    const [thread, fresh] = [1, 2].map(() => threadsOver({ words: 2, memories, ...options })[0]!) as [Thread, Thread];
    const { store } = thread;
    const before = store.bytes;
    // The same again, with tables that have grown once; then tables that end at other sizes, and other orders.
    const few = crowd.slice(0, 1000);
    for (const rows of [few, few, crowd, crowd.slice(0, 3000).reverse(), [...crowd].reverse()]) {
      const arrivals = rows.map((row, parent) => ({ row, parent, priority: (parent * 7919) % 3001 }));
      const expected = new Expected(least);
      for (const half of [arrivals.slice(0, 2500), arrivals.slice(2000)]) {
        thread.insert(half);
        expected.add(half);
      }
      expect(stored(store)).toEqual(expected.parents);
      store.endLevel(store.counts.map(() => 0));
      store.clear(2);
      expect([store.count, store.bytes, ...stored(store)]).toEqual([0, before]);
    }
    thread.insert(crowd.slice(0, 1000).map((row, parent) => ({ row, parent, priority: 0 })));
    fresh.insert(crowd.slice(0, 1000).map((row, parent) => ({ row, parent, priority: 0 })));
    expect([store.bytes, store.counts]).toEqual([fresh.store.bytes, fresh.store.counts]);
  });
});

describe.each(kinds)("a store, %s, that is written to a checkpoint and read again", (_kind, options, least) => {
  test.each([
    [1, 1],
    [2, 8],
  ])("holds the same, and goes on the same (%i memories, then %i)", (memories, then) => {
    const [thread] = threadsOver({ words: 2, memories, ...options }) as [Thread];
    const [again] = threadsOver({ words: 2, memories: then, ...options }) as [Thread];
    const arrivalsOf = (rows: readonly (readonly number[])[], times: number) =>
      rows.map((row, i) => ({ row, parent: i, priority: (i * times) % 4001 }));
    const others = Array.from({ length: 2000 }, (_, i) => [i, i % 5]);
    const levels = [
      [...crowd.slice(0, 5000), ...others.slice(0, 700)],
      [...crowd.slice(3000, 9000), ...others],
    ].map((rows) => arrivalsOf(rows, 7919));
    const expected = new Expected(least);
    thread.insert(levels[0]!);
    expected.add(levels[0]!);
    thread.store.endLevel(thread.store.counts.map(() => 0));
    expected.endLevel();
    thread.insert(levels[1]!);
    expected.add(levels[1]!);
    for (let shard = 0; shard < SHARDS; shard++) {
      const bytes = Buffer.concat([...thread.store.dump(shard, 0)].map((part) => Uint8Array.from(part)));
      let at = 0;
      again.store.restore(shard, thread.store.sizesOf(shard), 0, (into) => {
        into.set(bytes.subarray(at, at + into.length));
        at += into.length;
      });
      expect(at).toBe(bytes.length);
    }
    expect(again.store.counts).toEqual(thread.store.counts);
    expect(stored(again.store)).toEqual(expected.parents);
    // The priorities are there again, and the table: a better parent is taken, and no row twice.
    const more = arrivalsOf([...crowd.slice(2000), ...others].reverse(), 4391);
    again.insert(more);
    expected.add(more);
    expect(stored(again.store)).toEqual(expected.parents);
  });

  test("is refused if it does not fit", () => {
    const [thread] = threadsOver({ words: 2, ...options }) as [Thread];
    thread.insert(crowd.map((row, parent) => ({ row, parent, priority: 0 })));
    const budget = SHARDS * (options.fingerprints ? 8192 : 4096) + 40_000;
    const [small] = threadsOver({ words: 2, ...options, budget }) as [Thread];
    expect(() => small.store.restore(3, thread.store.sizesOf(3), 0, () => {})).toThrow(MemoryExceeded);
  });
});
