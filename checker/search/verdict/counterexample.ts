/**
 * Counterexamples: from a stored row back to a concrete run. The parents give the rows in between. The steps between
 * these rows are found by comparing the reference semantics' successors of the concrete state with the next row. So
 * every counterexample has been replayed through the plain functions, with the members' names and without the engine's
 * tables, before anyone sees it.
 */

import { evidenceOf } from "../../../traces/replay/evidence.js";
import { lassoEvidence } from "../../../traces/replay/lasso.js";
import { type Choices, follow, traceOf } from "../../../traces/replay/run.js";
import type { Trace } from "../../../traces/trace.js";
import { Disagreement, FunctionError, LimitReached } from "../../errors.js";
import type { LivenessChecker } from "../../liveness/decide.js";
import type { Lasso } from "../../liveness/lasso.js";
import type { Instance, Values } from "../../model/instance.js";
import type { Liveness, Property } from "../../model/property.js";
import { renumber, successorsOf } from "../../model/reference.js";
import type { AnyState } from "../../model/state.js";
import type { Inspector } from "../engine/inspector.js";
import type { SearchResult } from "../exhaustive/search-result.js";
import type { Violation } from "./violations.js";

/**
 * Whether `error` leaves open what is at fault: it is a disagreement, or something that nobody expected to be thrown.
 */
export function isDoubtful(error: unknown): boolean {
  return !(error instanceof FunctionError) && !(error instanceof LimitReached);
}

export interface Counterexample {
  readonly trace: Trace;
  readonly explanation: string;
}

/** Returns the trace of `violation`. @throws Disagreement if the reference semantics does not confirm it */
export function counterexample(result: SearchResult, violation: Violation): Counterexample {
  const path = result.pathTo(violation);
  const { inspector } = result;
  return confirmed(inspector.instance, violation.property, choicesAlong(inspector, violation.property, path));
}

/**
 * Returns the trace of a run that goes round for ever.
 * @param place the place of the property among the instance's
 * @throws Disagreement if the reference semantics does not confirm that the run violates it
 */
export function lassoCounterexample(result: SearchResult, checker: LivenessChecker, place: number, lasso: Lasso) {
  const { inspector } = result;
  const { instance } = inspector;
  const property = instance.properties[place] as Liveness<AnyState>;
  const { choices, last } = concretize(inspector, result.pathTo({ property: place, row: lasso.first, depth: 0 }));
  const round = checker.concreteChoices(lasso, last);
  if (round === undefined) throw disagreement(property.name, "has no such run");
  const whole = { ...choices, steps: [...choices.steps, ...round] };
  const loop = choices.steps.length + lasso.stem.length;
  const evidence = explained(() => lassoEvidence(instance, property, whole, loop), property.name);
  if (evidence === undefined) throw disagreement(property.name, "does not confirm the violation");
  const { name, kind, says } = property;
  const header = { property: { name, kind, says }, explanation: evidence.explanation, loop };
  return { ...evidence, trace: traceOf(instance, whole, follow(instance, whole), header) };
}

/**
 * Returns the reference semantics' choices along `path`, from an initial state to where `property` is violated.
 * @param property the property's place among the instance's
 * @param path canonical rows
 * @throws Disagreement if the reference semantics has no such run
 */
export function choicesAlong(inspector: Inspector, property: number, path: readonly Uint16Array[]): Choices {
  const { choices, last } = concretize(inspector, path);
  const lastStep = finalStep(inspector, inspector.instance.properties[property]!, last);
  return lastStep === undefined ? choices : { ...choices, steps: [...choices.steps, lastStep] };
}

/** Returns the trace along `choices`, which violate the property at `place`. @throws Disagreement if they do not */
export function confirmed(instance: Instance, place: number, choices: Choices): Counterexample {
  const property = instance.properties[place]!;
  const run = follow(instance, choices);
  const explanation = explained(() => evidenceOf(instance, property, run), property.name);
  if (explanation === undefined) throw disagreement(property.name, "does not confirm the violation");
  const { name, kind, says } = property;
  return { trace: traceOf(instance, choices, run, { property: { name, kind, says }, explanation }), explanation };
}

function explained<T>(explain: () => T | undefined, property: string): T | undefined {
  try {
    return explain();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new FunctionError(`the explanation of property "${property}" threw ${message}`, { cause: error });
  }
}

function disagreement(what: string, how: string): Disagreement {
  return new Disagreement(
    `the reference semantics ${how}: ${what}\n  The engine's verdict cannot be trusted. An audit of every state names no function at fault, so this is a defect of popcheck.`,
  );
}

function concretize(inspector: Inspector, path: readonly Uint16Array[]): { choices: Choices; last: Values } {
  const { instance } = inspector;
  const isRow = (values: Values, row: Uint16Array) => sameRow(inspector.rowOf(renumber(values)), row);
  const initial = instance.initial.findIndex((values) => isRow(values, path[0]!));
  if (initial < 0) throw disagreement("an initial state", "does not have");
  let values = renumber(instance.initial[initial]!, "in order");
  const steps = path.slice(1).map((row, i) => {
    let choice = 0;
    for (const { next } of successorsOf(instance, values)) {
      if (next && isRow(next, row)) {
        values = renumber(next, "in order");
        return choice;
      }
      choice++;
    }
    throw disagreement(`the step from state ${i} of the path`, "does not have");
  });
  return { choices: { initial, steps }, last: values };
}

function sameRow(a: Uint16Array, b: Uint16Array): boolean {
  return a.every((id, slot) => id === b[slot]);
}

/**
 * Returns, if `property` is one of steps, which successor of the last state violates it; else undefined.
 * @throws Disagreement if none does
 */
function finalStep(inspector: Inspector, property: Property<AnyState>, last: Values): number | undefined {
  if (property.kind !== "step invariant" && property.kind !== "no unspecified reception") return undefined;
  let choice = 0;
  for (const { violates, unspecified } of successorsOf(inspector.instance, last)) {
    if (property.kind === "step invariant" ? violates.some(({ of }) => of === property) : unspecified) return choice;
    choice++;
  }
  throw disagreement(property.name, "has no step that violates it");
}
