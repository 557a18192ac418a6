/**
 * test/known-answers.json: recorded verdicts and counts of models, with which every change of the engine is compared.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { UsageError } from "../errors.js";
import { inPackage } from "../package.js";
import { verdictInShort } from "../reports/report.js";
import type { Outcome } from "../search/outcome.js";

/** A model with parameters, and its recorded outcome. `verify --update` fills in numbers that are missing. */
export interface KnownAnswer {
  readonly model: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly symmetry?: boolean;
  readonly distinct?: number;
  readonly generated?: number;
  readonly depth?: number;
  /** Whether `verify` runs the case. The others take long, or belong to tests. */
  readonly verify?: boolean;
  /** By property: `holds`, `violated 7` with the steps of the shortest counterexample, or `violated` if it has none. */
  readonly verdicts?: Readonly<Record<string, string>>;
}

/** A case that was run. */
export interface Verified {
  readonly known: KnownAnswer;
  readonly outcome: Outcome;
  readonly differences: readonly string[];
}

export const KNOWN_ANSWERS = "test/known-answers.json";

/** Reads the cases. @throws UsageError if the file is missing or malformed */
export function readKnownAnswers(): KnownAnswer[] {
  let text: string;
  try {
    text = readFileSync(inPackage(KNOWN_ANSWERS), "utf8");
  } catch {
    throw new UsageError(`there is no ${KNOWN_ANSWERS}: verify works in popcheck's source tree only`);
  }
  let cases: unknown;
  try {
    cases = (JSON.parse(text) as { cases?: unknown }).cases;
  } catch (error) {
    throw new UsageError(`${KNOWN_ANSWERS} is no JSON: ${(error as Error).message}`);
  }
  if (!Array.isArray(cases)) throw new UsageError(`${KNOWN_ANSWERS} has no list of "cases"`);
  cases.forEach((each: Partial<KnownAnswer> | null, i) => {
    const right = typeof each?.model === "string" && typeof each.parameters === "object";
    if (!right) throw new UsageError(`case ${i} of ${KNOWN_ANSWERS} has no model or no parameters`);
  });
  return cases as KnownAnswer[];
}

/** Writes the cases back, with whatever else the file holds. */
export function writeKnownAnswers(cases: readonly KnownAnswer[]): void {
  const file = inPackage(KNOWN_ANSWERS);
  const whole = JSON.parse(readFileSync(file, "utf8")) as object;
  writeFileSync(file, `${JSON.stringify({ ...whole, cases }, undefined, 2)}\n`);
}

export function answerOf(known: KnownAnswer, outcome: Outcome): KnownAnswer {
  const { distinct, generated, depth, properties } = outcome;
  const verdicts = Object.fromEntries(properties.map((property) => [property.name, verdictInShort(property)]));
  return { ...known, distinct, generated, depth, verdicts };
}

/** Returns a sentence for each difference between an outcome and what is recorded; none if all is as recorded. */
export function differencesOf(known: KnownAnswer, outcome: Outcome): string[] {
  const found = answerOf(known, outcome);
  const names = [...new Set([...Object.keys(known.verdicts ?? {}), ...Object.keys(found.verdicts ?? {})])];
  const compared: [string, unknown, unknown][] = [
    ...(["distinct", "generated", "depth"] as const).map((what): [string, unknown, unknown] => [
      what,
      found[what],
      known[what],
    ]),
    ...names.map((name): [string, unknown, unknown] => [name, found.verdicts?.[name], known.verdicts?.[name]]),
  ];
  const different = compared.filter(([, now, then]) => now !== then);
  const sentences = different.map(
    ([what, now, then]) => `${what}: ${now ?? "no such property"}, recorded: ${then ?? "nothing"}`,
  );
  return outcome.incomplete === undefined ? sentences : [`incomplete: ${outcome.incomplete}`, ...sentences];
}
