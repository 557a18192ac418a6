/** Replaying a recorded trace: is it still a run of the model, and is its property still violated at the end? */
import equal from "fast-deep-equal";
import type { Instance } from "../../checker/model/instance.js";
import { isLiveness } from "../../checker/model/property.js";
import { nameOfStep } from "../../checker/model/step-name.js";
import { namedIn, stepNameOf } from "../analysis/step-names.js";
import { type Json, showItf } from "../formats/json.js";
import { BadTrace } from "../formats/parse.js";
import { onOneLine } from "../text/shown.js";
import {
  entriesOf,
  isWalk,
  lengthOf,
  type Trace,
  type TraceState,
  type TraceStep,
  WALK,
  whyNotTaken,
} from "../trace.js";
import { evidenceOf } from "./evidence.js";
import { closesAt, lassoEvidence } from "./lasso.js";
import { type Choices, follow, NoSuchStep, traceOf } from "./run.js";

/** Where a recorded trace and the model differ first. */
export interface ReplayDifference {
  /** The step: `step 3, App_Read(K1)`. */
  readonly at: string;
  /** What differs in it: `copy K1`. */
  readonly what: string;
  readonly recorded: string;
  readonly actual: string;
}

/** What a recorded trace comes to in the model as it is now. */
export interface Replay {
  /** The trace as the model makes it now. */
  readonly trace: Trace;
  readonly difference: ReplayDifference | undefined;
  /** What is wrong at the end; undefined if the property holds there now. */
  readonly explanation: string | undefined;
}

/**
 * Follows a trace's choices through the reference semantics.
 * @throws BadTrace if the model has no such run or property, or if the trace's cycle does not close
 */
export function replay(instance: Instance, recorded: Trace): Replay {
  if (isWalk(recorded)) return walkedAgain(instance, recorded);
  const { name } = recorded["#meta"].property;
  const property = instance.propertyNamed(name);
  if (property === undefined) throw new BadTrace(`${instance.model.name} has no property called "${name}" any more`);
  const isOfCycles = isLiveness(property);
  if (isOfCycles !== (recorded["#meta"].loop !== undefined))
    throw new BadTrace(`"${name}" is violated by runs that ${isOfCycles ? "go on for ever" : "end"} now`);
  const [first, ...later] = recorded.states.map((state) => state["#meta"].choice);
  const choices: Choices = { initial: first!, steps: later };
  const run = followed(instance, choices);
  const { loop } = recorded["#meta"];
  const explanation = isLiveness(property)
    ? lassoEvidence(instance, property, choices, loop!)?.explanation
    : evidenceOf(instance, property, run);
  const { kind, says } = property;
  const header = {
    property: { name, kind, says },
    explanation: explanation ?? "",
    ...(loop === undefined ? {} : { loop }),
  };
  const trace = traceOf(instance, choices, run, header);
  const difference = differenceOf(recorded, trace);
  const { closed } = recorded["#meta"];
  // Only a search can tell which read closes a guard. Of the same run, it is what it was.
  const isSame = difference === undefined && header.explanation === recorded["#meta"].explanation;
  if (closed !== undefined && isSame) return { trace: withClosed(trace, closed), difference, explanation };
  if (difference === undefined && loop !== undefined && !closesAt(instance, choices, loop))
    throw new BadTrace(`its cycle does not close: state ${lengthOf(recorded)}, its last, is not state ${loop} again`);
  return { trace, difference, explanation };
}

function withClosed(trace: Trace, closed: NonNullable<Trace["#meta"]["closed"]>): Trace {
  return { ...trace, "#meta": { ...trace["#meta"], closed } };
}

/** Replays a walk, which violates no property. */
function walkedAgain(instance: Instance, recorded: Trace): Replay {
  const [first, ...later] = recorded.states.map((state) => state["#meta"].choice);
  const choices: Choices = { initial: first!, steps: later };
  const trace = traceOf(instance, choices, followed(instance, choices), { property: WALK, explanation: "" });
  return { trace, difference: differenceOf(recorded, trace), explanation: undefined };
}

function followed(instance: Instance, choices: Choices) {
  try {
    return follow(instance, choices);
  } catch (error) {
    if (error instanceof NoSuchStep) throw new BadTrace(`it is no run of ${instance.model.name}: ${error.message}`);
    throw error;
  }
}

/**
 * Returns the first difference. Sentences and places in files are not compared, since the author may have changed them.
 */
function differenceOf(recorded: Trace, actual: Trace): ReplayDifference | undefined {
  for (const [i, now] of actual.states.entries()) {
    const then = recorded.states[i]!;
    const at = i === 0 ? "the initial state" : `step ${i}, ${onOneLine(stepNameOf(actual, i))}`;
    const difference = stepDifference(then, now) ?? valueDifference(recorded.vars, actual.vars, then, now);
    if (difference) return { at, ...difference };
  }
  const [then, now] = [recorded.states.length, actual.states.length];
  if (then === now) return undefined;
  return { at: `step ${now}`, what: "the number of steps", recorded: `${then - 1}`, actual: `${now - 1}` };
}

type Parting = Omit<ReplayDifference, "at">;

function stepDifference(recorded: TraceState, actual: TraceState): Parting | undefined {
  const [then, now] = [recorded["#meta"], actual["#meta"]];
  if (then.action !== now.action || !equal(then.binding, now.binding))
    return { what: "the step", recorded: nameOf(then), actual: nameOf(now) };
  if (!equal(then.message, now.message))
    return { what: "the message received", recorded: shown(then.message), actual: shown(now.message) };
  const [taken, takes] = [then, now].map((step) => whyNotTaken(step) ?? "it can be taken");
  if (taken !== takes) return { what: "the step", recorded: taken!, actual: takes! };
  return undefined;
}

function valueDifference(
  recordedVars: readonly string[],
  actualVars: readonly string[],
  recorded: TraceState,
  actual: TraceState,
): Parting | undefined {
  if (!equal(recordedVars, actualVars))
    return { what: "the variables", recorded: recordedVars.join(", "), actual: actualVars.join(", ") };
  for (const variable of actualVars) {
    if (equal(recorded[variable], actual[variable])) continue;
    const then = new Map(entriesOf(recorded, variable));
    for (const [place, value] of entriesOf(actual, variable)) {
      if (equal(then.get(place), value)) continue;
      return { what: `${variable} ${place}`.trim(), recorded: shown(then.get(place)), actual: shown(value) };
    }
    return { what: variable, recorded: "has more places", actual: "has fewer" };
  }
  return undefined;
}

/** Writes a value of the file for a terminal, without control characters. */
function shown(value: Json | undefined): string {
  return value === undefined ? "nothing" : onOneLine(showItf(value));
}

function nameOf(step: TraceStep): string {
  return onOneLine(nameOfStep(step.action, namedIn(step)));
}
