/**
 * A trace in ITF as other tools read it (Apalache's ADR-015), without popcheck's own fields. A pure function of the
 * trace.
 */
import { nameOfStep } from "../../checker/model/step-name.js";
import { namedIn } from "../analysis/step-names.js";
import { cycleLengthOf, isWalk, type Trace, type TraceState } from "../trace.js";
import type { Json } from "./json.js";
import { jsonText } from "./json-text.js";

/** Returns a trace as a file of ITF. */
export function plainItfOf(trace: Trace): string {
  const { model, property, loop } = trace["#meta"];
  // The state that closes a cycle is not written again: the state with the number `loop` follows the last one.
  const states = cycleLengthOf(trace) ? trace.states.slice(0, -1) : trace.states;
  const json = {
    "#meta": {
      format: "ITF",
      "format-description": "https://apalache.informal.systems/docs/adr/015adr-trace.html",
      source: model,
      description: isWalk(trace) ? "a walk, which violates nothing" : `violates ${property.name}`,
    },
    vars: trace.vars,
    states: states.map((state) => stateOf(state, trace.vars)),
    ...(loop === undefined ? {} : { loop }),
  };
  return `${jsonText(json)}\n`;
}

function stateOf(state: TraceState, vars: readonly string[]): { readonly [key: string]: Json } {
  const { index, action, ...step } = state["#meta"];
  const values = vars.map((variable) => [variable, withoutMark(state[variable] as Json)] as const);
  return { "#meta": { index, action: nameOfStep(action, namedIn(step)) }, ...Object.fromEntries(values) };
}

/** Drops the mark of a family, which makes it a map like any other. */
function withoutMark(value: Json): Json {
  if (typeof value !== "object" || value === null || !("#family" in value)) return value;
  return { "#map": (value as { readonly [key: string]: Json })["#map"]! };
}
