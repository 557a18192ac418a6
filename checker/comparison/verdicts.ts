/** The verdicts of two models side by side. */
import { lengthOf } from "../../traces/trace.js";
import { constraintsInWords, type Outcome, type PropertyOutcome } from "../search/outcome.js";

/** How the verdict of a property changes from A to B. */
export type VerdictChange =
  | "same"
  /** B violates it, and A does not. */
  | "now violated"
  /** A violates it, and B does not. */
  | "no longer violated"
  /** Both violate it, and the counterexample of B has fewer steps, or more. */
  | "shorter"
  | "longer"
  /** The verdict is another one in another way: what is open, vacuous, within constraints, or not met. */
  | "other"
  | "only in A"
  | "only in B";

/** A property in A and in B, matched by its name; undefined where it was not asked about. */
export interface ComparedProperty {
  readonly name: string;
  readonly a: PropertyOutcome | undefined;
  readonly b: PropertyOutcome | undefined;
  readonly change: VerdictChange;
}

/** Returns the properties of both: those of A in their order, and then those that only B has. */
export function comparedProperties(a: Outcome, b: Outcome): readonly ComparedProperty[] {
  const names = new Set([...a.properties, ...b.properties].map(({ name }) => name));
  return [...names].map((name) => {
    const [ours, theirs] = [a, b].map(({ properties }) => properties.find((property) => property.name === name));
    return { name, a: ours, b: theirs, change: changeOf(ours, theirs) };
  });
}

function changeOf(a: PropertyOutcome | undefined, b: PropertyOutcome | undefined): VerdictChange {
  if (b === undefined) return "only in A";
  if (a === undefined) return "only in B";
  if (a.verdict !== b.verdict) {
    if (b.verdict === "violated") return "now violated";
    return a.verdict === "violated" ? "no longer violated" : "other";
  }
  if (a.trace !== undefined && b.trace !== undefined && lengthOf(a.trace) !== lengthOf(b.trace))
    return lengthOf(b.trace) < lengthOf(a.trace) ? "shorter" : "longer";
  return detailsOf(a) === detailsOf(b) ? "same" : "other";
}

/** What a verdict says besides its word and the length of its counterexample. */
function detailsOf({ kind, vacuous, within, waiting, goals, trace }: PropertyOutcome): string {
  const loop = trace?.["#meta"].loop ?? null;
  return JSON.stringify([kind, vacuous ?? null, within ?? [], waiting ?? null, goals?.unmet ?? [], loop]);
}

/** A sentence that the verdicts of A, of B, or of both rest on. */
export interface ComparedPremise {
  readonly kind: "assumption" | "fairness" | "constraint";
  readonly says: string;
  readonly of: "both" | "A" | "B";
}

/** Returns what the verdicts rest on. */
export function comparedPremises(a: Outcome, b: Outcome): readonly ComparedPremise[] {
  const [ours, theirs] = [premisesOf(a), premisesOf(b)];
  return [
    ...[...ours].map(([key, premise]) => ({ ...premise, of: theirs.has(key) ? ("both" as const) : ("A" as const) })),
    ...[...theirs].flatMap(([key, premise]) => (ours.has(key) ? [] : [{ ...premise, of: "B" as const }])),
  ];
}

function premisesOf({ assumptions, fairness, constraints }: Outcome): Map<string, Omit<ComparedPremise, "of">> {
  const all = [
    ...assumptions.map((says) => ({ kind: "assumption" as const, says })),
    ...fairness.map((says) => ({ kind: "fairness" as const, says })),
    ...(constraints === undefined ? [] : constraintsInWords(constraints)).map((says) => ({
      kind: "constraint" as const,
      says,
    })),
  ];
  return new Map(all.map((premise) => [`${premise.kind} ${premise.says}`, premise]));
}
