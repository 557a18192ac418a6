/** Random search: random walks, or a swarm. What it finds is confirmed; of what it does not find, nothing is known. */
import type { Instance } from "../../model/instance.js";
import { hasGoals, type Property } from "../../model/property.js";
import type { AnyState } from "../../model/state.js";
import { placesOf, refuseUnknown, unaskedReceptions, whyTrivial } from "../asked.js";
import { refuseTooLittle } from "../exhaustive/memory-budget.js";
import type { AskedProperties } from "../options.js";
import type { Outcome, PropertyOutcome } from "../outcome.js";
import type { Sample } from "../statistics.js";
import { confirmed } from "../verdict/counterexample.js";
import { InitialFormulas } from "../verdict/initial-formulas.js";
import { type BatchWorkers, LocalBatchWorker } from "./batch-workers.js";
import { BatchMerger, type BatchReport, type BatchRunner, keyOfGoal } from "./batches.js";
import { RandomWalks } from "./random-walks.js";
import { Swarm } from "./swarm.js";

export interface RandomSearchOptions extends AskedProperties {
  readonly search: "random" | "swarm";
  readonly seed: number;
  /** The number of walks, or of members of the swarm. Default: until the time is over. */
  readonly walks?: number;
  /** How many seconds to search. Default: until the search is stopped. */
  readonly seconds?: number;
  /** The most steps of a walk, or on the way of a member. Default: 1,000. */
  readonly maxDepth?: number;
  /** Swarm: how many states a member may store. Default: a million. */
  readonly maxStates?: number;
  readonly symmetry?: boolean;
  readonly memory?: number;
  readonly stopAtFirst?: boolean;
  readonly audit?: number;
}

export const DEFAULT_DEPTH = 1000;
export const DEFAULT_STATES = 1_000_000;
/** More parts than anybody waits for. They are counted in 31 bits. */
export const MOST_PARTS = 2 ** 30;

/** Returns the number after the last part's. */
export function limitOf({ walks }: RandomSearchOptions): number {
  return walks ?? MOST_PARTS;
}

/** Returns what runs the parts of a random search, on whatever thread. */
export function batchRunner(instance: Instance, options: RandomSearchOptions): BatchRunner {
  const { search, seed, maxDepth = DEFAULT_DEPTH, maxStates = DEFAULT_STATES } = options;
  const { symmetry = true, properties, receptions, audit, stopAtFirst = false } = options;
  const shared = { seed, maxDepth, symmetry, properties, receptions, audit };
  return search === "random"
    ? new RandomWalks(instance, shared)
    : new Swarm(instance, { ...shared, maxStates, stopAtFirst });
}

/** A random search under way. It works in slices, as `Check` does. */
export class RandomSearch {
  finished = false;
  private readonly started = performance.now();
  private readonly merger: BatchMerger;
  private readonly checked: readonly number[];
  private readonly initial: InitialFormulas;
  private seconds = 0;
  private functionRuns = 0;

  /**
   * @throws UsageError if `options.properties` names properties that the model does not have, or if the process takes
   * more than `options.memory` before the search
   */
  constructor(
    readonly instance: Instance,
    readonly options: RandomSearchOptions,
    private readonly workers: BatchWorkers = new LocalBatchWorker(batchRunner(instance, options), limitOf(options)),
  ) {
    try {
      refuseUnknown(instance, options.properties);
      if (options.memory !== undefined) refuseTooLittle(options.memory, 1, () => process.memoryUsage.rss());
    } catch (error) {
      // They have begun already, and would keep the process from ending.
      workers.drop();
      throw error;
    }
    this.checked = placesOf(instance, options);
    this.initial = new InitialFormulas(instance, this.checked);
    const isDecided = (options.stopAtFirst ?? false) && this.initial.violations.length > 0;
    const noun = options.search === "random" ? "walks" : "members";
    this.merger = new BatchMerger(instance, this.checked, {
      stopAtFirst: options.stopAtFirst ?? false,
      parts: limitOf(options),
      noun,
    });
    if (!isDecided) return;
    this.merger.end("stopped at the first violation");
    this.finish();
  }

  /**
   * Works for about `milliseconds`, and returns whether the search is over.
   * @throws FunctionError if an author's function breaks its contract
   * @throws Error if a thread is lost
   */
  async work(milliseconds: number): Promise<boolean> {
    const { seconds = Number.POSITIVE_INFINITY, memory = Number.POSITIVE_INFINITY } = this.options;
    const left = 1000 * seconds - (performance.now() - this.started);
    if (left <= 0) await this.stop(`ended after ${seconds.toLocaleString("en")} s`);
    else if (process.memoryUsage.rss() > memory) await this.stop("the memory limit was reached");
    else if (!this.finished) {
      try {
        this.take(await this.workers.work(Math.min(milliseconds, left)));
      } catch (error) {
        this.workers.drop();
        throw error;
      }
    }
    return this.finished;
  }

  /** Ends the search before its time, for `reason`, unless it is over. */
  async stop(reason: string): Promise<void> {
    if (this.finished) return;
    this.take(await this.workers.end());
    if (this.finished) return;
    this.merger.end(reason);
    this.finish();
  }

  /** Ends the search's threads, whether it is over or not. */
  close(): void {
    this.workers.drop();
  }

  private take(reports: readonly BatchReport[]): void {
    for (const report of reports) {
      if (this.finished) return;
      this.functionRuns += report.functionRuns;
      this.merger.add(report);
      if (this.merger.ended !== undefined) this.finish();
    }
  }

  private finish(): void {
    this.finished = true;
    this.seconds = (performance.now() - this.started) / 1000;
    this.workers.drop();
  }

  /** Returns how far the search has come. */
  sample(): Sample {
    const { parts, steps, states } = this.workers.done;
    return {
      seconds: (performance.now() - this.started) / 1000,
      distinct: states,
      generated: steps,
      depth: this.merger.figures.longest,
      frontier: 0,
      levels: undefined,
      levelDone: undefined,
      memory: process.memoryUsage.rss(),
      memoryLimit: this.options.memory,
      storeBytes: 0,
      threads: this.workers.threads,
      spilled: 0,
      search: this.options.search,
      walks: parts,
      steps,
    };
  }

  /** Returns the outcome. @throws Disagreement if the reference semantics does not confirm a violation */
  outcome(): Outcome {
    const { instance, options, merger, seconds, workers } = this;
    const { search, seed, maxDepth = DEFAULT_DEPTH, maxStates = DEFAULT_STATES } = options;
    const { parts, steps, longest, states, audited } = merger.figures;
    return {
      model: instance.model.name,
      parameters: instance.parameters,
      search,
      store: "exact",
      threads: workers.threads,
      symmetry: merger.symmetry ?? { sets: [], note: undefined },
      assumptions: [...instance.assumptions, ...this.reservations()],
      ...(instance.constraints.length === 0
        ? {}
        : {
            constraints: {
              all: instance.constraints.map(({ name, kind, says }) => ({ name, kind, says, cuts: undefined })),
              ...{ states: 0, steps: 0 },
            },
          }),
      fairness: [],
      properties: [
        ...this.checked.map((place) => this.propertyOutcome(instance.properties[place]!, place)),
        ...instance.unlistedPlaces.flatMap((place) => this.unlisted(place)),
      ],
      distinct: states,
      generated: steps,
      depth: longest,
      incomplete: `${search === "random" ? "random walks do" : "a swarm does"} not see every state; ${merger.ended}`,
      seconds,
      statesPerSecond: (search === "random" ? steps : states) / Math.max(seconds, 1e-9),
      functionRuns: this.functionRuns,
      memory: process.memoryUsage().rss,
      fired: this.firedByName(),
      audited,
      sampled: { seed, parts, steps, maxDepth, maxStates: search === "swarm" ? maxStates : undefined },
    };
  }

  /** Returns the outcome of a property that no model lists, if there is something to say of it. */
  private unlisted(place: number): PropertyOutcome[] {
    const { instance, merger } = this;
    if (merger.violated.has(place)) return [this.violated(place)];
    const { name, kind, says } = instance.propertyAt(place);
    const shared = { name, kind, says, goals: undefined };
    const initially = this.initial.violated(place);
    if (initially !== undefined) return [{ ...shared, verdict: "violated", ...initially }];
    if (place !== instance.assertionPlace || !merger.asserts) return [];
    return [{ ...shared, verdict: "incomplete", explanation: undefined, trace: undefined }];
  }

  private reservations(): string[] {
    const { ignoredReception: ignored, figures } = this.merger;
    return [
      ...unaskedReceptions(this.instance, this.checked, ignored),
      ...(figures.limited > 0
        ? [`${figures.limited} members came to a limit of the engine: too many values, or tables too large`]
        : []),
      ...(figures.drawn > 0
        ? ["each member began in some of the initial states, drawn at random: all together have too many values"]
        : []),
    ];
  }

  private propertyOutcome(property: Property<AnyState>, place: number): PropertyOutcome {
    const { name, kind, says } = property;
    const shared = { name, kind, says };
    if (kind === "initial") return this.initial.outcomeOf(place);
    if (hasGoals(property)) {
      const labels = (isMet: boolean) =>
        property.goals.flatMap(({ label }, i) => (this.merger.met.has(keyOfGoal(place, i)) === isMet ? [label] : []));
      const [met, unmet] = [labels(true), labels(false)];
      const verdict = unmet.length === 0 ? "holds" : "incomplete";
      const explanation = unmet.length === 0 ? undefined : `not reached so far: ${unmet.join(", ")}`;
      const why = whyTrivial(this.instance, property, this.merger.figures.steps);
      const vacuous = why === undefined ? {} : { vacuous: why };
      return { ...shared, verdict, explanation, trace: undefined, goals: { met, unmet }, ...vacuous };
    }
    if (this.merger.violated.has(place)) return this.violated(place);
    return { ...shared, verdict: "incomplete", explanation: undefined, trace: undefined, goals: undefined };
  }

  private violated(place: number): PropertyOutcome {
    const { name, kind, says } = this.instance.propertyAt(place);
    const { part, choices } = this.merger.violated.get(place)!;
    const found = confirmed(this.instance, place, choices);
    return { name, kind, says, verdict: "violated", ...found, goals: undefined, foundBy: part + 1 };
  }

  private firedByName(): Record<string, number> {
    const fired: Record<string, number> = {};
    for (const { action, index } of this.instance.actions)
      fired[action.name] = (fired[action.name] ?? 0) + this.merger.figures.fired[index]!;
    return fired;
  }
}

/** Runs a random search on this thread until it is over; `options` must have `walks` or `seconds`. */
export async function randomSearchAlone(instance: Instance, options: RandomSearchOptions): Promise<Outcome> {
  const search = new RandomSearch(instance, options);
  while (!(await search.work(50)));
  return search.outcome();
}
