/** Threads that hand rows over to a store, and what the store should then hold, as a Map of texts has it. */
import { expect } from "vitest";
import { referenceOf, ShardedStore } from "../../checker/store/shards.js";
import { makeStore, type SharedStore, type StoreOptions } from "../../checker/store/store-layout.js";
import { recordBytes } from "../../checker/wasm/context.js";
import type { Expander } from "../../checker/wasm/expander.js";
import { modules } from "../../checker/wasm/modules.js";
import { BIN_ROWS, SHARD_BITS } from "../../checker/wasm/sizes.js";
import { loneExpanders, recordOf } from "./lone-expander.js";

export interface Arrival {
  readonly row: readonly number[];
  readonly parent: number;
  readonly priority: number;
}

const textOf = ({ row }: { readonly row: Iterable<number> }) => [...row].join();

const hashers = new Map<number, Expander>();

/** The kernel's hash of a row, of 32-bit words: low word, high word. */
function hashOf(row: readonly number[]): readonly [number, number] {
  const known = hashers.get(row.length) ?? loneExpanders(row.length).expanders[0]!;
  hashers.set(row.length, known);
  return recordOf(known, row)!.hash;
}

const shardOf = (hash: readonly [number, number]) => hash[1] >>> (32 - SHARD_BITS);

/** Records of one bin, as the expander leaves them there. */
export interface Bin {
  readonly bin: number;
  readonly bytes: Uint8Array;
  readonly count: number;
}

/** The rows as the search hands them over: in bins of a shard each or, if `mixed`, of a memory each. */
export function binsOf(arrivals: readonly Arrival[], { options }: SharedStore, mixed: boolean): Bin[] {
  const { words, memories } = options;
  const bins = new Map<number, { arrival: Arrival; hash: readonly [number, number] }[]>();
  for (const arrival of arrivals) {
    const hash = hashOf(arrival.row);
    const shard = shardOf(hash);
    const bin = mixed ? shard & (memories - 1) : shard;
    if (!bins.has(bin)) bins.set(bin, []);
    bins.get(bin)!.push({ arrival, hash });
  }
  return [...bins].flatMap(([bin, all]) =>
    Array.from({ length: Math.ceil(all.length / BIN_ROWS) }, (_, i) => {
      const records = all.slice(i * BIN_ROWS, (i + 1) * BIN_ROWS);
      const bytes = new Uint8Array(records.length * recordBytes(words));
      const view = new DataView(bytes.buffer);
      records.forEach(({ arrival: { row, parent, priority }, hash }, n) => {
        const at = n * recordBytes(words);
        view.setUint32(at, hash[0], true);
        view.setUint32(at + 4, hash[1], true);
        view.setUint32(at + 8, parent, true);
        view.setUint32(at + 12, priority, true);
        row.forEach((word, w) => {
          view.setUint32(at + recordBytes(0) + 4 * w, word, true);
        });
      });
      return { bin, bytes, count: records.length };
    }),
  );
}

/** A thread that hands rows over to a store as the search does: in bins of a shard, or mixed. */
export class Thread {
  readonly store: ShardedStore;

  constructor(
    readonly shared: SharedStore,
    thread: number,
  ) {
    this.store = new ShardedStore(modules().store, shared, thread);
  }

  /** Hands rows over. How many were taken. */
  append(arrivals: readonly Arrival[]): number {
    let taken = 0;
    for (const { bin, bytes, count } of binsOf(arrivals, this.shared, this.store.mixed)) {
      // Bins lie somewhere in a larger memory.
      const within = new Uint8Array(64 + bytes.length).fill(0xee);
      within.set(bytes, 64);
      if (!this.store.append(bin, within, 64, count)) return taken;
      taken += count;
    }
    return taken;
  }

  insert(arrivals: readonly Arrival[]): void {
    expect(this.append(arrivals)).toBe(arrivals.length);
    expect(this.store.insertStaged()).toBe(true);
  }
}

export function threadsOver(options: Partial<StoreOptions> & { readonly words: number }): Thread[] {
  const shared = makeStore({
    ...{ threads: 1, priorities: true, fingerprints: false, memories: 1, budget: Number.MAX_SAFE_INTEGER },
    ...options,
  });
  return Array.from({ length: shared.options.threads }, (_, thread) => new Thread(shared, thread));
}

/** All rows of a store that are kept, by text, with their parents. */
export function stored(store: ShardedStore): Map<string, number> {
  const rows = store.counts.flatMap((count, shard) =>
    Array.from({ length: count }, (_, row) => referenceOf(shard, row)).map(
      (reference) => [textOf({ row: store.rowAt(reference) }), store.parentOf(reference)] as const,
    ),
  );
  expect(new Map(rows).size, "a row twice").toBe(rows.length);
  expect(rows.length).toBe(store.count);
  return new Map(rows);
}

/** What should be stored: the parent of least priority on the level on which the row was found, or the first. */
export class Expected {
  readonly parents = new Map<string, number>();
  private priorities = new Map<string, number>();

  constructor(private readonly least: boolean) {}

  add(arrivals: readonly Arrival[]): void {
    for (const arrival of arrivals) {
      const text = textOf(arrival);
      const known = this.parents.has(text);
      const other = this.priorities.get(text);
      if (known && !(this.least && other !== undefined && arrival.priority < other)) continue;
      this.parents.set(text, arrival.parent);
      this.priorities.set(text, arrival.priority);
    }
  }

  endLevel(): void {
    this.priorities.clear();
  }
}

/** Distinct rows of two words that all belong to one shard, so that it grows as it would among 256 times as many. */
export function rowsOfShard(shard: number, count: number): number[][] {
  const rows: number[][] = [];
  for (let i = 0; rows.length < count; i++) {
    const row = [Math.imul(i, 0x9e3779b1) >>> 0, i & 1];
    if (shardOf(hashOf(row)) === shard) rows.push(row);
  }
  return rows;
}
