/**
 * The outcome of a check as SARIF 2.1.0, which code hosts show on a change: a rule for each property, a result for each
 * violation, with the steps of its counterexample as a code flow. A pure function of the outcome.
 */

import { basename, isAbsolute } from "node:path";
import { changesOf, messagesOf } from "../../traces/analysis/change.js";
import { stepNameOf } from "../../traces/analysis/step-names.js";
import { type Trace, whyNotTaken } from "../../traces/trace.js";
import { isUnlisted } from "../model/property.js";
import { placeTold } from "../model/thrown.js";
import type { Place } from "../model/where.js";
import { type Outcome, type PropertyOutcome, whyNothing } from "../search/outcome.js";
import type { TypeDiagnostic } from "../types/type-check.js";
import { isShown } from "./declared-place.js";
import { whatIsWrong } from "./junit.js";
import { slug } from "./slug.js";

/**
 * Writes a text as a message of SARIF, where braces that are not doubled hold the places of arguments, and `[…](…)` is
 * a link.
 */
function inMessage(text: string): { readonly text: string } {
  return { text: text.replace(/[{}]/g, "$&$&").replaceAll("](", "] (") };
}

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

/** What a report says besides the outcome. */
export interface SarifSource {
  readonly version: string;
  /** The model's file, relative to the working folder; undefined for a built-in model. */
  readonly modelFile: string | undefined;
}

/** Returns the outcome as a log of SARIF, to be written as JSON. */
export function sarifOf(outcome: Outcome, { version, modelFile }: SarifSource) {
  const { properties, incomplete, model, types } = outcome;
  const nothing = whyNothing(outcome);
  const why = incomplete ?? (nothing === undefined ? undefined : `nothing was verified: ${nothing}`);
  const ids = ruleIds(properties);
  const errors = types?.errors ?? [];
  const where = locationOf(model, modelFile);
  const results = properties.flatMap((property, ruleIndex) =>
    property.verdict === "violated" ? [resultOf(property, ids[ruleIndex]!, ruleIndex, where)] : [],
  );
  const notifications = [
    ...(why === undefined ? [] : [notification(outcome, why)]),
    ...(types?.notes ?? []).map((note) => ({ level: "warning", message: inMessage(`types: ${note}`) })),
  ];
  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "popcheck",
            version,
            rules: [
              ...properties.map(({ name, says, kind }, i) => ({
                id: ids[i]!,
                name,
                shortDescription: inMessage(says || name),
                defaultConfiguration: { level: "error" },
                properties: { kind },
              })),
              ...(errors.length === 0 ? [] : [TYPES]),
            ],
          },
        },
        // A report without a result may mean that nothing is wrong, or that nobody knows; the notification says which.
        invocations: [
          {
            executionSuccessful: why === undefined,
            ...(notifications.length === 0 ? {} : { toolExecutionNotifications: notifications }),
          },
        ],
        results: [...errors.map((error) => typeResult(error, properties.length, where)), ...results],
        properties: { model, parameters: outcome.parameters },
      },
    ],
  };
}

function notification({ properties }: Outcome, incomplete: string) {
  const undecided = properties.filter(({ verdict }) => verdict === "incomplete").map(({ name }) => name);
  const which = undecided.length === 0 ? "" : `; not decided: ${undecided.join(", ")}`;
  return { level: "error", message: inMessage(`incomplete: ${incomplete}${which}`) };
}

/** Returns the id of each property's rule: its name in words. Rules that would share an id are numbered. */
function ruleIds(properties: readonly PropertyOutcome[]): string[] {
  const ids: string[] = [];
  for (const { name } of properties) {
    let id = slug(name);
    for (let n = 2; ids.includes(id); n++) id = `${slug(name)}-${n}`;
    ids.push(id);
  }
  return ids;
}

/** The rule that an error of TypeScript breaks. Its id has a character that those of properties have not. */
const TYPES = {
  id: "types/checked",
  name: "types",
  shortDescription: { text: "the types of the model are right" },
  defaultConfiguration: { level: "error" },
  properties: { kind: "types" },
};

function typeResult(error: TypeDiagnostic, ruleIndex: number, where: object): ReturnType<typeof resultOf> {
  const { file, line, column, code, message } = error;
  const text = code === undefined ? message : `${message} (${code})`;
  const shared = { ruleId: TYPES.id, ruleIndex, level: "error" };
  // A code host knows the files below the working folder, and is told no path of this machine.
  if (file === undefined || isAbsolute(file)) {
    return {
      ...shared,
      message: inMessage(file === undefined ? text : `${basename(file)}: ${text}`),
      locations: [where],
    };
  }
  const physicalLocation = { artifactLocation: artifactOf(file), region: { startLine: line, startColumn: column } };
  return { ...shared, message: inMessage(text), locations: [{ physicalLocation }] };
}

/** Returns the name of a file for a code host. @param file its path relative to the working folder */
function artifactOf(file: string): object {
  return { uri: file.split(/[\\/]/).map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" };
}

/**
 * Returns where a step is shown: at the line where it is declared, if a code host can know it; else where the violation
 * is shown.
 */
function stepLocation(place: Place | undefined, where: object): object {
  if (place === undefined || !isShown(place)) return where;
  return {
    ...where,
    physicalLocation: { artifactLocation: artifactOf(place.file), region: { startLine: place.line } },
  };
}

/** Returns where violations are shown in general: at the head of the model's file. */
function locationOf(model: string, file: string | undefined): object {
  const logicalLocations = [{ name: model, kind: "module" }];
  if (file === undefined) return { logicalLocations };
  return { physicalLocation: { artifactLocation: artifactOf(file), region: { startLine: 1 } }, logicalLocations };
}

/**
 * Returns where a violation is shown: a function that threw at the line that threw, and an assertion where it stands,
 * if the file may be named.
 */
function placeOf({ kind, explanation }: PropertyOutcome, where: object): object {
  return isUnlisted(kind) && explanation !== undefined ? stepLocation(placeTold(explanation), where) : where;
}

function resultOf(property: PropertyOutcome, ruleId: string, ruleIndex: number, where: object) {
  const { trace, places = [] } = property;
  return {
    ruleId,
    ruleIndex,
    level: "error",
    message: inMessage(whatIsWrong(property)),
    locations: [placeOf(property, where)],
    ...(trace === undefined ? {} : { codeFlows: [{ threadFlows: [{ locations: stepsOf(trace, places, where) }] }] }),
  };
}

/** @param places for each state, where the step that led to it is declared, as far as that is known */
function stepsOf(trace: Trace, places: readonly (Place | undefined)[], where: object) {
  return trace.states.map((state, index) => {
    const { says } = state["#meta"];
    const parts = [stepNameOf(trace, index), ...changesOf(trace, index), ...messagesOf(trace, index)];
    const notTaken = whyNotTaken(state["#meta"]);
    const text = [...parts, ...(notTaken === undefined ? [] : [notTaken]), ...(says === undefined ? [] : [says])].join(
      "  ",
    );
    return { executionOrder: index + 1, location: { ...stepLocation(places[index], where), message: inMessage(text) } };
  });
}
