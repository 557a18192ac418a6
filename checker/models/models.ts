/** The models that popcheck can check: the built-in ones by name, any other by the path of its file. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { PageView } from "../../spec/relatives/page.js";
import { sha256 } from "../checksum.js";
import { UsageError } from "../errors.js";
import { type AnyModel, type Model, withProperties } from "../model/model.js";
import type { Parameters, ValuesOf } from "../model/parameters.js";
import type { StateOf } from "../model/state.js";
import type { Variables } from "../model/variables.js";
import { didYouMean } from "../nearest.js";
import { builtInSource, type LoadedScript, type ModelSource } from "./source.js";

/** Returns a model of spec/relatives/ with the properties that all of them have before its own. */
async function relative<P extends Parameters, V extends Variables>(
  of: Model<P, V>,
  view: PageView<StateOf<V, ValuesOf<P>>>,
): Promise<AnyModel> {
  const { pageProperties } = await import("../../invariants/relatives/page-properties.js");
  return withProperties(of, (parameters) => [...pageProperties(view), ...of.properties(parameters)]);
}

/** The built-in models. A new protocol gets a line here; it is imported only when it is asked for. */
const builtIn: Readonly<Record<string, () => Promise<AnyModel>>> = {
  popcorn: async () => {
    const [{ popcorn }, { popcornProperties }] = await Promise.all([
      import("../../spec/popcorn/index.js"),
      import("../../invariants/popcorn/index.js"),
    ]);
    return withProperties(popcorn, popcornProperties);
  },
  "msi-bus": async () => {
    const { msiBus, msiBusView } = await import("../../spec/relatives/msi-bus.js");
    return relative(msiBus, msiBusView);
  },
  ivy: async () => {
    const { ivy, ivyView } = await import("../../spec/relatives/ivy/index.js");
    return relative(ivy, ivyView);
  },
  "popcorn-directory": async () => {
    const { popcornDirectory, popcornDirectoryView } = await import("../../spec/relatives/popcorn-directory.js");
    return relative(popcornDirectory, popcornDirectoryView);
  },
  mirage: async () => {
    const { mirage, mirageView } = await import("../../spec/relatives/mirage.js");
    return relative(mirage, mirageView);
  },
  "two-kernel": async () => {
    const { twoKernel, twoKernelView } = await import("../../spec/relatives/two-kernel.js");
    return relative(twoKernel, twoKernelView);
  },
  kddm: async () => {
    const { kddm, kddmView } = await import("../../spec/relatives/kddm.js");
    return relative(kddm, kddmView);
  },
  vnuma: async () => {
    const { vnuma, vnumaView } = await import("../../spec/relatives/vnuma.js");
    return relative(vnuma, vnumaView);
  },
  "thread-migration": async () => (await import("../../spec/thread-migration.js")).threadMigration,
  german: async () => (await import("../../spec/german.js")).german,
  "die-hard": async () => (await import("../../spec/toy/die-hard.js")).dieHard,
  peterson: async () => (await import("../../spec/toy/peterson.js")).peterson,
  "naive-mutex": async () => (await import("../../spec/toy/naive-mutex.js")).naiveMutex,
  "starving-mutex": async () => (await import("../../spec/toy/starving-mutex.js")).starvingMutex,
  "token-ring": async () => (await import("../../spec/toy/token-ring.js")).tokenRing,
  "two-phase-commit": async () => (await import("../../spec/toy/two-phase-commit.js")).twoPhaseCommit,
  "commit-protocol": async () => (await import("../../spec/toy/commit-protocol/index.js")).commitProtocol,
};

/** The names of the built-in models. */
export const builtInNames: readonly string[] = Object.keys(builtIn);

/** A model, and the name that the user gave for it. */
export interface NamedModel {
  readonly model: AnyModel;
  readonly reference: string;
  readonly isFile: boolean;
  /** Returns what the model is made of, as it was loaded. A checkpoint records it. */
  readonly source: () => Promise<ModelSource>;
  /** The script that its file was made into; undefined for a built-in model and for a Murphi file. */
  readonly script?: LoadedScript;
}

/** Tells whether a word of the command line looks like the path of a model's file. */
export function isPath(word: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(word) || isMurphi(word) || /[\\/]/.test(word);
}

/** Tells whether a path is that of a Murphi file, which is read and not run. */
export function isMurphi(path: string): boolean {
  return /\.m$/i.test(path);
}

export function isModelName(word: string): boolean {
  return Object.hasOwn(builtIn, word);
}

/**
 * Loads a model by its name or its file.
 * @param accept is given what the model is made of before any of a file's code runs, and throws if that must not run
 * @throws UsageError for a model that does not exist
 * @throws LoadError for one that cannot be loaded
 */
export async function loadModel(reference: string, accept?: (source: ModelSource) => void): Promise<NamedModel> {
  // From here on, places in stacks are those of the TypeScript sources.
  process.setSourceMapsEnabled(true);
  const load = isModelName(reference) ? builtIn[reference] : undefined;
  if (load) {
    accept?.(builtInSource());
    return { model: await load(), reference, isFile: false, source: async () => builtInSource() };
  }
  if (!isPath(reference)) {
    throw new UsageError(
      `no model is called ${reference}${didYouMean(reference, builtInNames)}\n  The models are ${builtInNames.join(", ")}; a model of your own is given by its file, as ./${reference}.ts`,
    );
  }
  if (!existsSync(reference)) throw new UsageError(`there is no file ${reference}`);
  if (!statSync(reference).isFile()) throw new UsageError(`${reference} is no file`);
  if (isMurphi(reference)) return await loadMurphi(reference, accept);
  const { bundleModelFile } = await import("./model-file.js");
  const bundle = await bundleModelFile(reference);
  accept?.(await bundle.source());
  return { ...(await bundle.load()), reference, isFile: true, source: bundle.source };
}

/** Loads a Murphi file. What it is made of is its text: an edit of a comment counts as an edit. */
async function loadMurphi(reference: string, accept?: (source: ModelSource) => void): Promise<NamedModel> {
  const text = readFileSync(reference, "utf8");
  const checksum = sha256(text);
  const source = { checksum, files: { [basename(reference)]: checksum } };
  accept?.(source);
  const { murphiModel } = await import("../murphi/model.js");
  return { model: murphiModel(text, reference), reference, isFile: true, source: async () => source };
}
