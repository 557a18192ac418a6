/** Has a check searched by workers: this process leads them, and makes the verdicts. */
import { BullQueue } from "../cluster/bull-queue.js";
import { ClusterCheck } from "../cluster/cluster-check.js";
import { FolderStorage } from "../cluster/folder-storage.js";
import { recover } from "../cluster/recovery.js";
import { reach } from "../cluster/redis-connection.js";
import { begun, requestOf, runOf } from "../cluster/run-request.js";
import type { Cut } from "../cluster/task-runner.js";
import { DiskFull, UsageError } from "../errors.js";
import type { SearchOptions } from "../search/options.js";
import type { CheckRequest, Cluster } from "./request.js";
import type { Underway } from "./underway.js";

/** How a run is cut. A level with so few states that one worker is faster alone is one task. */
const CUT: Cut = { parts: 8, wholeStates: 50_000, wholeTotal: 5_000_000, chunkStates: 50_000 };

/**
 * Begins a run, or goes on with the one that was begun by the same request.
 * @throws UsageError if no Redis server answers, or the folder cannot be written to
 * @throws LimitReached if the initial states do not fit
 */
export async function beginCluster(
  { instance, given, reference, source }: CheckRequest,
  { redis, dir, parts = CUT.parts }: Cluster,
  options: SearchOptions,
): Promise<Underway> {
  const { maxDepth } = options;
  const cut: Cut = { ...CUT, parts, ...(maxDepth === undefined ? {} : { maxDepth }) };
  const request = requestOf(reference!, (await source!()).checksum, given, options, cut);
  const [storage, run] = [new FolderStorage(dir), runOf(request)];
  await reach(redis);
  await recover(storage, run, parts);
  const id = await begun(storage, run, request).catch((error: Error) => {
    if (error instanceof DiskFull) throw new UsageError(`--dir ${dir}: ${error.message}`, { cause: error });
    throw error;
  });
  const queue = new BullQueue(redis, run, id);
  const check = new ClusterCheck(instance, options, storage, run, queue, cut);
  return {
    work: (milliseconds) => check.work(milliseconds),
    sample: () => check.sample(),
    stop: (reason) => check.stop(reason),
    outcome: () => check.outcome(),
    close: () => void queue.close(),
  };
}
