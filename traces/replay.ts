/** Replaying a recorded trace: is it one, is it still a run of the model, and is its property still violated at the end? */
import equal from "fast-deep-equal";
import type { Instance } from "../checker/model/instance.js";
import { isLiveness } from "../checker/model/property.js";
import { nameOfStep } from "../checker/model/step-name.js";
import { evidenceOf } from "./evidence.js";
import { type Json, showItf } from "./json.js";
import { lassoEvidence } from "./lasso.js";
import { type Choices, follow, NoSuchStep, tell } from "./run.js";
import { entriesOf, isWalk, TRACE_FORMAT, type Trace, type TraceState, type TraceStep, WALK } from "./trace.js";

/** A file that is no trace, or the trace of another model. */
export class BadTrace extends Error {
  override readonly name = "BadTrace";
}

type Fields = { readonly [key: string]: unknown };

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The trace in a file's text. @throws BadTrace that says what is wrong with it */
export function parseTrace(text: string): Trace {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new BadTrace(`it is not JSON: ${(error as Error).message}`);
  }
  if (!isFields(json) || !isFields(json["#meta"])) throw new BadTrace(`it has no "#meta", as a trace of popcheck has`);
  checkMeta(json["#meta"]);
  const { vars, states } = json;
  if (!isListOf(vars, "string")) throw new BadTrace(`"vars" is no list of variables`);
  if (!Array.isArray(states) || states.length === 0) throw new BadTrace(`"states" is no list of states`);
  const { loop } = json["#meta"] as { loop?: number };
  if (loop !== undefined && loop >= states.length)
    throw new BadTrace(`its cycle begins at state ${loop}, which it does not have`);
  const { channels } = json["#meta"] as { channels: readonly string[] };
  states.forEach((state, i) => {
    checkState(state, i, vars as string[]);
    const bad = channels.find((channel) => !isChannel(state, channel));
    if (bad !== undefined) throw new BadTrace(`${bad} holds no messages in state ${i}, as a channel does`);
  });
  return json as unknown as Trace;
}

function checkMeta(meta: Fields): void {
  if (meta.popcheck !== TRACE_FORMAT) {
    const format = meta.popcheck === undefined ? "of another tool" : `"${String(meta.popcheck)}"`;
    throw new BadTrace(`its format is ${format}, and not "${TRACE_FORMAT}"`);
  }
  const { property, parameters, channels, headline, heldBack, loop } = meta;
  const wrong = [
    ["model", typeof meta.model === "string"],
    ["parameters", isFields(parameters)],
    ["property", isFields(property) && typeof property.name === "string"],
    ["explanation", typeof meta.explanation === "string"],
    ["channels", isListOf(channels, "string")],
    ["headline", isFields(headline)],
    ["heldBack", heldBack === undefined || isFields(heldBack)],
    ["loop", loop === undefined || (Number.isInteger(loop) && (loop as number) >= 0)],
  ].find(([, right]) => !right);
  if (wrong) throw new BadTrace(`"${wrong[0]}" in its "#meta" is missing or damaged`);
}

function isListOf(value: unknown, type: string): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === type);
}

function checkState(state: unknown, index: number, vars: readonly string[]): void {
  const at = `state ${index}`;
  if (!isFields(state) || !isFields(state["#meta"])) throw new BadTrace(`${at} has no "#meta"`);
  const step = state["#meta"];
  const wrong = [
    ["index", step.index === index],
    ["action", typeof step.action === "string"],
    ["binding", isFields(step.binding) && isListOf(Object.values(step.binding), "string")],
    ["message", step.message === undefined || isValue(step.message)],
    ...["cell", "says", "unspecified"].map((name) => [
      name,
      step[name] === undefined || typeof step[name] === "string",
    ]),
    ["choice", Number.isInteger(step.choice) && (step.choice as number) >= 0],
  ].find(([, right]) => !right);
  if (wrong) throw new BadTrace(`"${wrong[0]}" of ${at} is missing or damaged`);
  for (const variable of vars) {
    if (!Object.hasOwn(state, variable)) throw new BadTrace(`${at} has no value for ${variable}`);
    if (!isVariable(state[variable])) throw new BadTrace(`the value of ${variable} in ${at} is damaged`);
  }
}

/** A family is a list of pairs of a place and a value; anything may be the value of a single variable. */
function isVariable(value: unknown): boolean {
  if (!isFields(value) || !("#family" in value)) return isValue(value);
  const entries = value["#map"];
  return isPairs(entries) && entries.every(([place, inner]) => isPlace(place) && isValue(inner));
}

/** Deeper than any value of a model; the stack must not be used up by a stranger's file. */
const DEEPEST = 100;

/** Whether it can be shown: what ITF marks as a set, a map or a number is one. */
function isValue(value: unknown, depth = 0): boolean {
  const inside = (item: unknown) => isValue(item, depth + 1);
  if (depth > DEEPEST || value === undefined) return false;
  if (Array.isArray(value)) return value.every(inside);
  if (!isFields(value)) return true;
  if ("#bigint" in value) return typeof value["#bigint"] === "string";
  if ("#map" in value) return isPairs(value["#map"]) && value["#map"].every((pair) => pair.every(inside));
  return (
    ["#set", "#tup"].every((mark) => !(mark in value) || Array.isArray(value[mark])) &&
    Object.values(value).every(inside)
  );
}

function isPairs(value: unknown): value is [unknown, unknown][] {
  return Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2);
}

/** A channel is a list of messages, or a map from message to how many there are. */
function isChannel(state: TraceState, channel: string): boolean {
  return entriesOf(state, channel).every(([, content]) => {
    if (Array.isArray(content)) return true;
    const counts = isFields(content) ? content["#map"] : undefined;
    const isCount = (count: Json) => Number.isSafeInteger(Number(showItf(count))) && Number(showItf(count)) > 0;
    return isPairs(counts) && counts.every(([, count]) => isCount(count as Json));
  });
}

function isPlace(place: unknown): boolean {
  return typeof place === "string" || (isFields(place) && isListOf(place["#tup"], "string"));
}

/** Where a recorded trace and the model part. */
export interface Difference {
  /** `step 3, App_Read(K1)` */
  readonly at: string;
  /** `copy K1` */
  readonly what: string;
  readonly recorded: string;
  readonly actual: string;
}

export interface Replay {
  /** The trace as the model tells it now. */
  readonly trace: Trace;
  readonly difference: Difference | undefined;
  /** What is wrong at the end; undefined if the property holds there now. */
  readonly explanation: string | undefined;
}

/** Follows a trace's choices through the reference semantics. @throws BadTrace if there is no such run or property */
export function replay(instance: Instance, recorded: Trace): Replay {
  if (isWalk(recorded)) return walkedAgain(instance, recorded);
  const { name } = recorded["#meta"].property;
  const property = instance.properties.find((property) => property.name === name);
  if (property === undefined) throw new BadTrace(`${instance.model.name} has no property called "${name}" any more`);
  if (isLiveness(property) !== (recorded["#meta"].loop !== undefined))
    throw new BadTrace(`"${name}" is violated by runs that ${isLiveness(property) ? "go on for ever" : "end"} now`);
  const [first, ...later] = recorded.states.map((state) => state["#meta"].choice);
  const choices: Choices = { initial: first!, steps: later };
  const run = followed(instance, choices);
  const { loop } = recorded["#meta"];
  const explanation = isLiveness(property)
    ? lassoEvidence(instance, property, choices, loop!)?.explanation
    : evidenceOf(instance, property, run);
  const { kind, says } = property;
  const told = {
    property: { name, kind, says },
    explanation: explanation ?? "",
    ...(loop === undefined ? {} : { loop }),
  };
  const trace = tell(instance, choices, run, told);
  return { trace, difference: differenceOf(recorded, trace), explanation };
}

/** A walk violates nothing. */
function walkedAgain(instance: Instance, recorded: Trace): Replay {
  const [first, ...later] = recorded.states.map((state) => state["#meta"].choice);
  const choices: Choices = { initial: first!, steps: later };
  const trace = tell(instance, choices, followed(instance, choices), { property: WALK, explanation: "" });
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

/** The first difference; what the author may have reworded since (sentences, places in files) is not compared. */
function differenceOf(recorded: Trace, actual: Trace): Difference | undefined {
  for (const [i, now] of actual.states.entries()) {
    const then = recorded.states[i]!;
    const at = i === 0 ? "the initial state" : `step ${i}, ${nameOf(now["#meta"])}`;
    const difference = stepDifference(then, now) ?? valueDifference(recorded.vars, actual.vars, then, now);
    if (difference) return { at, ...difference };
  }
  const [then, now] = [recorded.states.length, actual.states.length];
  if (then === now) return undefined;
  return { at: `step ${now}`, what: "the number of steps", recorded: `${then - 1}`, actual: `${now - 1}` };
}

type Parting = Omit<Difference, "at">;

function stepDifference(recorded: TraceState, actual: TraceState): Parting | undefined {
  const [then, now] = [recorded["#meta"], actual["#meta"]];
  if (then.action !== now.action || !equal(then.binding, now.binding))
    return { what: "the step", recorded: nameOf(then), actual: nameOf(now) };
  if (!equal(then.message, now.message))
    return { what: "the message received", recorded: shown(then.message), actual: shown(now.message) };
  const taken = (unspecified: string | undefined) => (unspecified === undefined ? "can be taken" : "has no rule");
  if (taken(then.unspecified) !== taken(now.unspecified))
    return { what: "the step", recorded: taken(then.unspecified), actual: taken(now.unspecified) };
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

function shown(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  try {
    return showItf(value);
  } catch {
    return JSON.stringify(value);
  }
}

function nameOf({ action, binding }: TraceStep): string {
  return nameOfStep(action, binding);
}
