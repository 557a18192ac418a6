/**
 * Real threads that insert into the same shards at the same time: no row is lost, none is taken twice, and whoever
 * waits for a lock has not touched yet what the lock guards.
 */
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, test } from "vitest";
import { compiledFile } from "../../checker/package.js";
import { ShardedStore } from "../../checker/store/shards.js";
import { makeStore, type SharedStore, type StoreOptions } from "../../checker/store/store-layout.js";
import { modules } from "../../checker/wasm/modules.js";
import { Shard, StoreHeader } from "../../checker/wasm/store-memory.js";
import { PROCESS_DEADLINE } from "../support/deadlines.js";
import { DONE, GATE, type Inserting, REFUSED } from "../support/inserting-thread.js";
import { type Arrival, type Bin, binsOf, rowsOfShard, stored } from "../support/store-threads.js";

const SHARD = 3;
const crowd = rowsOfShard(SHARD, 9000);
const kinds: readonly (readonly [name: string, options: Partial<StoreOptions>])[] = [
  ["exact", { priorities: true }],
  ["fingerprints", { fingerprints: true }],
];

const started: Worker[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((thread) => thread.terminate()));
});

function storeFor(threads: number, options: Partial<StoreOptions>): SharedStore {
  return makeStore({
    ...{ words: 2, threads, priorities: false, fingerprints: false, memories: 1, budget: Number.MAX_SAFE_INTEGER },
    ...options,
  });
}

/** Starts a thread of the store for each list of rounds. */
function start(shared: SharedStore, rounds: readonly (readonly (readonly Bin[])[])[]) {
  const words = new Int32Array(new SharedArrayBuffer(64));
  const file = compiledFile("test/support/inserting-thread.js");
  rounds.forEach((own, thread) => {
    const workerData: Inserting = { shared, thread, rounds: own, words };
    started.push(new Worker(file, { workerData }));
  });
  return {
    /** Lets the next round begin. */
    begin() {
      Atomics.add(words, GATE, 1);
      Atomics.notify(words, GATE);
    },
    /** Waits until each thread has done `round` rounds. */
    async end(round: number) {
      const until = performance.now() + PROCESS_DEADLINE;
      while (Atomics.load(words, DONE) < round * rounds.length) {
        expect(performance.now(), "a thread comes to no end").toBeLessThan(until);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    get refused() {
      return Atomics.load(words, REFUSED);
    },
  };
}

const arrivalsOf = (rows: readonly (readonly number[])[]): Arrival[] =>
  rows.map((row, i) => ({ row, parent: i, priority: i }));

describe.each(kinds)("a thread that waits for a lock, %s,", (_name, options) => {
  /** Holds a lock while a thread inserts `rows`, until the thread waits for it. */
  async function held(
    lockIn: Looking<number>,
    before: number,
    rows: readonly (readonly number[])[],
    look: Looking<unknown>,
  ) {
    const shared = storeFor(1, options);
    const words = new Int32Array(shared.memories[0]!.buffer);
    const lock = lockIn(words);
    const own = (part: readonly (readonly number[])[]) => binsOf(arrivalsOf(part), shared, false);
    const threads = start(shared, [[own(rows.slice(0, before)), own(rows)]]);
    threads.begin();
    await threads.end(1);
    const then = look(words);
    expect(Atomics.compareExchange(words, lock, 0, 1)).toBe(0);
    threads.begin();
    // Whoever is woken has come to the lock.
    const until = performance.now() + PROCESS_DEADLINE;
    while (Atomics.notify(words, lock, 1) === 0) {
      expect(performance.now(), "the thread never waits for the lock").toBeLessThan(until);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const whileHeld = look(words);
    Atomics.store(words, lock, 0);
    Atomics.notify(words, lock);
    await threads.end(2);
    expect(whileHeld).toEqual(then);
    expect(look(words)).not.toEqual(then);
    expect(new ShardedStore(modules().store, shared, 0).count).toBe(rows.length);
  }
  type Looking<T> = (words: Int32Array) => T;

  test("has not grown the shard's table, nor counted a row", async () => {
    const lookAt: Looking<unknown> = (words) => {
      const { count, tableSize, firstNew } = new Shard(words, SHARD);
      return { count, tableSize, firstNew };
    };
    // As many rows as a table holds at first, and a few more.
    const before = options.fingerprints ? 470 : 830;
    await held((words) => new Shard(words, SHARD).lock, before, crowd.slice(0, before + 40), lookAt);
  });

  test("has taken no block of the heap", async () => {
    const lookAt: Looking<unknown> = (words) => {
      const { heapTop, used } = new StoreHeader(words);
      return { heapTop, used };
    };
    await held((words) => new StoreHeader(words).heapLock, 100, crowd.slice(0, 300), lookAt);
  });
});

describe.each(kinds)("threads that insert into one shard at the same time, %s,", (_name, options) => {
  const ROUNDS = 12;

  test("lose no row and take none twice, while its table grows", async () => {
    const shared = storeFor(3, options);
    const bins = (from: number) => {
      // Each thread has rows of its own, and some that others have too, in an order of its own.
      const rows = [...crowd.slice(from), ...crowd.slice(0, from)].slice(0, 6000);
      return binsOf(arrivalsOf(rows), shared, false);
    };
    const rounds = [0, 3000, 6000].map((from) => Array<readonly Bin[]>(ROUNDS).fill(bins(from)));
    const threads = start(shared, rounds);
    const store = new ShardedStore(modules().store, shared, 0);
    const all = new Set(crowd.map((row) => row.join()));
    for (let round = 1; round <= ROUNDS; round++) {
      threads.begin();
      await threads.end(round);
      expect([threads.refused, store.countOf(SHARD), store.count]).toEqual([0, crowd.length, crowd.length]);
      expect(new Set(stored(store).keys())).toEqual(all);
      store.clear(2);
      expect(store.count).toBe(0);
    }
  });
});

describe("an exact table that may not grow", () => {
  test("keeps a slot of sixteen free, so that a search for what is not there ends", async () => {
    const shared = storeFor(1, {});
    const words = new Int32Array(shared.memories[0]!.buffer);
    const shard = new Shard(words, SHARD);
    const slots = 2 ** shard.tableSize;
    shard.tableRoom = 4 * slots;
    // Row by row, since room is asked for all rows that are handed over at once.
    const one = (row: readonly number[]) => binsOf(arrivalsOf([row]), shared, false);
    const rounds = crowd.slice(0, slots + 40).map(one);
    const threads = start(shared, [rounds]);
    for (let round = 1; round <= rounds.length; round++) {
      threads.begin();
      await threads.end(round);
    }
    const store = new ShardedStore(modules().store, shared, 0);
    expect(shard.tableSize).toBe(Math.log2(slots));
    expect(store.count).toBe((slots * 15) / 16);
    expect(new Set(stored(store).keys())).toEqual(new Set(crowd.slice(0, store.count).map((row) => row.join())));
    expect(threads.refused).toBe(rounds.length - store.count);
  });
});
