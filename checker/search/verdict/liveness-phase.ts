/** The liveness phase: decides liveness properties once the search has come to its end, in slices, like the search. */
import { LimitReached } from "../../errors.js";
import type { LivenessVerdict } from "../../liveness/decide.js";
import { LivenessChecker } from "../../liveness/decide.js";
import { type Explored, PredicateThrew } from "../../liveness/graph.js";
import { isLiveness, type Liveness } from "../../model/property.js";
import type { AnyState } from "../../model/state.js";
import type { ExhaustiveSearch } from "../exhaustive/exhaustive-search.js";
import type { Waiting } from "../outcome.js";
import type { DecidingSample } from "../statistics.js";
import { audit } from "./audit.js";
import { type Counterexample, isDoubtful, lassoCounterexample } from "./counterexample.js";
import type { Violation } from "./violations.js";

/** The result for a liveness property. */
export interface Decided {
  readonly counterexample: (Counterexample & { readonly waiting: Waiting }) | undefined;
  readonly vacuous: string | undefined;
}

export class LivenessPhase {
  private readonly decided = new Map<number, LivenessVerdict>();
  private checker: LivenessChecker | undefined;
  private readonly checked: readonly number[];
  private steps: Generator<void, void> | undefined;
  /** Why not all properties are decided, although the search has come to its end; undefined if there is no reason. */
  undecided: string | undefined;
  /** Where predicates threw, or assertions in them failed, so that no more is decided; empty if none did. */
  threw: readonly Violation[] = [];

  constructor(private readonly search: ExhaustiveSearch) {
    const { properties } = search.instance;
    this.checked = search.model.checked.filter((place) => isLiveness(properties[place]!));
  }

  /** Whether there are liveness properties to decide. */
  get any(): boolean {
    return this.checked.length > 0;
  }

  /** The property that is being decided, and how far that is; undefined if none is. */
  get deciding(): DecidingSample | undefined {
    const property = this.steps && this.search.instance.properties[this.checked[this.decided.size]!];
    if (property === undefined) return undefined;
    const { doing, share } = this.checker?.work ?? {};
    return { property: property.name, number: this.decided.size + 1, of: this.checked.length, doing, share };
  }

  /**
   * Returns the result for the property at `place`; undefined if it is not decided.
   * @throws Disagreement if the reference semantics does not confirm its counterexample
   */
  of(place: number): Decided | undefined {
    const verdict = this.decided.get(place);
    return verdict && this.resultOf(place, verdict);
  }

  /**
   * Works until about the time `until`, and returns whether the phase is over. Call it only after a complete search.
   */
  work(until: number): boolean {
    if (!this.any || this.undecided !== undefined) return true;
    this.undecided = this.obstacle;
    if (this.undecided !== undefined) return true;
    this.steps ??= this.decideAll();
    try {
      while (performance.now() < until) if (this.steps.next().done) return true;
      return false;
    } catch (error) {
      if (error instanceof PredicateThrew) this.threw = this.violationsOf(error);
      else if (!(error instanceof LimitReached)) throw error;
      this.undecided = error instanceof LimitReached ? error.heading + error.message : error.message;
      return true;
    }
  }

  /** Ends the phase, for `reason`, unless it is over. */
  stop(reason: string): void {
    if (this.decided.size < this.checked.length) this.undecided ??= `${reason} while liveness was being decided`;
    this.close();
  }

  /** Ends the threads that read transitions. Afterwards no more is decided. */
  close(): void {
    this.steps?.return();
  }

  private violationsOf({ threw, failed }: PredicateThrew): Violation[] {
    const { errorPlace, assertionPlace } = this.search.instance;
    const first = (property: number, states: readonly number[]) =>
      states.length === 0 ? [] : [{ property, ...this.checker!.first(states) }];
    return [...first(errorPlace, threw), ...first(assertionPlace, failed)];
  }

  private get obstacle(): string | undefined {
    if (this.search.options.store === "fingerprint")
      return "liveness is not decided on fingerprints: a run that comes back must come back to a state that is known";
    if (this.search.result.spilled) return "liveness is decided in memory only, and the states are on disk";
    return undefined;
  }

  private *decideAll(): Generator<void, void> {
    const { search } = this;
    const { memory } = search.options;
    const room = memory === undefined ? undefined : () => memory - process.memoryUsage.rss();
    const checker = new LivenessChecker(exploredBy(search), room);
    this.checker = checker;
    for (const place of this.checked) {
      this.decided.set(place, yield* checker.decide(search.instance.properties[place] as Liveness<AnyState>));
    }
  }

  private resultOf(place: number, { lasso, vacuous }: LivenessVerdict): Decided {
    try {
      return { counterexample: lasso && lassoCounterexample(this.search.result, this.checker!, place, lasso), vacuous };
    } catch (error) {
      // Most likely a function is at fault: then the audit throws an error that names it.
      if (isDoubtful(error)) audit(this.search.result, 1);
      throw error;
    }
  }
}

/** Returns the states and trees of a search that has come to its end in memory. */
export function exploredBy({ instance, engine, result, options }: ExhaustiveSearch): Explored {
  const { expander, store, canonicalizer, model } = engine;
  return {
    ...{ instance, expander, store, canonicalizer, trees: model.trees, generated: result.generated },
    threads: { ...engine.loop.shared, least: options.levelForThreads },
    actionOf: (tree) => model.actionOf[tree] ?? -1,
    forAction: (action, of) => model.forAction(action, of),
    answer: () => engine.handleMiss(),
    refresh: () => engine.refresh(),
  };
}
