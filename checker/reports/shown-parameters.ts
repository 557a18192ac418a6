/** Parameters of a model as the first line of a report names them. */
import type { ParameterValues } from "../model/parameters.js";

/**
 * Returns `, kernels 2, stage 4.7`.
 * @param given the parameters that the user gave; of the others only numbers are named
 */
export function shownParameters(parameters: ParameterValues, given: Readonly<Record<string, unknown>>): string {
  return Object.entries(parameters)
    .filter(([name, value]) => typeof value === "number" || given[name] !== undefined)
    .map(([name, value]) => `, ${name} ${String(value)}`)
    .join("");
}
