/**
 * The outcome of a check as JUnit XML, which CI servers show: a testsuite for the model, a testcase for each property.
 * A property that is not decided is an error, never a pass, and so is a function that threw. A pure function of the
 * outcome.
 */
import { textOfTrace } from "../../traces/text/text.js";
import type { Trace } from "../../traces/trace.js";
import type { Place } from "../model/where.js";
import { type Outcome, type PropertyOutcome, verdictInWords, whyNothing } from "../search/outcome.js";
import { firstError, type TypeCheck, wrongTypes } from "../types/type-check.js";
import { isShown } from "./declared-place.js";
import { nameOfModel } from "./report.js";

/** Returns the outcome as JUnit XML. @param given the parameters that the user gave, which stand in the suite's name */
export function junitOf(outcome: Outcome, given: Readonly<Record<string, unknown>>): string {
  const { properties, seconds, incomplete, types } = outcome;
  const suite = nameOfModel(outcome, given);
  const undecided = properties.filter(({ verdict }) => verdict === "incomplete").length;
  const failures = properties.filter(isFailure).length;
  const thrown = properties.filter(({ verdict }) => verdict === "violated").length - failures;
  // All properties may be decided although not every state was seen; the exit status is that of an incomplete search
  // all the same.
  const unseen =
    incomplete !== undefined && undecided === 0 ? [errorCase(outcome, "every state was seen", incomplete)] : [];
  const nothing = whyNothing(outcome);
  const unasked = nothing === undefined ? [] : [errorCase(outcome, "something was verified", nothing)];
  const typeErrors = types?.verdict === "failed" ? [typeCheck(outcome, types)] : [];
  const cases = [...typeErrors, ...properties.map((property) => testcase(outcome, property)), ...unseen, ...unasked];
  const counts = attributes({
    tests: cases.length,
    failures,
    errors: undecided + thrown + unseen.length + unasked.length + typeErrors.length,
    skipped: 0,
    time: seconds.toFixed(3),
  });
  return `${[
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites${attributes({ name: "popcheck" })}${counts}>`,
    `  <testsuite${attributes({ name: suite })}${counts}>`,
    ...propertiesOf(outcome),
    ...cases,
    "  </testsuite>",
    "</testsuites>",
  ].join("\n")}\n`;
}

function propertiesOf({ parameters, types }: Outcome): string[] {
  const notes = (types?.notes ?? []).map((note) => ["types", note] as const);
  const each = [...Object.entries(parameters), ...notes].map(
    ([name, value]) => `      <property${attributes({ name, value: String(value) })}/>`,
  );
  return each.length === 0 ? [] : ["    <properties>", ...each, "    </properties>"];
}

function testcase(outcome: Outcome, property: PropertyOutcome): string {
  const { name, kind, verdict, trace, places = [], says, vacuous } = property;
  const head = `    <testcase${attributes({ classname: outcome.model, name, time: 0 })}`;
  const remarks = [
    ...(property.within === undefined ? [] : [verdictInWords(verdict, property.within)]),
    ...(vacuous === undefined ? [] : [`holds vacuously: ${vacuous}`]),
  ];
  if (verdict === "holds" && remarks.length > 0)
    return `${head}>\n      <system-out>${xml(remarks.join("\n"))}</system-out>\n    </testcase>`;
  if (verdict === "holds" || verdict === "uncovered") return `${head}/>`;
  const message = verdict === "violated" ? whatIsWrong(property) : (outcome.incomplete ?? "not decided");
  const text = [says, ...(trace === undefined ? [] : [textOfTrace(trace), ...declarationsOf(trace, places)])].join(
    "\n",
  );
  const element = isFailure(property) ? "failure" : "error";
  const type = verdict === "violated" ? kind : "incomplete";
  return `${head}>\n      <${element}${attributes({ message, type })}>${xml(text)}</${element}>\n    </testcase>`;
}

/** Whether a property is violated; where a function threw, no property of the protocol is. */
function isFailure({ verdict, kind }: PropertyOutcome): boolean {
  return verdict === "violated" && kind !== "no error";
}

/**
 * Returns a line for each action and each rule that the run has followed, with where it is declared, in the order in
 * which they were used first. Places that a code host cannot know are left out.
 */
function declarationsOf(trace: Trace, places: readonly (Place | undefined)[]): string[] {
  const lines = trace.states.flatMap(({ "#meta": { action, cell } }, index) => {
    const place = places[index];
    return place === undefined || !isShown(place) ? [] : [`  ${place.file}:${place.line}  ${cell ?? action}`];
  });
  return lines.length === 0 ? [] : ["Its steps are declared in", ...new Set(lines)];
}

function typeCheck({ model }: Outcome, types: TypeCheck): string {
  const head = `    <testcase${attributes({ classname: model, name: "the types are right", time: 0 })}>`;
  const error = `<error${attributes({ message: firstError(types), type: "types" })}>${xml(wrongTypes(types))}</error>`;
  return `${head}\n      ${error}\n    </testcase>`;
}

/** Returns the testcase of something that no property asks for, and that is not so. */
function errorCase({ model }: Outcome, name: string, reason: string): string {
  const head = `    <testcase${attributes({ classname: model, name, time: 0 })}>`;
  return `${head}\n      <error${attributes({ message: reason, type: "incomplete" })}/>\n    </testcase>`;
}

/** Says in a sentence what is wrong. A `reachable` has no trace, so its unmet goals say it. */
export function whatIsWrong({ explanation, goals, says }: PropertyOutcome): string {
  if (explanation) return explanation;
  return goals && goals.unmet.length > 0 ? `never reached: ${goals.unmet.join(", ")}` : `does not hold: ${says}`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  const attribute = ([name, value]: [string, string | number]) => ` ${name}="${lines(xml(String(value)))}"`;
  return Object.entries(values).map(attribute).join("");
}

/** Keeps line breaks in an attribute, where XML would make them spaces. */
function lines(text: string): string {
  return text.replaceAll("\t", "&#9;").replaceAll("\n", "&#10;");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  // A reader would take a raw carriage return for a part of a line break.
  "\r": "&#13;",
};

/** Escapes a text for XML 1.0, and drops control characters, which it does not have. */
function xml(text: string): string {
  const allowed = text.replace(/[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "");
  return allowed.replace(/[&<>"'\r]/g, (char) => ENTITIES[char]!);
}
