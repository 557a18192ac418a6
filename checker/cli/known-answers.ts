/**
 * Recorded verdicts and counts of models: test/known-answers.json, with which every change of the engine is compared,
 * and the baselines of users, with which they compare every change of theirs.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { UsageError } from "../errors.js";
import { isPath } from "../models/models.js";
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

/** The name of the file that `popcheck baseline` writes to. */
export const BASELINE = "popcheck-baseline.json";

/** A file of recorded cases. */
export interface AnswersFile {
  /** The absolute path. */
  readonly path: string;
  /** How messages call it. */
  readonly name: string;
}

const ownAnswers: AnswersFile = { path: inPackage(KNOWN_ANSWERS), name: KNOWN_ANSWERS };

/**
 * Returns the file that recorded cases are read from: the one that is given, or else the baseline in the working
 * folder, or else popcheck's own.
 */
export function answersFileOf(given: string | undefined): AnswersFile {
  if (given !== undefined) return { path: resolve(given), name: given };
  return existsSync(BASELINE) ? { path: resolve(BASELINE), name: BASELINE } : ownAnswers;
}

/** Reads the cases. @throws UsageError if the file is missing or malformed */
export function readKnownAnswers({ path, name }: AnswersFile = ownAnswers): KnownAnswer[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    const instead =
      path === ownAnswers.path
        ? `: the models of popcheck itself are verified in its source tree\n  popcheck baseline MODEL records what a model of your own comes to.`
        : "\n  popcheck baseline MODEL writes one.";
    throw new UsageError(`there is no ${name}${instead}`);
  }
  let cases: unknown;
  try {
    cases = (JSON.parse(text) as { cases?: unknown }).cases;
  } catch (error) {
    throw new UsageError(`${name} is no JSON: ${(error as Error).message}`);
  }
  if (!Array.isArray(cases)) throw new UsageError(`${name} has no list of "cases"`);
  cases.forEach((each: Partial<KnownAnswer> | null, i) => {
    const right = typeof each?.model === "string" && typeof each.parameters === "object";
    if (!right) throw new UsageError(`case ${i} of ${name} has no model or no parameters`);
  });
  return cases as KnownAnswer[];
}

/** Writes the cases, with whatever else the file holds. */
export function writeKnownAnswers(cases: readonly KnownAnswer[], { path }: AnswersFile = ownAnswers): void {
  const whole = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as object) : {};
  writeFileSync(path, `${JSON.stringify({ ...whole, cases }, undefined, 2)}\n`);
}

/** Returns how a case's model is loaded from the working folder: files are recorded from the folder of `file`. */
export function referenceIn(file: AnswersFile, model: string): string {
  return isPath(model) ? relative("", join(dirname(file.path), model)) || model : model;
}

/** Returns how a model is recorded in `file`: the path of its file from the file's folder, with `/`; or its name. */
export function recordedIn(file: AnswersFile, reference: string): string {
  if (!isPath(reference)) return reference;
  const path = relative(dirname(file.path), resolve(reference)).replaceAll("\\", "/");
  return path.startsWith(".") ? path : `./${path}`;
}

export function answerOf(known: KnownAnswer, outcome: Outcome): KnownAnswer {
  const { distinct, generated, depth, properties } = outcome;
  const verdicts = Object.fromEntries(properties.map((property) => [property.name, verdictInShort(property)]));
  return { ...known, distinct, generated, depth, verdicts };
}

/** Returns a sentence for each difference between an outcome and what is recorded; none if all is as recorded. */
export function differencesOf(known: KnownAnswer, outcome: Outcome): string[] {
  const sentences = differingIn(known, answerOf(known, outcome)).map(
    ([what, then, now]) => `${what}: ${now ?? "no such property"}, recorded: ${then ?? "nothing"}`,
  );
  return outcome.incomplete === undefined ? sentences : [`incomplete: ${outcome.incomplete}`, ...sentences];
}

/** Returns a line for each number and verdict in which two answers differ: `SWMR: holds → violated 8`. */
export function changesInWords(before: KnownAnswer, now: KnownAnswer): string[] {
  return differingIn(before, now).map(([what, then, is]) => `${what}: ${then ?? "–"} → ${is ?? "–"}`);
}

/** Returns in which numbers and verdicts two answers differ: what it is, and what it was in the one and the other. */
function differingIn(
  known: KnownAnswer,
  found: KnownAnswer,
): [what: string, then: string | number | undefined, now: string | number | undefined][] {
  const names = [...new Set([...Object.keys(known.verdicts ?? {}), ...Object.keys(found.verdicts ?? {})])];
  return [
    ...(["distinct", "generated", "depth"] as const).map((what): ReturnType<typeof differingIn>[number] => [
      what,
      known[what],
      found[what],
    ]),
    ...names.map((name): ReturnType<typeof differingIn>[number] => [
      name,
      known.verdicts?.[name],
      found.verdicts?.[name],
    ]),
  ].filter(([, then, now]) => now !== then);
}
