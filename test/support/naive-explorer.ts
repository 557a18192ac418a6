/**
 * The third opinion: a breadth-first explorer over the reference semantics, with a map of text keys. Nothing is
 * observed, interned or reduced by the names of kernels. Ordinals are renumbered, since without that there is no finite
 * model.
 */

import type { Instance, Values } from "../../checker/model/instance.js";
import { hasGoals } from "../../checker/model/property.js";
import { renumber, successorsOf } from "../../checker/model/reference.js";
import { keyOf } from "../../checker/model/value.js";

export interface NaiveOutcome {
  readonly distinct: number;
  readonly generated: number;
  readonly depth: number;
  /** By property: the least number of steps to a violation; undefined if the property holds. */
  readonly violated: ReadonlyMap<string, number>;
  /** By property: the labels of the goals that are never met. */
  readonly unmet: ReadonlyMap<string, readonly string[]>;
}

const keyOfState = (values: Values) => values.map((value) => keyOf(value)).join(" ");

export function explore(instance: Instance): NaiveOutcome {
  const depthOf = new Map<string, number>();
  const violated = new Map<string, number>();
  const cells = new Set<string>();
  const met = new Set<unknown>();
  const frontier: Values[] = [];
  let generated = 0;
  const add = (next: Values, depth: number) => {
    const values = renumber(next);
    const key = keyOfState(values);
    if (depthOf.has(key)) return;
    depthOf.set(key, depth);
    frontier.push(values);
  };
  const fail = (name: string, depth: number) => violated.set(name, Math.min(depth, violated.get(name) ?? depth));
  for (const values of instance.initial) add(values, 0);
  for (let values = frontier[0], i = 0; values; values = frontier[++i]) {
    const depth = depthOf.get(keyOfState(values))!;
    let progress = false;
    for (const successor of successorsOf(instance, values)) {
      if (successor.next && !successor.instance.action.environment) progress = true;
      if (successor.cell) cells.add(successor.cell);
      for (const { of } of successor.violates) fail(of.name, depth + 1);
      if (successor.next) {
        generated++;
        add(successor.next, depth + 1);
      } else {
        for (const { kind, name } of instance.properties)
          if (kind === "no unspecified reception") fail(name, depth + 1);
      }
    }
    const state = instance.stateOf(values);
    for (const property of instance.properties) {
      if (property.kind === "invariant" && instance.bindings(property.domains).some((b) => !property.holds(state, b)))
        fail(property.name, depth);
      if (property.kind === "no deadlock" && !progress && property.stuck(state)) fail(property.name, depth);
      if (!hasGoals(property)) continue;
      for (const goal of property.goals) {
        if ("domains" in goal && instance.bindings(goal.domains).some((b) => goal.holds(state, b))) met.add(goal);
      }
    }
  }
  const unmet = new Map<string, readonly string[]>();
  for (const property of instance.properties) {
    if (!hasGoals(property)) continue;
    const missing = property.goals.filter((goal) =>
      "anyCellOf" in goal ? !goal.anyCellOf.some((cell) => cells.has(cell)) : !met.has(goal),
    );
    if (missing.length > 0)
      unmet.set(
        property.name,
        missing.map(({ label }) => label),
      );
  }
  return { distinct: depthOf.size, generated, depth: Math.max(...depthOf.values()), violated, unmet };
}
