/** The outcome of a check as a page: the verdicts, what they rest on, and the counterexamples to choose from. */

import { causeInWords, cycleInWords, ordersInWords } from "../../traces/analysis/explanation.js";
import type { OutcomeInWords } from "../../traces/page/contents.js";
import { htmlOf } from "../../traces/page/html.js";
import { constraintsInWords, type Outcome, whyNothing, withinInWords } from "../search/outcome.js";
import { assetsOf } from "./page-assets.js";
import { nameOfModel } from "./report.js";

/** Returns the page of an outcome. @param given the parameters that the user gave, for the title */
export function htmlReport(outcome: Outcome, given: Readonly<Record<string, unknown>>): string {
  const traces = outcome.properties.flatMap(({ trace, further }) =>
    trace === undefined ? [] : [trace, ...(further?.traces ?? [])],
  );
  return htmlOf(traces, assetsOf("traces/page/viewer"), { beside: false, outcome: outcomeInWords(outcome, given) });
}

/** Returns what a page says of an outcome besides its traces. */
export function outcomeInWords(outcome: Outcome, given: Readonly<Record<string, unknown>>): OutcomeInWords {
  const { properties, distinct, incomplete, assumptions, fairness, symmetry, types, constraints } = outcome;
  const nothing = whyNothing(outcome);
  return {
    heading: nameOfModel(outcome, given),
    properties: properties.map(({ name, says, verdict, explanation, vacuous, within, trace }) => ({
      name,
      says,
      verdict,
      within: within === undefined ? "" : withinInWords(within),
      explanation: explanation ?? (vacuous === undefined ? "" : `vacuously: ${vacuous}`),
      reasons: trace === undefined ? [] : [...causeInWords(trace), ...cycleInWords(trace), ...ordersInWords(trace)],
    })),
    notes: [
      ...(incomplete === undefined
        ? [
            `${distinct} distinct states, all that there are${properties.some(({ within }) => within) ? " within the constraints" : ""}`,
          ]
        : []),
      ...(nothing === undefined ? [] : [`nothing was verified: ${nothing}`]),
      ...(incomplete === undefined ? [] : [`incomplete, which is not a pass: ${incomplete}`]),
      ...(symmetry.sets.length === 0 ? [] : [`interchangeable: ${symmetry.sets.join(", ")}`]),
      ...(types?.notes ?? []).map((note) => `types: ${note}`),
      ...(constraints === undefined ? [] : constraintsInWords(constraints)).map((line) => `constraint: ${line}`),
      ...assumptions,
      ...fairness,
    ],
  };
}
