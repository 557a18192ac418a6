/**
 * A check whose search is done by workers, on any number of machines. This process leads them from level to level, and
 * makes the verdicts: its engine asks the model nothing while they search, and answers at the end what they have asked.
 */
import { LimitReached } from "../errors.js";
import type { Instance } from "../model/instance.js";
import { isLiveness } from "../model/property.js";
import { Counters } from "../search/engine/counters.js";
import { Limits } from "../search/exhaustive/limits.js";
import { type Found, firedByIndex } from "../search/exhaustive/search-result.js";
import type { SearchOptions } from "../search/options.js";
import type { Outcome } from "../search/outcome.js";
import type { Sample } from "../search/statistics.js";
import { audit, smallAudit } from "../search/verdict/audit.js";
import { isDoubtful } from "../search/verdict/counterexample.js";
import { InitialFormulas } from "../search/verdict/initial-formulas.js";
import { outcomeOf } from "../search/verdict/verdicts.js";
import type { Violation } from "../search/verdict/violations.js";
import { Driver, type LevelOutcome, RunStopped, summed, type TaskQueue } from "./driver.js";
import { RunFiles } from "./run-files.js";
import { DamagedFile } from "./sealed.js";
import { SharedEngine } from "./shared-engine.js";
import type { Storage } from "./storage.js";
import type { Tallies } from "./task-engine.js";
import type { Cut } from "./task-runner.js";
import { Trail } from "./trail.js";

/** Why liveness is open after a search on a cluster. */
export const LIVENESS_OPEN = "liveness is not decided on a cluster";

export class ClusterCheck {
  private readonly files: RunFiles;
  private readonly shared: SharedEngine;
  private readonly initial: InitialFormulas;
  private readonly limits: Limits;
  private readonly trail: Trail;
  private readonly driver: Driver;
  private readonly levels: number[] = [];
  private readonly violations: (Violation & { readonly state: Uint16Array })[] = [];
  private tallies: Tallies = summed([]);
  private incomplete: string | undefined;
  private questions = 0;
  private bytes = 0;
  private isOver = false;
  private failure: unknown;
  private readonly started = performance.now();
  private seconds = 0;
  private readonly over: Promise<void>;

  /**
   * Begins or, if the run has been begun, goes on.
   * @param run the words that names of the run's files begin with
   * @throws LimitReached if the initial states do not fit
   */
  constructor(
    private readonly instance: Instance,
    private readonly options: SearchOptions,
    storage: Storage,
    run: string,
    private readonly queue: TaskQueue,
    cut: Cut,
  ) {
    this.files = new RunFiles(storage, run);
    this.shared = new SharedEngine(storage, run, instance, options);
    this.initial = new InitialFormulas(instance, this.shared.engine.model.checked);
    this.limits = new Limits(options);
    this.trail = new Trail(this.files, this.shared, cut.parts);
    this.driver = new Driver(this.files, queue, cut);
    this.over = this.lead();
  }

  private async lead(): Promise<void> {
    try {
      // What has stopped it before may be otherwise now.
      await this.files.forgetStop();
      if (this.options.stopAtFirst && this.initial.violations.length > 0) this.incomplete = this.limits.firstViolation;
      else
        for await (const level of this.driver.levels()) {
          this.take(level);
          this.incomplete ??=
            this.limits.whyStopped(this.instance, this.violations) ?? this.limits.whyTooMany(this.distinct);
          if (this.incomplete !== undefined) break;
        }
      if (this.tallies.cut) this.incomplete ??= this.limits.tooDeep;
    } catch (error) {
      if (error instanceof RunStopped) this.incomplete ??= error.message;
      else if (error instanceof LimitReached) this.incomplete ??= error.heading + error.message;
      else this.failure = error;
    }
    this.seconds = (performance.now() - this.started) / 1000;
    this.isOver = true;
  }

  private take({ level, states, bytes, tallies, violations, questions }: LevelOutcome): void {
    this.levels.push(states);
    this.bytes += bytes;
    this.tallies = summed([this.tallies, tallies]);
    this.questions = Math.max(this.questions, questions);
    for (const [property, { row }] of [...violations].sort(([a], [b]) => a - b))
      this.violations.push({ property, depth: level, row: this.violations.length, state: Uint16Array.from(row) });
  }

  private get distinct(): number {
    return this.levels.reduce((a, b) => a + b, 0);
  }

  /**
   * Waits for about `milliseconds`, and returns whether the check is over.
   * @throws Error what has ended the run, if a worker has met an error
   */
  async work(milliseconds: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const pause = new Promise((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
    await Promise.race([this.over, pause]);
    clearTimeout(timer);
    if (this.failure !== undefined) throw this.failure;
    return this.isOver;
  }

  /** Ends the check as incomplete, for `reason`, unless it is over. The run's files stay, and it can go on later. */
  async stop(reason: string): Promise<void> {
    this.driver.leave(reason);
    await this.over;
  }

  /** Returns how far the check has come. */
  sample(): Sample {
    // Before the first level, and after one that was taken in, there is none that is underway.
    const underway = this.driver.underway?.level === this.levels.length ? this.driver.underway : undefined;
    const { states, kind, tasks = 0, left = 0 } = underway ?? {};
    const isMerging = kind === "merge";
    // Of a level that is being merged all states were expanded.
    const levelDone = underway === undefined || isMerging ? 1 : (tasks - left) / tasks;
    const levels = states === undefined ? this.levels : [...this.levels, states];
    const distinct = levels.reduce((a, b) => a + b, 0);
    const view = this.queue.view?.();
    return {
      seconds: (performance.now() - this.started) / 1000,
      distinct,
      generated: this.tallies.generated,
      depth: Math.max(0, levels.length - 1),
      frontier: Math.round((1 - levelDone) * (levels.at(-1) ?? 0)),
      levels,
      levelDone,
      memory: process.memoryUsage.rss(),
      memoryLimit: undefined,
      storeBytes: this.bytes,
      threads: this.queue.workers,
      spilled: distinct,
      cluster: view && { ...view, doing: isMerging ? "merging" : "expanding", tasks, tasksDone: tasks - left },
    };
  }

  /**
   * Builds the counterexamples, audits, and returns the outcome.
   * @throws FunctionError if a function is impure or not symmetric
   * @throws Disagreement if the reference semantics does not confirm a violation
   * @throws DamagedFile if a file is not what was written
   */
  async outcome(): Promise<Outcome> {
    await this.shared.catchUp(this.questions);
    if (this.shared.answered < this.questions)
      throw new DamagedFile(`the log of questions ends at ${this.shared.answered} of ${this.questions}`);
    const oneIn = this.options.audit ?? smallAudit(this.distinct);
    const found = await this.found(oneIn);
    try {
      return this.outcomeFrom(found);
    } catch (error) {
      // Which function is at fault, a look at every state tells.
      if (isDoubtful(error) && oneIn > 1) audit(await this.found(1), 1);
      throw error;
    }
  }

  private outcomeFrom(found: Found): Outcome {
    const { instance, options, initial, seconds } = this;
    const { checked } = this.shared.engine.model;
    const any = checked.some((place) => isLiveness(instance.properties[place]!));
    return outcomeOf({
      result: found,
      options,
      threads: this.queue.workers,
      depth: this.depth,
      incomplete: this.incomplete && `${this.incomplete}; every state up to depth ${this.depth} was looked at`,
      growing: undefined,
      initial,
      liveness: { any, undecided: any ? LIVENESS_OPEN : undefined, threw: [], of: () => undefined },
      seconds,
      searchedSeconds: seconds,
      statistics: {
        levels: this.levels,
        outDegrees: this.tallies.degrees,
        peakMemory: process.resourceUsage().maxRSS * 1024,
        storeBytes: this.bytes,
      },
      coverage: undefined,
    });
  }

  private get depth(): number {
    return Math.max(0, this.levels.length - 1);
  }

  /** Reads back what verdicts are made of. @param oneIn one in how many states is sampled */
  private async found(oneIn: number): Promise<Found> {
    const { shared, trail, tallies, distinct, violations } = this;
    const { inspector, engine } = shared;
    const paths: Uint16Array[][] = [];
    for (const { depth, state } of violations) paths.push(await trail.pathTo(depth, state));
    const sampled = await trail.sample(this.levels.length, oneIn);
    const columns = engine.families.columns.count;
    // The engine has counted what it has expanded for this; in its place come the workers' counts.
    const counters = new Counters(engine.contexts);
    counters.restore({ ...tallies, met: [] });
    const fired = firedByIndex(inspector, counters);
    return {
      inspector,
      violations,
      distinct,
      generated: tallies.generated,
      cutOff: { states: tallies.statesCut, steps: tallies.stepsCut },
      lookedAt: distinct,
      firedByIndex: () => fired,
      pathTo: ({ row }) => paths[row]!.map((each) => each.subarray(0, columns)),
      sample: () => sampled,
    };
  }
}
