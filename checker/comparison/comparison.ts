/** Two models side by side: their verdicts, the numbers of their states, what they do, what accesses cost. */
import type { Outcome } from "../search/outcome.js";
import { ACCESSES, type AccessCost } from "./access-cost.js";
import { type Behaviour, EQUIVALENCES } from "./behaviour.js";
import { type ComparedPremise, type ComparedProperty, comparedPremises, comparedProperties } from "./verdicts.js";

/** One of the two models. */
export interface SideOutcome {
  /** What the user called it. */
  readonly name: string;
  readonly outcome: Outcome;
  /** What accesses cost, or why that is not known. */
  readonly cost: AccessCost | string;
}

/** What can differ between two models. */
export type Difference =
  | "verdicts"
  | "what the verdicts rest on"
  | "the numbers of states"
  | "the variables"
  | "the valuations"
  | "the steps"
  | "the runs"
  | "the cost of accesses";

/** What a comparison of two models comes to. */
export interface ComparisonOutcome {
  readonly a: SideOutcome;
  readonly b: SideOutcome;
  readonly properties: readonly ComparedProperty[];
  readonly premises: readonly ComparedPremise[];
  readonly behaviour: Behaviour;
  /** How many accesses the cost is measured over, and the seed that they are drawn with. */
  readonly accesses: typeof ACCESSES;
  /** What differs. Empty if nothing was found to differ. */
  readonly differences: readonly Difference[];
  /** What is not known, and why. Empty if all was decided. */
  readonly open: readonly string[];
}

/** Puts two models side by side. */
export function comparisonOf(a: SideOutcome, b: SideOutcome, behaviour: Behaviour): ComparisonOutcome {
  const properties = comparedProperties(a.outcome, b.outcome);
  const premises = comparedPremises(a.outcome, b.outcome);
  const shared = { a, b, properties, premises, behaviour, accesses: ACCESSES };
  return { ...shared, differences: differencesOf(shared), open: openIn(shared) };
}

type Sides = Omit<ComparisonOutcome, "differences" | "open">;

function differencesOf({ a, b, properties, premises, behaviour: { chosen, comparison } }: Sides): Difference[] {
  const numbers = ({ outcome: { distinct, generated, depth } }: SideOutcome) => [distinct, generated, depth].join();
  const found = {
    verdicts: properties.some(({ change }) => change !== "same"),
    "what the verdicts rest on": premises.some(({ of }) => of !== "both"),
    "the numbers of states": numbers(a) !== numbers(b),
    "the variables": chosen.leftOut.length > 0,
    "the valuations": "both" in comparison && comparison.only.a.valuations + comparison.only.b.valuations > 0,
    "the steps": "both" in comparison && EQUIVALENCES.some((each) => !comparison.bisimilar[each]),
    "the runs": "both" in comparison && (comparison.parting.a ?? comparison.parting.b) !== undefined,
    "the cost of accesses": isOtherCost(a.cost, b.cost),
  } satisfies Record<Difference, boolean>;
  return (Object.keys(found) as Difference[]).filter((each) => found[each]);
}

/** Whether costs differ, or are known of one side only. */
function isOtherCost(a: AccessCost | string, b: AccessCost | string): boolean {
  if (typeof a === "string" || typeof b === "string") return typeof a !== typeof b;
  return JSON.stringify(a) !== JSON.stringify(b);
}

function openIn({ a, b, properties, behaviour: { comparison } }: Sides): string[] {
  const searches = [a, b].flatMap(({ outcome: { incomplete } }, i) =>
    incomplete === undefined ? [] : [`the search of ${"AB"[i]} is incomplete: ${incomplete}`],
  );
  const undecided = properties.flatMap(({ name, ...of }) =>
    (["a", "b"] as const).flatMap((side) => {
      const { verdict, explanation } = of[side] ?? {};
      if (verdict !== "incomplete" || of[side] === undefined) return [];
      return [`${name} is not decided in ${side.toUpperCase()}${explanation === undefined ? "" : `: ${explanation}`}`];
    }),
  );
  if (!("both" in comparison)) return [...searches, ...undecided, `the states were not compared: ${comparison.open}`];
  const { parting, partingOpen } = comparison;
  const looked = partingOpen !== undefined && (parting.a === undefined || parting.b === undefined);
  return [
    ...searches,
    ...undecided,
    ...(looked ? [`whether there are other runs on which the two part: ${partingOpen}`] : []),
  ];
}
