/** An exhaustive check of a model: the search, the liveness phase, and the outcome. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { AuthorError, Disagreement, LimitReached, UsageError } from "../errors.js";
import type { Instance } from "../model/instance.js";
import type { Splits } from "../observe/columns.js";
import { refuseUnknown } from "./asked.js";
import { CoveragePhase } from "./covered/coverage-phase.js";
import type { Arrangement } from "./exhaustive/arrangement.js";
import { BadCheckpoint } from "./exhaustive/checkpoint.js";
import { ExhaustiveSearch } from "./exhaustive/exhaustive-search.js";
import { BreadthFirst } from "./exhaustive/frontier.js";
import { type RecordedSplits, recorded, type Snapshot } from "./exhaustive/snapshot.js";
import type { SearchOptions } from "./options.js";
import type { Outcome } from "./outcome.js";
import type { GrowingVariable, Sample, Statistics } from "./statistics.js";
import { InitialFormulas } from "./verdict/initial-formulas.js";
import { LivenessPhase } from "./verdict/liveness-phase.js";
import { outcomeOf } from "./verdict/verdicts.js";

/**
 * A check under way. It works in slices, so that between them the caller can update a terminal and heed an interrupt.
 */
export class Check {
  /** The search, which another one takes the place of when variables are split. */
  search!: ExhaustiveSearch;
  private liveness!: LivenessPhase;
  private initial!: InitialFormulas;
  /** Counts what was covered; undefined if nobody asks. */
  private covering: CoveragePhase | undefined;
  private started = performance.now();
  private seconds = 0;
  /** How many of the seconds the search took, before the liveness phase. */
  private searched = 0;

  /**
   * @param splits how variables are split into columns from the start
   * @throws UsageError if `options.properties` names properties that the model does not have
   */
  constructor(
    readonly instance: Instance,
    readonly options: SearchOptions = {},
    splits: Splits = {},
  ) {
    refuseUnknown(instance, options.properties);
    this.begin({ splits });
  }

  /** Begins a search, with rows arranged, instead of the one before if there is one. */
  private begin(arrangement: Arrangement): void {
    const { instance, options } = this;
    const before = this.search as ExhaustiveSearch | undefined;
    before?.close();
    this.search = new ExhaustiveSearch(instance, options, undefined, undefined, arrangement);
    this.search.about = before?.about;
    this.liveness = new LivenessPhase(this.search);
    this.initial = new InitialFormulas(instance, this.search.model.checked);
    if (options.stopAtFirst && this.initial.violations.length > 0) this.search.stopAtFirst();
    if (options.coverage) this.covering = new CoveragePhase(this.search);
  }

  /**
   * Resumes a search from the checkpoint `name` in `folder`, which had taken `seconds`. Call it only before the first
   * `work`.
   * @throws BadCheckpoint if the checkpoint cannot be used
   */
  resume(folder: string, name: string, body: Snapshot, seconds: number): void {
    if (Object.keys(body.splits).length > 0) this.begin({ splits: this.splitAs(body.splits) });
    if (body.columnOrder !== undefined) {
      const { engine } = this.search;
      if (body.columnOrder.length !== 2 * engine.families.rowWords)
        throw new BadCheckpoint("the order of its columns is that of other rows");
      engine.orderColumns(body.columnOrder);
    }
    try {
      this.search.restore(folder, name, body);
    } catch (error) {
      throw isDamage(error) ? new BadCheckpoint(error.message, { cause: error }) : error;
    }
    this.started -= 1000 * seconds;
  }

  /**
   * Returns the splits that a checkpoint has recorded. Which elements have columns is recorded by name only: they are
   * found again by what had found them, a search that begins anew as often.
   * @throws BadCheckpoint if that comes to other splits
   */
  private splitAs(wanted: RecordedSplits): Splits {
    const { instance } = this;
    // It must not touch the files of the checkpoint, nor end before it begins anew.
    const { checkpoint: _, maxStates: __, storeMemory: ___, spill, ...options } = this.options;
    const folder = spill === undefined ? undefined : mkdtempSync(join(tmpdir(), "popcheck-splits-"));
    try {
      let rows: Arrangement | undefined = { splits: this.search.engine.families.splits };
      while (rows !== undefined && !isDeepStrictEqual(recorded(rows.splits), wanted)) {
        if (Object.values(wanted).every((split) => Array.isArray(split))) return wanted as Splits;
        const search: ExhaustiveSearch = new ExhaustiveSearch(
          instance,
          { ...options, ...(folder !== undefined && { spill: folder }) },
          undefined,
          undefined,
          rows,
        );
        search.run();
        search.close();
        rows = search.beginAnewWith;
      }
      if (rows === undefined)
        throw new BadCheckpoint("the model has changed since it was written: its collections have other elements");
      return rows.splits;
    } finally {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Ends the search's threads, and removes the files that it has left on disk, except checkpoints. */
  close(): void {
    this.liveness.close();
    this.search.close();
  }

  /** Works for about `milliseconds`, and returns whether the check is over. */
  work(milliseconds = Number.POSITIVE_INFINITY): boolean {
    const until = performance.now() + milliseconds;
    while (!this.search.finished) {
      this.search.run(until - performance.now());
      this.searched = this.elapsed;
      const { beginAnewWith } = this.search;
      if (beginAnewWith !== undefined) this.begin(beginAnewWith);
      if (performance.now() > until) break;
    }
    const { search } = this;
    const isDecided = search.finished && (search.incomplete !== undefined || this.liveness.work(until));
    const isOver = isDecided && (this.covering?.work(until) ?? true);
    this.seconds = this.elapsed;
    return isOver;
  }

  private get elapsed(): number {
    return (performance.now() - this.started) / 1000;
  }

  /** Ends the check as incomplete, for `reason`, unless it is over. */
  stop(reason: string): void {
    this.search.stop(reason);
    if (this.search.incomplete === undefined) this.liveness.stop(reason);
    // What ended the search or liveness does not end the counting of what they have seen, though it is said again.
    const { incomplete = this.liveness.undecided } = this.search;
    if (incomplete?.startsWith(reason) !== true) this.covering?.stop(reason);
  }

  /** Returns how far the check has come. */
  sample(): Sample {
    const { search } = this;
    const { store, frontier } = search;
    const breadthFirst = frontier instanceof BreadthFirst ? frontier : undefined;
    return {
      seconds: this.elapsed,
      deciding: this.liveness.deciding,
      distinct: search.result.distinct,
      generated: search.result.generated,
      depth: Math.max(0, frontier.depth),
      frontier: frontier.size(store),
      levels: breadthFirst?.levels,
      levelDone: breadthFirst?.done,
      memory: process.memoryUsage.rss(),
      memoryLimit: this.options.memory,
      storeBytes: this.storeBytes,
      threads: search.engine.threads,
      spilled: search.result.spilled?.set.count ?? 0,
      growing: this.growing,
    };
  }

  /** The variable that keeps meeting new values, breadth first; undefined if none does. */
  private get growing(): GrowingVariable | undefined {
    const { growth, engine, frontier } = this.search;
    return growth.of(engine.families, frontier.depth);
  }

  private statistics(): Statistics {
    const { frontier } = this.search;
    const { outDegrees } = this.search.result;
    return {
      levels: frontier instanceof BreadthFirst ? frontier.levels : undefined,
      outDegrees,
      peakMemory: process.resourceUsage().maxRSS * 1024,
      storeBytes: this.storeBytes,
    };
  }

  /** The bytes that stored states take in memory, with the pairs of which compressed ones are made. */
  private get storeBytes(): number {
    const { store, engine } = this.search;
    return store.bytes + engine.missHandler.pairBytes;
  }

  /**
   * Builds the counterexamples, audits, and returns the outcome.
   * @throws FunctionError if a function is impure or not symmetric
   * @throws Disagreement if the reference semantics does not confirm a violation
   */
  outcome(): Outcome {
    const { search, liveness, initial, covering } = this;
    return outcomeOf({
      result: search.result,
      options: this.options,
      threads: search.engine.threads,
      depth: search.frontier.deepest(search.store),
      incomplete: search.incomplete === undefined ? undefined : `${search.incomplete}${this.boundOf()}`,
      growing: this.growing,
      initial,
      liveness,
      seconds: this.seconds,
      searchedSeconds: this.searched,
      statistics: this.statistics(),
      coverage: covering,
    });
  }

  /**
   * Returns up to which depth an incomplete search has looked at every state, to be appended to the reason for its end.
   */
  private boundOf(): string {
    const { frontier, options, exhausted } = this.search;
    if (options.search === "dfs") return "; depth first, so no depth is known to be complete";
    const complete = exhausted ? frontier.depth : frontier.depth - 1;
    return complete < 0 ? "" : `; every state up to depth ${complete} was looked at`;
  }
}

/**
 * Whether an error of restoring a search means that the checkpoint is damaged: any but those that tell of the model, of
 * a limit, or of the checkpoint by themselves.
 */
function isDamage(error: unknown): error is Error {
  const others = [AuthorError, LimitReached, UsageError, BadCheckpoint, Disagreement];
  return error instanceof Error && !others.some((other) => error instanceof other);
}

/** Checks a model to the end, and returns the outcome. */
export function checkSync(instance: Instance, options?: SearchOptions): Outcome {
  const check = new Check(instance, options);
  check.work();
  return check.outcome();
}
