/** Outcomes whose traces say why they violate their properties. It is loaded only once there is a counterexample. */
import type { Trace } from "../../traces/trace.js";
import { Explainer } from "../explanation/explained.js";
import { parseExpressions, withExpressions } from "../explorer/shown-expressions.js";
import { furtherCounterexamples } from "../graph/further-counterexamples.js";
import { MOST_STATES } from "../graph/state-graph-data.js";
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
  const explained = (trace: Trace) => withExpressions(instance, explainer.trace(trace), expressions);
  const { symmetry = true, maxStates = MOST_STATES } = options;
  const further = (trace: Trace): Pick<PropertyOutcome, "further"> => {
    if (counterexamples < 2) return {};
    const how = { count: counterexamples - 1, symmetry, maxStates };
    const { traces, note } = furtherCounterexamples(instance, trace, how);
    return { further: { traces: traces.map(explained), note } };
  };
  const properties = outcome.properties.map((property) =>
    property.trace === undefined
      ? property
      : { ...property, trace: explained(property.trace), ...further(property.trace) },
  );
  return { ...outcome, properties };
}
