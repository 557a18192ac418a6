/** Counterexamples of the built-in models, for the tests of what shows them. */
import { loadModel } from "../../checker/cli/models/models.js";
import { Instance } from "../../checker/model/instance.js";
import { check } from "../../checker/search/check.js";
import type { Trace } from "../../traces/trace.js";

/** The trace that violates a property, found breadth first. */
export async function counterexampleOf(
  model: string,
  parameters: Readonly<Record<string, unknown>>,
  property: string,
): Promise<Trace> {
  const instance = new Instance((await loadModel(model)).model, parameters);
  const { properties } = check(instance, { properties: [property] });
  return properties[0]!.trace!;
}
