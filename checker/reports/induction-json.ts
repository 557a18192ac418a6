/**
 * Whether invariants are inductive, and what is suggested, as JSON, for `--json`. docs/reference/induction.md documents
 * the fields, which stay as they are.
 */
import type { Trace } from "../../traces/trace.js";
import type { InductionOutcome } from "../induction/induction.js";
import type { StatesLookedAt } from "../induction/steps-out.js";
import type { SuggestOutcome } from "../induction/suggest.js";
import { statusOfInduction, statusOfSuggestions } from "./exit-status.js";

export const INDUCTION_FORMAT = "popcheck induction 1";
export const SUGGESTIONS_FORMAT = "popcheck suggestions 1";

/** What became of the question whether invariants are inductive. Fields that say nothing are null. */
export interface JsonInductionOutcome
  extends Omit<InductionOutcome, "counterexamples" | "states" | "reachable" | "trace" | "incomplete"> {
  readonly reachable: Omit<InductionOutcome["reachable"], "incomplete"> & { readonly incomplete: string | null };
  readonly states: Omit<StatesLookedAt, "size" | "upToWeight" | "drawn"> & {
    /** A text of digits: the number may be greater than a number of JSON is exact. */
    readonly size: string;
    readonly upToWeight: number | null;
    readonly drawn: NonNullable<StatesLookedAt["drawn"]> | null;
  };
  /** How many steps out were found. */
  readonly stepsOut: number;
  /** The first of them. */
  readonly trace: Trace | null;
  readonly incomplete: string | null;
}

/** The outcome of `inductive` as JSON. */
export interface JsonInduction extends JsonInductionOutcome {
  readonly format: typeof INDUCTION_FORMAT;
  readonly status: number;
}

/** The outcome of `suggest` as JSON. */
export interface JsonSuggestions extends Pick<SuggestOutcome, "suggestions"> {
  readonly format: typeof SUGGESTIONS_FORMAT;
  readonly status: number;
  readonly incomplete: string | null;
  readonly candidates: number | null;
  readonly alone: JsonInductionOutcome;
  readonly together: JsonInductionOutcome;
}

/** Returns an outcome as `inductive --json` writes it. */
export function inductionJsonOf(outcome: InductionOutcome): JsonInduction {
  return { format: INDUCTION_FORMAT, status: statusOfInduction(outcome), ...jsonOutcome(outcome) };
}

/** Returns an outcome as `suggest --json` writes it. */
export function suggestJsonOf(outcome: SuggestOutcome): JsonSuggestions {
  const { alone, candidates, suggestions, together, incomplete } = outcome;
  return {
    format: SUGGESTIONS_FORMAT,
    status: statusOfSuggestions(outcome),
    incomplete: incomplete ?? null,
    candidates: candidates ?? null,
    suggestions,
    alone: jsonOutcome(alone),
    together: jsonOutcome(together),
  };
}

function jsonOutcome(outcome: InductionOutcome): JsonInductionOutcome {
  const { counterexamples, states, reachable, trace, incomplete, ...rest } = outcome;
  return {
    ...rest,
    reachable: { ...reachable, incomplete: reachable.incomplete ?? null },
    states: {
      ...states,
      size: String(states.size),
      upToWeight: states.upToWeight ?? null,
      drawn: states.drawn ?? null,
    },
    stepsOut: counterexamples.length,
    trace: trace ?? null,
    incomplete: incomplete ?? null,
  };
}
