/** The frontiers: every row is given once, at its depth, in the order that the search promises, whoever takes it. */
import { describe, expect, test } from "vitest";
import { BreadthFirst, DepthFirst } from "../../checker/search/exhaustive/frontier.js";
import { Control, HANDED_ROWS, HANDING, type RowRange, RUNNING } from "../../checker/search/workers/control.js";
import { referenceOf, type ShardedStore } from "../../checker/store/shards.js";
import { BLOCK_ROWS, SHARDS } from "../../checker/wasm/sizes.js";
import { dice } from "../support/dice.js";

const rowsOf = (parts: readonly RowRange[]) =>
  parts.flatMap(({ shard, from, to }) => Array.from({ length: to - from }, (_, i) => referenceOf(shard, from + i)));
const inOrder = (rows: readonly number[]) => [...rows].sort((a, b) => a - b);
const perShard = (of: (shard: number) => number) => Array.from({ length: SHARDS }, (_, shard) => of(shard));

describe("a level is cut into chunks of which threads take every row once:", () => {
  const roll = dice(3);
  const shapes: readonly (readonly [
    shape: string,
    from: (shard: number) => number,
    rows: (shard: number) => number,
  ])[] = [
    ["rows of one shard, the first", () => 0, (shard) => (shard === 0 ? 3 * BLOCK_ROWS : 0)],
    ["rows of one shard, the last", () => 7, (shard) => (shard === SHARDS - 1 ? 2 * BLOCK_ROWS + 1 : 0)],
    ["a row in each shard", (shard) => shard, () => 1],
    ["one row", () => 5, (shard) => (shard === 100 ? 1 : 0)],
    ["no row", () => 5, () => 0],
    ["a chunk exactly", () => 0, (shard) => (shard < 2 ? BLOCK_ROWS / 2 : 0)],
    ["a few rows in some shards", () => roll(1000), () => roll(5) * roll(2)],
    ["many rows in some shards", () => roll(1000), () => (roll(3) === 0 ? roll(900) : 0)],
    ["many rows in every shard", () => roll(70_000), () => 200 + roll(300)],
  ];
  test.each(shapes)("%s", (_shape, fromOf, rowsIn) => {
    const from = perShard(fromOf);
    const to = perShard((shard) => from[shard]! + rowsIn(shard));
    const all = from.flatMap((first, shard) => rowsOf([{ shard, from: first, to: to[shard]! }]));
    const chunks = Math.ceil(all.length / BLOCK_ROWS);
    const opener = new Control(4);
    const others = [opener, new Control(opener.buffer), new Control(opener.buffer)];
    for (const done of new Set([0, 1, Math.floor(chunks / 2), chunks].filter((done) => done <= chunks))) {
      opener.open({ from, to }, false, done);
      expect(opener.chunks).toEqual({ taken: done, all: chunks });
      const taken: number[] = [];
      for (let turn = 0; ; turn++) {
        const parts = others[turn % 3]!.takeChunk();
        if (parts === undefined) break;
        const rows = rowsOf(parts);
        expect(rows.length).toBe(turn + done === chunks - 1 ? all.length - (chunks - 1) * BLOCK_ROWS : BLOCK_ROWS);
        taken.push(...rows);
        expect(opener.chunks).toEqual({ taken: done + turn + 1, all: chunks });
      }
      expect(taken).toEqual(all.slice(done * BLOCK_ROWS));
      expect(others.map((control) => control.takeChunk())).toEqual([undefined, undefined, undefined]);
      expect(opener.chunks).toEqual({ taken: chunks, all: chunks });
    }
  });

  test("all threads are told whether it lies beyond the depth limit, and whether it is large", () => {
    const opener = new Control(4);
    const other = new Control(opener.buffer);
    const told = (rows: number, beyond: boolean) => {
      opener.open({ from: perShard(() => 0), to: perShard((shard) => (shard === 1 ? rows : 0)) }, beyond);
      return [other.beyond, other.large];
    };
    expect(told(100, true)).toEqual([true, false]);
    expect(told(100_000, false)).toEqual([false, true]);
  });
});

/** A store as the frontiers see it: how many rows there are in each shard. */
class Shelf {
  private readonly rows = perShard(() => 0);
  readonly parents = new Map<number, number>();
  readonly depths = new Map<number, number>();
  readonly endings: (readonly number[])[] = [];
  private readonly roll = dice(17);

  get store(): ShardedStore {
    return this as unknown as ShardedStore;
  }
  get counts(): readonly number[] {
    return [...this.rows];
  }
  get count(): number {
    return this.parents.size;
  }
  countOf(shard: number): number {
    return this.rows[shard]!;
  }
  endLevel(looked: readonly number[]): void {
    this.endings.push(looked);
  }
  /** Adds a row to some shard. Which. */
  add(parent: number, depth: number): number {
    // Some shards are never met, some often.
    const shard = this.roll(this.roll(SHARDS) + 1);
    const row = referenceOf(shard, this.rows[shard]!++);
    this.parents.set(row, parent);
    this.depths.set(row, depth);
    return shard;
  }
}

const shapes: readonly (readonly [shape: string, initial: number, children: (nth: number) => number])[] = [
  ["a chain", 1, () => 1],
  ["a star", 1, (nth) => (nth === 0 ? 500 : 0)],
  ["a binary tree", 1, () => 2],
  ["several initial states, some without successors", 7, (nth) => nth % 4],
  ["a tree wide enough to grow the stack", 1, () => 2500],
  ["initial states alone", 9, () => 0],
];
const ENOUGH = 3000;

describe("breadth first, every row is given once, level by level:", () => {
  test.each(shapes)("%s", (_shape, initial, children) => {
    const shelf = new Shelf();
    const frontier = new BreadthFirst(new Control(4));
    for (let i = 0; i < initial; i++) shelf.add(-1, 0);
    const given: number[] = [];
    frontier.begin(shelf.store);
    do {
      expect(frontier.deepest(shelf.store)).toBe(Math.max(...shelf.depths.values()));
      for (let parts = frontier.take(); parts !== undefined; parts = frontier.take()) {
        for (const row of rowsOf(parts)) {
          expect(shelf.depths.get(row)).toBe(frontier.depth);
          const found = shelf.count < ENOUGH ? children(given.length) : 0;
          given.push(row);
          for (let i = 0; i < found; i++) shelf.add(row, frontier.depth + 1);
        }
        // Chunks that were not taken count as full ones.
        expect(Math.abs(frontier.size(shelf.store) - (shelf.count - given.length))).toBeLessThan(BLOCK_ROWS);
        expect(frontier.deepest(shelf.store)).toBe(Math.max(...shelf.depths.values()));
      }
      expect([frontier.done, frontier.size(shelf.store)]).toEqual([1, shelf.count - given.length]);
    } while (frontier.advance(shelf.store));
    expect(inOrder(given)).toEqual(inOrder([...shelf.parents.keys()]));
    const depths = [...shelf.depths.values()];
    const levels = Array.from(
      { length: Math.max(...depths) + 1 },
      (_, depth) => depths.filter((d) => d === depth).length,
    );
    expect(frontier.levels).toEqual(levels);
    expect([frontier.size(shelf.store), frontier.depth]).toEqual([0, levels.length - 1]);
    // The store is told the end of each level, and of which rows no more is wanted: those of the level before.
    expect(shelf.endings.length).toBe(levels.length);
    const looked = shelf.endings.map((rows) => rows.reduce((sum, n) => sum + n, 0));
    expect(looked).toEqual(levels.map((_, depth) => levels.slice(0, depth).reduce((sum, n) => sum + n, 0)));
  });

  test("the rows at the depth limit and beyond are given as such", () => {
    const shelf = new Shelf();
    const frontier = new BreadthFirst(new Control(4), 2);
    shelf.add(-1, 0);
    frontier.begin(shelf.store);
    const beyond: boolean[] = [];
    for (let depth = 1; depth < 5; depth++) {
      beyond.push(frontier.beyond);
      shelf.add(0, depth);
      frontier.advance(shelf.store);
    }
    expect(beyond).toEqual([false, false, true, true]);
  });
});

describe("rows that threads hand over are given once, by the first thread, before any other chunk:", () => {
  const opened = () => {
    const control = new Control(4);
    const other = new Control(control.buffer);
    const frontier = new BreadthFirst(control);
    const to = perShard((shard) => (shard === 3 ? 2 * BLOCK_ROWS : 0));
    frontier.resume({ from: perShard(() => 0), to }, 0, 0);
    const reference = (row: number) => referenceOf(3, row);
    return { control, other, frontier, reference };
  };

  test("by as many threads as there are, time and again, and among them what a limit has left", () => {
    const { control, other, frontier, reference } = opened();
    frontier.leftover = [reference(500)];
    const given: number[] = [];
    const handed = [500];
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 20; i++) {
        const row = round * 20 + i;
        handed.push(row);
        expect(other.handOver(1 + (i % 3), reference(row))).toBe(true);
        expect(control.hasLeftover).toBe(true);
      }
      // Nothing but what is left over is taken as long as there is something.
      while (control.hasLeftover) given.push(...rowsOf(frontier.take()!));
      expect(frontier.leftover).toEqual([]);
    }
    expect(inOrder(given)).toEqual(inOrder(handed.map(reference)));
    expect([rowsOf(frontier.take()!).length, rowsOf(frontier.take()!).length, frontier.take()]).toEqual([
      BLOCK_ROWS,
      BLOCK_ROWS,
      undefined,
    ]);
  });

  test(`a thread hands over ${HANDED_ROWS} rows at the most, and goes on when they are taken`, () => {
    const { control, other, frontier, reference } = opened();
    const before = control.news;
    for (let row = 0; row < HANDED_ROWS; row++) expect(other.handOver(2, reference(row))).toBe(true);
    expect(control.news).toBe(before + 1);
    expect(other.handOver(2, reference(HANDED_ROWS))).toBe(false);
    expect(other.handOver(1, reference(HANDED_ROWS))).toBe(true);
    other.report(2, HANDING);
    expect(rowsOf(frontier.take()!)).toEqual([HANDED_ROWS, ...Array(HANDED_ROWS).keys()].map(reference));
    expect(control.statusOf(2)).toBe(RUNNING);
    expect(control.hasLeftover).toBe(false);
    expect(other.handOver(2, reference(HANDED_ROWS + 1))).toBe(true);
    // The first thread may have begun to wait.
    expect(control.news).toBe(before + 4);
    expect(frontier.leftover).toEqual([reference(HANDED_ROWS + 1)]);
  });
});

describe("depth first, every row is given once, and a successor next if there is one:", () => {
  test.each(shapes)("%s", (_shape, initial, children) => {
    const shelf = new Shelf();
    const frontier = new DepthFirst();
    for (let i = 0; i < initial; i++) shelf.add(-1, 0);
    frontier.begin(shelf.store);
    const given: number[] = [];
    const withChildren = new Set<number>();
    for (let parts = frontier.take(); parts !== undefined; parts = frontier.take()) {
      const [row, ...others] = rowsOf(parts);
      expect(others).toEqual([]);
      expect(frontier.depth).toBe(shelf.depths.get(row!));
      const last = given.at(-1);
      if (last !== undefined && withChildren.has(last)) expect(shelf.parents.get(row!)).toBe(last);
      given.push(row!);
      const found = shelf.count < ENOUGH ? children(given.length - 1) : 0;
      const shards = Array.from({ length: found }, () => shelf.add(row!, frontier.depth + 1));
      if (found > 0) withChildren.add(row!);
      // Shards are named once or more.
      frontier.taken(shelf.store, [...shards, ...shards.slice(0, 1)]);
      expect(frontier.size()).toBe(shelf.count - given.length);
      expect(frontier.deepest()).toBe(Math.max(...shelf.depths.values()));
    }
    expect(inOrder(given)).toEqual(inOrder([...shelf.parents.keys()]));
    expect(frontier.size()).toBe(0);
  });

  test("the rows at the depth limit are given as such", () => {
    const shelf = new Shelf();
    const frontier = new DepthFirst(1);
    shelf.add(-1, 0);
    frontier.begin(shelf.store);
    const beyond: boolean[] = [];
    for (let depth = 0; depth < 3; depth++) {
      frontier.take();
      beyond.push(frontier.beyond);
      frontier.taken(shelf.store, [shelf.add(0, depth + 1)]);
    }
    expect(beyond).toEqual([false, true, true]);
  });
});
