/**
 * Folded rows: a row and its pair of numbers stand for each other, also while the table of pairs grows, and whichever
 * thread folds it.
 */
import { describe, expect, test } from "vitest";
import { disabled, model, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import { Check } from "../../checker/search/check.js";
import type { SearchOptions } from "../../checker/search/options.js";
import { type Expander, MissKind } from "../../checker/wasm/expander.js";
import { SPARE_NODES } from "../../checker/wasm/sizes.js";
import { dice } from "../support/dice.js";
import { differences } from "../support/differences.js";
import { exceptRelease } from "../support/extent.js";
import { loneExpanders, recordOf } from "../support/lone-expander.js";

type Lone = ReturnType<typeof loneExpanders>;

/** Doubles the table as the search does: what a kernel has claimed and not used stays out of it. */
function grow({ arena, expanders }: Lone): void {
  const spares = expanders.map(({ context }) => context.spareNode).filter((own) => own !== 0);
  arena.header.nodePlaces *= 2;
  const at = arena.region("spares", 4 * (spares.length + 1)).start;
  arena.words.set(spares, at >>> 2);
  expanders[0]!.rebuildNodeTable(at, spares.length);
}

/** The pair of a row. How often the table had to grow for it is counted in `growths`. */
function folder(lone: Lone) {
  const counted = { growths: 0 };
  const fold = (kernel: Expander, row: readonly number[]): string => {
    for (;;) {
      const record = recordOf(kernel, row, 2);
      if (record) return record.stored.join();
      expect(kernel.miss.what).toBe(MissKind.nodes);
      counted.growths++;
      grow(lone);
    }
  };
  return { fold, counted };
}

function unfold(kernel: Expander, pair: string): number[] {
  kernel.words.set(pair.split(",").map(Number), kernel.input >>> 2);
  // What was there before must not show through.
  kernel.row.fill(0xabcd);
  kernel.loadRow(kernel.input);
  return [...new Uint32Array(kernel.row.slice().buffer)];
}

const widths = Array.from({ length: 40 }, (_, i) => i + 1);

test("the last table that there is room for is filled to four fifths, and then there are no more pairs", () => {
  // Room for a table of 2,048 places, with what other tables are left.
  const lone = loneExpanders(8, { compressed: true, places: 256, left: 2 ** 28 + 50_000 });
  const { header } = lone.arena;
  expect([header.nodeMostPlaces, header.nodeLimit]).toEqual([2048, 1638]);
  const roll = dice(5);
  const kept = new Map<string, string>();
  const row = () => Array.from({ length: 8 }, () => roll(2 ** 32));
  while (header.nodePlaces < header.nodeMostPlaces || !header.nodesFill) {
    const next = row();
    const record = recordOf(lone.expanders[0]!, next, 2);
    if (record) kept.set(next.join(), record.stored.join());
    else if (header.nodePlaces < header.nodeMostPlaces) grow(lone);
  }
  expect(header.nodeCount).toBeGreaterThan(1638 - SPARE_NODES - 8);
  expect(recordOf(lone.expanders[0]!, row(), 2)).toBeUndefined();
  for (const [row, pair] of kept) expect(unfold(lone.expanders[0]!, pair).join()).toBe(row);
  // Rows whose pairs are there are still compressed.
  for (const [row, pair] of kept)
    expect(recordOf(lone.expanders[0]!, row.split(",").map(Number), 2)!.stored.join()).toBe(pair);
});

describe("a row and its pair stand for each other,", () => {
  test.each(widths.filter((words) => words !== 2))("rows of %i words", (words) => {
    // The columns stand in another order in the trees: every third one first.
    const columns = [...Array(2 * words).keys()];
    const order = [0, 1, 2].flatMap((rest) => columns.filter((column) => column % 3 === rest));
    const lone = loneExpanders(words, { threads: 2, compressed: true, places: 256, order });
    const { fold, counted } = folder(lone);
    const roll = dice(words);
    const pairOf = new Map<string, string>();
    const rowOf = new Map<string, string>();
    const rows: number[][] = [];
    for (let i = 0; i < 1500; i++) {
      // New, or one of before with one word changed, or one of before.
      const base = rows[roll(rows.length)];
      const fresh = () => (roll(3) === 0 ? roll(2 ** 32) : roll(3) * 0x55555555);
      const row = base && roll(4) > 0 ? [...base] : Array.from({ length: words }, fresh);
      if (base && roll(3) > 0) row[roll(words)] = fresh();
      rows.push(row);
      const pair = fold(lone.expanders[roll(2)]!, row);
      expect(pairOf.get(row.join()) ?? pair, "two pairs for a row").toBe(pair);
      expect(rowOf.get(pair) ?? row.join(), "two rows with a pair").toBe(row.join());
      pairOf.set(row.join(), pair);
      rowOf.set(pair, row.join());
      expect(unfold(lone.expanders[roll(2)]!, pair)).toEqual(row);
    }
    // Those of before have not changed either.
    for (const [row, pair] of pairOf) expect(unfold(lone.expanders[0]!, pair).join()).toBe(row);
    expect(rowOf.size).toBe(pairOf.size);
    if (words > 4) expect(counted.growths).toBeGreaterThan(1);
  });
});

test.each([3, 5, 9, 12, 17])("a half of a row of %i words takes pairs only for what it can be itself", (words) => {
  const { arena, expanders } = loneExpanders(words, { compressed: true, places: 1 << 16 });
  const half = Math.floor(words / 2);
  for (let left = 0; left < 40; left++) {
    for (let right = 0; right < 40; right++) {
      const row = Array.from({ length: words }, (_, w) => (w < half ? left * 100 + w : right * 100 + w));
      expect(recordOf(expanders[0]!, row, 2)).toBeDefined();
    }
  }
  expect(arena.header.nodeCount).toBeLessThanOrEqual(40 * (words - 2));
});

test("columns stand in the trees in the order that is given", () => {
  const words = 8;
  const columns = [...Array(2 * words).keys()];
  // The low halves of all words first, and then their high halves.
  const order = [0, 1].flatMap((half) => columns.filter((column) => column % 2 === half));
  const { arena, expanders } = loneExpanders(words, { compressed: true, places: 1 << 16, order });
  for (let low = 0; low < 40; low++)
    for (let high = 0; high < 40; high++) {
      const row = Array.from({ length: words }, (_, w) => low * 100 + w + ((high * 100 + w) << 16));
      expect(recordOf(expanders[0]!, row, 2)).toBeDefined();
    }
  expect(arena.header.nodeCount).toBeLessThanOrEqual(40 * (words - 2));
});

test("a row is folded to the same pair whichever row was unfolded before", () => {
  const { expanders } = loneExpanders(9, { compressed: true, places: 1 << 16 });
  const [kernel] = expanders as [Expander];
  const roll = dice(9);
  const rows = Array.from({ length: 200 }, () => Array.from({ length: 9 }, () => roll(3)));
  const pairs = rows.map((row) => recordOf(kernel, row, 2)!.stored.join());
  for (let i = 0; i < 4000; i++) {
    unfold(kernel, pairs[roll(200)]!);
    const n = roll(200);
    expect(recordOf(kernel, rows[n]!, 2)!.stored.join()).toBe(pairs[n]);
  }
});

test("a claimed number that is not used yet stays out of the table when it grows, and is used later", () => {
  const lone = loneExpanders(3, { threads: 2, compressed: true, places: 256 });
  const [first, second] = lone.expanders as [Expander, Expander];
  const { fold, counted } = folder(lone);
  // The second has claimed the next number, as a thread does that another has come before.
  const claimed = ++lone.arena.header.nodeCount;
  second.context.spareNode = claimed;
  const pairs = new Map<string, number>();
  for (let i = 0; counted.growths < 3; i++) pairs.set(fold(first, [5, i, i + 7]), i);
  // Nothing has been written for the claimed number: what stands there looks like this pair.
  const zeros = fold(first, [5, 0, 0]);
  expect(second.context.spareNode).toBe(claimed);
  const pair = fold(second, [1, 1 << 30, 1]);
  expect(pair).toBe(`1,${claimed}`);
  expect(second.context.spareNode).toBe(0);
  pairs.set(pair, 1 << 30);
  grow(lone);
  expect(unfold(first, zeros)).toEqual([5, 0, 0]);
  for (const [pair, i] of pairs) {
    const row = i === 1 << 30 ? [1, i, 1] : [5, i, i + 7];
    expect(fold(first, row)).toBe(pair);
    expect(unfold(second, pair)).toEqual(row);
  }
});

describe("a search over folded rows of many slots comes to what one over whole rows does:", () => {
  /** A row of cells, each turned in step with the next; so many pairs that their table must grow. */
  const cells = 9;
  const names = Array.from({ length: cells }, (_, i) => `cell${i}`);
  const variables = () => Object.fromEntries(names.map((name) => [name, single(0)]));
  const { action, always } = vocabulary<StateOf<ReturnType<typeof variables>>>();
  type Turnable = Record<string, (value?: number) => never>;
  const turn = (name: string, after: string, by: number) =>
    action(name, {}, (state) => {
      const s = state as unknown as Turnable;
      const value = (s[name]!() as number) + 1;
      if (value > 3) return disabled;
      const turned = s[`with${name.charAt(0).toUpperCase()}${name.slice(1)}`]!(value) as unknown as Turnable;
      const other = `with${after.charAt(0).toUpperCase()}${after.slice(1)}`;
      return turned[other]!(((s[after]!() as number) + by) % 4);
    });
  const wide = model({
    name: "wide",
    about: "",
    parameters: {},
    variables,
    actions: () => names.map((name, i) => turn(name, names[(i + 1) % cells]!, 1 + (i % 2))),
    properties: () => [
      always({
        name: "sum",
        says: "",
        for: {},
        holds: (state) =>
          names.reduce((sum, name) => sum + ((state as unknown as Turnable)[name]!() as number), 0) < 24,
        explain: () => "",
      }),
    ],
  });
  const run = (options: SearchOptions) => {
    const check = new Check(new Instance(wide), { levelForThreads: 1000, ...options });
    check.work();
    const { nodePlaces: places, nodeCount: pairs } = check.search.engine.families.arena.header;
    const { distinct, generated, depth, fired, properties, statistics, incomplete } = check.outcome();
    const { levels, outDegrees } = statistics!;
    return { places, pairs, came: { distinct, generated, depth, fired, properties, incomplete, levels, outDegrees } };
  };
  const whole = run({ store: "exact" });

  test.each(exceptRelease<SearchOptions>([{}, { threads: 2 }, { threads: 4 }], ({ threads }) => threads === 4))(
    "%j",
    (options) => {
      const folded = run({ store: "compressed", ...options });
      expect(differences(folded.came, whole.came)).toEqual([]);
      expect(whole.came.distinct).toBeGreaterThan(50_000);
      // 1,024 places are there at first.
      expect(folded.places).toBeGreaterThan(1024);
      // It doubles when it is half full, once, however many threads ask for it.
      expect(folded.places).toBeLessThanOrEqual(4 * (folded.pairs + SPARE_NODES));
    },
  );
});
