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
import { isUnlisted, type Liveness, type Property, type Unlisted } from "../../model/property.js";
import { renumber, successorsOf } from "../../model/reference.js";
import type { AnyState } from "../../model/state.js";
import type { Place } from "../../model/where.js";
import type { Inspector } from "../engine/inspector.js";
import type { RenewableEngine } from "../engine/renewable-engine.js";
import type { Found } from "../exhaustive/search-result.js";
import { closedByDeadlock } from "./guards.js";
import { stepPlaces } from "./step-places.js";
import type { Violation } from "./violations.js";

/**
 * Whether `error` leaves open what is at fault: it is a disagreement, or something that nobody expected to be thrown.
 */
export function isDoubtful(error: unknown): boolean {
  return !(error instanceof FunctionError) && !(error instanceof LimitReached);
}

export interface Counterexample {
  readonly trace: Trace;
  /** For each state of the trace, where the step that led to it is declared. */
  readonly places: readonly (Place | undefined)[];
  readonly explanation: string;
}

/** Returns the trace of `violation`. @throws Disagreement if the reference semantics does not confirm it */
export function counterexample(result: Found, violation: Violation): Counterexample {
  const path = result.pathTo(violation);
  const { inspector } = result;
  return confirmed(
    inspector.instance,
    violation.property,
    choicesAlong(rowsAlong(inspector, path), violation.property),
  );
}

/**
 * Returns the trace of a run that goes round for ever.
 * @param place the place of the property among the instance's
 * @throws Disagreement if the reference semantics does not confirm that the run violates it
 */
export function lassoCounterexample(result: Found, checker: LivenessChecker, place: number, lasso: Lasso) {
  const { inspector } = result;
  const { instance } = inspector;
  const property = instance.properties[place] as Liveness<AnyState>;
  const path = result.pathTo({ property: place, row: lasso.first, depth: 0 });
  const { choices, last } = concretize(rowsAlong(inspector, path));
  const round = checker.concreteChoices(lasso, last);
  if (round === undefined) throw disagreement(property.name, "has no such run");
  const whole = { ...choices, steps: [...choices.steps, ...round] };
  const loop = choices.steps.length + lasso.stem.length;
  const evidence = lassoEvidence(instance, property, whole, loop);
  if (evidence === undefined) throw disagreement(property.name, "does not confirm the violation");
  const { name, kind, says } = property;
  const header = { property: { name, kind, says }, explanation: evidence.explanation, loop };
  const trace = traceOf(instance, whole, follow(instance, whole), header);
  return { ...evidence, trace, places: stepPlaces(instance, trace) };
}

/** A run of which the engine has told the canonical states, and the reference semantics is to tell the steps. */
export interface CanonicalRun {
  readonly instance: Instance;
  /** The number of states. */
  readonly length: number;
  /** Whether the canonical form of a state of the reference semantics is the state at `place` of the run. */
  readonly isAt: (values: Values, place: number) => boolean;
}

/** @param path canonical rows of the inspector's engine */
function rowsAlong(inspector: Inspector, path: readonly Uint16Array[]): CanonicalRun {
  const isAt = (values: Values, place: number) => sameRow(inspector.rowOf(renumber(values)), path[place]!);
  return { instance: inspector.instance, length: path.length, isAt };
}

/** @param path canonical states, whatever engine they were met in */
export function statesAlong(engine: RenewableEngine, path: readonly Values[]): CanonicalRun {
  const keys = path.map((state) => engine.keyOf(state));
  const isAt = (values: Values, place: number) => engine.keyOf(renumber(values)) === keys[place];
  return { instance: engine.inspector.instance, length: path.length, isAt };
}

/**
 * Returns the reference semantics' choices along `run`, from an initial state to where `property` is violated.
 * @param property the property's place among the instance's
 * @throws Disagreement if the reference semantics has no such run
 */
export function choicesAlong(run: CanonicalRun, property: number): Choices {
  const { choices, last } = concretize(run);
  const lastStep = finalStep(run.instance, run.instance.propertyAt(property), last);
  return lastStep === undefined ? choices : { ...choices, steps: [...choices.steps, lastStep] };
}

/** Returns the trace along `choices`, which violate the property at `place`. @throws Disagreement if they do not */
export function confirmed(instance: Instance, place: number, choices: Choices): Counterexample {
  const property = instance.propertyAt(place);
  const run = follow(instance, choices);
  const explanation = evidenceOf(instance, property, run);
  if (explanation === undefined) throw disagreement(property.name, "does not confirm the violation");
  const { name, kind, says } = property;
  const closed = kind === "no deadlock" ? closedByDeadlock(instance, run.states.at(-1)!) : undefined;
  const header = { property: { name, kind, says }, explanation, ...(closed === undefined ? {} : { closed }) };
  const trace = traceOf(instance, choices, run, header);
  return { trace, places: stepPlaces(instance, trace), explanation };
}

function disagreement(what: string, how: string): Disagreement {
  return new Disagreement(
    `the reference semantics ${how}: ${what}\n  The engine's verdict cannot be trusted. An audit of every state names no function at fault, so this is a defect of popcheck.`,
  );
}

/**
 * Returns the reference semantics' choices along a run, and its last state.
 * @throws Disagreement if the reference semantics has no such run
 */
export function concretize({ instance, length, isAt }: CanonicalRun): { choices: Choices; last: Values } {
  const initial = instance.initial.findIndex((values) => isAt(values, 0));
  if (initial < 0) throw disagreement("an initial state", "does not have");
  let values = renumber(instance.initial[initial]!, "in order");
  const steps = Array.from({ length: length - 1 }, (_, i) => {
    let choice = 0;
    for (const { next } of successorsOf(instance, values)) {
      if (next && isAt(next, i + 1)) {
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
 * Returns, if `property` is one of steps, which successor of the last state violates it; else undefined. That nothing
 * throws, and that no assertion fails, is a property of steps, too, if an action throws.
 * @throws Disagreement if none does, and no state can violate it either
 */
function finalStep(instance: Instance, property: Property<AnyState> | Unlisted, last: Values): number | undefined {
  const { kind, name } = property;
  const mayBeOfState = isUnlisted(kind);
  if (kind !== "step invariant" && kind !== "no unspecified reception" && !mayBeOfState) return undefined;
  let choice = 0;
  for (const { violates, unspecified, threw, isAssertion } of successorsOf(instance, last)) {
    if (kind === "step invariant" && violates.some(({ of }) => of === property)) return choice;
    if (kind === "no unspecified reception" && unspecified) return choice;
    if (mayBeOfState && threw !== undefined && isAssertion === (kind === "no failed assertion")) return choice;
    choice++;
  }
  if (mayBeOfState) return undefined;
  throw disagreement(name, "has no step that violates it");
}
