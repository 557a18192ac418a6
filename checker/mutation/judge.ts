/** What becomes of a mutant: whether a property notices it, and if none does, whether any run could tell. */
import type { Trace } from "../../traces/trace.js";
import { cycleLengthOf, lengthOf } from "../../traces/trace.js";
import { AuthorError, LimitReached } from "../errors.js";
import { Instance } from "../model/instance.js";
import { isUnlisted } from "../model/property.js";
import { Check } from "../search/check.js";
import type { SearchOptions } from "../search/options.js";
import type { Outcome, PropertyOutcome } from "../search/outcome.js";
import type { Violation } from "../search/verdict/violations.js";
import { mergedOrdinals, toldApart } from "./apart.js";
import type { Bisimilarity, BisimilarMutants } from "./bisimilar.js";
import { type Mutant, mutatedModel } from "./mutant.js";
import { comparedModel, type Parting, partingOf } from "./parting.js";

/** What the properties say of the original. */
export interface Baseline {
  readonly outcome: Outcome;
  /** The names of the properties that the mutants are asked about. */
  readonly asked: readonly string[];
  /** By name: of a property of states or steps that the original violates, the steps of its shortest counterexample. */
  readonly lengths: ReadonlyMap<string, number>;
  /** The names of the properties that the original violates as a whole: no mutant is asked about them. */
  readonly notAsked: readonly string[];
}

/** What became of a mutant. */
export type MutantVerdict =
  /** A property that the original has is violated, or one that it violates is so in fewer steps. */
  | {
      readonly verdict: "noticed";
      readonly by: string;
      readonly kind: PropertyOutcome["kind"];
      /** The steps of the counterexample; undefined if it has none: a goal is never reached. */
      readonly steps: number | undefined;
      /** The steps of the shortest counterexample of the original, if that violates the property too. */
      readonly before: number | undefined;
      readonly explanation: string | undefined;
      readonly trace: Trace | undefined;
    }
  /** No property notices, and some run tells the two apart. */
  | {
      readonly verdict: "survived";
      readonly parting: Parting;
      /**
       * Whether the two are bisimilar all the same: no step and no property ever reads what differs. If that is not
       * known, why.
       */
      readonly bisimilar: Bisimilarity;
      /** The names of the properties that the original violates and the mutant does not. */
      readonly repaired: readonly string[];
    }
  /** Mutant and original have the same states and steps. */
  | { readonly verdict: "equivalent" }
  /** A limit was reached, or the mutant is no model that can be checked. */
  | { readonly verdict: "undecided"; readonly reason: string };

/** Runs searches to their ends, or stops them at a limit. */
export interface SearchRunner {
  /**
   * Runs a check to its end, and closes it. It pauses now and then.
   * @param isEnough is asked at each pause whether the check may end
   */
  run(check: Check, isEnough?: () => boolean): Generator<void, Outcome>;
  /** Returns why to stop, if a limit was reached. */
  stopped(): string | undefined;
}

export class Judge {
  /**
   * @param original the model as it is
   * @param options how it is searched
   * @param bisimilar compares those that nobody notices
   */
  constructor(
    private readonly original: Instance,
    private readonly baseline: Baseline,
    private readonly options: SearchOptions,
    private readonly runner: SearchRunner,
    private readonly bisimilar: BisimilarMutants,
  ) {}

  /** Decides what becomes of a mutant. It pauses now and then. */
  *verdictOf(mutant: Mutant): Generator<void, MutantVerdict> {
    try {
      return yield* this.decided(mutant);
    } catch (error) {
      // A function of the mutant may be none that can be checked: one that does not treat members alike.
      if (error instanceof AuthorError || error instanceof LimitReached)
        return { verdict: "undecided", reason: error.message.split("\n")[0]! };
      throw error;
    }
  }

  private *decided(mutant: Mutant): Generator<void, MutantVerdict> {
    const { original, runner, options } = this;
    const compared = new Instance(comparedModel(original.model, mutant), original.parameters);
    const search = yield* runner.run(new Check(compared, { ...options, properties: [], receptions: false }));
    const parting = partingOf(original, mutant, search);
    if (parting === undefined && search.incomplete === undefined) return { verdict: "equivalent" };
    const noticed = yield* this.noticed(mutant);
    if ("verdict" in noticed) return noticed;
    if (parting === undefined) return { verdict: "undecided", reason: search.incomplete! };
    const bisimilar = toldApart(mergedOrdinals(original.ordinals), () =>
      this.bisimilar.decide(mutant, () => runner.stopped()),
    );
    return { verdict: "survived", parting, bisimilar, repaired: noticed.repaired };
  }

  /** Returns who notices the mutant, or that nobody can be said to; or which properties it repairs if nobody does. */
  private *noticed(mutant: Mutant): Generator<void, MutantVerdict | { readonly repaired: readonly string[] }> {
    const { original, baseline, runner, options } = this;
    const instance = new Instance(mutatedModel(original.model, mutant), original.parameters);
    const check = new Check(instance, { ...options, properties: baseline.asked, receptions: false });
    const news = () => this.news(instance, check.search.result.violations);
    const outcome = yield* runner.run(check, () => news() !== undefined);
    const first = news();
    const property =
      first === undefined
        ? outcome.properties.find(({ name, verdict }) => verdict === "violated" && !baseline.lengths.has(name))
        : outcome.properties.find(({ name }) => name === instance.propertyAt(first.property).name);
    if (property !== undefined) return this.noticedBy(property);
    if (outcome.incomplete !== undefined) return { verdict: "undecided", reason: outcome.incomplete };
    const open = outcome.properties.find(({ verdict }) => verdict === "incomplete");
    if (open !== undefined) return { verdict: "undecided", reason: `${open.name} is not decided` };
    const holding = outcome.properties.filter(({ verdict }) => verdict !== "violated").map(({ name }) => name);
    return { repaired: [...baseline.lengths.keys()].filter((name) => holding.includes(name)) };
  }

  /** Returns the violation in the fewest steps that the original does not have in as few; the levels are complete. */
  private news(instance: Instance, violations: readonly Violation[]): Violation | undefined {
    const { lengths } = this.baseline;
    return violations
      .filter((violation) => {
        const before = lengths.get(instance.propertyAt(violation.property).name);
        return before === undefined || stepsTo(instance, violation) < before;
      })
      .sort((a, b) => stepsTo(instance, a) - stepsTo(instance, b) || a.property - b.property)[0];
  }

  private noticedBy({ name, kind, trace, explanation }: PropertyOutcome): MutantVerdict {
    return {
      verdict: "noticed",
      by: name,
      kind,
      steps: trace && lengthOf(trace),
      before: this.baseline.lengths.get(name),
      explanation,
      trace,
    };
  }
}

/** Returns the number of steps to a violation, of those that the step which violates a property is one. */
function stepsTo(instance: Instance, { property, depth }: Violation): number {
  const { kind } = instance.propertyAt(property);
  return kind === "step invariant" || kind === "no unspecified reception" ? depth + 1 : depth;
}

/** Returns what mutants are asked about, after the verdicts of the original. */
export function baselineOf(instance: Instance, outcome: Outcome): Baseline {
  const lengths = new Map<string, number>();
  const asked: string[] = [];
  const notAsked: string[] = [];
  for (const { name, verdict, trace } of outcome.properties) {
    const property = instance.propertyNamed(name)!;
    const isViolated = verdict === "violated";
    if (isViolated && (trace === undefined || cycleLengthOf(trace) !== undefined)) notAsked.push(name);
    else if (!isUnlisted(property.kind)) {
      asked.push(name);
      if (isViolated) lengths.set(name, lengthOf(trace!));
    }
  }
  return { outcome, asked, lengths, notAsked };
}
