/** What a change of a model did: two models side by side. */
import { accessCostOf } from "../comparison/access-cost.js";
import { compareBehaviour } from "../comparison/behaviour.js";
import { type ComparisonOutcome, comparisonOf, type SideOutcome } from "../comparison/comparison.js";
import { chosenOf } from "../comparison/valuation.js";
import { MOST_STATES } from "../graph/reference-graph.js";
import type { AnyModel } from "../model/model.js";
import type { NamedModel } from "../models/models.js";
import { type CheckOptions, instantiate, requestOf } from "./request.js";
import { run } from "./run.js";

/** One of two models that are compared. */
export interface ModelToCompare {
  /** A model, or what `loadModel` returns; its functions run in this process. */
  readonly of: AnyModel | NamedModel;
  /** Values of the model's parameters, by name. Default: the model's. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** What it is called in the outcome. Default: the name of the model. */
  readonly name?: string;
}

type Sides = readonly [SideOutcome, SideOutcome];

/** How two models are compared. */
export interface CompareOptions extends Pick<CheckOptions, "threads" | "memory"> {
  /**
   * The variables that both models have with the same shape, and by which their states are compared: `copy`, or a
   * field, `copy.page`. Default: all of them.
   */
  readonly variables?: readonly string[];
  /**
   * The distinct states after which the check of each model ends as incomplete (default: no limit), and the states of
   * each model with which they are compared at most (default: 100,000).
   */
  readonly maxStates?: number;
  /** The pairs of sets of states that the search for the runs on which the two part looks at. Default: 100,000. */
  readonly maxPairs?: number;
  /** Ends the checks as incomplete. */
  readonly signal?: AbortSignal;
  /** Is called when the checks are over. What follows lets nothing else run. */
  readonly onChecked?: () => void;
}

/**
 * Compares two models: their verdicts, the numbers of their states, what they do, what accesses cost.
 * @throws UsageError for options that make no sense, and for variables that the two cannot be compared by
 * @throws LoadError if a model cannot be set up
 * @throws FunctionError for a function of a model that is impure or not symmetric
 */
export async function compare(
  a: ModelToCompare,
  b: ModelToCompare,
  options: CompareOptions = {},
): Promise<ComparisonOutcome> {
  const { variables, maxStates = MOST_STATES, maxPairs, signal } = options;
  const [ours, theirs] = [a, b].map(({ of, parameters = {} }) =>
    instantiate("reference" in of ? of.model : of, parameters),
  );
  // What cannot be compared is refused before anything is searched.
  const chosen = chosenOf(ours!, theirs!, variables);
  const side = async ({ of, name, parameters = {} }: ModelToCompare): Promise<SideOutcome> => {
    const { threads, memory } = options;
    const request = requestOf(of, {
      parameters,
      types: false,
      ...(threads === undefined ? {} : { threads }),
      ...(memory === undefined ? {} : { memory }),
      ...(options.maxStates === undefined ? {} : { maxStates: options.maxStates }),
    });
    const outcome = await run({ ...request, reasons: false }, signal === undefined ? {} : { signal });
    return { name: name ?? outcome.model, outcome, cost: accessCostOf(request.instance) };
  };
  const sides: Sides = [await side(a), await side(b)];
  options.onChecked?.();
  const behaviour = signal?.aborted
    ? { chosen, comparison: { open: "interrupted" } }
    : compareBehaviour(ours!, theirs!, chosen, { maxStates, maxPairs, known: knownOf(sides) });
  return comparisonOf(...sides, behaviour);
}

function knownOf([a, b]: Sides) {
  return { a: a.outcome.distinct, b: b.outcome.distinct };
}
