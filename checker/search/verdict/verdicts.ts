/**
 * The outcome of an exhaustive search, whoever has searched: what each property comes to, with counterexamples that the
 * reference semantics has confirmed, and the figures.
 */
import { fairnessInWords } from "../../model/fairness.js";
import type { Instance } from "../../model/instance.js";
import { hasGoals, isLiveness, type Property } from "../../model/property.js";
import type { AnyState } from "../../model/state.js";
import { RowForgotten } from "../../store/shards.js";
import { unaskedReceptions, whyTrivial } from "../asked.js";
import type { Coverage } from "../covered/coverage.js";
import type { ObservedModel } from "../engine/observed-model.js";
import type { Found } from "../exhaustive/search-result.js";
import type { SearchOptions } from "../options.js";
import { type Outcome, type PropertyOutcome, withinInWords } from "../outcome.js";
import type { GrowingVariable, Statistics } from "../statistics.js";
import { audit } from "./audit.js";
import { type Counterexample, counterexample, isDoubtful } from "./counterexample.js";
import type { InitialFormulas } from "./initial-formulas.js";
import type { Decided } from "./liveness-phase.js";
import type { Violation } from "./violations.js";

/** A search that is over. */
export interface Searched {
  readonly result: Found;
  readonly options: SearchOptions;
  readonly threads: number;
  /** The greatest depth of a state. */
  readonly depth: number;
  /** Why the search did not see every state; undefined if it did. */
  readonly incomplete: string | undefined;
  /** The variable that kept meeting new values, if one did. */
  readonly growing: GrowingVariable | undefined;
  readonly initial: InitialFormulas;
  readonly liveness: {
    /** Whether there are liveness properties to decide. */
    readonly any: boolean;
    /** Why not all are decided; undefined if there is no reason. */
    readonly undecided: string | undefined;
    /** Where predicates threw, or assertions in them failed. */
    readonly threw: readonly Violation[];
    /** Returns the result for the property at `place`; undefined if it is not decided. */
    of(place: number): Decided | undefined;
  };
  /** How long everything took, and how much of that the search itself. */
  readonly seconds: number;
  readonly searchedSeconds: number;
  readonly statistics: Statistics;
  readonly coverage: { readonly seconds: number; coverage(): Coverage } | undefined;
}

/**
 * Builds the counterexamples, audits, and returns the outcome.
 * @throws FunctionError if a function is impure or not symmetric
 * @throws Disagreement if the reference semantics does not confirm a violation
 */
export function outcomeOf(searched: Searched): Outcome {
  return new Verdicts(searched).outcome();
}

class Verdicts {
  private readonly instance: Instance;
  private readonly model: ObservedModel;
  private readonly result: Found;
  private readonly options: SearchOptions;

  constructor(private readonly searched: Searched) {
    this.result = searched.result;
    this.options = searched.options;
    this.instance = searched.result.inspector.instance;
    this.model = searched.result.inspector.model;
  }

  outcome(): Outcome {
    const { instance, model, result, options } = this;
    const { liveness, incomplete, seconds, searchedSeconds, coverage } = this.searched;
    return {
      model: instance.model.name,
      parameters: instance.parameters,
      search: options.search ?? "bfs",
      store: options.store ?? "exact",
      threads: this.searched.threads,
      symmetry: result.inspector.canonicalizer.inForce,
      assumptions: [
        ...instance.assumptions,
        ...(options.store === "fingerprint" ? [omission(result.distinct)] : []),
        ...unaskedReceptions(instance, model.checked, model.ignoredReception),
      ],
      ...this.constraints(),
      fairness: model.checked.some((place) => isLiveness(instance.properties[place]!)) ? fairnessInWords(instance) : [],
      properties: [
        ...model.checked.map((place) => this.judged(instance.properties[place]!, place)),
        ...this.unlisted(),
      ],
      distinct: result.distinct,
      generated: result.generated,
      depth: this.searched.depth,
      incomplete: incomplete ?? liveness.undecided,
      ...(incomplete === undefined ? {} : { growing: this.searched.growing }),
      seconds,
      livenessSeconds: liveness.any ? seconds - searchedSeconds - (coverage?.seconds ?? 0) : undefined,
      statesPerSecond: result.distinct / Math.max(searchedSeconds, 1e-9),
      functionRuns: model.trees.runs,
      memory: process.memoryUsage().rss,
      fired: this.firedByName(),
      neverReceived: model.trees.updates.neverTaken(),
      statistics: this.searched.statistics,
      ...(coverage && { coverage: coverage.coverage() }),
      // The audit comes last, since it expands states again, and the engine counts that as it counts the search.
      audited: audit(result, options.audit),
    };
  }

  private constraints(): Pick<Outcome, "constraints"> {
    const { instance, result } = this;
    if (instance.constraints.length === 0) return {};
    const all = instance.constraints.map(({ name, kind, says }) => {
      const cuts = this.model.cutting.has(name);
      return { name, kind, says, cuts };
    });
    return { constraints: { all, ...result.cutOff } };
  }

  /** What to add to a verdict that rests on every state and step having been looked at. */
  private get bounds(): Pick<PropertyOutcome, "within"> {
    const { cutting } = this.model;
    const within = this.instance.constraints.flatMap(({ name }) => (cutting.has(name) ? [name] : []));
    return within.length === 0 ? {} : { within };
  }

  /**
   * Returns the outcomes of the properties that no model lists: that no function throws, if some function threw; and
   * that no assertion fails, if some function has made one.
   */
  private unlisted(): PropertyOutcome[] {
    const { instance, result } = this;
    const { liveness, initial, incomplete } = this.searched;
    return instance.unlistedPlaces.flatMap((place): PropertyOutcome[] => {
      const { name, kind, says } = instance.propertyAt(place);
      const shared = { name, kind, says, goals: undefined };
      const violation = [...result.violations, ...liveness.threw].find(({ property }) => property === place);
      const initially = initial.violated(place);
      if (initially !== undefined) return [{ ...shared, verdict: "violated", ...initially }];
      if (violation !== undefined) return [{ ...shared, verdict: "violated", ...this.confirmed(violation) }];
      if (place !== instance.assertionPlace || !this.model.trees.asserts) return [];
      const isOpen = incomplete !== undefined || liveness.undecided !== undefined;
      const verdict = isOpen ? ({ verdict: "incomplete" } as const) : ({ verdict: "holds", ...this.bounds } as const);
      return [{ ...shared, ...verdict, explanation: undefined, trace: undefined }];
    });
  }

  private judged(property: Property<AnyState>, place: number): PropertyOutcome {
    const outcome = this.propertyOutcome(property, place);
    const why = whyTrivial(this.instance, property, this.result.generated);
    return outcome.verdict !== "holds" || why === undefined ? outcome : { ...outcome, vacuous: why };
  }

  private propertyOutcome(property: Property<AnyState>, place: number): PropertyOutcome {
    const { initial, incomplete } = this.searched;
    const { name, kind, says } = property;
    const shared = { name, kind, says };
    if (property.kind === "initial") return initial.outcomeOf(place);
    if (hasGoals(property)) {
      const labels = (isMet: boolean) =>
        property.goals.filter((goal) => this.model.isMet(goal) === isMet).map(({ label }) => label);
      const [met, unmet] = [labels(true), labels(false)];
      const missed = property.kind === "coverage" ? "uncovered" : "violated";
      // Beyond a constraint nobody has looked.
      const isOpen = incomplete !== undefined || this.bounds.within !== undefined;
      const verdict = unmet.length === 0 ? "holds" : isOpen ? "incomplete" : missed;
      const where = this.bounds.within === undefined ? "" : ` ${withinInWords(this.bounds.within)}`;
      const explanation = unmet.length === 0 ? undefined : `never reached${where}: ${unmet.join(", ")}`;
      return { ...shared, verdict, explanation, trace: undefined, goals: { met, unmet } };
    }
    if (isLiveness(property)) return { ...shared, goals: undefined, ...this.eventuality(place) };
    const violation = this.result.violations.find((violation) => violation.property === place);
    if (violation === undefined) {
      const verdict = incomplete
        ? ({ verdict: "incomplete" } as const)
        : ({ verdict: "holds", ...this.bounds } as const);
      return { ...shared, ...verdict, explanation: undefined, trace: undefined, goals: undefined };
    }
    return { ...shared, verdict: "violated", ...this.confirmed(violation), goals: undefined };
  }

  private eventuality(place: number) {
    const decided = this.searched.liveness.of(place);
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
      return counterexample(this.result, violation);
    } catch (error) {
      if (error instanceof RowForgotten) return UNTRACED;
      if (isDoubtful(error)) audit(this.result, 1);
      throw error;
    }
  }

  private firedByName(): Record<string, number> {
    const fired: Record<string, number> = {};
    const byIndex = this.result.firedByIndex();
    for (const { action, index } of this.instance.actions) {
      fired[action.name] = (fired[action.name] ?? 0) + byIndex[index]!;
    }
    return fired;
  }
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
