/**
 * What became of the mutants of a model as JSON, for `--json`. docs/reference/mutation.md documents its fields, which
 * stay as they are.
 */
import type { Trace } from "../../traces/trace.js";
import type { MutantVerdict } from "../mutation/judge.js";
import type { JudgedMutant, MutationOutcome } from "../mutation/mutation.js";
import { statusOfMutation } from "./exit-status.js";

export const MUTATION_FORMAT = "popcheck mutation 1";

/** A mutant as JSON. Fields that say nothing of its verdict are null. */
export interface JsonMutant extends Pick<JudgedMutant, "kind" | "action" | "where" | "says" | "question" | "seconds"> {
  readonly cell: string | null;
  readonly verdict: MutantVerdict["verdict"];
  /** Of a mutant that was noticed: the property, the steps of its counterexample, and those of the original's. */
  readonly noticedBy: string | null;
  readonly steps: number | null;
  readonly stepsBefore: number | null;
  /** Of a survivor: the run on which it parts from the original, and what the other does in its last step. */
  readonly parting: {
    readonly run: "mutant" | "original";
    readonly trace: Trace;
    readonly others: readonly Trace[];
  } | null;
  /** Of a survivor: whether it is bisimilar to the original; null also where that is not known, with the reason. */
  readonly bisimilar: boolean | null;
  /** Of a survivor: the properties that the original violates and the mutant does not. */
  readonly repaired: readonly string[] | null;
  /** Why it is undecided, or of a survivor why it is not known whether it is bisimilar. */
  readonly reason: string | null;
}

/** The outcome of `mutate` as JSON. */
export interface JsonMutation extends Omit<MutationOutcome, "judged" | "sample" | "incomplete" | "limits"> {
  readonly format: typeof MUTATION_FORMAT;
  readonly status: number;
  readonly sample: MutationOutcome["sample"] | null;
  readonly limits: { readonly maxStates: number; readonly seconds: number | null };
  readonly incomplete: string | null;
  readonly judged: readonly JsonMutant[];
}

/** Returns an outcome as `--json` writes it. */
export function mutationJsonOf(outcome: MutationOutcome): JsonMutation {
  return {
    format: MUTATION_FORMAT,
    ...outcome,
    status: statusOfMutation(outcome),
    sample: outcome.sample ?? null,
    limits: { maxStates: outcome.limits.maxStates, seconds: outcome.limits.seconds ?? null },
    incomplete: outcome.incomplete ?? null,
    judged: outcome.judged.map(jsonMutant),
  };
}

function jsonMutant({ verdict, cell, ...mutant }: JudgedMutant): JsonMutant {
  const noticed = verdict.verdict === "noticed" ? verdict : undefined;
  const survived = verdict.verdict === "survived" ? verdict : undefined;
  return {
    ...mutant,
    cell: cell ?? null,
    verdict: verdict.verdict,
    noticedBy: noticed?.by ?? null,
    steps: noticed?.steps ?? null,
    stepsBefore: noticed?.before ?? null,
    parting:
      survived === undefined
        ? null
        : {
            run: survived.parting.isOfMutant ? "mutant" : "original",
            trace: survived.parting.trace,
            others: survived.parting.others,
          },
    bisimilar: typeof survived?.bisimilar === "boolean" ? survived.bisimilar : null,
    repaired: survived?.repaired ?? null,
    reason: reasonOf(verdict),
  };
}

function reasonOf(verdict: MutantVerdict): string | null {
  if (verdict.verdict === "undecided") return verdict.reason;
  return verdict.verdict === "survived" && typeof verdict.bisimilar === "object" ? verdict.bisimilar.open : null;
}
