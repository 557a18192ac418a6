/** Counterexamples of the built-in models, for the tests of what shows them. */

import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import { checkSync } from "../../checker/search/check.js";
import type { Trace } from "../../traces/trace.js";

/** Returns the trace that violates a property, found breadth first. */
export async function counterexampleOf(
  model: string,
  parameters: Readonly<Record<string, unknown>>,
  property: string,
): Promise<Trace> {
  const instance = new Instance((await loadModel(model)).model, parameters);
  const { properties } = checkSync(instance, { properties: [property] });
  return properties[0]!.trace!;
}
