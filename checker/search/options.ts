/** How a model is to be searched. */

/** How states are kept: whole; folded into two words, as exact; or as 64-bit hashes, so that one may be taken for another. */
export const STORE_KINDS = ["exact", "compressed", "fingerprint"] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

export interface SearchOptions {
  readonly search?: "bfs" | "dfs";
  /** Reduce by symmetry where the model allows it. Default true. */
  readonly symmetry?: boolean;
  /** The properties asked about, by name. Default all. */
  readonly properties?: readonly string[];
  readonly maxStates?: number;
  readonly maxDepth?: number;
  /** A ceiling for the memory of the whole process, in bytes. */
  readonly memory?: number;
  /** A ceiling for stored states alone, in bytes. Default what `memory` leaves. */
  readonly storeMemory?: number;
  /** The folder for checkpoints, breadth first; undefined: none can be written. */
  readonly checkpoint?: string;
  /** The folder that a breadth-first search goes on in when the memory is full; undefined: it ends then. */
  readonly spill?: string;
  /** How stored states are kept. Default exact. Fingerprints need `spill` for counterexamples. */
  readonly store?: StoreKind;
  /** Threads that search, breadth first. Default 1. */
  readonly threads?: number;
  /** Levels of so many states are for all threads, and the first of them waits until they are loaded; for tests. */
  readonly levelForThreads?: number;
  /** End at the first violation; breadth first, at the end of its level, so that it is the same however many threads there are. */
  readonly stopAtFirst?: boolean;
  /** Audit one state in so many. Default: a small sample. */
  readonly audit?: number;
}
