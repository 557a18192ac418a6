/** Exit statuses: one for each class of outcome, so that scripts need not read the report. */
import type { ComparisonOutcome } from "../comparison/comparison.js";
import type { InductionOutcome } from "../induction/induction.js";
import type { SuggestOutcome } from "../induction/suggest.js";
import type { MutationOutcome } from "../mutation/mutation.js";
import { type Outcome, type PropertyKind, whyNothing } from "../search/outcome.js";

/** The exit statuses, by class of outcome. */
export const EXIT = {
  holds: 0,
  internal: 1,
  usage: 2,
  incomplete: 3,
  deadlock: 11,
  safety: 12,
  liveness: 13,
  remark: 14,
  error: 15,
} as const;

/** The statuses, from the gravest on. */
const GRAVITY: readonly number[] = [
  EXIT.internal,
  EXIT.usage,
  EXIT.error,
  EXIT.safety,
  EXIT.deadlock,
  EXIT.liveness,
  EXIT.incomplete,
  EXIT.remark,
  EXIT.holds,
];

/** Remarks that are no violation, and fail a run only if the user says so. */
export const REMARKS = ["uncovered", "vacuous"] as const;
export type Remark = (typeof REMARKS)[number];

/** The exit status of a violation, by the kind of the property. */
const VIOLATION: Readonly<Record<PropertyKind, number>> = {
  "no error": EXIT.error,
  "no failed assertion": EXIT.safety,
  invariant: EXIT.safety,
  initial: EXIT.safety,
  "step invariant": EXIT.safety,
  reachable: EXIT.safety,
  coverage: EXIT.remark,
  "no unspecified reception": EXIT.safety,
  "no deadlock": EXIT.deadlock,
  eventually: EXIT.liveness,
  "leads to": EXIT.liveness,
  "always eventually": EXIT.liveness,
  "eventually always": EXIT.liveness,
};

/** Returns the status that is reported when several apply. */
export function gravest(statuses: readonly number[]): number {
  return GRAVITY.find((status) => statuses.includes(status)) ?? EXIT.holds;
}

export function statusOfViolation(kind: PropertyKind): number {
  return VIOLATION[kind];
}

/** Returns the exit status of an outcome. @param failOn the remarks that fail the run */
export function statusOf(outcome: Outcome, failOn: readonly Remark[] = []): number {
  // As for a model that cannot be compiled.
  if (outcome.types?.verdict === "failed") return EXIT.usage;
  const statuses = outcome.properties.map(({ verdict, kind, vacuous }) => {
    if (verdict === "violated") return VIOLATION[kind];
    if (verdict === "incomplete") return EXIT.incomplete;
    const remarks = { uncovered: verdict === "uncovered", vacuous: vacuous !== undefined };
    return failOn.some((remark) => remarks[remark]) ? EXIT.remark : EXIT.holds;
  });
  // What has verified nothing is no pass either.
  const isOpen = outcome.incomplete !== undefined || whyNothing(outcome) !== undefined;
  return gravest([...statuses, isOpen ? EXIT.incomplete : EXIT.holds]);
}

/** Returns the exit status of judged mutants: survivors are a remark on the properties, and no violation. */
export function statusOfMutation({ judged, incomplete }: MutationOutcome): number {
  const statuses = judged.map(({ verdict: { verdict } }) => {
    if (verdict === "undecided") return EXIT.incomplete;
    return verdict === "survived" ? EXIT.remark : EXIT.holds;
  });
  return gravest([...statuses, incomplete === undefined ? EXIT.holds : EXIT.incomplete]);
}

/** Returns the exit status of a comparison: a difference is a remark. What both models violate alike is none. */
export function statusOfComparison({ differences, open }: Pick<ComparisonOutcome, "differences" | "open">): number {
  return gravest([differences.length > 0 ? EXIT.remark : EXIT.holds, open.length > 0 ? EXIT.incomplete : EXIT.holds]);
}

/** Returns the exit status of the question whether invariants are inductive: a sample is never a proof. */
export function statusOfInduction({ verdict }: Pick<InductionOutcome, "verdict">): number {
  return { inductive: EXIT.holds, "not inductive": EXIT.safety, "not known": EXIT.incomplete }[verdict];
}

/**
 * Returns the exit status of suggestions: that of what is asked together with them. A step out means nothing while more
 * might have been suggested.
 */
export function statusOfSuggestions({
  together,
  incomplete,
}: Pick<SuggestOutcome, "incomplete"> & { readonly together: Pick<InductionOutcome, "verdict"> }): number {
  return incomplete === undefined ? statusOfInduction(together) : EXIT.incomplete;
}
