/** Outcomes whose traces say why they violate their properties. It is loaded only once there is a counterexample. */
import type { Trace } from "../../traces/trace.js";
import { AuthorError, LimitReached } from "../errors.js";
import { Explainer } from "../explanation/explained.js";
import { parseExpressions, withExpressions } from "../explorer/shown-expressions.js";
import { furtherCounterexamples } from "../graph/further-counterexamples.js";
import { MOST_STATES } from "../graph/reference-graph.js";
import type { Outcome, PropertyOutcome } from "../search/outcome.js";
import type { CheckRequest } from "./request.js";

/**
 * Returns an outcome whose traces say why they violate their properties, with the values and the further
 * counterexamples that the caller wants.
 */
export function withReasons(
  { instance, show = [], counterexamples = 1, options }: CheckRequest,
  outcome: Outcome,
): Outcome {
  const explainer = new Explainer(instance);
  const expressions = parseExpressions(show, instance);
  const explained = (trace: Trace) => {
    const why = soundly(() => explainer.trace(trace));
    return withExpressions(instance, why instanceof Error ? trace : why, expressions);
  };
  const { symmetry = true, maxStates = MOST_STATES } = options;
  const further = (trace: Trace): Pick<PropertyOutcome, "further"> => {
    if (counterexamples < 2) return {};
    const how = { count: counterexamples - 1, symmetry, maxStates };
    const found = soundly(() => furtherCounterexamples(instance, trace, how));
    if (found instanceof Error)
      return { further: { traces: [], note: `further counterexamples are not known: ${found.message}` } };
    return { further: { traces: found.traces.map(explained), note: found.note } };
  };
  const properties = outcome.properties.map((property) =>
    property.trace === undefined
      ? property
      : { ...property, trace: explained(property.trace), ...further(property.trace) },
  );
  return { ...outcome, properties };
}

/**
 * Returns what `explain` returns, or what kept it from that: a function of the model that throws in another state, or a
 * limit. The verdict stands without it. @throws Disagreement
 */
function soundly<T>(explain: () => T): T | Error {
  try {
    return explain();
  } catch (error) {
    if (error instanceof AuthorError || error instanceof LimitReached) return error;
    throw error;
  }
}
