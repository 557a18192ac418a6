/** `popcheck worker`: takes tasks of searches on a cluster until an interrupt comes. */
import { totalmem } from "node:os";
import { resolve } from "node:path";
import { reach, withoutPassword } from "../../cluster/redis-connection.js";
import { work } from "../../cluster/worker.js";
import { UsageError } from "../../errors.js";
import { EXIT } from "../../reports/exit-status.js";
import { bytes, positiveNumber } from "../args/options.js";

const LEASE_SECONDS = 30;

export interface WorkerArguments {
  readonly redis?: string;
  readonly dir?: string;
  readonly memory?: string;
  readonly lease?: string;
}

/** Runs the command and returns the exit status. @throws UsageError if the server or the folder is not given */
export async function workerCommand({ redis, dir, memory, lease }: WorkerArguments): Promise<number> {
  if (!redis || !dir) throw new UsageError("popcheck worker needs --redis URL and --dir DIR");
  const ended = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ended.abort());
  await reach(redis);
  process.stdout.write(`worker ${process.pid} takes tasks from ${withoutPassword(redis)}, files in ${dir}\n`);
  await work({
    redis,
    dir: resolve(dir),
    budget: memory === undefined ? totalmem() / 2 : bytes("memory", memory),
    leaseSeconds: lease === undefined ? LEASE_SECONDS : positiveNumber("lease", lease),
    signal: ended.signal,
    log: (line) => process.stdout.write(`${line}\n`),
  });
  return EXIT.holds;
}
