/** Exit statuses: one for each class of outcome, so that scripts need not read the report. */
import type { Outcome, PropertyKind } from "../explore/outcome.js";

export const EXIT = { holds: 0, internal: 1, usage: 2, incomplete: 3, deadlock: 11, safety: 12, liveness: 13 } as const;

/** From the gravest on. */
const GRAVITY: readonly number[] = [
  EXIT.internal,
  EXIT.usage,
  EXIT.safety,
  EXIT.deadlock,
  EXIT.liveness,
  EXIT.incomplete,
  EXIT.holds,
];

/** What a violation of each kind of property exits with. */
const VIOLATION: Readonly<Record<PropertyKind, number>> = {
  invariant: EXIT.safety,
  "step invariant": EXIT.safety,
  reachable: EXIT.safety,
  "no unspecified reception": EXIT.safety,
  "no deadlock": EXIT.deadlock,
  eventually: EXIT.liveness,
  "leads to": EXIT.liveness,
  "always eventually": EXIT.liveness,
  "eventually always": EXIT.liveness,
};

/** The one that is reported when several apply. */
export function gravest(statuses: readonly number[]): number {
  return GRAVITY.find((status) => statuses.includes(status)) ?? EXIT.holds;
}

export function statusOfViolation(kind: PropertyKind): number {
  return VIOLATION[kind];
}

export function statusOf(outcome: Outcome): number {
  const statuses = outcome.properties.map(({ verdict, kind }) => {
    if (verdict === "violated") return VIOLATION[kind];
    return verdict === "incomplete" ? EXIT.incomplete : EXIT.holds;
  });
  return gravest([...statuses, outcome.incomplete === undefined ? EXIT.holds : EXIT.incomplete]);
}
