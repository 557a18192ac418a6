/** Workers of one process, each with an engine of its own, that do a run's tasks as a queue would give them out. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TaskQueue } from "../../checker/cluster/driver.js";
import { FolderStorage } from "../../checker/cluster/folder-storage.js";
import { type Holders, PartHolders } from "../../checker/cluster/part-holders.js";
import type { Task } from "../../checker/cluster/run-files.js";
import { Overtaken, SharedEngine } from "../../checker/cluster/shared-engine.js";
import type { Storage } from "../../checker/cluster/storage.js";
import { type Cut, TaskRunner } from "../../checker/cluster/task-runner.js";
import type { Instance } from "../../checker/model/instance.js";
import type { SearchOptions } from "../../checker/search/options.js";

export const RUN = "run";
const BUDGET = 2 ** 28;

/** A cut that makes several tasks of small levels. */
export const FINE: Cut = { parts: 4, wholeStates: 20, wholeTotal: 1000, chunkStates: 100 };

/** A folder in memory, where files are made faster than on a disk. */
const IN_MEMORY = "/dev/shm";

/** Calls `use` with a storage in a temporary folder. */
export async function withStorage<T>(use: (storage: FolderStorage) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir(), "popcheck-test-"));
  try {
    return await use(new FolderStorage(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export class LocalWorkers implements TaskQueue {
  readonly runners: TaskRunner[];
  /** By worker: what it does last. */
  private readonly busy: Promise<void>[] = [];
  /** How many tasks were offered in all. */
  offered = 0;
  private readonly known = new PartHolders();
  /** The level whose tasks were offered last, and who is to merge its parts. */
  private level = { number: -1, holders: {} as Holders, isMerged: false };

  /** @param instances by worker: the model as it has it */
  constructor(
    private readonly storage: Storage,
    private readonly instances: readonly Instance[],
    private readonly options: SearchOptions = {},
    private readonly cut: Cut = FINE,
  ) {
    this.runners = instances.map((_, worker) => this.begun(worker));
  }

  /** Returns what does tasks for a worker that has just begun. */
  begun(worker: number): TaskRunner {
    const shared = new SharedEngine(this.storage, RUN, this.instances[worker]!, this.options);
    return new TaskRunner(this.storage, RUN, shared, this.cut, BUDGET);
  }

  /** Has a worker begin anew, with nothing in its memory. */
  restart(worker: number): void {
    this.runners[worker] = this.begun(worker);
  }

  /** Has a worker do a task, once it has done those that it was given before. */
  async do(worker: number, task: Task): Promise<void> {
    const before = this.busy[worker];
    const own = (before ?? Promise.resolve()).then(() => this.doNow(worker, task));
    this.busy[worker] = own.catch(() => {});
    await own;
  }

  private async doNow(worker: number, task: Task, holders = this.level.holders): Promise<void> {
    try {
      const name = String(worker);
      this.known.note(name, await this.runners[worker]!.do(task, holders, name));
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      this.restart(worker);
      await this.doNow(worker, task, {});
    }
  }

  /** Shares the tasks out among the workers, which do them at the same time. */
  async offer(tasks: readonly Task[]): Promise<void> {
    this.offered += tasks.length;
    const { length } = this.runners;
    const { kind, level: number } = tasks[0]!;
    if (number !== this.level.number)
      this.level = {
        number,
        holders: this.known.among(new Set(this.runners.map((_, worker) => String(worker)))),
        isMerged: false,
      };
    // A merge that is offered again, since its holder was given none, is for whoever gets it.
    if (kind === "merge" && this.level.isMerged) this.level.holders = {};
    this.level.isMerged = kind === "merge";
    await Promise.all(
      this.runners.map(async (_, worker) => {
        for (let place = worker; place < tasks.length; place += length) await this.do(worker, tasks[place]!);
      }),
    );
  }

  get workers(): number {
    return this.runners.length;
  }

  async news(): Promise<void> {}
}
