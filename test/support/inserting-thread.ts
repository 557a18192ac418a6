/**
 * A real thread that inserts rows into a store, for the tests of what threads do to each other. It waits until word
 * `GATE` of `words` is the number of a round, counted from 1, inserts the round's records, and counts up word `DONE`.
 */
import { parentPort, workerData } from "node:worker_threads";
import { ShardedStore } from "../../checker/store/shards.js";
import type { SharedStore } from "../../checker/store/store-layout.js";
import { modules } from "../../checker/wasm/modules.js";
import type { Bin } from "./store-threads.js";

/** What the thread is given. */
export interface Inserting {
  readonly shared: SharedStore;
  readonly thread: number;
  /** By round: what is inserted. */
  readonly rounds: readonly (readonly Bin[])[];
  readonly words: Int32Array;
}

export const GATE = 0;
export const DONE = 1;
/** Counts the rounds in which something was refused. */
export const REFUSED = 2;

if (parentPort !== null) {
  const { shared, thread, rounds, words } = workerData as Inserting;
  const store = new ShardedStore(modules().store, shared, thread);
  rounds.forEach((bins, i) => {
    while (Atomics.load(words, GATE) <= i) Atomics.wait(words, GATE, i);
    const taken = bins.every(({ bin, bytes, count }) => store.append(bin, bytes, 0, count));
    if (!taken || !store.insertStaged()) Atomics.add(words, REFUSED, 1);
    Atomics.add(words, DONE, 1);
    Atomics.notify(words, DONE);
  });
}
