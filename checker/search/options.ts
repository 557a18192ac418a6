/** The options of an exhaustive search. */

/**
 * How states are kept: whole; compressed to two words, as exact; or as 64-bit fingerprints, where one state may be
 * taken for another.
 */
export const STORE_KINDS = ["exact", "compressed", "fingerprint"] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/** Which properties a search of any kind decides. */
export interface AskedProperties {
  /** The names of the properties to check. Default: all. */
  readonly properties?: readonly string[] | undefined;
  /**
   * Whether to check that no message meets a cell that is `impossible`, besides `properties`. Default: true. If not,
   * the outcome says so.
   */
  readonly receptions?: boolean | undefined;
}

export interface SearchOptions extends AskedProperties {
  readonly search?: "bfs" | "dfs";
  /** Reduce by symmetry where the model allows it. Default: true. */
  readonly symmetry?: boolean;
  /** The search ends once it has found more distinct states than this. */
  readonly maxStates?: number;
  /** States at this depth are looked at, but their successors are left out. */
  readonly maxDepth?: number;
  /** The memory limit of the whole process, in bytes. */
  readonly memory?: number;
  /** The memory limit of stored states alone, in bytes. Default: what `memory` leaves. */
  readonly storeMemory?: number;
  /** The folder for the checkpoints of a breadth-first search. Without it, none can be written. */
  readonly checkpoint?: string;
  /** The folder in which a breadth-first search goes on when the memory is full. Without it, the search then ends. */
  readonly spill?: string;
  /** How stored states are kept. Default: exact. Fingerprints need `spill` for counterexamples. */
  readonly store?: StoreKind;
  /** The number of threads of a breadth-first search. Default: 1. */
  readonly threads?: number;
  /**
   * The least number of states in a level that all threads expand. If given, the search waits until all threads are
   * loaded; for tests.
   */
  readonly levelForThreads?: number;
  /** From how many states on compressed rows have their columns in an order of their own; for tests. */
  readonly orderedFrom?: number;
  /**
   * End at the first violation. Breadth first, its level is finished, so that the violation is the same with any number
   * of threads.
   */
  readonly stopAtFirst?: boolean;
  /** Audit one in this many states. Default: a small sample. */
  readonly audit?: number;
  /** Count what was covered, after the search. Default: false. It needs the states in memory: no `spill`. */
  readonly coverage?: boolean;
}
