/** Which lines of a model's files ran in a check, as part of its coverage. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type AuthorScript, executedSources, type ScriptMap } from "../executed/executed-lines.js";
import type { ExecutedSources } from "../executed/executed-source.js";
import { PreciseCoverage, type RanScript } from "../executed/precise-coverage.js";
import type { AnyModel } from "../model/model.js";
import { loadModel, type NamedModel } from "../models/models.js";
import type { LoadedScript } from "../models/source.js";
import { compiledRoot, isPackageFile } from "../package.js";
import type { Outcome } from "../search/outcome.js";
import type { CheckRequest } from "./request.js";
import { warmUp } from "./warm-up.js";

/** Begins to count which lines run of what is loaded from then on, unless a count is under way. */
export function beginCount(): PreciseCoverage {
  if (PreciseCoverage.current === undefined) warmUp();
  return PreciseCoverage.begin();
}

/**
 * Begins to count which lines of a model run, if that is asked for and has not begun. A model's file is then loaded
 * again, since only what is loaded meanwhile is counted.
 */
export async function countedFrom(of: AnyModel | NamedModel, isAsked: boolean): Promise<AnyModel | NamedModel> {
  if (!isAsked || PreciseCoverage.current !== undefined) return of;
  const count = beginCount();
  try {
    return "reference" in of && of.isFile ? await loadModel(of.reference) : of;
  } catch (error) {
    count.stop();
    throw error;
  }
}

/** Runs a check, and adds to its coverage which lines ran. */
export async function withSources(request: CheckRequest, check: () => Promise<Outcome>): Promise<Outcome> {
  const { reference, script } = request;
  try {
    const outcome = await check();
    if (outcome.coverage === undefined) return outcome;
    const ran = PreciseCoverage.current?.end() ?? [];
    const sources = reference === undefined ? ofAValue : ranIn(script, ran);
    return { ...outcome, coverage: { ...outcome.coverage, sources } };
  } finally {
    PreciseCoverage.current?.stop();
  }
}

const ofAValue: ExecutedSources = {
  files: [],
  unknown: "the model was given as a value, whose file is not known: give what loadModel returns",
};

function ranIn(script: LoadedScript | undefined, ran: readonly RanScript[]): ExecutedSources {
  if (script === undefined) return executedSources(builtInScripts(ran), ran, () => true);
  const { url, text } = script;
  const encoded = /sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/.exec(text)![1]!;
  const map = JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as ScriptMap;
  return executedSources([{ url, text, map }], ran, isAuthors);
}

/** Whether a file of a bundle is the author's: no other package's. */
function isAuthors(url: string): boolean {
  const path = fileURLToPath(url);
  return isPackageFile(path) || !path.includes("/node_modules/");
}

/** Returns the scripts of built-in models that were loaded. */
function builtInScripts(ran: readonly RanScript[]): AuthorScript[] {
  const folders = ["spec", "invariants"].map((folder) => `${pathToFileURL(`${compiledRoot}/${folder}`).href}/`);
  const own = ran.filter(({ url }) => folders.some((folder) => url.startsWith(folder)));
  return own.flatMap(({ url }) => {
    const path = fileURLToPath(url);
    if (!existsSync(`${path}.map`)) return [];
    const map = JSON.parse(readFileSync(`${path}.map`, "utf8")) as ScriptMap;
    const sources = map.sources.map((source) => new URL(source, url).href);
    return [{ url, text: readFileSync(path, "utf8"), map: { ...map, sources } }];
  });
}
