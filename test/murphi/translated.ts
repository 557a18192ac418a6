/** Murphi files translated to TypeScript, and what both come to. */
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "vitest";
import { type CheckOptions, check, loadModel } from "../../checker/api/index.js";
import { LoadError } from "../../checker/errors.js";
import { resolveParameters } from "../../checker/model/model.js";
import { translated } from "../../checker/murphi/translate/translate.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { modelFiles, REFUSED as NOT_TAKEN, readModel } from "./expectation.js";

/** Of the conformance models, those that are refused, with the sentence: the list must not grow by itself. */
export const REFUSED: Readonly<Record<string, string>> = {
  "cover-statement-met.m": "3:41: a cover within a rule or a function cannot be translated",
  "cover-statement-missed.m": "4:26: a cover within a rule or a function cannot be translated",
  "ruleset-union-of-scalarsets.m": "2:64: a union of several scalarsets cannot be translated",
};

/** The conformance models that popcheck takes; the twins in rumur's language say what others say. */
export const conformance = modelFiles.filter(
  (file) => !file.endsWith(".rumur.m") && !readModel(file).startsWith(NOT_TAKEN),
);

/** Writes the translation of a Murphi file into a folder. Returns its path. @throws LoadError if it is refused */
export function writeTranslation(file: string, folder: string, options = {}): string {
  const path = join(folder, `${basename(file).replace(/\.m$/, "")}.ts`);
  writeFileSync(path, translated(readFileSync(file, "utf8"), file, options));
  return path;
}

/** What a check of a model comes to, as far as a translation must come to the same. */
export interface Result {
  readonly states: number;
  readonly transitions: number;
  /** The steps that assumptions have cut off. */
  readonly cutOff: number;
  /** Each property with its verdict; of an error and an assertion, its words. */
  readonly properties: readonly string[];
  readonly actions: readonly string[];
}

/** Checks a model. Returns what it comes to, or the words of the error that its initial states are. */
export async function resultOf(path: string, options: CheckOptions): Promise<Result | string> {
  try {
    const named = await loadModel(path);
    const outcome = await check(named, { threads: 1, spill: false, types: false, ...options });
    const parameters = resolveParameters(named.model, options.parameters ?? {});
    return {
      states: outcome.distinct,
      transitions: outcome.generated,
      cutOff: outcome.constraints?.steps ?? 0,
      properties: outcome.properties.flatMap(inWords),
      actions: named.model.actions(parameters).map(({ name }) => name),
    };
  } catch (error) {
    if (!(error instanceof LoadError) || !/threw|fails the assertion|cannot be set up/.test(error.message)) throw error;
    return faultOf(error.message);
  }
}

/** A model of TypeScript that has assertions says so also where none fails. */
function inWords({ kind, name, verdict, explanation = "" }: Outcome["properties"][number]): readonly string[] {
  if (kind === "no failed assertion" && verdict !== "violated") return [];
  const fault = verdict === "violated" && /^no (error|failed assertion)$/.test(kind) ? `: ${faultOf(explanation)}` : "";
  return [`${kind} ${name} ${verdict}${fault}`];
}

/** Returns the words of an error, without the place and the binding in which it is found. */
function faultOf(explanation: string): string {
  return (
    /(?:threw|fails the assertion|cannot be set up:) (.*?) ?(?:\([^()]*:\d+[^()]*\))?$/m.exec(explanation)?.[1] ??
    explanation
  ).trim();
}

/** Expects that a Murphi file and its translation come to the same, with symmetry and without. */
export async function expectSame(file: string, folder: string, options: CheckOptions = {}): Promise<void> {
  const path = writeTranslation(file, folder);
  for (const symmetry of [true, false])
    expect(await resultOf(path, { symmetry, ...options })).toEqual(await resultOf(file, { symmetry, ...options }));
}
