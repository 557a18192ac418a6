/** What a search reports of itself, as data: while it lasts, and when it is over. */
import type { LivenessWork } from "../liveness/decide.js";

/** A variable that has met new values at each of the last depths. */
export interface GrowingVariable {
  readonly variable: string;
  /** How many distinct values it has had so far. */
  readonly values: number;
  /** At how many depths in a row there were new ones. */
  readonly depths: number;
}

/** How far the liveness phase has come. */
export interface DecidingSample {
  /** The name of the property that is being decided. */
  readonly property: string;
  /** Which of the liveness properties it is, from 1 on. */
  readonly number: number;
  /** How many liveness properties are decided in all. */
  readonly of: number;
  /** What is being done; undefined before anything is. */
  readonly doing?: LivenessWork["doing"] | undefined;
  /** Which share of that is done, from 0 to 1; undefined if nobody knows. */
  readonly share?: number | undefined;
}

/** What a worker of a cluster does. */
export interface WorkerSample {
  /** Its machine, and the number of its process. */
  readonly name: string;
  /** The states that it has expanded for each second of its last tasks; undefined before one is done. */
  readonly statesPerSecond: number | undefined;
  /** The task that it holds; undefined if it waits for one. */
  readonly task: string | undefined;
  /** How many seconds it has held that task. */
  readonly taskSeconds: number | undefined;
}

/** How a search on a cluster is being done. */
export interface ClusterSample {
  /** What the tasks at hand do: a level's states are expanded first, and then it is found out which are new. */
  readonly doing: "expanding" | "merging";
  /** How many such tasks the level has, and how many of them are done. */
  readonly tasks: number;
  readonly tasksDone: number;
  /** How many tasks were lost with their workers, or have failed, so that others had to do them. */
  readonly retries: number;
  /** Bytes of rows that workers have written to the storage and read from it for tasks that are done. */
  readonly bytesWritten: number;
  readonly bytesRead: number;
  /** The workers that hold a task, or have done one lately, by name. */
  readonly workers: readonly WorkerSample[];
}

/** How far a search has come. */
export interface Sample {
  /** Seconds since the search began. */
  readonly seconds: number;
  /** The number of distinct states found. */
  readonly distinct: number;
  /** The number of transitions: every next state of every state that was looked at, new or not. */
  readonly generated: number;
  readonly depth: number;
  /** The number of states found and not yet looked at. */
  readonly frontier: number;
  /** Breadth first: the number of states at each depth, up to the level that is being looked at. Else undefined. */
  readonly levels: readonly number[] | undefined;
  /** Breadth first: the share of that level that threads have taken, from 0 to 1. Else undefined. */
  readonly levelDone: number | undefined;
  /** The resident memory of the process, in bytes. */
  readonly memory: number;
  /** The memory limit of the process, in bytes; undefined if there is none. */
  readonly memoryLimit: number | undefined;
  /** The bytes that stored states take: rows, table, parents. */
  readonly storeBytes: number;
  readonly threads: number;
  /** The number of states on disk. */
  readonly spilled: number;
  /** The variable that keeps meeting new values, if one does. */
  readonly growing?: GrowingVariable | undefined;
  /** A search on a cluster: what its workers do. */
  readonly cluster?: ClusterSample | undefined;
  /** Once the search is over: the liveness property that is being decided. */
  readonly deciding?: DecidingSample | undefined;
  /** Random search: of which kind it is. */
  readonly search?: "random" | "swarm";
  /** Random search: the number of walks, or of members of the swarm, that were begun. */
  readonly walks?: number;
  /** Random search: the number of steps on all walks, or of the swarm's transitions. */
  readonly steps?: number;
}

/** Details of a search that is over. */
export interface Statistics {
  /**
   * Breadth first: the number of states at each depth; of an incomplete search, only at depths whose states are all
   * found. Else undefined.
   */
  readonly levels: readonly number[] | undefined;
  /**
   * At index d, the number of states with d next states, new or not; the last entry counts all states with as many or
   * more. Empty if it was not counted.
   */
  readonly outDegrees: readonly number[];
  /** The greatest resident memory of the process, in bytes. */
  readonly peakMemory: number;
  /** The bytes that stored states take: rows, table, parents. */
  readonly storeBytes: number;
}
