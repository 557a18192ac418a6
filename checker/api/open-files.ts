/** Whether the process may open as many files as a search needs. */
import { readFileSync } from "node:fs";
import { UsageError } from "../errors.js";
import type { SearchOptions } from "../search/options.js";
import { SHARDS } from "../wasm/sizes.js";

/** Files that the process has open besides those of its states, by measurement less than 40, and for each thread. */
const OTHERS = 64;
const FOR_A_THREAD = 8;
/** Files of states on disk: sorted runs, levels and their parents, candidates. */
const ON_DISK = 64;

/**
 * Refuses a search whose states are kept in more files than the process may open.
 * @throws UsageError with the least number that would do
 */
export function refuseFewFiles({ store, spill, threads = 1 }: SearchOptions): void {
  if (spill === undefined) return;
  const allowed = mostOpenFiles();
  const needed = OTHERS + FOR_A_THREAD * threads + (store === "fingerprint" ? SHARDS : ON_DISK);
  if (allowed === undefined || allowed >= needed) return;
  throw new UsageError(
    `the process may open ${allowed} files (ulimit -n), and a search that keeps states on disk needs ${needed}\n  Raise the limit by ulimit -n ${needed}, or give --spill none.`,
  );
}

/** Returns how many files the process may have open; undefined if there is no limit, or the system does not tell. */
function mostOpenFiles(): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
