/**
 * The third opinion: a breadth-first explorer with a map of text keys, over a semantics of its own
 * (test/support/own-semantics.ts). Nothing is observed, interned or reduced by the names of kernels. Ordinals are
 * renumbered, since without that there is no finite model.
 */

import { AssertionFailed } from "../../checker/model/assertion.js";
import type { Instance } from "../../checker/model/instance.js";
import { hasGoals } from "../../checker/model/property.js";
import { OwnSemantics, type OwnValues } from "./own-semantics.js";

export interface NaiveOutcome {
  readonly distinct: number;
  readonly generated: number;
  readonly depth: number;
  /** By property: the least number of steps to a violation; undefined if the property holds. */
  readonly violated: ReadonlyMap<string, number>;
  /** The number of states by depth. */
  readonly levels: readonly number[];
  /** The least depth of a state in which a function throws; undefined if none does. */
  readonly threwAt: number | undefined;
  /** The least depth of a state in which an assertion fails; undefined if none does. */
  readonly failedAt: number | undefined;
  /** How many states, and how many steps, constraints cut off. */
  readonly cutOff: { readonly states: number; readonly steps: number };
  /** By property: the labels of the goals that are never met. */
  readonly unmet: ReadonlyMap<string, readonly string[]>;
}

/**
 * Explores the model of an instance; of the instance itself, only model and parameters are used.
 * @param most states at a greater depth are not looked at
 */
export function explore(
  { model, parameters }: Pick<Instance, "model" | "parameters">,
  most = Number.POSITIVE_INFINITY,
): NaiveOutcome {
  const semantics = new OwnSemantics(model, parameters);
  const depthOf = new Map<string, number>();
  const violated = new Map<string, number>();
  const cells = new Set<string>();
  const met = new Set<unknown>();
  const frontier: OwnValues[] = [];
  let generated = 0;
  let threwAt: number | undefined;
  let failedAt: number | undefined;
  const cutOff = { states: 0, steps: 0 };
  const listed = semantics.properties.filter(({ kind }) => kind === "no unspecified reception").map(({ name }) => name);
  // A model that lists no such property is asked all the same, unless it says why not.
  const isAsked = listed.length === 0 && model.ignoresUnspecifiedReceptions === undefined;
  const asking = isAsked ? ["no unspecified reception"] : listed;
  const add = (next: OwnValues, depth: number) => {
    const values = semantics.renumbered(next);
    const key = semantics.text(values);
    if (depthOf.has(key)) return;
    depthOf.set(key, depth);
    frontier.push(values);
  };
  const fail = (name: string, depth: number) => violated.set(name, Math.min(depth, violated.get(name) ?? depth));
  for (const values of semantics.initial) add(values, 0);
  for (let values = frontier[0], i = 0; values; values = frontier[++i]) {
    const depth = depthOf.get(semantics.text(values))!;
    if (depth > most) break;
    const isCut = semantics.isCut(values);
    if (isCut) cutOff.states++;
    // Nobody asks what could happen beyond a constraint.
    let progress = isCut;
    for (const step of isCut ? [] : semantics.steps(values)) {
      if (step.cut) {
        cutOff.steps++;
        if (!step.action.environment) progress = true;
        continue;
      }
      if (step.threw) {
        if (step.failed) failedAt ??= depth;
        else threwAt ??= depth;
        // Nobody knows what it would have done.
        if (!step.action.environment) progress = true;
        continue;
      }
      // A message that no rule receives is not taken, and so is no step.
      if (step.next && !step.action.environment) progress = true;
      if (step.cell !== undefined) cells.add(`${step.action.reception?.table.name}: ${step.cell}`);
      for (const name of step.violates) fail(name, depth + 1);
      if (step.next) {
        generated++;
        add(step.next, depth + 1);
      } else {
        for (const name of asking) fail(name, depth + 1);
      }
    }
    const state = semantics.state(values);
    const ask = (predicate: () => boolean): boolean | undefined => {
      let answer: boolean | undefined;
      try {
        answer = predicate();
      } catch (error) {
        if (error instanceof AssertionFailed) {
          failedAt ??= depth;
          return undefined;
        }
      }
      // What is no boolean means as little as nothing.
      if (answer !== true && answer !== false) threwAt ??= depth;
      return answer;
    };
    for (const property of semantics.properties) {
      if (property.kind === "invariant") {
        for (const b of semantics.bindings(property.domains))
          if (ask(() => property.holds(state, b)) === false) fail(property.name, depth);
      }
      if (property.kind === "no deadlock" && !progress && ask(() => property.stuck(state))) fail(property.name, depth);
      if (!hasGoals(property)) continue;
      for (const goal of property.goals) {
        if (!("domains" in goal)) continue;
        for (const b of semantics.bindings(goal.domains)) if (ask(() => goal.holds(state, b))) met.add(goal);
      }
    }
  }
  const unmet = new Map<string, readonly string[]>();
  for (const property of semantics.properties) {
    if (!hasGoals(property)) continue;
    const missing = property.goals.filter((goal) =>
      "anyCellOf" in goal ? !goal.anyCellOf.some((cell) => cells.has(`${goal.table}: ${cell}`)) : !met.has(goal),
    );
    if (missing.length > 0)
      unmet.set(
        property.name,
        missing.map(({ label }) => label),
      );
  }
  const levels: number[] = [];
  for (const depth of depthOf.values()) levels[depth] = (levels[depth] ?? 0) + 1;
  return {
    distinct: depthOf.size,
    generated,
    depth: levels.length - 1,
    levels,
    threwAt,
    failedAt,
    cutOff,
    violated,
    unmet,
  };
}
