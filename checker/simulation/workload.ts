/** Workloads: what the thread of each process does. */
import { Dice } from "../search/random/dice.js";
import { fraction } from "./distributions.js";
import type { AccessKind } from "./driven-model.js";

/** What a thread does next. */
export type Operation =
  /** Accesses a page, counted from zero, so many times in a row. */
  | { readonly kind: AccessKind; readonly page: number; readonly times: number }
  /** Waits until all threads of the workload have come to their barrier. */
  | { readonly kind: "barrier" }
  /** Computes for so many microseconds. */
  | { readonly kind: "compute"; readonly time: number };

export interface Workload {
  readonly name: string;
  /** The number of pages; the shared variable of the barriers lies on one page more. */
  readonly pages: number;
  /** By process that runs a thread: its operations in a run with a seed; undefined: it runs none. */
  readonly threads: readonly (((seed: number) => Iterable<Operation>) | undefined)[];
}

/** How large a built-in workload is. */
export interface WorkloadSize {
  readonly pages: number;
  /** The accesses to each page in one iteration: the elements of the array that lie on it. */
  readonly elements: number;
  readonly iterations: number;
  /** Of `mixed`: the part of the visits to pages that write. */
  readonly writeShare: number;
}

export const BUILT_IN_WORKLOADS = ["readers", "one-writer", "writers", "mixed"] as const;
export type BuiltInWorkload = (typeof BUILT_IN_WORKLOADS)[number];

/**
 * Returns a built-in workload. All threads meet at a barrier first. Then each goes over all pages in each iteration, in
 * their order, and reads or writes every element; in `mixed` it visits so many pages by chance.
 * @param threads how many threads there are: one for each process
 */
export function builtInWorkload(name: BuiltInWorkload, threads: number, size: WorkloadSize): Workload {
  const kindOf = (thread: number): AccessKind =>
    name === "writers" || (name === "one-writer" && thread === 0) ? "write" : "read";
  const operations = (thread: number) =>
    name === "mixed" ? (seed: number) => byChance(size, seed, thread) : () => inOrder(size, kindOf(thread));
  return { name, pages: size.pages, threads: Array.from({ length: threads }, (_, thread) => operations(thread)) };
}

function* inOrder({ pages, elements, iterations }: WorkloadSize, kind: AccessKind): Iterable<Operation> {
  yield { kind: "barrier" };
  for (let iteration = 0; iteration < iterations; iteration++)
    for (let page = 0; page < pages; page++) yield { kind, page, times: elements };
}

/** The streams of random numbers of a run: its latencies and choices, its clocks, and from the last on its threads. */
export const STREAMS = { run: 0, clocks: 1, threads: 2 } as const;

function* byChance({ pages, elements, iterations, writeShare }: WorkloadSize, seed: number, thread: number) {
  const dice = new Dice(seed, STREAMS.threads + thread);
  yield { kind: "barrier" } as const;
  for (let visit = 0; visit < iterations * pages; visit++) {
    const kind = fraction(dice) < writeShare ? "write" : "read";
    yield { kind, page: dice.below(pages), times: elements } as const;
  }
}
