/**
 * Leads a run from level to level. All that it knows is in the storage, so it may end at any time, and another one
 * goes on: it offers the tasks of a level that have no manifest, and a level is over when all have one.
 */
import { RunFailed } from "../errors.js";
import type { ClusterSample } from "../search/statistics.js";
import { KeptLevels } from "./kept-levels.js";
import {
  type BlockPlace,
  type Manifest,
  type Plan,
  type RunFiles,
  rowsIn,
  type Stop,
  type Task,
  tasksOf,
} from "./run-files.js";
import type { Sighting, Tallies } from "./task-engine.js";
import { type Cut, isWhole } from "./task-runner.js";

/** What is known of the workers while they work; a queue that forgets may have forgotten some of it. */
export type WorkersView = Pick<ClusterSample, "workers" | "retries" | "bytesWritten" | "bytesRead">;

/** Gives tasks to workers. It may forget any of them at any time. */
export interface TaskQueue {
  /** The id of the run whose tasks it gives out; undefined if the run has none. */
  readonly id?: string;
  /** Offers tasks, unless they are offered already. */
  offer(tasks: readonly Task[]): Promise<void>;
  /** Returns after some task was done, or after a while. */
  news(): Promise<void>;
  /** The number of workers that took tasks when some were offered last. */
  readonly workers: number;
  /** Why the run cannot go on, if a worker has told: on a full disk nobody can write it to the storage. */
  readonly stopped?: Stop | undefined;
  /** Returns what the workers do, if the queue knows. */
  view?(): WorkersView;
}

/** What the workers are asked to do: how many states the level has, and how many tasks there are and are not done. */
export interface Underway {
  readonly level: number;
  readonly states: number;
  readonly kind: Task["kind"];
  readonly tasks: number;
  readonly left: number;
}

/** What is known of a level that is over. */
export interface LevelOutcome {
  readonly level: number;
  /** How many states it has, and how many bytes they take in files. */
  readonly states: number;
  readonly bytes: number;
  readonly tallies: Tallies;
  /** Of each property that is violated on the level and on none before, a state: that with the least priority. */
  readonly violations: ReadonlyMap<number, Sighting>;
  /** How many questions of the log what was found rests on. */
  readonly questions: number;
}

/** The run does not go on; the message says why. */
export class RunStopped extends Error {
  override readonly name = "RunStopped";
}

export class Driver {
  /** What is being done; undefined before there is a level. */
  underway: Underway | undefined;
  private readonly kept: KeptLevels;
  private reason: string | undefined;
  private stopWaiting: () => void = () => {};
  /** Is kept once the run is to be left. */
  private readonly left = new Promise<void>((resolve) => {
    this.stopWaiting = resolve;
  });

  constructor(
    private readonly files: RunFiles,
    private readonly queue: TaskQueue,
    private readonly cut: Cut,
  ) {
    this.kept = new KeptLevels(files);
  }

  /** Yields the levels, as each is over, up to the last. To stop asking for more ends the run. */
  async *levels(): AsyncGenerator<LevelOutcome, void> {
    const initial: Task = { kind: "initial", level: -1, number: 0 };
    await this.done([initial]);
    const settled: number[] = [];
    let total = 0;
    for (let level = 0; ; level++) {
      const states = (await this.files.states(level, this.cut.parts))!;
      const count = rowsIn(states.flat());
      if (count === 0) return;
      total += count;
      const plan = await this.files.decide(level, this.planFor(states.flat(), count, { settled: [...settled], total }));
      const { expanding, merging } = tasksOf(plan, level, this.cut.parts);
      const manifests = await this.done(expanding, count);
      if (merging.length > 0) await this.done(merging, count);
      this.kept.over(level);
      const violations = firstOf(
        manifests.flatMap(({ sightings }) => sightings!),
        new Set(settled),
      );
      settled.push(...[...violations.keys()].sort((a, b) => a - b));
      yield {
        level,
        states: count,
        bytes: states.flat().reduce((sum, { bytes }) => sum + bytes, 0),
        tallies: summed(manifests.map(({ tallies }) => tallies!)),
        violations,
        questions: Math.max(...manifests.map(({ questions }) => questions)),
      };
    }
  }

  /** Leaves the run as it is, for `reason`: another driver may go on with it. */
  leave(reason: string): void {
    this.reason = reason;
    this.stopWaiting();
  }

  private planFor(states: readonly BlockPlace[], count: number, plan: Plan): Plan {
    if (isWhole(this.cut, count, plan.total)) return plan;
    // Equal pieces, whose number is a power of two: two workers, or four, have the same to do.
    const pieces = 2 ** Math.ceil(Math.log2(Math.max(1, count / this.cut.chunkStates)));
    const chunks: BlockPlace[][] = Array.from({ length: pieces }, () => []);
    let before = 0;
    for (const block of states) {
      chunks[Math.floor((before * pieces) / count)]!.push(block);
      before += block.rows;
    }
    return { ...plan, chunks: chunks.filter(({ length }) => length > 0) };
  }

  /**
   * Has tasks of one level done, and returns their manifests.
   * @param states how many states the level has
   * @throws RunStopped if a limit keeps the workers from it
   * @throws RunFailed if something else does
   */
  private async done(tasks: readonly Task[], states = 0): Promise<Manifest[]> {
    for (;;) {
      const missing = await this.files.missing(tasks);
      const { level, kind } = tasks[0]!;
      this.underway = { level, kind, states, tasks: tasks.length, left: missing.length };
      if (missing.length === 0) break;
      const stopped = (await this.files.stopped(this.queue.id)) ?? this.queue.stopped;
      if (this.reason !== undefined) throw new RunStopped(this.reason);
      if (stopped !== undefined) throw stopped.isLimit ? new RunStopped(stopped.reason) : new RunFailed(stopped.reason);
      await Promise.race([this.left, this.queue.offer(missing)]);
      await Promise.race([this.left, this.queue.news()]);
    }
    return Promise.all(tasks.map(async (task) => (await this.files.manifest(task))!));
  }
}

/** Returns, of each property that is not among `settled`, the sighting with the least priority. */
function firstOf(sightings: readonly Sighting[], settled: ReadonlySet<number>): Map<number, Sighting> {
  const first = new Map<number, Sighting>();
  for (const sighting of sightings)
    for (const property of sighting.properties) {
      const other = first.get(property);
      if (!settled.has(property) && (other === undefined || sighting.priority < other.priority))
        first.set(property, sighting);
    }
  return first;
}

/** Returns the sums of what was counted; that a limit cut something off is so if it was so anywhere. */
export function summed(tallies: readonly Tallies[]): Tallies {
  const sums = (lists: readonly (readonly number[])[]) => {
    const sum: number[] = [];
    for (const list of lists)
      list.forEach((count, i) => {
        sum[i] = (sum[i] ?? 0) + count;
      });
    return sum;
  };
  const total = (of: (one: Tallies) => number) => tallies.reduce((sum, one) => sum + of(one), 0);
  return {
    generated: total(({ generated }) => generated),
    fired: sums(tallies.map(({ fired }) => fired)),
    degrees: sums(tallies.map(({ degrees }) => degrees)),
    cut: tallies.some(({ cut }) => cut),
    statesCut: total(({ statesCut }) => statesCut),
    stepsCut: total(({ stepsCut }) => stepsCut),
  };
}
