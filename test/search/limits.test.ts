/**
 * A search that ends early says so and says why, and is never a pass. What it has found until then stands, and so does
 * what it tells of the depth: every state up to there has been looked at.
 */
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { UsageError } from "../../checker/errors.js";
import { disabled, model, type Property, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { checkSync } from "../../checker/search/check.js";
import { ExhaustiveSearch } from "../../checker/search/exhaustive/exhaustive-search.js";
import { type MemoryAhead, MemoryBudget } from "../../checker/search/exhaustive/memory-budget.js";
import { MemoryForecast } from "../../checker/search/exhaustive/memory-forecast.js";
import type { SearchOptions } from "../../checker/search/options.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { RandomSearch } from "../../checker/search/random/random-search.js";
import { ExternalSet } from "../../checker/store/external.js";
import { recordBytes } from "../../checker/wasm/context.js";
import { BIN_ROWS, SHARDS, STAGE_ROWS } from "../../checker/wasm/sizes.js";
import { naiveMutex } from "../../spec/toy/naive-mutex.js";
import { lengthOf } from "../../traces/trace.js";
import { exceptRelease } from "../support/extent.js";
import { explore } from "../support/naive-explorer.js";

const searches = ["bfs", "dfs"] as const;
const verdictOf = ({ properties }: Outcome, name: string) => properties.find((p) => p.name === name)!;

/** Two counters up to a bound: the depth of a state is their sum. */
const variables = () => ({ x: single(0), y: single(0) });
type State = StateOf<ReturnType<typeof variables>>;
const { action, always, goal, reachable } = vocabulary<State>();
const stepX = (bound: number) => action("X", {}, (s) => (s.x() < bound ? s.withX(s.x() + 1) : disabled));
const stepY = (bound: number) => action("Y", {}, (s) => (s.y() < bound ? s.withY(s.y() + 1) : disabled));
const never = (x: number, y: number) =>
  always({ name: `never ${x},${y}`, says: "", for: {}, holds: (s) => s.x() !== x || s.y() !== y, explain: () => "" });
const atLeast = (x: number) =>
  always({ name: `below ${x}`, says: "", for: {}, holds: (s) => s.x() < x, explain: () => "" });
const everywhere = reachable({ name: "far", says: "", goals: [goal("far", {}, (s) => s.x() < 0)] });

const counters = (actions: AnyModel["actions"], properties: readonly Property<State>[]): AnyModel =>
  model({ name: "counters", about: "", parameters: {}, variables, actions, properties: () => properties });

/** 7,462 states without symmetry; mutual exclusion fails after 6 steps, the other properties hold. */
const size = { processes: 6 };
const mutex = () => new Instance(naiveMutex, size);
const stepsToViolation = 6;

/** More values than a row can name: met one by one, or all in one step, the first or the second. */
const properties = [never(-1, 0), everywhere];
const initially = [never(0, 0), ...properties];
const fan = (s: State, width: number) => Array.from({ length: width }, (_, x) => s.withX(x + 1));
const climbing = counters(() => [stepX(1e6)], [never(0, 0), never(-1, 0)]);
const leap = action("Leap", {}, (s: State) => Array.from({ length: 100 }, (_, i) => s.withX(s.x() + 1 + i)));
const leaping = counters(() => [leap], [never(0, 0), never(-1, 0)]);
const fanning = counters(() => [action("Fan", {}, (s) => (s.x() > 0 ? disabled : fan(s, 70_000)))], properties);
const later = action("Later", {}, (s) => (s.y() === 0 ? s.withY(1) : s.x() > 0 ? disabled : fan(s, 70_000)));
const fanningLater = counters(() => [later], initially);
/** The first state has nearly as many successors as the store has room for before it must grow. */
const wide = counters(() => [action("Fan", {}, (s) => (s.x() > 0 ? disabled : fan(s, 4000))), stepY(9)], initially);

interface Limit {
  readonly limit: string;
  readonly of: AnyModel;
  readonly options: SearchOptions;
  readonly reason: RegExp;
  /** A violation that is met before the limit, whatever the order. */
  readonly met?: string;
}
/** 160,801 states: enough that tables and rows must grow. */
const plane = counters(() => [stepX(400), stepY(400)], [never(0, 0), ...properties]);
const locks = { of: naiveMutex as AnyModel, met: "mutual exclusion" };
const climbs = { of: climbing, met: "never 0,0" };
const full = /memory limit was reached/;
const tooMany = /x has more than 65,535 distinct values/;
const limits: readonly Limit[] = [
  { limit: "maxStates", ...locks, options: { maxStates: 5000 }, reason: /max-states 5,000/ },
  { limit: "maxDepth", ...locks, options: { maxDepth: 10 }, reason: /max-depth 10/ },
  { limit: "a small memory", ...locks, options: { search: "bfs", storeMemory: 3.3e6 }, reason: full },
  { limit: "a small memory", ...locks, options: { search: "dfs", storeMemory: 1.8e6 }, reason: full },
  {
    limit: "a memory that rows fill",
    ...climbs,
    of: plane,
    options: { search: "bfs", storeMemory: 3e6 },
    reason: full,
  },
  {
    limit: "a memory that rows fill",
    ...climbs,
    of: plane,
    options: { search: "dfs", storeMemory: 2e6 },
    reason: full,
  },
  { limit: "room for hardly more than a state", ...climbs, of: wide, options: { storeMemory: 1.15e6 }, reason: full },
  { limit: "room for the initial state alone", ...climbs, of: wide, options: { storeMemory: 1 }, reason: full },
  { limit: "stopAtFirst", ...locks, options: { stopAtFirst: true }, reason: /first violation/ },
  { limit: "too many values", ...climbs, of: leaping, options: { search: "bfs" }, reason: tooMany },
  { limit: "too many values, with a full audit", ...climbs, of: fanningLater, options: { audit: 1 }, reason: tooMany },
  { limit: "too many values in the first step", of: fanning, options: {}, reason: tooMany },
];
const cases = limits.flatMap((of) => {
  const { search } = of.options;
  return (search ? [search] : searches).map((search) => [of.limit, search, of] as const);
});

describe("a search that is stopped by", () => {
  test.each(exceptRelease(cases, ([, , { limit }]) => limit === "too many values"))(
    "%s (%s) is incomplete and says so, holds nothing, and tells what it has met",
    (_limit, search, c) => {
      const outcome = checkSync(new Instance(c.of, c.of === naiveMutex ? size : {}), {
        search,
        symmetry: false,
        ...c.options,
      });
      expect(outcome.incomplete).toMatch(c.reason);
      const broken = outcome.properties.filter(({ verdict }) => verdict === "violated").map(({ name }) => name);
      expect(broken).toEqual(c.met ? [c.met] : []);
      for (const { verdict, kind, goals } of outcome.properties)
        if (verdict === "holds") expect([kind, goals!.unmet]).toEqual(["reachable", []]);
      if (c.met) expect(verdictOf(outcome, c.met).trace).toBeDefined();
    },
  );
});

describe("a ceiling for the process", () => {
  const MB = 2 ** 20;
  /** Has the process take so many bytes: what it takes in truth depends on when garbage was collected. */
  const residentIs = (bytes: number) => vi.spyOn(process.memoryUsage, "rss").mockReturnValue(bytes);
  afterEach(() => vi.restoreAllMocks());

  /**
   * A store that has taken `bytes`, in a process that takes `resident`: what it is given, and what the ceiling says.
   */
  const given = (memory: number, resident: number, bytes: number, ahead?: MemoryAhead) => {
    let budget = -1;
    const store = { bytes, setBudget: (to: number) => (budget = to) };
    const said = new MemoryBudget({ memory }, () => resident).setBudget(store, ahead);
    return [budget / MB, said && said / MB];
  };

  test("leaves the states what the rest of the process does not take, but for a reserve", () => {
    expect(given(1000 * MB, 100 * MB, 0)).toEqual([868, undefined]);
    expect(given(1000 * MB, 400 * MB, 300 * MB)).toEqual([868, undefined]);
    expect(given(10_000 * MB, 400 * MB, 300 * MB)).toEqual([9600, undefined]);
  });

  test("leaves room for what tables will take: when they grow, and when the search goes on on disk", () => {
    expect(given(1000 * MB, 100 * MB, 0, { next: 68 * MB, perStoreByte: 0 })).toEqual([800, undefined]);
    expect(given(1000 * MB, 400 * MB, 300 * MB, { next: 0, perStoreByte: 0.75 })).toEqual([496, undefined]);
    expect(given(1000 * MB, 400 * MB, 0, { next: 568 * MB, perStoreByte: 0 })).toEqual([0, 400]);
  });

  test("has the store renewed once the rest has grown into what it has touched", () => {
    let resident = 400 * MB;
    const budget = new MemoryBudget({ memory: 500 * MB }, () => resident);
    const store = { bytes: 300 * MB, setBudget: () => {} };
    budget.setBudget(store);
    expect(budget.isOverdrawn).toBe(false);
    store.bytes = MB;
    resident = 500 * MB;
    budget.setBudget(store);
    expect(budget.isOverdrawn).toBe(true);
    expect(budget.renewed()).toBe(300 * MB);
    resident = 201 * MB;
    budget.setBudget(store);
    expect(budget.isOverdrawn).toBe(false);
  });

  test("says how much the rest takes if that is too much", () => {
    expect(given(101 * MB, 100 * MB, 0)).toEqual([0, 100]);
    expect(given(200 * MB, 400 * MB, 232 * MB)).toEqual([0, 168]);
  });

  test.each(["bfs", "dfs"] as const)(
    "refuses a search that it is too little for, and names the least: %s",
    (search) => {
      const begin = (memory: number, threads: number) =>
        new ExhaustiveSearch(new Instance(plane), { search, memory, threads: search === "dfs" ? 1 : threads });
      const leastOf = (threads: number) => {
        try {
          begin(100 * MB, threads);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
          return Number(/at least about (\d+)M/.exec((error as Error).message)![1]);
        }
        throw new Error("it was not refused");
      };
      residentIs(100 * MB);
      const [one, two] = [leastOf(1), leastOf(2)];
      if (search === "bfs") {
        expect(two - one).toBeGreaterThanOrEqual(12);
        expect(() => begin(MB, 2)).toThrow(/ with 2 threads\n {2}Give more --memory, or --threads 1, with which \d+M/);
      }
      // The next process may take more before it begins; what was told is enough for it, too.
      residentIs(115 * MB);
      expect(begin(one * MB, 1).finished).toBe(false);
    },
  );

  test("has no use for a least where stored states alone are limited", () => {
    expect(new ExhaustiveSearch(new Instance(plane), { memory: 1, storeMemory: 2 ** 20 }).finished).toBe(false);
  });

  test("ends a random search that passes it", async () => {
    const memory = process.memoryUsage.rss() + 60 * MB;
    const search = new RandomSearch(new Instance(plane), { search: "random", seed: 1, walks: 1e6, memory });
    expect(await search.work(1)).toBe(false);
    const weight = Buffer.alloc(160 * MB, 1);
    expect(await search.work(1)).toBe(true);
    expect(search.outcome().incomplete).toMatch(/the memory limit was reached/);
    expect(weight[0]).toBe(1);
  });

  test("counts what the heap will grow by", () => {
    const memoryUsage = () => ({ ...heap });
    const heap = { rss: 0, heapTotal: 80 * MB, heapUsed: 0, external: 0, arrayBuffers: 0 };
    vi.spyOn(process, "memoryUsage").mockImplementation(memoryUsage);
    const { engine } = new ExhaustiveSearch(new Instance(plane));
    const forecast = new MemoryForecast(engine, false, false);
    const { next } = forecast;
    heap.heapTotal = 10 * MB;
    expect(forecast.next).toBe(next + 42 * MB);
  });

  test.each([
    [12, "has room for two more values of x", false],
    [13, "has room for one more value of x", true],
    [16, "has just been rebuilt", false],
  ])("at depth %i counts the next rebuilding of trees, which %s: %s", (maxDepth, _what, isCounted) => {
    vi.spyOn(process, "memoryUsage").mockReturnValue({ ...process.memoryUsage(), heapTotal: 80 * MB });
    const search = new ExhaustiveSearch(new Instance(plane), { search: "dfs", symmetry: false, maxDepth });
    search.run();
    const { engine } = search;
    const { rebuildBytes } = engine.model.trees;
    expect(rebuildBytes).toBeGreaterThan(0);
    const bins = SHARDS * BIN_ROWS * recordBytes(engine.store.options.words) - engine.store.stagedBytes(0);
    expect(new MemoryForecast(engine, false, false).next).toBe(Math.max(0, bins) + (isCounted ? rebuildBytes : 0));
  });

  test("counts what is set aside for threads from the beginning", () => {
    const search = new ExhaustiveSearch(new Instance(plane), { levelForThreads: 1 });
    const { engine } = search;
    const forecast = new MemoryForecast(engine, false, true);
    const record = recordBytes(engine.store.options.words);
    const stages = SHARDS * 2 * STAGE_ROWS * record;
    const bins = SHARDS * BIN_ROWS * record;
    // The heap has grown to its full size: how much it lacks depends on the tests before.
    const usage = process.memoryUsage();
    vi.spyOn(process, "memoryUsage").mockReturnValue({ ...usage, heapTotal: 64 * MB });
    onTestFinished(() => void vi.restoreAllMocks());
    expect(forecast.next).toBe(stages + bins);
    search.run();
    const staged = engine.store.stagedBytes(0);
    expect(staged).toBeGreaterThan(1000 * record);
    expect(staged).toBeLessThan(160_801 * record);
    expect(forecast.next).toBe(stages - staged + Math.max(0, bins - staged));
    expect(new MemoryForecast(engine, true, false).next).toBe(ExternalSet.leastBytes + Math.max(0, bins - staged));
  });

  test("does not end a search that fits", () => {
    const roomy = checkSync(new Instance(plane), { memory: process.memoryUsage.rss() + 512 * MB });
    expect([roomy.incomplete, roomy.distinct]).toEqual([undefined, 401 ** 2]);
  });
});

describe("a variable that counts without end", () => {
  const variableOf = (of: AnyModel, options: SearchOptions) => checkSync(new Instance(of), options).growing;

  test("is named when a limit ends the search", () => {
    const x = { variable: "x", values: 301, depths: 300 };
    expect(variableOf(climbing, { maxStates: 300 })).toEqual(x);
    const beside = counters(() => [stepX(1e6), stepY(50)], [never(-1, 0)]);
    expect(variableOf(beside, { maxDepth: 300 })).toMatchObject({ variable: "x" });
  });

  test("is not seen in one that has met all its values, nor in the first levels, nor once all was seen", () => {
    expect(
      variableOf(
        counters(() => [stepX(40), stepY(1e6)], []),
        { maxDepth: 100 },
      ),
    ).toMatchObject({ variable: "y" });
    expect(
      variableOf(
        counters(() => [stepX(40), stepY(40)], []),
        { maxDepth: 79 },
      ),
    ).toBeUndefined();
    expect(variableOf(climbing, { maxStates: 15 })).toBeUndefined();
    expect(
      variableOf(
        counters(() => [stepX(400)], []),
        {},
      ),
    ).toBeUndefined();
  });
});

describe("a search that comes to its end within its limits is complete:", () => {
  test.each(searches)("%s", (search) => {
    const limits = { maxStates: 7462, maxDepth: 10_000, memory: 2 ** 30 };
    expect(checkSync(mutex(), { search, symmetry: false, ...limits }).incomplete).toBeUndefined();
  });
});

test.each(searches)("%s, a search that stops at the first violation does not go on to the end", (search) => {
  const { distinct, properties } = checkSync(mutex(), { search, symmetry: false, stopAtFirst: true });
  expect(properties.map(({ verdict }) => verdict)).toContain("violated");
  expect(distinct).toBeLessThan(7462 / 2);
});

test("depth first, of all violations on the way the first is told", () => {
  const { properties } = checkSync(new Instance(counters(() => [stepX(9)], [never(3, 0), atLeast(4)])), {
    search: "dfs",
  });
  expect(properties.map(({ trace }) => trace && lengthOf(trace))).toEqual([3, 4]);
});

test("breadth first, a violation at the depth limit is found, one below it is not", () => {
  const verdictAt = (maxDepth: number) =>
    verdictOf(checkSync(mutex(), { symmetry: false, maxDepth }), "mutual exclusion").verdict;
  expect([stepsToViolation - 1, stepsToViolation].map(verdictAt)).toEqual(["incomplete", "violated"]);
});

describe("the depth up to which everything was looked at is told truly:", () => {
  // One property for each state, violated exactly when the state has been looked at.
  const bound = 12;
  const each = Array.from({ length: (bound + 1) ** 2 }, (_, i) => never(Math.floor(i / (bound + 1)), i % (bound + 1)));
  const grid = () => new Instance(counters(() => [stepX(bound), stepY(bound)], each));
  const depths = explore(grid()).violated;
  const beyond = (depth: number) => each.map(({ name }) => name).filter((name) => depths.get(name)! >= depth);

  const told = (outcome: Outcome) => Number(/every state up to depth (\d+) was/.exec(outcome.incomplete!)?.[1] ?? -1);
  const seen = ({ properties }: Outcome) => properties.filter((p) => p.verdict === "violated").map(({ name }) => name);

  type Case = [limit: string, options: SearchOptions, atLeast: number];
  test.each<Case>([
    ["maxDepth", { maxDepth: 5 }, 5],
    ["maxDepth 0", { maxDepth: 0 }, 0],
    ["maxStates", { maxStates: 40 }, 6],
    ["maxStates 0", { maxStates: 0 }, -1],
    ["both", { maxDepth: 7, maxStates: 30 }, 5],
    ["stopAtFirst", { stopAtFirst: true, properties: beyond(8) }, 7],
    ["stopAtFirst at the depth limit", { stopAtFirst: true, maxDepth: 8, properties: beyond(8) }, 7],
  ])("%s", (_limit, options, atLeast) => {
    const outcome = checkSync(grid(), options);
    const asked = outcome.properties.map(({ name }) => name);
    const found = seen(outcome);
    const missed = asked.filter((name) => depths.get(name)! <= told(outcome) && !found.includes(name));
    expect(missed, outcome.incomplete).toEqual([]);
    expect(told(outcome)).toBeGreaterThanOrEqual(atLeast);
  });

  test("depth first tells none", () => {
    expect(checkSync(grid(), { search: "dfs", maxDepth: 5 }).incomplete).toMatch(/no depth is known to be complete/);
  });
});
