/** Expressions that the user wants to see along a run. */
import { toItf } from "../../traces/formats/itf.js";
import { showItf } from "../../traces/formats/json.js";
import { follow } from "../../traces/replay/run.js";
import type { Trace } from "../../traces/trace.js";
import type { Instance, Values } from "../model/instance.js";
import { whatWasThrown } from "../model/thrown.js";
import { type Expression, parseExpression } from "./condition.js";

/**
 * Reads expressions, each once.
 * @throws BadCondition for one that cannot be read
 */
export function parseExpressions(texts: readonly string[], instance: Instance): Expression[] {
  return [...new Set(texts)].map((text) => parseExpression(text, instance));
}

/**
 * Returns a trace with the values of expressions after each step, besides those that it has already. A state in which
 * an expression makes no sense has the reason for that in brackets.
 * @param trace a run of the model as it is now
 * @throws NoSuchStep if it is none
 */
export function withExpressions(instance: Instance, trace: Trace, expressions: readonly Expression[]): Trace {
  if (expressions.length === 0) return trace;
  const [initial, ...steps] = trace.states.map((state) => state["#meta"].choice);
  const { states } = follow(instance, { initial: initial!, steps });
  // If the last step could not be taken, the state before it is the last one.
  const along = trace.states.map((_, index) => states[Math.min(index, states.length - 1)]!);
  const fresh = expressions.map((expression) => ({
    expression: expression.text,
    values: along.map((values) => valueOf(expression, instance, values)),
  }));
  const names = new Set(fresh.map(({ expression }) => expression));
  const kept = (trace["#meta"].shown ?? []).filter(({ expression }) => !names.has(expression));
  return { ...trace, "#meta": { ...trace["#meta"], shown: [...kept, ...fresh] } };
}

function valueOf(expression: Expression, instance: Instance, values: Values): string {
  try {
    return showItf(toItf(expression.valueIn(instance.stateOf(values))));
  } catch (error) {
    return `(${whatWasThrown(error)})`;
  }
}
