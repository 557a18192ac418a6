/** Random models by their seeds, each searched in several ways, and compared with the plain interpreter. */
import type { Description } from "../support/random-models/description.js";
import { type DrawnModel, drawInterruption, drawModel, drawWays, MOST_STATES } from "../support/random-models/drawn.js";
import { type Difference, Judge, type Judgement, NOT_TOLD } from "../support/random-models/judged.js";
import { minimised } from "../support/random-models/minimised.js";
import { graphOf } from "../support/random-models/plain-graph.js";

export interface Comparing {
  /** How many ways to search each model, besides the two usual ones. */
  readonly moreWays: number;
  /** Whether each model is searched in the two usual ways. */
  readonly usualWays: boolean;
  /** The percentage of models that tell members apart. */
  readonly asymmetric: number;
}

type Ways = Pick<Comparing, "moreWays" | "usualWays">;

export interface Compared extends Judgement {
  readonly drawn: DrawnModel;
  /** Differences that make verdicts wrong though the model treats all members alike, or is not reduced. */
  readonly wrong: readonly Difference[];
  /** Whether the model was reduced although it tells members apart, and that was not said. */
  readonly missed: boolean;
}

/** Compares the model of a seed. */
export function compare(seed: number, comparing: Comparing): Compared {
  const drawn = drawModel(seed, comparing.asymmetric);
  const judgement = judged(drawn, seed, comparing);
  const wrong = judgement.differences.filter(({ what }) => what !== NOT_TOLD);
  return { ...judgement, drawn, wrong, missed: wrong.length < judgement.differences.length };
}

function judged({ description, graph, asymmetry }: DrawnModel, seed: number, by: Ways): Judgement {
  return new Judge(description, graph, asymmetry).judge(
    drawWays(seed, by.moreWays, by.usualWays),
    drawInterruption(seed),
  );
}

/** Returns the model without all that is not needed for one of its differences to show. */
export function smallest({ drawn, differences }: Compared, comparing: Comparing): Description {
  const { seed, description, asymmetry } = drawn;
  const [{ what, way }] = differences as [Difference];
  return minimised(description, (smaller) => {
    const graph = graphOf(smaller, MOST_STATES);
    const { differences } = judged({ seed, description: smaller, graph, asymmetry }, seed, comparing);
    return differences.some((other) => other.what === what && other.way === way);
  });
}

/** Returns a difference in lines. */
export function linesOf({ way, what, expected, actual }: Difference): string[] {
  const shown = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  return [`  ${way}: ${what}`, `    expected ${shown(expected)}`, `    actual   ${shown(actual)}`];
}
