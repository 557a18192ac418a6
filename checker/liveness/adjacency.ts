/**
 * The transitions of all states, kept in memory: seven or eight bytes each, and six for each state. One pass over the
 * states makes them (transition-reader.ts), by all threads (readers.ts). If there is no room for them, transitions are
 * made again whenever they are asked for (graph.ts). That takes several times as long, since the search for components
 * visits states in no order that suits a cache.
 */
import { MAX_TREES } from "../observe/trees.js";

/** The most labels that the 16 bits of a label are used for. */
export const MOST_LABELS = 0xffff;
/** Permutations with larger numbers have no entry in the table, so that the first thread reads what they occur in. */
const MOST_PERMUTATIONS = 0xffff;

/** The arrays, which all threads share. */
export interface AdjacencyArrays {
  /** By reference: the place of its first transition, and how many it has. */
  readonly first: Uint32Array;
  readonly degrees: Uint16Array;
  /** By place: the reference of the next state; the renaming to its names; and what the transition does. */
  readonly targets: Uint32Array;
  readonly renamings: Uint8Array | Uint16Array;
  readonly labels: Uint16Array;
  /** By tree: the label of its transitions, plus one; 0 if the first thread has not met one yet. */
  readonly labelOfTree: Uint16Array;
  /** By the expander's number of a permutation: the renaming, plus one; 0 if the first thread has not met it yet. */
  readonly renamingOf: Uint16Array;
}

/** Returns the bytes for references below `size` and `transitions` transitions. @param renamings how many there are */
export function adjacencyBytes(size: number, transitions: number, renamings: number): number {
  return 6 * size + transitions * (6 + (renamings <= 256 ? 1 : 2));
}

/** Makes arrays for references below `size` and `transitions` transitions. @param renamings how many there are */
export function makeAdjacency(size: number, transitions: number, renamings: number): AdjacencyArrays {
  const words = (length: number) => new Uint32Array(new SharedArrayBuffer(4 * length));
  const halves = (length: number) => new Uint16Array(new SharedArrayBuffer(2 * length));
  return {
    first: words(size),
    degrees: halves(size),
    targets: words(transitions),
    renamings: renamings <= 256 ? new Uint8Array(new SharedArrayBuffer(transitions)) : halves(transitions),
    labels: halves(transitions),
    labelOfTree: halves(MAX_TREES),
    renamingOf: halves(MOST_PERMUTATIONS),
  };
}
