/** What a search tells of itself, as data: while it lasts, and when it is over. */

/** Where a search is. */
export interface Sample {
  /** Since the search began. */
  readonly seconds: number;
  /** Distinct states that were found. */
  readonly distinct: number;
  /** Transitions: every next state of every state that was looked at, new or not. */
  readonly generated: number;
  readonly depth: number;
  /** States that were found and not yet looked at. */
  readonly frontier: number;
  /** States at each depth whose states are all found, the one that is being looked at included; undefined depth first. */
  readonly levels: readonly number[] | undefined;
  /** How much of the last of the levels was looked at, from 0 to 1; undefined depth first. */
  readonly levelDone: number | undefined;
  /** Bytes of the process (its resident set). */
  readonly memory: number;
  /** Bytes that it may take; undefined if there is no ceiling. */
  readonly memoryLimit: number | undefined;
  /** Bytes that the stored states take: rows, table, parents. */
  readonly storeBytes: number;
  readonly threads: number;
  /** States on disk. */
  readonly spilled: number;
  /** The property of liveness that is being decided, once the search is over. */
  readonly deciding?: string | undefined;
  /** By chance: how it is searched. */
  readonly search?: "random" | "swarm";
  /** By chance: walks, or members of the swarm, that were begun. */
  readonly walks?: number;
  /** By chance: steps on all walks, or transitions. */
  readonly steps?: number;
}

/** What a search was like, when it is over. */
export interface Statistics {
  /** States at each depth; undefined depth first. Of an incomplete search only the depths whose states are all found. */
  readonly levels: readonly number[] | undefined;
  /**
   * At d the number of states with d next states, new or not; the last entry holds all that have as many or more. Empty if nobody
   * counted.
   */
  readonly outDegrees: readonly number[];
  /** Bytes of the process when it was greatest. */
  readonly peakMemory: number;
  /** Bytes that the stored states take: rows, table, parents. */
  readonly storeBytes: number;
}
