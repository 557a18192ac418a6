/**
 * A model of the user's own: a TypeScript file, taken as it is, without a build step.
 *
 * esbuild bundles the file and what it imports in memory. Two things stay outside of the bundle, since there must be
 * one of each: this package's `checker/` (members of index sets are known by identity) and `immutable` (a record is
 * known by its class). The bundle lies in a temporary file while it is imported; its source map makes every place in a
 * stack one of the user's file.
 */

import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildFailure, BuildResult, Metafile, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild";
import { LoadError } from "../errors.js";
import type { AnyModel } from "../model/model.js";
import { placeInStack } from "../model/where.js";
import { compiledRoot, packageRoot } from "../package.js";
import { explained } from "../types/checking.js";
import { circleOfImports, messageWithPlace } from "./bundle-errors.js";
import { loadErrorOf } from "./load-error.js";

/** Loads the model in a file. @throws LoadError if there is none */
export async function loadModelFile(path: string): Promise<AnyModel> {
  const { code, metafile } = await bundle(path);
  let exported: Record<string, unknown>;
  try {
    exported = await importText(code);
  } catch (error) {
    const told =
      error instanceof SyntaxError
        ? new LoadError(`${path} cannot be loaded: ${linkMessage(error.message)}`)
        : thrown(path, error, metafile);
    throw await explained(told, path);
  }
  return modelIn(exported, path);
}

/** Returns the error for what a model's file has thrown, with the circle of imports that it may come from. */
function thrown(path: string, error: unknown, metafile: Metafile): Error {
  const told = loadErrorOf(`${path} threw while it was loaded`, error);
  const place = placeInStack(error instanceof Error ? error.stack : undefined);
  const circle = circleOfImports(metafile, place?.replace(/:\d+$/, ""));
  return circle === undefined ? told : new LoadError(`${told.message}\n${circle}`, { cause: error });
}

/** Returns the default export if it is a model, or else the only model that is exported. */
function modelIn(exported: Record<string, unknown>, path: string): AnyModel {
  if (isModel(exported.default)) return exported.default;
  const models = Object.entries(exported).filter((entry): entry is [string, AnyModel] => isModel(entry[1]));
  const [only, another] = models;
  if (only && !another) return only[1];
  if (!only) {
    const other = "default" in exported ? `: its default export is ${inWords(exported.default)}` : "";
    throw new LoadError(
      `${path} exports no model${other}\n  Export what \`model({ … })\` returns, best as the default.`,
    );
  }
  throw new LoadError(
    `${path} exports several models: ${models.map(([name]) => name).join(", ")}\n  Make the one that is meant the default export.`,
  );
}

/** Returns what a value is, in a word or two. */
function inWords(value: unknown): string {
  if (typeof value === "object" && value !== null) return "an object without variables, actions and properties";
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function isModel(value: unknown): value is AnyModel {
  if (typeof value !== "object" || value === null) return false;
  const { name, parameters, variables, actions, properties } = value as Partial<Record<keyof AnyModel, unknown>>;
  const functions = [variables, actions, properties].every((part) => typeof part === "function");
  return typeof name === "string" && typeof parameters === "object" && parameters !== null && functions;
}

/** What a model's file and its imports have become. */
interface Bundle {
  /** The code, with its source map. */
  readonly code: string;
  readonly metafile: Metafile;
}

async function bundle(path: string): Promise<Bundle> {
  const { build } = await import("esbuild");
  const outdir = dirname(realpathSync(path));
  let result: BuildResult<{ write: false; metafile: true }>;
  try {
    result = await build({
      entryPoints: [resolve(path)],
      bundle: true,
      write: false,
      format: "esm",
      platform: "node",
      target: "es2022",
      sourcemap: "external",
      metafile: true,
      outdir,
      logLevel: "silent",
      plugins: [ownPackages],
    });
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    if (errors === undefined) throw error;
    throw new LoadError(`${path} cannot be compiled\n${errors.map(messageWithPlace).join("\n")}`);
  }
  const [map, code] = [".map", ""].map(
    (end) => result.outputFiles.find((file) => file.path.endsWith(`.js${end}`))!.text,
  );
  const mapped = `${code}\n//# sourceMappingURL=data:application/json;base64,${absoluteSources(map!, outdir)}`;
  return { code: mapped, metafile: result.metafile };
}

/** Returns the source map with absolute places of the sources, since the bundle is imported from elsewhere. */
function absoluteSources(map: string, from: string): string {
  const parsed = JSON.parse(map) as { sources: string[] };
  const sources = parsed.sources.map((source) => pathToFileURL(resolve(from, source)).href);
  return Buffer.from(JSON.stringify({ ...parsed, sources })).toString("base64");
}

const ownPackages: Plugin = {
  name: "one instance of popcheck and immutable",
  setup(build) {
    const external = (url: string): OnResolveResult => ({ path: url, external: true });
    const vocabulary = pathToFileURL(join(compiledRoot, "checker", "model", "index.js")).href;
    build.onResolve({ filter: /^popcheck\/model$/ }, () => external(vocabulary));
    // A second engine in the bundle would know nothing of the first.
    build.onResolve({ filter: /^popcheck$/ }, () => ({
      errors: [{ text: "models are written with popcheck/model; popcheck is for programs that check them" }],
    }));
    build.onResolve({ filter: /^immutable$/ }, () => external(import.meta.resolve("immutable")));
    build.onResolve({ filter: /^\.{0,2}[\\/]/ }, (args) => ownChecker(build, args));
  },
};

/** Resolves imports of `checker/` by path, in a model that lies in this package. */
async function ownChecker(build: PluginBuild, args: OnResolveArgs): Promise<OnResolveResult | undefined> {
  if (args.pluginData === ownPackages || args.kind === "entry-point") return undefined;
  const { path, kind, importer, resolveDir } = args;
  const { path: found, errors } = await build.resolve(path, { kind, importer, resolveDir, pluginData: ownPackages });
  if (errors.length > 0) return undefined;
  for (const root of [compiledRoot, packageRoot]) {
    const inside = relative(root, found);
    if (!inside.startsWith(`checker${sep}`)) continue;
    const compiled = join(compiledRoot, inside.replace(/\.ts$/, ".js"));
    return { path: pathToFileURL(compiled).href, external: true };
  }
  return undefined;
}

async function importText(code: string): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), "popcheck-model-"));
  try {
    const file = join(folder, "model.mjs");
    writeFileSync(file, code);
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Says what is wrong with an import, in the user's words. */
function linkMessage(message: string): string {
  return message
    .replace(/'file:[^']*checker\/model\/index\.js'/, "popcheck/model")
    .replace(/'file:[^']*immutable[^']*'/, "immutable");
}
