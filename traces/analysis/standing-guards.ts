/** Guards that are closed by where a process stands, and names in sentences. Pure functions of the trace. */
import type { Trace } from "../trace.js";
import { standingVariables } from "./processes.js";

/**
 * Tells whether a read is of where a process stands: of the headline of a variable, as `copy[K1].page = Shared`, or of
 * a variable without fields that says it, as `location[P1] = wait`.
 */
export function isClosedByStanding(trace: Trace, reason: string): boolean {
  const { headline } = trace["#meta"];
  const whole = [...new Set(standingVariables(trace).values())].filter((variable) => !(variable in headline));
  const places = [
    ...Object.entries(headline).map(([variable, field]) => ({ variable, field: `\\.${escaped(field)}` })),
    ...whole.map((variable) => ({ variable, field: "" })),
  ];
  return places.some(({ variable, field }) =>
    new RegExp(`^${escaped(variable)}(\\[[^\\]]*\\])*${field} = `).test(reason),
  );
}

/** Tells whether a text has a name as a word. */
export function mentions(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w])${escaped(name)}(?![\\w])`).test(text);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
