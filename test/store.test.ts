/**
 * The exact store against a Map of texts, and the frontiers: every row once, from the parent that came first, at the right depth.
 */
import { describe, expect, test } from "vitest";
import { BreadthFirst, DepthFirst } from "../checker/explore/frontier.js";
import { MemoryExceeded, RowStore } from "../checker/store/rows.js";

/** Random numbers from a seed, the same in every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

interface Arrival {
  readonly row: readonly number[];
  readonly parent: number;
}

const BATCH = 32;

function insert(store: RowStore, arrivals: readonly Arrival[]): void {
  const words = new Uint32Array(BATCH * store.words).fill(0xdeadbeef);
  const parents = new Uint32Array(BATCH).fill(0xdeadbeef);
  arrivals.forEach(({ row, parent }, b) => {
    words.set(row, b * store.words);
    parents[b] = parent;
  });
  store.insert({ words, parents }, arrivals.length);
}

const stored = ({ words, rows, parents, count }: RowStore): Arrival[] =>
  Array.from({ length: count }, (_, i) => ({ row: [...rows.slice(i * words, (i + 1) * words)], parent: parents[i]! }));

/** The first arrival of each row, in order. */
function firsts(arrivals: readonly Arrival[]): Arrival[] {
  const byRow = new Map<string, Arrival>();
  for (const arrival of arrivals) if (!byRow.has(arrival.row.join())) byRow.set(arrival.row.join(), arrival);
  return [...byRow.values()];
}

describe("the row store keeps each row once, in the order of arrival, with the parent that it came with first:", () => {
  type Case = [what: string, words: number, values: number, scale: number, batches: number];
  test.each<Case>([
    ["rows of one word, most of them duplicates", 1, 300, 1, 60],
    ["rows of two words, half of them duplicates", 2, 40, 1, 100],
    ["rows of three words that differ in high bits alone", 3, 16, 1 << 28, 200],
    ["rows of eleven words that differ in one bit each", 11, 2, 1 << 31, 200],
    ["enough rows to grow many times", 2, 1 << 16, 65_537, 600],
  ])("%s", (_what, words, values, scale, batches) => {
    const roll = dice(words * values);
    const store = new RowStore(words, BATCH, Number.POSITIVE_INFINITY, BATCH);
    const all: Arrival[] = [];
    for (let batch = 0; batch < batches; batch++) {
      const arrivals: Arrival[] = Array.from({ length: roll(BATCH + 1) }, (_, i) => ({
        row: Array.from({ length: words }, () => (roll(values) * scale) >>> 0),
        parent: batch * BATCH + i,
      }));
      // Some rows twice in a batch, some from the batches before.
      for (let i = 1; i < arrivals.length; i++) {
        const known = roll(8) === 0 ? arrivals[i - 1] : roll(8) === 0 ? all[roll(all.length)] : undefined;
        if (known) arrivals[i] = { ...arrivals[i]!, row: known.row };
      }
      insert(store, arrivals);
      all.push(...arrivals);
    }
    expect(stored(store)).toEqual(firsts(all));
    expect(store.bytes).toBeGreaterThanOrEqual(store.count * (words + 3) * 4);
  });

  test("when there is no room for more rows, those before are still there", () => {
    const room = 4 * BATCH;
    const store = new RowStore(1, BATCH, new RowStore(1, BATCH, 0, room).bytes * 1.5, BATCH);
    const batches = Array.from({ length: 40 }, (_, b) =>
      Array.from({ length: BATCH }, (_, i) => ({ row: [b * BATCH + i], parent: b })),
    );
    const fill = () => {
      for (const arrivals of batches) insert(store, arrivals);
    };
    expect(fill).toThrow(MemoryExceeded);
    expect(stored(store)).toEqual(batches.flat().slice(0, store.count));
    expect(store.count).toBe(room);
  });
});

interface Given {
  readonly row: number;
  readonly depth: number;
  /** Before it was given. */
  readonly size: number;
  readonly deepest: number;
}

/** Drives a frontier as the search does. Rows form a forest: `children(row)` new rows are found from a row, until there are enough. */
function drive(frontier: BreadthFirst | DepthFirst, initial: number, children: (row: number) => number) {
  const parents: number[] = Array(initial).fill(-1);
  const given: Given[] = [];
  let stored = 0;
  const flush = () => {
    frontier.add(stored, parents.length, given.length === 0 ? 0 : frontier.depth + 1);
    stored = parents.length;
  };
  flush();
  for (;;) {
    if (frontier.needsFlush || (frontier as BreadthFirst).atLevelEnd) flush();
    const size = frontier.size;
    const row = frontier.next();
    if (row < 0) break;
    given.push({ row, depth: frontier.depth, size, deepest: frontier.deepest });
    const found = parents.length < 3000 ? children(row) : 0;
    for (let n = 0; n < found; n++) if (parents.push(row) - stored === BATCH) flush();
  }
  const depths: number[] = [];
  for (const parent of parents) depths.push(parent < 0 ? 0 : depths[parent]! + 1);
  return { given, parents, depths };
}

describe.each([
  ["breadth first", () => new BreadthFirst()],
  ["depth first", () => new DepthFirst()],
])("%s, every row is given once, at its depth:", (kind, make) => {
  const roll = dice(5);
  test.each<[shape: string, initial: number, children: (row: number) => number]>([
    ["a chain", 1, () => 1],
    ["a star", 1, (row) => (row === 0 ? 500 : 0)],
    ["a binary tree", 1, () => 2],
    ["several initial states, some without successors", 7, (row) => row % 4],
    ["a forest by chance", 3, () => roll(5)],
    ["a tree wide enough to grow the stack", 1, () => 2500],
    ["initial states alone", 9, () => 0],
  ])("%s", (_shape, initial, children) => {
    const frontier = make();
    const { given, parents, depths } = drive(frontier, initial, children);
    expect(given.map(({ row }) => row).sort((a, b) => a - b)).toEqual(parents.map((_, row) => row));
    expect(given.map(({ depth }) => depth)).toEqual(given.map(({ row }) => depths[row]));
    const deepestOf = depths.map(() => 0);
    depths.forEach((depth, row) => {
      deepestOf[row] = Math.max(depth, deepestOf[row - 1] ?? 0);
    });
    expect(given.map(({ deepest }) => deepest)).toEqual(given.map(({ size }, i) => deepestOf[i + size - 1]));
    expect([given.at(-1)!.size, frontier.size]).toEqual([1, 0]);
    if (kind === "breadth first") {
      expect(given.map(({ row }) => row)).toEqual(parents.map((_, row) => row));
      return;
    }
    // Depth first goes on with a successor if there is one.
    const parentsThatFollow = given.slice(1).map(({ row }) => parents[row]);
    const strays = given.slice(0, -1).filter(({ row }, i) => parents.includes(row) && parentsThatFollow[i] !== row);
    expect(strays).toEqual([]);
  });
});

test("breadth first, the rows of each depth are counted", () => {
  const frontier = new BreadthFirst();
  const { depths } = drive(frontier, 3, (row) => row % 3);
  expect(frontier.levels).toEqual([...new Set(depths)].map((depth) => depths.filter((d) => d === depth).length));
});
