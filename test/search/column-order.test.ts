/** The order of columns in trees of pairs: it makes them small, and changes nothing else. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { Check } from "../../checker/search/check.js";
import { checkpointsIn } from "../../checker/search/exhaustive/checkpoint.js";
import { columnOrder } from "../../checker/search/exhaustive/column-order.js";
import { readManifest } from "../../checker/search/exhaustive/manifest.js";
import type { SearchOptions } from "../../checker/search/options.js";
import { subtreesOf } from "../../checker/wasm/pair-tables.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { dice } from "../support/dice.js";

const GIVEN = { stage: "4.4", kernels: 3 };
const COMPRESSED: SearchOptions = { store: "compressed", orderedFrom: 500 };

function made(options: SearchOptions): Check {
  const check = new Check(new Instance(popcorn, GIVEN), options);
  check.search.about = {};
  return check;
}

/** What a check comes to that must not depend on the order. */
function found(check: Check) {
  check.work();
  const { distinct, generated, depth, properties, incomplete } = check.outcome();
  return { distinct, generated, depth, incomplete, verdicts: properties.map(({ verdict }) => verdict) };
}

/** How many values the subtrees of the trees of some rows have together. */
function valuesIn(rows: readonly Uint16Array[], words: number, order: readonly number[]): number {
  const valuesOf = ({ from, to }: { from: number; to: number }) =>
    new Set(rows.map((row) => order.slice(2 * from, 2 * to).map((column) => row[column])).map(String)).size;
  return subtreesOf(words).reduce((sum, subtree) => sum + valuesOf(subtree), 0);
}

describe("an order of columns", () => {
  test("puts those together that depend on each other", () => {
    const roll = dice(3);
    // Columns i, i + 4, i + 8 and i + 12 hold the same.
    const rows = Array.from({ length: 2000 }, () => {
      const four = Array.from({ length: 4 }, () => roll(10));
      return Uint16Array.from([...four, ...four, ...four, ...four]);
    });
    const order = columnOrder(rows, 8);
    expect([...order].sort((a, b) => a - b)).toEqual([...Array(16).keys()]);
    // Each half has two of the four numbers, and each quarter one.
    expect(valuesIn(rows, 8, order)).toBe(2 * 100 + 4 * 10);
    expect(valuesIn(rows, 8, [...Array(16).keys()])).toBeGreaterThan(2000);
  });

  test.each([1, 2, 3, 5, 12])("of %i words is one of all columns, also where all rows are equal", (words) => {
    const order = columnOrder([new Uint16Array(2 * words), new Uint16Array(2 * words)], words);
    expect([...order].sort((a, b) => a - b)).toEqual([...Array(2 * words).keys()]);
  });

  test("is the rows' own where no other is better", () => {
    // The columns of a pair are equal, and there are two pairs: each is a subtree of its own.
    const rows = Array.from({ length: 64 }, (_, i) => Uint16Array.from([i & 7, i & 7, 0, 0, i >> 3, i >> 3, 0, 0]));
    expect(columnOrder(rows, 4)).toEqual([...Array(8).keys()]);
  });
});

describe("a search with compressed states", () => {
  test.each([1, 2])("by %i threads begins anew with an order, and comes to the same with fewer pairs", (threads) => {
    const plain = made({ ...COMPRESSED, orderedFrom: Number.MAX_SAFE_INTEGER });
    const check = made({ ...COMPRESSED, threads, levelForThreads: 1 });
    expect(found(check)).toEqual(found(plain));
    expect(plain.search.engine.columnOrder).toBeUndefined();
    expect(check.search.engine.columnOrder).toBeDefined();
    expect(check.search.engine.missHandler.nodes).toBeLessThan(0.9 * plain.search.engine.missHandler.nodes);
    plain.close();
    check.close();
  });

  test("is taken up from a checkpoint with its order", () => {
    const folder = mkdtempSync(join(tmpdir(), "popcheck-order-"));
    try {
      const options = { ...COMPRESSED, checkpoint: folder };
      const first = made({ ...options, maxStates: 1500 });
      first.work();
      first.close();
      const [name] = checkpointsIn(folder);
      const { body } = readManifest(folder, name!);
      expect(body.columnOrder).toEqual(first.search.engine.columnOrder);
      const check = made(options);
      expect(() => check.resume(folder, name!, { ...body, columnOrder: [1, 0] }, 1)).toThrow(/order of its columns/);
      check.close();
      const again = made(options);
      again.resume(folder, name!, body, 1);
      expect(again.search.engine.columnOrder).toEqual(body.columnOrder);
      const whole = made(COMPRESSED);
      expect(found(again)).toEqual(found(whole));
      again.close();
      whole.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("has an order when it goes on on disk", () => {
    const folder = mkdtempSync(join(tmpdir(), "popcheck-order-"));
    const check = made({ store: "exact", storeMemory: 1, spill: folder });
    const plain = made({});
    expect(found(check)).toEqual(found(plain));
    expect(check.search.engine.columnOrder).toBeDefined();
    check.close();
    plain.close();
    rmSync(folder, { recursive: true, force: true });
  });
});
