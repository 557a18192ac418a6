/**
 * What the workers of a run do, as the queue tells it: by its events, and by a look at who holds what now and then. It
 * is for people to see: nothing of the search depends on it, and a queue that forgets may leave some of it out.
 */
import type { Queue, QueueEvents } from "bullmq";
import type { WorkerSample } from "../search/statistics.js";
import type { WorkersView } from "./driver.js";
import type { Stop } from "./run-files.js";

/** What a task took. */
export interface TaskFigures {
  /** How many states were expanded. */
  readonly states: number;
  /** How many bytes of rows were written and read. */
  readonly written: number;
  readonly read: number;
  /** The parts that were merged. */
  readonly merged: readonly number[];
}

/** What a worker returns to the queue for a task that it has done. */
export interface Receipt extends TaskFigures {
  /** The worker's name. */
  readonly worker: string;
  /** How long it took. */
  readonly seconds: number;
  /** Why the run cannot go on, if it cannot. */
  readonly stopped?: Stop;
}

/** The milliseconds between two looks at who holds what. */
const BETWEEN_LOOKS = 1000;
/** For how many milliseconds a worker's task counts for its rate, and a worker without a task is shown. */
const LATELY = 60_000;

interface Holding {
  readonly jobId: string;
  readonly worker: string;
  readonly task: string;
  readonly since: number;
}

export class QueueWatch {
  private readonly done: { readonly at: number; readonly receipt: Receipt }[] = [];
  private holdings: readonly Holding[] = [];
  private retries = 0;
  /** Why the run cannot go on, as a worker has told. */
  stopped: Stop | undefined;
  private bytesWritten = 0;
  private bytesRead = 0;
  private readonly timer: NodeJS.Timeout;
  private isLooking = false;

  /** @param id the id of the run: jobs of other runs are left out */
  constructor(
    private readonly queue: Queue,
    events: QueueEvents,
    private readonly id: string,
  ) {
    events.on("completed", ({ jobId, returnvalue }) => {
      if (!this.isOurs(jobId)) return;
      this.holdings = this.holdings.filter((holding) => holding.jobId !== jobId);
      this.note(returnvalue as unknown as Receipt);
    });
    const retried = ({ jobId }: { readonly jobId: string }) => {
      if (this.isOurs(jobId)) this.retries++;
    };
    events.on("stalled", retried);
    events.on("failed", retried);
    this.timer = setInterval(() => void this.look(), BETWEEN_LOOKS);
    this.timer.unref();
  }

  private isOurs(jobId: string | undefined): boolean {
    return jobId?.startsWith(`${this.id}.`) ?? false;
  }

  private note(receipt: Receipt): void {
    this.stopped = receipt.stopped ?? this.stopped;
    this.bytesWritten += receipt.written;
    this.bytesRead += receipt.read;
    this.done.push({ at: Date.now(), receipt });
  }

  /** Looks who holds what, unless the last look has not come back. */
  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      const jobs = (await this.queue.getActive()).filter((job) => this.isOurs(job?.id));
      this.holdings = jobs.map(({ id, processedBy, processedOn }) => {
        const [level, name] = id!.slice(this.id.length + 1).split(".");
        return {
          jobId: id!,
          worker: processedBy ?? "a worker",
          task: `level ${level} ${name}`,
          since: processedOn ?? Date.now(),
        };
      });
    } catch {
      // The server is away: the next look may succeed.
    } finally {
      this.isLooking = false;
    }
  }

  view(): WorkersView {
    const now = Date.now();
    while (this.done.length > 0 && this.done[0]!.at < now - LATELY) this.done.shift();
    const taken = new Map<string, { states: number; seconds: number }>();
    for (const { worker } of this.holdings) taken.set(worker, { states: 0, seconds: 0 });
    for (const { receipt } of this.done) {
      const { states, seconds } = taken.get(receipt.worker) ?? { states: 0, seconds: 0 };
      taken.set(receipt.worker, { states: states + receipt.states, seconds: seconds + receipt.seconds });
    }
    const holdings = new Map(this.holdings.map((holding) => [holding.worker, holding]));
    return {
      retries: this.retries,
      bytesWritten: this.bytesWritten,
      bytesRead: this.bytesRead,
      workers: [...taken.keys()].sort().map((name): WorkerSample => {
        const { states, seconds } = taken.get(name)!;
        const held = holdings.get(name);
        return {
          name,
          statesPerSecond: seconds > 0 ? Math.round(states / seconds) : undefined,
          task: held?.task,
          taskSeconds: held && Math.max(0, (now - held.since) / 1000),
        };
      }),
    };
  }

  close(): void {
    clearInterval(this.timer);
  }
}
