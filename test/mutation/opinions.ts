/** Judging mutants, and comparing what becomes of them with the naive explorer's opinion. */
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { isLiveness, type Property } from "../../checker/model/property.js";
import type { AnyState } from "../../checker/model/state.js";
import type { MutantVerdict } from "../../checker/mutation/judge.js";
import { judgeMutants, type MutationOptions } from "../../checker/mutation/mutation.js";
import type { SearchOptions } from "../../checker/search/options.js";
import { NaiveJudge, type NaiveVerdict } from "./naive-verdicts.js";
import { surveyed } from "./surveyed.js";

/** Returns the model with only those of its properties that the naive explorer decides. */
export function withoutLiveness(model: AnyModel): AnyModel {
  const properties = (parameters: never) =>
    (model.properties(parameters) as Property<AnyState>[]).filter((each) => !isLiveness(each));
  return { ...model, properties } as unknown as AnyModel;
}

export async function judged(
  model: AnyModel,
  given: object,
  options: MutationOptions = {},
  search: SearchOptions = {},
) {
  return judgeMutants(new Instance(model, { ...given }), options, search);
}

/** The states of a mutant that are searched: some go on for ever. */
const MOST = 2000;

/** Returns a verdict in short. */
export function inShort(verdict: MutantVerdict | NaiveVerdict): string {
  if (verdict.verdict !== "noticed") return verdict.verdict;
  return verdict.steps === undefined ? "noticed at the end" : `noticed after ${verdict.steps} steps`;
}

/** How a comparison came out. */
export interface Compared {
  /** The mutants on which the two opinions differ. */
  readonly differences: readonly string[];
  /** How many mutants there are of each verdict. */
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Compares the verdicts on mutants of a model with those of the naive explorer, which is not asked about mutants that
 * are undecided.
 */
export async function compared(model: AnyModel, given: object = {}, options: MutationOptions = {}): Promise<Compared> {
  const naive = new NaiveJudge(model, given);
  const mutants = surveyed(model, given);
  const { judged: all } = await judged(model, given, { maxStates: MOST, ...options });
  const differences: string[] = [];
  const counts: Record<string, number> = {};
  for (const { verdict, where, says, kind } of all) {
    counts[verdict.verdict] = (counts[verdict.verdict] ?? 0) + 1;
    if (verdict.verdict === "undecided") continue;
    const mutant = mutants.find((of) => of.kind === kind && of.where === where && of.says === says)!;
    const opinion = naive.verdictOf(mutant, verdict.verdict === "noticed" ? verdict.steps : undefined);
    const isBy = verdict.verdict !== "noticed" || opinion.verdict !== "noticed" || opinion.by.includes(verdict.by);
    if (inShort(verdict) !== inShort(opinion) || !isBy)
      differences.push(`${where}: ${says}: ${inShort(verdict)}, expected ${inShort(opinion)}`);
  }
  return { differences, counts };
}
