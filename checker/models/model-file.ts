/**
 * A model of the user's own: a TypeScript file, taken as it is, without a build step.
 *
 * esbuild bundles the file and what it imports in memory. What there must be one of stays outside of the bundle: this
 * package's `checker/` (members of index sets are known by identity), also where a file names that of another copy of
 * popcheck; the protocols that are imported by name, as `popcheck/spec/popcorn`; and `immutable` (a record is known by
 * its class). The bundle lies in a temporary file while it is imported; its source map makes every place in a
 * stack one of the user's file.
 */

import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildFailure, BuildResult, Metafile, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild";
import { sha256 } from "../checksum.js";
import { LoadError } from "../errors.js";
import type { AnyModel } from "../model/model.js";
import { placeInStack } from "../model/where.js";
import { didYouMean } from "../nearest.js";
import { compiledRoot, packageRoot } from "../package.js";
import { explained } from "../types/checking.js";
import { circleOfImports, messageWithPlace } from "./bundle-errors.js";
import { loadErrorOf } from "./load-error.js";
import { builtInSource, type LoadedScript, type ModelSource } from "./source.js";
import { temporaryFolder } from "./temporary-folder.js";

/** A model's file with all that it imports; nothing of it has run yet. */
export interface ModelBundle {
  /** Returns what the model is made of. */
  readonly source: () => Promise<ModelSource>;
  /** Runs the file, and returns the model in it, and the script that ran. @throws LoadError if there is none */
  readonly load: () => Promise<{ readonly model: AnyModel; readonly script: LoadedScript }>;
}

/** Compiles the model in a file, and what it imports. @throws LoadError if that is not possible */
export async function bundleModelFile(path: string): Promise<ModelBundle> {
  const compiled = await bundle(path);
  return { source: () => sourceOf(compiled), load: () => load(path, compiled) };
}

async function load(
  path: string,
  { code, map, folder, metafile }: Compiled,
): Promise<{ readonly model: AnyModel; readonly script: LoadedScript }> {
  const link = `//# sourceMappingURL=data:application/json;base64,${absoluteSources(map, folder)}`;
  const text = `${code}\n${link}`;
  let imported: Awaited<ReturnType<typeof importText>>;
  try {
    imported = await importText(text);
  } catch (error) {
    const told =
      error instanceof SyntaxError
        ? new LoadError(`${path} cannot be loaded: ${linkMessage(error.message)}`)
        : thrown(path, error, metafile, folder);
    throw await explained(told, path);
  }
  return { model: modelIn(imported.exported, path), script: { url: imported.url, text } };
}

/** Returns the error for what a model's file has thrown, with the circle of imports that it may come from. */
function thrown(path: string, error: unknown, metafile: Metafile, folder: string): Error {
  const told = loadErrorOf(`${path} threw while it was loaded`, error);
  const place = placeInStack(error instanceof Error ? error.stack : undefined);
  const circle = circleOfImports(metafile, folder, place?.replace(/:\d+$/, ""));
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

/** What the bundler has made of a model's file. */
interface Compiled {
  readonly code: string;
  /** The source map, with the texts of the sources as they were read. */
  readonly map: string;
  /** The folder of the model's file. */
  readonly folder: string;
  /** Which file imports which, with paths relative to `folder`. */
  readonly metafile: Metafile;
}

async function bundle(path: string): Promise<Compiled> {
  const { build } = await import("esbuild");
  const folder = dirname(realpathSync(path));
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
      outdir: folder,
      // What is compiled does not depend on the folder that popcheck is started in.
      absWorkingDir: folder,
      logLevel: "silent",
      plugins: [ownPackages],
    });
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    if (errors === undefined) throw error;
    throw new LoadError(
      `${path} cannot be compiled\n${errors.map((message) => messageWithPlace(message, folder)).join("\n")}`,
    );
  }
  const [map, code] = [".map", ""].map(
    (end) => result.outputFiles.find((file) => file.path.endsWith(`.js${end}`))!.text,
  );
  return { code: code!, map: map!, folder, metafile: result.metafile };
}

/**
 * Returns what a bundle is made of. Its checksum goes without comments and layout, and without the place that popcheck
 * is installed in.
 */
async function sourceOf({ code, map, metafile }: Compiled): Promise<ModelSource> {
  const { transform } = await import("esbuild");
  const bare = await transform(code, {
    minifyWhitespace: true,
    legalComments: "none",
    target: "es2022",
    format: "esm",
  });
  const { sources, sourcesContent } = JSON.parse(map) as { sources: string[]; sourcesContent: (string | null)[] };
  // A package may come with a source map of its own, without texts; the checksum of what runs covers it.
  const files = Object.fromEntries(sources.map((source, i) => [source, sha256(sourcesContent[i] ?? "")]));
  const checksum = sha256(bare.code.replaceAll(/"file:[^"]*\/(?=(?:checker|spec|invariants|node_modules)\/)/g, '"'));
  if (!importsOwnSources(metafile)) return { checksum, files };
  const own = builtInSource();
  return { checksum: sha256(checksum + own.checksum), files: { ...own.files, ...files } };
}

/** Whether a bundle imports protocols that come along with popcheck, which are no part of it. */
function importsOwnSources({ outputs }: Metafile): boolean {
  const roots = ["spec", "invariants"].map((folder) => pathToFileURL(join(compiledRoot, folder)).href);
  return Object.values(outputs)
    .flatMap(({ imports }) => imports)
    .some(({ path }) => roots.some((root) => path.startsWith(`${root}/`)));
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
    build.onResolve({ filter: /^popcheck(\/vitest)?$/ }, ({ path }) => ({
      errors: [{ text: `models are written with popcheck/model; ${path} is for programs that check them` }],
    }));
    build.onResolve({ filter: OWN_SOURCES }, ({ path }) => ownSource(path));
    build.onResolve({ filter: /^immutable$/ }, () => external(import.meta.resolve("immutable")));
    build.onResolve({ filter: /^\.{0,2}[\\/]/ }, (args) => ownChecker(build, args));
  },
};

/** What is imported by the path that it has in this package: `popcheck/spec/popcorn/copy`. */
const OWN_SOURCES = /^popcheck\/((?:spec|invariants)\/.*)$/;

/** Resolves an import of a protocol, or of properties, that come along with popcheck. */
function ownSource(path: string): OnResolveResult {
  const [, inside] = OWN_SOURCES.exec(path) as unknown as [string, string];
  const found = [inside, `${inside}/index`].find((stem) => existsInPackage(stem));
  if (found !== undefined) return { path: pathToFileURL(join(compiledRoot, `${found}.js`)).href, external: true };
  const folder = join(compiledRoot, dirname(inside));
  const names = existsSync(folder) ? readdirSync(folder).map((name) => name.replace(/\..*$/, "")) : [];
  const bare = inside.replace(/\.[jt]s$/, "");
  const meant = bare !== inside && existsInPackage(bare) ? `; leave out the ending: popcheck/${bare}` : undefined;
  return {
    errors: [{ text: `popcheck has no ${inside}${meant ?? didYouMean(basename(inside), [...new Set(names)])}` }],
  };
}

/** Whether this package has a module, compiled or as source. @param stem its path without its ending */
function existsInPackage(stem: string): boolean {
  return ["js", "ts"].some((ending) => existsSync(join(compiledRoot, `${stem}.${ending}`)));
}

/** Resolves imports of `checker/` by path, in a model that lies in this package, or that names another copy of it. */
async function ownChecker(build: PluginBuild, args: OnResolveArgs): Promise<OnResolveResult | undefined> {
  if (args.pluginData === ownPackages || args.kind === "entry-point") return undefined;
  const { path, kind, importer, resolveDir } = args;
  const { path: found, errors } = await build.resolve(path, { kind, importer, resolveDir, pluginData: ownPackages });
  if (errors.length > 0) return undefined;
  const inside = insideChecker(found);
  return inside === undefined
    ? undefined
    : { path: pathToFileURL(join(compiledRoot, `${inside}.js`)).href, external: true };
}

/**
 * Returns the path, without its ending, that a file of `checker/` has in this package. It may be that of another copy
 * of popcheck: two copies of the vocabulary in one model would mean nothing to each other.
 */
function insideChecker(file: string): string | undefined {
  const [, root, inside] = /^(.*?)[\\/](?:dist[\\/])?(checker[\\/].*)\.[jt]s$/.exec(file) ?? [];
  if (root === undefined || inside === undefined || !existsInPackage(inside)) return undefined;
  return root === packageRoot || nameOfPackage(root) === "popcheck" ? inside : undefined;
}

/** Returns the name of the package in a folder; undefined if there is none. */
function nameOfPackage(folder: string): unknown {
  try {
    return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: unknown }).name;
  } catch {
    return undefined;
  }
}

async function importText(code: string): Promise<{ exported: Record<string, unknown>; url: string }> {
  const folder = temporaryFolder("popcheck-model-");
  try {
    const file = join(folder, "model.mjs");
    writeFileSync(file, code);
    const url = pathToFileURL(file).href;
    return { exported: (await import(url)) as Record<string, unknown>, url };
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
