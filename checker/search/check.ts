/** An exhaustive check of a model: the search, the liveness phase, and the outcome. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { AuthorError, Disagreement, LimitReached, UsageError } from "../errors.js";
import { fairnessInWords } from "../model/fairness.js";
import type { Instance } from "../model/instance.js";
import { hasGoals, isLiveness, type Property } from "../model/property.js";
import type { AnyState } from "../model/state.js";
import type { Splits } from "../observe/columns.js";
import { RowForgotten } from "../store/shards.js";
import { refuseUnknown, unaskedReceptions, whyTrivial } from "./asked.js";
import { CoveragePhase } from "./covered/coverage-phase.js";
import { BadCheckpoint } from "./exhaustive/checkpoint.js";
import { ExhaustiveSearch } from "./exhaustive/exhaustive-search.js";
import { BreadthFirst } from "./exhaustive/frontier.js";
import { type RecordedSplits, recorded, type Snapshot } from "./exhaustive/snapshot.js";
import type { SearchOptions } from "./options.js";
import { type Outcome, type PropertyOutcome, withinInWords } from "./outcome.js";
import type { GrowingVariable, Sample, Statistics } from "./statistics.js";
import { audit } from "./verdict/audit.js";
import { type Counterexample, counterexample, isDoubtful } from "./verdict/counterexample.js";
import { InitialFormulas } from "./verdict/initial-formulas.js";
import { LivenessPhase } from "./verdict/liveness-phase.js";
import type { Violation } from "./verdict/violations.js";

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
    this.begin(splits);
  }

  /** Begins a search, with variables split, instead of the one before if there is one. */
  private begin(splits: Splits): void {
    const { instance, options } = this;
    const before = this.search as ExhaustiveSearch | undefined;
    before?.close();
    this.search = new ExhaustiveSearch(instance, options, undefined, undefined, splits);
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
    if (Object.keys(body.splits).length > 0) this.begin(this.splitAs(body.splits));
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
      let splits: Splits | undefined = this.search.engine.families.splits;
      while (splits !== undefined && !isDeepStrictEqual(recorded(splits), wanted)) {
        if (Object.values(wanted).every((split) => Array.isArray(split))) return wanted as Splits;
        const search: ExhaustiveSearch = new ExhaustiveSearch(
          instance,
          { ...options, ...(folder !== undefined && { spill: folder }) },
          undefined,
          undefined,
          splits,
        );
        search.run();
        search.close();
        splits = search.beginAnewWith;
      }
      if (splits === undefined)
        throw new BadCheckpoint("the model has changed since it was written: its collections have other elements");
      return splits;
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
    const { search, instance, seconds } = this;
    const { store, model } = search;
    return {
      model: instance.model.name,
      parameters: instance.parameters,
      search: this.options.search ?? "bfs",
      store: this.options.store ?? "exact",
      threads: search.engine.threads,
      symmetry: search.engine.canonicalizer.inForce,
      assumptions: [
        ...instance.assumptions,
        ...(this.options.store === "fingerprint" ? [omission(search.result.distinct)] : []),
        ...unaskedReceptions(instance, model.checked, model.ignoredReception),
      ],
      ...this.constraints(),
      fairness: model.checked.some((place) => isLiveness(instance.properties[place]!)) ? fairnessInWords(instance) : [],
      properties: [
        ...model.checked.map((place) => this.judged(instance.properties[place]!, place)),
        ...this.unlisted(),
      ],
      distinct: search.result.distinct,
      generated: search.result.generated,
      depth: search.frontier.deepest(store),
      incomplete: search.incomplete === undefined ? this.liveness.undecided : `${search.incomplete}${this.boundOf()}`,
      ...(search.incomplete === undefined ? {} : { growing: this.growing }),
      seconds,
      livenessSeconds: this.liveness.any ? seconds - this.searched - (this.covering?.seconds ?? 0) : undefined,
      statesPerSecond: search.result.distinct / Math.max(this.searched, 1e-9),
      functionRuns: model.trees.runs,
      memory: process.memoryUsage().rss,
      fired: this.firedByName(),
      neverReceived: model.trees.updates.neverTaken(),
      statistics: this.statistics(),
      ...(this.covering && { coverage: this.covering.coverage() }),
      // The audit comes last, since it expands states again, and the engine counts that as it counts the search.
      audited: audit(search.result, this.options.audit),
    };
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

  private constraints(): Pick<Outcome, "constraints"> {
    const { instance, search } = this;
    if (instance.constraints.length === 0) return {};
    const all = instance.constraints.map(({ name, kind, says }) => {
      const cuts = search.model.cutting.has(name);
      return { name, kind, says, cuts };
    });
    return { constraints: { all, ...search.result.cutOff } };
  }

  /** What to add to a verdict that rests on every state and step having been looked at. */
  private get bounds(): Pick<PropertyOutcome, "within"> {
    const { cutting } = this.search.model;
    const within = this.instance.constraints.flatMap(({ name }) => (cutting.has(name) ? [name] : []));
    return within.length === 0 ? {} : { within };
  }

  /**
   * Returns the outcomes of the properties that no model lists: that no function throws, if some function threw; and
   * that no assertion fails, if some function has made one.
   */
  private unlisted(): PropertyOutcome[] {
    const { instance, search, liveness } = this;
    return instance.unlistedPlaces.flatMap((place): PropertyOutcome[] => {
      const { name, kind, says } = instance.propertyAt(place);
      const shared = { name, kind, says, goals: undefined };
      const violation = [...search.result.violations, ...liveness.threw].find(({ property }) => property === place);
      const initially = this.initial.violated(place);
      if (initially !== undefined) return [{ ...shared, verdict: "violated", ...initially }];
      if (violation !== undefined) return [{ ...shared, verdict: "violated", ...this.confirmed(violation) }];
      if (place !== instance.assertionPlace || !search.model.trees.asserts) return [];
      const isOpen = search.incomplete !== undefined || liveness.undecided !== undefined;
      const verdict = isOpen ? ({ verdict: "incomplete" } as const) : ({ verdict: "holds", ...this.bounds } as const);
      return [{ ...shared, ...verdict, explanation: undefined, trace: undefined }];
    });
  }

  private judged(property: Property<AnyState>, place: number): PropertyOutcome {
    const outcome = this.propertyOutcome(property, place);
    const why = whyTrivial(this.instance, property, this.search.result.generated);
    return outcome.verdict !== "holds" || why === undefined ? outcome : { ...outcome, vacuous: why };
  }

  private propertyOutcome(property: Property<AnyState>, place: number): PropertyOutcome {
    const { search } = this;
    const { name, kind, says } = property;
    const shared = { name, kind, says };
    if (property.kind === "initial") return this.initial.outcomeOf(place);
    if (hasGoals(property)) {
      const labels = (isMet: boolean) =>
        property.goals.filter((goal) => search.model.isMet(goal) === isMet).map(({ label }) => label);
      const [met, unmet] = [labels(true), labels(false)];
      const missed = property.kind === "coverage" ? "uncovered" : "violated";
      // Beyond a constraint nobody has looked.
      const isOpen = search.incomplete !== undefined || this.bounds.within !== undefined;
      const verdict = unmet.length === 0 ? "holds" : isOpen ? "incomplete" : missed;
      const where = this.bounds.within === undefined ? "" : ` ${withinInWords(this.bounds.within)}`;
      const explanation = unmet.length === 0 ? undefined : `never reached${where}: ${unmet.join(", ")}`;
      return { ...shared, verdict, explanation, trace: undefined, goals: { met, unmet } };
    }
    if (isLiveness(property)) return { ...shared, goals: undefined, ...this.eventuality(place) };
    const violation = search.result.violations.find((violation) => violation.property === place);
    if (violation === undefined) {
      const verdict = search.incomplete
        ? ({ verdict: "incomplete" } as const)
        : ({ verdict: "holds", ...this.bounds } as const);
      return { ...shared, ...verdict, explanation: undefined, trace: undefined, goals: undefined };
    }
    return { ...shared, verdict: "violated", ...this.confirmed(violation), goals: undefined };
  }

  private eventuality(place: number) {
    const decided = this.liveness.of(place);
    if (decided === undefined) return { verdict: "incomplete", explanation: undefined, trace: undefined } as const;
    const { counterexample, vacuous } = decided;
    if (counterexample !== undefined) return { verdict: "violated", ...counterexample } as const;
    const why = vacuous === undefined ? {} : { vacuous };
    return { verdict: "holds", explanation: undefined, trace: undefined, ...why, ...this.bounds } as const;
  }

  /**
   * Returns the counterexample of `violation`. If the reference semantics does not confirm it, a function is most
   * likely at fault: then every state is audited, so that the error names the function.
   */
  private confirmed(violation: Violation): Counterexample | typeof UNTRACED {
    try {
      return counterexample(this.search.result, violation);
    } catch (error) {
      if (error instanceof RowForgotten) return UNTRACED;
      if (isDoubtful(error)) audit(this.search.result, 1);
      throw error;
    }
  }

  private firedByName(): Record<string, number> {
    const fired: Record<string, number> = {};
    const byIndex = this.search.result.firedByIndex();
    for (const { action, index } of this.instance.actions) {
      fired[action.name] = (fired[action.name] ?? 0) + byIndex[index]!;
    }
    return fired;
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

/**
 * What is said of a violation without a trace: a store of fingerprints forgets the rows of states that were looked at,
 * and with them the way to the violation.
 */
const UNTRACED = {
  trace: undefined,
  explanation:
    "it was seen in a state whose way from the initial states is not kept; search with --store exact or compressed, or with a folder to write to (--spill), for the trace",
};
/**
 * Returns the assumption that fingerprints add. Among n states there are about n²/2 pairs, and each pair has equal
 * hashes with a probability of 2^-64.
 */
function omission(distinct: number): string {
  const odds = Math.min(1, distinct ** 2 / 2 ** 65);
  return `states are told apart by 64-bit fingerprints: that at least one was taken for another has a probability of about ${odds.toExponential(1)}`;
}

/** Checks a model to the end, and returns the outcome. */
export function checkSync(instance: Instance, options?: SearchOptions): Outcome {
  const check = new Check(instance, options);
  check.work();
  return check.outcome();
}
