/** A counterexample to induction as a trace: the state before the step, and the one after it. */
import { Following, traceOf } from "../../traces/replay/run.js";
import type { Trace } from "../../traces/trace.js";
import { Disagreement } from "../errors.js";
import { causeOf } from "../explanation/cause.js";
import { ObservedReads } from "../explanation/observed-reads.js";
import type { Instance } from "../model/instance.js";
import { successorsOf } from "../model/reference.js";
import { violated } from "./invariants.js";
import type { CounterexampleToInduction } from "./steps-out.js";

/** What stands where the trace of a run has `initial`: the state need not be reachable. */
export const ANY_STATE = "some state";

/**
 * Returns the two states, with what the verdict on the second hung on.
 * @throws Disagreement if the step does not violate the invariant after all, which is a defect of popcheck
 */
export function twoStatesOf(instance: Instance, found: CounterexampleToInduction): Trace {
  const { before, choice, of, binding } = found;
  const following = new Following({ initial: [before] }, 0);
  const step = [...successorsOf(instance, following.values)][choice];
  if (step !== undefined) following.take(step);
  if (step?.next === undefined || violated(instance, [of], following.values) === undefined)
    throw new Disagreement(
      `the step from a state that satisfies ${of.name} does not violate it when it is taken again`,
    );
  const run = following.run();
  const explanation = of.explain(instance.stateOf(following.values), binding);
  const { name, kind, says } = of;
  const trace = traceOf(instance, { initial: 0, steps: [choice] }, run, {
    property: { name, kind, says },
    explanation,
  });
  const cause = instance.properties.includes(of) ? causeOf(instance, of, run, new ObservedReads(instance)) : undefined;
  const [first, ...rest] = trace.states;
  return {
    ...trace,
    "#meta": { ...trace["#meta"], ...(cause === undefined ? {} : { cause }) },
    states: [{ ...first!, "#meta": { ...first!["#meta"], action: ANY_STATE } }, ...rest],
  };
}
