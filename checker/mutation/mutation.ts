/** Whether the properties of a model are strong enough: all of its mutants, or some of them, are judged one by one. */
import { Disagreement, UsageError } from "../errors.js";
import { Instance } from "../model/instance.js";
import type { Ordinal } from "../model/ordinal.js";
import type { ParameterValues } from "../model/parameters.js";
import { Check } from "../search/check.js";
import type { SearchOptions } from "../search/options.js";
import { constraintsInWords, type Outcome } from "../search/outcome.js";
import { Dice } from "../search/random/dice.js";
import { atOnce, inSlices } from "../search/slices.js";
import type { SymmetryInForce } from "../symmetry/canonicalize.js";
import { mergedOrdinals, toldApart } from "./apart.js";
import { BisimilarMutants } from "./bisimilar.js";
import { type Baseline, baselineOf, Judge, type MutantVerdict, type SearchRunner } from "./judge.js";
import { MUTANT_KINDS, type Mutant, type MutantKind, questionOf } from "./mutant.js";
import { mutantsOf } from "./mutants.js";
import { Survey } from "./survey.js";

/** Which mutants are judged, and for how long. */
export interface MutationOptions {
  /** Ends once this many mutants are judged that behave otherwise than the original. Default: all are judged. */
  readonly sample?: number | undefined;
  /** Puts the mutants into the order in which a sample takes them. */
  readonly seed?: number | undefined;
  /** The kinds of mutant. Default: all. */
  readonly kinds?: readonly MutantKind[] | undefined;
  /** Only mutants of these cells, as `Invalid × Fetch`, and actions. Default: all. */
  readonly only?: readonly string[] | undefined;
  /** The seconds that a mutant may take. Default: no limit. */
  readonly seconds?: number | undefined;
  /** The states of a mutant that are searched. Default: four times those of the original, at least 50,000. */
  readonly maxStates?: number | undefined;
}

/** A mutant and what became of it. */
export interface JudgedMutant extends Pick<Mutant, "kind" | "action" | "cell" | "where" | "says"> {
  /** What the author is asked if nothing notices it. */
  readonly question: string;
  readonly verdict: MutantVerdict;
  readonly seconds: number;
}

/** What became of the mutants of a model. */
export interface MutationOutcome {
  readonly model: string;
  readonly parameters: ParameterValues;
  readonly symmetry: SymmetryInForce;
  readonly threads: number;
  /** The states of the original. */
  readonly distinct: number;
  readonly assumptions: readonly string[];
  readonly fairness: readonly string[];
  /** The names of the properties that the mutants were asked about. */
  readonly asked: readonly string[];
  /** Of these, those that the original violates, with the steps: they notice only what is violated in fewer. */
  readonly violated: readonly { readonly name: string; readonly steps: number }[];
  /** The names of those that the original violates as a whole, so that they cannot notice anything. */
  readonly notAsked: readonly string[];
  /** How many mutants there are of the kinds and in the places that were asked for. */
  readonly mutants: number;
  /** The sample that was asked for, and the seed; undefined if all were to be judged. */
  readonly sample: { readonly size: number; readonly seed: number } | undefined;
  readonly limits: { readonly maxStates: number; readonly seconds: number | undefined };
  readonly judged: readonly JudgedMutant[];
  /** Why not all were judged that were asked for; undefined if all were. */
  readonly incomplete: string | undefined;
  readonly seconds: number;
}

/** Who waits for mutants to be judged. */
export interface MutationObserver {
  readonly signal?: AbortSignal | undefined;
  /** Is called for each mutant. @param of how many there are, or the size of the sample */
  readonly onJudged?: ((judged: JudgedMutant, done: number, of: number) => void) | undefined;
}

/** The time between two looks at whether to stop, in milliseconds. */
const SLICE = 50;

/**
 * Judges the mutants of a model.
 * @param options which mutants
 * @param search how the model and its mutants are searched
 * @throws UsageError if the model cannot be searched to its end, or no mutant is of what was asked for
 */
export async function judgeMutants(
  { model, parameters }: Instance,
  options: MutationOptions,
  search: SearchOptions,
  { signal, onJudged }: MutationObserver = {},
): Promise<MutationOutcome> {
  const started = performance.now();
  const survey = new Survey(model);
  const surveyed = new Instance(survey.model, parameters);
  const outcome = await inSlices(new Runner(undefined, signal).run(new Check(surveyed, search)));
  refuseIncomplete(outcome);
  const original = new Instance(model, parameters);
  const baseline = baselineOf(original, outcome);
  refuseNothing(baseline, model.name);
  const mutants = chosen(mutantsOf(original, survey), options);
  const sample = options.sample === undefined ? undefined : { size: options.sample, seed: options.seed ?? 1 };
  const ordered = sample === undefined ? mutants : new Dice(sample.seed, 0).shuffle([...mutants]);
  const { maxStates = Math.max(50_000, 4 * outcome.distinct), seconds } = options;
  const judged: JudgedMutant[] = [];
  const most = Math.min(sample?.size ?? mutants.length, mutants.length);
  let differing = 0;
  const bisimilar = new BisimilarMutants(original, { ...search, maxStates });
  for (const mutant of ordered) {
    if (signal?.aborted || (sample !== undefined && differing >= sample.size)) break;
    const begun = performance.now();
    const runner = new Runner(seconds, signal);
    const judge = new Judge(original, baseline, { ...search, maxStates }, runner, bisimilar);
    const verdict = await judgedAs(judge, mutant, mergedOrdinals(original.ordinals));
    if (signal?.aborted) break;
    const { kind, action, cell, where, says } = mutant;
    const told = { kind, action, cell, where, says, question: questionOf(mutant) };
    judged.push({ ...told, verdict, seconds: (performance.now() - begun) / 1000 });
    if (doesDiffer(verdict)) differing++;
    onJudged?.(judged.at(-1)!, sample === undefined ? judged.length : differing, most);
  }
  const { lengths, asked, notAsked } = baseline;
  return {
    ...{ model: model.name, parameters: original.parameters, threads: outcome.threads, symmetry: outcome.symmetry },
    ...{ distinct: outcome.distinct, fairness: outcome.fairness },
    assumptions: [
      ...outcome.assumptions,
      ...(outcome.constraints
        ? constraintsInWords(outcome.constraints).map((line) => `within constraint ${line}`)
        : []),
      ...ordinalAssumptions(original.ordinals),
    ],
    ...{ asked, notAsked, mutants: mutants.length, sample, judged },
    violated: [...lengths].map(([name, steps]) => ({ name, steps })),
    limits: { maxStates, seconds },
    incomplete: signal?.aborted ? "interrupted" : undefined,
    seconds: (performance.now() - started) / 1000,
  };
}

/**
 * Returns what becomes of a mutant. One that changes what ordinals are written or compared is judged with all of their
 * values told apart, and so is one on which engine and reference semantics disagree otherwise: the rule of an ordinal
 * that keeps its greatest values is one for the model, and the mutant may break it.
 * @param merged the ordinals of which values are merged
 */
async function judgedAs(judge: Judge, mutant: Mutant, merged: readonly Ordinal[]): Promise<MutantVerdict> {
  const exactly = () => toldApart(merged, () => atOnce(judge.verdictOf(mutant)));
  if (mutant.isOfOrdinals && merged.length > 0) return exactly();
  try {
    return await inSlices(judge.verdictOf(mutant));
  } catch (error) {
    if (error instanceof Disagreement && merged.length > 0) return exactly();
    throw error;
  }
}

/** Whether a mutant may behave otherwise than the original: it is neither equivalent nor bisimilar. */
function doesDiffer(verdict: MutantVerdict): boolean {
  return verdict.verdict !== "equivalent" && !(verdict.verdict === "survived" && verdict.bisimilar === true);
}

/** Runs searches one after the other, which may take some seconds together. */
class Runner implements SearchRunner {
  private readonly until: number;

  constructor(
    private readonly seconds: number | undefined,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.until = seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + 1000 * seconds;
  }

  *run(check: Check, isEnough: () => boolean = () => false): Generator<void, Outcome> {
    try {
      while (!check.work(SLICE)) {
        yield;
        const stopped = this.stopped();
        if (stopped !== undefined) check.stop(stopped);
        else if (isEnough()) check.stop("a property has noticed the mutant");
      }
      return check.outcome();
    } finally {
      check.close();
    }
  }

  stopped(): string | undefined {
    if (this.signal?.aborted) return "interrupted";
    return performance.now() >= this.until ? `stopped at --seconds ${this.seconds}` : undefined;
  }
}

/** Returns what is assumed of mutants because of how ordinals are renumbered. */
function ordinalAssumptions(ordinals: readonly Ordinal[]): string[] {
  return ordinals.flatMap(({ name, keep, window }) => [
    ...(keep === undefined
      ? []
      : [
          `a mutant that neither writes nor compares other values of ${name} than the model compares them only with the ${keep} greatest, as the model does`,
        ]),
    ...(window === undefined
      ? []
      : [`a mutant asks only for differences of ${name} up to ${window}, as the model does`]),
  ]);
}

/** @throws UsageError if the search of the original was not complete */
function refuseIncomplete({ incomplete, model }: Outcome): void {
  if (incomplete !== undefined)
    throw new UsageError(
      `${model} itself cannot be searched to its end: ${incomplete}\n  What a mutant does otherwise can be told only from a whole state space: take a smaller instance, or mend the model first.`,
    );
}

/** @throws UsageError if no property can notice anything */
function refuseNothing({ asked }: Baseline, model: string): void {
  if (asked.length === 0)
    throw new UsageError(
      `no property of ${model} can notice a mutant: it has none, or violates them all without a shortest run\n  Write one that it satisfies.`,
    );
}

/** @throws UsageError if there is no mutant of what was asked for */
function chosen(mutants: readonly Mutant[], { kinds, only }: MutationOptions): Mutant[] {
  const known = Object.keys(MUTANT_KINDS);
  for (const kind of kinds ?? [])
    if (!known.includes(kind)) throw new UsageError(`--kinds takes ${known.join(", ")}, not ${kind || "nothing"}`);
  const places = [...new Set(mutants.flatMap(({ action, cell }) => (cell === undefined ? [action] : [action, cell])))];
  for (const place of only ?? [])
    if (!places.includes(place))
      throw new UsageError(`--only takes a cell or an action that has mutants: ${places.join(", ")}; not ${place}`);
  const left = mutants.filter(
    ({ kind, action, cell }) =>
      (kinds === undefined || kinds.includes(kind)) &&
      (only === undefined || only.includes(action) || (cell !== undefined && only.includes(cell))),
  );
  if (left.length === 0) throw new UsageError("there is no such mutant: nothing was seen that could be changed so");
  return left;
}
