/**
 * The visited set on disk, against sets of numbers: each state is new once, on the level on which it is found first,
 * whatever the size of blocks, the number of runs and of files of candidates, and also after it was reopened.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Buckets } from "../../checker/store/buckets.js";
import { ExternalSet } from "../../checker/store/external.js";
import { NumberFile, recordOf } from "../../checker/store/number-file.js";
import { BLOCK_KEYS, Sorter } from "../../checker/store/sorter.js";
import { modules } from "../../checker/wasm/modules.js";
import { SHARDS } from "../../checker/wasm/sizes.js";
import { dice } from "../support/dice.js";
import { exceptRelease } from "../support/extent.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "popcheck-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Found {
  readonly key: bigint;
  readonly parent: number;
  readonly priority: number;
}

const low = (key: bigint) => Number(key & 0xffffffffn);
const high = (key: bigint) => Number(key >> 32n);
/** The shard of a key: any function of the key will do. */
const shardOf = (key: bigint) => Number((key * 11400714819323198485n) & BigInt(SHARDS - 1));

/** Gives the records of a shard, as the search does. */
function loader(found: readonly Found[]) {
  const byShard = Array.from({ length: SHARDS }, (): Found[] => []);
  for (const each of found) byShard[shardOf(each.key)]!.push(each);
  return (shard: number, words: Int32Array, at: number): number => {
    byShard[shard]!.forEach(({ key, parent, priority }, i) => {
      words.set([low(key), high(key), parent, priority], at + 4 * i);
    });
    return byShard[shard]!.length;
  };
}

/** What the set should hold. */
class Expected {
  readonly seen = new Set<bigint>();
  private pending: Found[] = [];

  gather(found: readonly Found[]) {
    this.pending.push(...found);
  }

  /** The new states in the order in which they lie in the file, each with its parent. */
  endLevel(): { readonly key: bigint; readonly parent: number }[] {
    const best = new Map<bigint, Found>();
    for (const each of this.pending) {
      const other = best.get(each.key);
      if (other === undefined || each.priority < other.priority) best.set(each.key, each);
    }
    this.pending = [];
    const fresh = [...best.values()].filter(({ key }) => !this.seen.has(key));
    for (const { key } of fresh) this.seen.add(key);
    const order = (a: Found, b: Found) => shardOf(a.key) - shardOf(b.key) || (a.key < b.key ? -1 : 1);
    return fresh.sort(order).map(({ key, parent }) => ({ key, parent }));
  }
}

const keyIn = ({ key, parent }: { readonly key: Int32Array; readonly parent: number }) => ({
  key: (BigInt(key[1]! >>> 0) << 32n) | BigInt(key[0]! >>> 0),
  parent,
});

test("a set says how much memory the end of a level will take, and that it takes no more the next time", () => {
  const set = ExternalSet.create(folder, modules());
  const level = (from: number) =>
    Array.from({ length: 100_000 }, (_, i) => ({ key: BigInt(from + i), parent: 0, priority: 0 }));
  expect(set.bytesAhead(0)).toBe(0);
  // A 256th of the records, each twice, since they are sorted to and fro; shards are not of the same size.
  const some = (2 * 16 * 100_000) / SHARDS;
  expect(set.bytesAhead(100_000) / some).toBeGreaterThan(1);
  expect(set.bytesAhead(100_000) / some).toBeLessThan(1.5);
  set.gather(loader(level(0)));
  expect(set.bytesAhead(0)).toBe(0);
  set.gather(loader(level(100_000)));
  expect(set.bytesAhead(0) / some).toBeGreaterThan(0.9);
  set.endLevel(loader([]));
  expect(set.bytesAhead(0)).toBe(0);
  set.gather(loader(level(200_000)));
  set.gather(loader(level(300_000)));
  expect(set.bytesAhead(0)).toBe(0);
  set.remove();
});

/** Keys that lie close together, so that blocks end between equal ones, and some in the high half of 64 bits. */
function randomFound(roll: (sides: number) => number, count: number, range: number): Found[] {
  return Array.from({ length: count }, () => ({
    key: (BigInt(roll(2)) << 63n) | (BigInt(roll(3)) << 33n) | BigInt(roll(range)),
    parent: roll(2 ** 31),
    priority: roll(1 << 20),
  }));
}

/** Fills the archive with states that were in memory; returns them in the order of their references. */
function archive(set: ExternalSet, roll: (sides: number) => number, count: number, range: number) {
  const rows = [...new Map(randomFound(roll, count, range).map((each) => [each.key, each])).values()];
  // The row's shard is another than the key's.
  const rowShard = (key: bigint) => (shardOf(key) * 7 + 3) % SHARDS;
  rows.sort((a, b) => rowShard(a.key) - rowShard(b.key));
  const words = new Int32Array(5);
  for (const { key, parent } of rows) {
    words.set([low(key), high(key), parent], 2);
    set.archive(rowShard(key), shardOf(key), words, 2);
  }
  set.closeArchive();
  return { rows, rowShard };
}

describe("each level has what no level before it had:", () => {
  const archives = [1, 2, 3, 8, BLOCK_KEYS].flatMap((blockKeys) => [
    ["a few keys again and again", blockKeys, 40, 300] as const,
    ["many keys in a shard", blockKeys, 4000, 3000] as const,
  ]);
  test.each(exceptRelease(archives, ([, blockKeys, range]) => range === 4000 && blockKeys !== 3))(
    "%s, with blocks of %i keys",
    (_what, blockKeys, range, count) => {
      let set = ExternalSet.create(folder, modules(), blockKeys);
      const roll = dice(range + blockKeys);
      const expected = new Expected();
      const { rows, rowShard } = archive(set, roll, count, range);
      for (const { key } of rows) expected.seen.add(key);
      expect([set.count, set.levels]).toEqual([rows.length, []]);
      // More levels than there are runs kept apart, so that some are merged.
      for (let level = 0; level < 24; level++) {
        // Each level reaches a little further, so that each has new states.
        const reach = range + level * Math.ceil(range / 10);
        for (let i = 0; i < level % 3; i++) {
          const part = randomFound(roll, count / 3, reach);
          set.gather(loader(part));
          expected.gather(part);
        }
        const last = randomFound(roll, count / 3, reach);
        expected.gather(last);
        const fresh = expected.endLevel();
        expect(set.endLevel(loader(last))).toBe(fresh.length);
        expect(fresh.map((_, place) => keyIn(set.levelKey(level, place)))).toEqual(fresh);
        expect(set.count).toBe(expected.seen.size);
        expect(set.levels.length).toBe(level + 1);
        expect(set.levelStart).toBe(set.count - rows.length - fresh.length);
        if (level % 7 === 5) {
          // With another size of blocks it is the same set.
          const record = JSON.parse(JSON.stringify(set.record()));
          const disused = new Set(set.disused.map(({ path }) => path));
          set = ExternalSet.resume(
            folder,
            modules(),
            record,
            set.openFiles.map(recordOf),
            blockKeys === 3 ? 5 : blockKeys,
          );
          for (const path of disused) rmSync(path);
        } else if (level % 3 === 0) set.sweep();
      }
      // What is archived has stayed as it is.
      const shards = Array.from({ length: SHARDS }, (_, shard) => rows.filter(({ key }) => rowShard(key) === shard));
      expect(set.archived).toEqual(shards.map(({ length }) => length));
      shards.forEach((of, shard) => {
        of.forEach(({ key, parent }, row) => {
          expect(keyIn(set.archivedKey(shard, row))).toEqual({ key, parent });
        });
      });
      expect(set.bytes).toBeGreaterThan(12 * set.count);
      set.remove();
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

test("more keys of one shard in a sorted run than a block of the usual size has", () => {
  const set = ExternalSet.create(folder, modules());
  const expected = new Expected();
  // One shard, each key by itself: blocks end everywhere.
  const keys = Array.from({ length: 12 * BLOCK_KEYS }, (_, i) => BigInt(i) * 3n);
  const load = (found: readonly bigint[]) => (shard: number, words: Int32Array, at: number) => {
    if (shard !== 5) return 0;
    found.forEach((key, i) => {
      words.set([low(key), high(key), i, 0], at + 4 * i);
    });
    return found.length;
  };
  set.archive(5, 5, new Int32Array([1, 7, 0]), 0);
  set.closeArchive();
  const levels = [
    keys.filter((_, i) => i % 2 === 0),
    keys,
    keys.map((key) => key + 1n),
    [...keys].reverse().map((key) => key + BigInt(Number(key) % 2)),
  ];
  for (const found of levels) {
    const fresh = new Set(found.filter((key) => !expected.seen.has(key)));
    for (const key of fresh) expected.seen.add(key);
    expect(set.endLevel(load(found))).toBe(fresh.size);
  }
  set.remove();
});

test("files that a checkpoint names are kept until it does not", () => {
  const set = ExternalSet.create(folder, modules(), 4);
  const roll = dice(3);
  archive(set, roll, 100, 1000);
  set.gather(loader(randomFound(roll, 50, 1000)));
  const named = set.openFiles.map(({ path }) => path);
  const before = readdirSync(folder).sort();
  set.endLevel(() => 0);
  set.sweep(new Set(named));
  expect(readdirSync(folder).sort()).toEqual(before);
  set.sweep();
  expect(readdirSync(folder).filter((name) => name.startsWith("candidates"))).toEqual([]);
});

describe("sorting", () => {
  const sorter = new Sorter(modules(), 4);
  const wide = (roll: (sides: number) => number) => (BigInt(roll(2 ** 32)) << 32n) | BigInt(roll(2 ** 32));

  test.each([0, 1, 2, 3, 255, 256, 1000])("%i keys, by all of their 64 bits", (count) => {
    const roll = dice(count + 1);
    const narrow = (i: number) => (i % 3 === 0 ? wide(roll) : BigInt(roll(300)) << BigInt(8 * roll(7)));
    const keys = BigUint64Array.from({ length: count }, (_, i) => narrow(i));
    new BigUint64Array(sorter.bytes.buffer, 4 * sorter.records, count).set(keys);
    const sorted = sorter.sortKeys(count);
    const expected = [...keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    expect([...new BigUint64Array(Uint8Array.from(sorted.keys).buffer)]).toEqual(expected);
    expect([...sorted.firstKeys]).toEqual(expected.filter((_, i) => i % 4 === 0));
  });

  test("of records with one key the one of least priority stays, the first of equal ones", () => {
    const records = [
      [9, 1, 70, 5],
      [9, 0, 71, 0x80000000],
      [9, 0, 72, 0x7fffffff],
      [9, 0, 73, 0x7fffffff],
      [2, 2, 74, 0],
    ];
    sorter.words.set(records.flat(), sorter.records);
    expect(sorter.sortUnique(records.length)).toBe(3);
    const left = [...sorter.words.subarray(sorter.records, sorter.records + 12)];
    expect([left.slice(0, 3), left.slice(4, 7), left.slice(8, 11)]).toEqual([
      [9, 0, 72],
      [9, 1, 70],
      [2, 2, 74],
    ]);
  });
});

describe("buckets", () => {
  test("give each shard what was added for it, in that order", () => {
    const buckets = new Buckets(join(folder, "buckets"), 3);
    const roll = dice(5);
    const expected = Array.from({ length: SHARDS }, (): number[] => []);
    const words = new Int32Array(8);
    for (let i = 0; i < 12_000; i++) {
      // One shard has more than is held back.
      const shard = i % 4 === 0 ? roll(SHARDS) : 7;
      words.set([i, -i, roll(1000)], 4);
      buckets.add(shard, words, 4);
      expected[shard]!.push(...words.subarray(4, 7));
    }
    const into = new Int32Array(40_000);
    expected.forEach((of, shard) => {
      into.fill(-7);
      expect(buckets.load(shard, into, 11)).toBe(of.length / 3);
      expect([...into.subarray(11, 11 + of.length)]).toEqual(of);
      expect([into[10], into[11 + of.length]]).toEqual([-7, -7]);
    });
    buckets.remove();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("a file of numbers", () => {
  const path = () => join(folder, "numbers");
  const bytes = (...of: number[]) => Uint8Array.from(of);

  test("is appended to, read, and reopened at its recorded length", () => {
    const file = new NumberFile(path());
    file.append(bytes(1, 2, 3, 4));
    const { length, checksum } = file;
    file.append(bytes(5, 6));
    const into = new Uint8Array(3);
    file.read(2, into);
    expect([...into, file.length]).toEqual([3, 4, 5, 6]);
    expect(() => file.read(4, into)).toThrow(/ends at byte 6/);
    file.sync();
    file.close();
    const again = NumberFile.resume(path(), length, checksum);
    expect([again.length, again.checksum]).toEqual([4, checksum]);
    again.append(bytes(9));
    again.close();
    expect([...readFileSync(path())]).toEqual([1, 2, 3, 4, 9]);
  });

  test("that is shorter, or has other bytes, than recorded is refused", () => {
    const file = new NumberFile(path());
    const whole = Uint8Array.from({ length: (1 << 20) + 10 }, (_, i) => i % 251);
    file.append(whole);
    file.close();
    const { length, checksum } = file;
    NumberFile.resume(path(), length, checksum).close();
    whole[1 << 20]! ^= 1;
    writeFileSync(path(), whole);
    expect(() => NumberFile.resume(path(), length, checksum)).toThrow(/damaged/);
    truncateSync(path(), length - 1);
    expect(() => NumberFile.resume(path(), length, checksum)).toThrow(/cut off/);
  });
});
