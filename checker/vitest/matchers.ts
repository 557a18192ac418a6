/**
 * What the matchers decide. Whatever leaves a question open is an error, with and without `not`: an incomplete search,
 * a property that holds vacuously or that there is not, another property that is violated and so may hide states.
 */
import { textOfTrace } from "../../traces/text/text.js";
import { lengthOf, type Trace } from "../../traces/trace.js";
import { check } from "../api/index.js";
import { type CheckOptions, instantiate } from "../api/request.js";
import { UsageError } from "../errors.js";
import { parseCondition } from "../explorer/condition.js";
import type { AnyModel } from "../model/model.js";
import { makeInvariant } from "../model/property.js";
import type { AnyState } from "../model/state.js";
import type { NamedModel } from "../models/models.js";
import { slug } from "../reports/slug.js";
import type { Outcome, PropertyOutcome } from "../search/outcome.js";
import { wrongTypes } from "../types/type-check.js";

/** How a matcher searches. It has one thread unless `threads` says otherwise, since tests run beside each other. */
export type MatcherOptions = Omit<
  CheckOptions,
  "properties" | "checkpoint" | "fresh" | "checkpointMinutes" | "receptions"
>;

/** Options of `toViolate` and `toReach`. */
export interface ToBeFound extends MatcherOptions {
  /** The number of steps of the run that is found: of a breadth-first search, the shortest one. */
  readonly steps?: number;
}

/** What a matcher comes to. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

type Subject = AnyModel | NamedModel;

/** Text is folded to this width, since where tests print to is not known. */
const WIDTH = 110;

/**
 * Decides whether properties hold.
 * @param asked the name of a property, or several; if left out, all that the model lists
 * @throws UsageError if there is no such property
 * @throws Error if the search leaves it open
 */
export async function holds(
  of: Subject,
  asked: string | readonly string[] | undefined,
  options: MatcherOptions = {},
): Promise<MatcherResult> {
  const names = typeof asked === "string" ? [asked] : asked;
  if (names?.length === 0) throw new UsageError("name a property; leave the list out to ask about all of them");
  const outcome = await checked(of, { ...options, ...(names === undefined ? {} : { properties: names }) });
  const judged = names === undefined ? outcome.properties : names.map((name) => propertyCalled(name, outcome));
  const failed = judged.filter(({ verdict }) => verdict === "violated" || verdict === "uncovered");
  if (failed.length > 0)
    return {
      pass: false,
      message: () => failed.map((property) => failureInWords(property, outcome)).join("\n\n"),
    };
  refuseOpen(judged, outcome);
  const told = judged.map(({ name }) => name).join(", ");
  return {
    pass: true,
    message: () => `${told}: holds in all ${outcome.distinct} states of ${withParameters(outcome)}`,
  };
}

/**
 * Decides whether a property is violated.
 * @param isNot whether the test says that it is not: then nothing may be left open
 * @throws UsageError if there is no such property
 * @throws Error if no violation was found, and the search was not complete
 */
export async function violates(
  of: Subject,
  name: string,
  { steps, ...options }: ToBeFound = {},
  isNot = false,
): Promise<MatcherResult> {
  if (isNot) {
    if (steps !== undefined) throw new UsageError("steps says how long a run is that is found: leave it out with not");
    const { pass, message } = await holds(of, name, options);
    return { pass: !pass, message };
  }
  const outcome = await checked(of, { ...options, properties: [name] });
  const property = propertyCalled(name, outcome);
  if (property.verdict === "violated") return foundIn(steps, property.trace, failureInWords(property, outcome), name);
  if (property.verdict === "uncovered")
    return { pass: false, message: () => `a coverage is not violated\n${failureInWords(property, outcome)}` };
  refuseOpen([property], outcome);
  return {
    pass: false,
    message: () => `${name} is not violated: it holds in all ${outcome.distinct} states of ${withParameters(outcome)}`,
  };
}

/** The property that stands for what `toReach` looks for. */
const NEVER = "what is looked for is never reached";

/**
 * Decides whether a state can be reached.
 * @param wanted a condition as `find` of the explorer takes it, or a function of the state
 * @throws UsageError for a condition that cannot be read
 * @throws Error if no such state was found, and the search was not complete
 */
export async function reaches(
  of: Subject,
  wanted: string | ((state: never) => boolean),
  { steps, ...options }: ToBeFound = {},
  isNot = false,
): Promise<MatcherResult> {
  if (isNot && steps !== undefined)
    throw new UsageError("steps says how long a run is that is found: leave it out with not");
  const model = "reference" in of ? of.model : of;
  const condition =
    typeof wanted === "string" ? parseCondition(wanted, instantiate(model, options.parameters ?? {})) : undefined;
  const isWanted = condition?.holds ?? asPredicate(wanted as (state: AnyState) => unknown);
  const never = makeInvariant<AnyState, Record<never, never>>({
    ...{ name: NEVER, says: "", for: {} },
    holds: (state) => !isWanted(state),
    explain: () => "here it is so",
  });
  // What is found is found, whatever else is violated before; that it is not there is said of all states alone.
  const how = isNot ? {} : { stopAtFirst: true, receptions: false };
  const outcome = await checked(
    { ...model, properties: () => [never] },
    // A condition that names members need not hold of a state's renamings.
    { ...(condition?.namesMembers ? { symmetry: false } : {}), ...options, properties: [NEVER], ...how },
  );
  const property = propertyCalled(NEVER, outcome);
  const goal = condition?.text ?? "what is looked for";
  if (property.verdict === "violated") {
    const run = property.trace === undefined ? "" : `\n${runOf(property.trace)}`;
    return foundIn(steps, property.trace, `${goal}: reached${run}`, goal);
  }
  refuseOpen([property], outcome, condition?.unseen());
  const hints = (condition?.unseen() ?? []).map((hint) => `\n  ${hint}`).join("");
  return {
    pass: false,
    message: () => `${goal}: in none of all ${outcome.distinct} states of ${withParameters(outcome)}${hints}`,
  };
}

function asPredicate(wanted: (state: AnyState) => unknown): (state: AnyState) => boolean {
  return (state) => {
    const is = wanted(state);
    if (typeof is !== "boolean")
      throw new UsageError(`what is looked for is neither true nor false, but ${String(is)}`);
    return is;
  };
}

async function checked(of: Subject, options: CheckOptions): Promise<Outcome> {
  const outcome = await check(of, { threads: 1, ...options });
  if (outcome.types?.verdict === "failed") throw new Error(wrongTypes(outcome.types));
  return outcome;
}

/** Returns what a run that was found comes to. @param steps how many steps it is to have */
function foundIn(steps: number | undefined, trace: Trace | undefined, text: string, name: string): MatcherResult {
  if (steps === undefined || (trace !== undefined && lengthOf(trace) === steps))
    return { pass: true, message: () => text };
  const has = trace === undefined ? "no run is known" : `the run that was found has ${lengthOf(trace)}`;
  return { pass: false, message: () => `${name}: in ${steps} steps was expected, and ${has}\n${text}` };
}

/** Returns what is said of a property. @throws UsageError if nothing is, since there is none of that name */
function propertyCalled(name: string, { properties, model }: Outcome): PropertyOutcome {
  const property =
    properties.find((each) => each.name === name) ?? properties.find((each) => slug(each.name) === slug(name));
  if (property === undefined) throw new UsageError(`${model} was not asked about the property ${name}`);
  return property;
}

/**
 * Refuses an outcome that leaves open whether the properties hold.
 * @param hints what was seen of what is looked for
 */
function refuseOpen(judged: readonly PropertyOutcome[], outcome: Outcome, hints: readonly string[] = []): void {
  const others = outcome.properties.filter((each) => !judged.includes(each) && each.verdict === "violated");
  const reasons = [
    ...(outcome.incomplete === undefined ? [] : [`the search is incomplete: ${outcome.incomplete}`]),
    ...judged.flatMap(({ name, verdict, vacuous }) => [
      ...(vacuous === undefined ? [] : [`${name} holds vacuously: ${vacuous}`]),
      ...(verdict === "incomplete" && outcome.incomplete === undefined ? [`${name} is not decided`] : []),
    ]),
    ...others.map((other) => `the search did not go on where this happens:\n${failureInWords(other, outcome)}`),
  ];
  if (reasons.length === 0) {
    if (judged.length > 0) return;
    reasons.push("the model lists no property");
  }
  const seen = `${outcome.distinct} states were seen, up to ${outcome.depth} steps deep`;
  throw new Error(
    `nothing is decided of ${withParameters(outcome)}: ${[...reasons, ...hints].join("\n")}\n  ${seen}. An open question is no pass, with or without not.`,
  );
}

/** Returns a violation as text: its run, or what is missing. */
function failureInWords({ name, trace, explanation, verdict }: PropertyOutcome, outcome: Outcome): string {
  if (trace !== undefined) return textOfTrace(trace, { width: WIDTH, shortest: outcome.search === "bfs" });
  return `${verdict.toUpperCase()}  ${name}: ${explanation ?? "no run is known"}`;
}

/** Returns the steps of a run, without the heading that calls it a violation, and without its evidence. */
function runOf(trace: Trace): string {
  return textOfTrace(trace, { width: WIDTH }).split("\n").slice(1).join("\n");
}

/** Names a model with its parameters, as `german (nodes 2, data 2)`. */
function withParameters({ model, parameters }: Outcome): string {
  const given = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  return given.length === 0 ? model : `${model} (${given.join(", ")})`;
}
