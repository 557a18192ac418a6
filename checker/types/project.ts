/**
 * With which options the types of a model's file are checked: those of the nearest tsconfig.json, as far as they say
 * what is right; how files find each other is as esbuild does it, which bundles what runs.
 */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { compiledFile, inPackage } from "../package.js";
import { resolved } from "./compiler.js";

/** Options of TypeScript as a tsconfig.json has them. */
type CompilerOptions = Readonly<Record<string, unknown>>;

/** A tsconfig.json with what it extends, as `tsc --showConfig` prints it. */
export interface ShownConfig {
  readonly compilerOptions?: CompilerOptions;
  readonly files?: readonly string[];
}

/** What TypeScript is told. */
export interface Project {
  readonly compilerOptions: CompilerOptions;
  readonly files: readonly string[];
  /** Whether an implicit `any` is an error, since the project says so. */
  readonly refusesImplicitAny: boolean;
}

/** The options that say what is right. Others are about what is written, or style: an unused variable is no error. */
const TAKEN_OVER = [
  "allowUmdGlobalAccess",
  "alwaysStrict",
  "checkJs",
  "customConditions",
  "exactOptionalPropertyTypes",
  "experimentalDecorators",
  "jsx",
  "jsxFactory",
  "jsxFragmentFactory",
  "jsxImportSource",
  "lib",
  "noFallthroughCasesInSwitch",
  "noImplicitAny",
  "noImplicitOverride",
  "noImplicitReturns",
  "noImplicitThis",
  "noPropertyAccessFromIndexSignature",
  "noUncheckedIndexedAccess",
  "strict",
  "strictBindCallApply",
  "strictBuiltinIteratorReturn",
  "strictFunctionTypes",
  "strictNullChecks",
  "strictPropertyInitialization",
  "useDefineForClassFields",
  "useUnknownInCatchVariables",
];

/** Targets that TypeScript no longer knows. */
const OLD_TARGET = /^es[35]$/i;

/** Returns the tsconfig.json that applies to files in `folder`; undefined if there is none. */
export function nearestConfig(folder: string): string | undefined {
  return ancestors(folder)
    .map((ancestor) => join(ancestor, "tsconfig.json"))
    .find((file) => existsSync(file));
}

function ancestors(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...ancestors(above)];
}

/**
 * Returns how the types of `file` are to be checked.
 * @param file the absolute path of the model, without symbolic links
 * @param configFile where `config` stands
 */
export function projectOf(file: string, configFile?: string, config: ShownConfig = {}): Project {
  const theirs = config.compilerOptions ?? {};
  const from = configFile === undefined ? dirname(file) : dirname(configFile);
  const taken = Object.fromEntries(TAKEN_OVER.flatMap((name) => (name in theirs ? [[name, theirs[name]]] : [])));
  const isOld = typeof theirs.target !== "string" || OLD_TARGET.test(theirs.target);
  const absolute = (paths: unknown, base = from) =>
    Array.isArray(paths) ? paths.map((path) => resolve(base, String(path))) : [];
  const folders = ancestors(dirname(file));
  const own = resolved("@types/node/package.json", inPackage("package.json"));
  const typeRoots = [
    ...absolute(theirs.typeRoots),
    ...folders.map((folder) => join(folder, "node_modules", "@types")),
    // Such as `types: ["vite/client"]`.
    ...(theirs.types === undefined ? [] : folders.map((folder) => join(folder, "node_modules"))),
    ...(own === undefined ? [] : [dirname(dirname(own))]),
  ].filter((folder) => existsSync(folder));
  const hasNode = typeRoots.some((folder) => existsSync(join(folder, "node", "package.json")));
  return {
    compilerOptions: {
      strict: true,
      noImplicitAny: true,
      ...(configFile === undefined ? { lib: ["esnext"] } : {}),
      ...taken,
      ...(Array.isArray(theirs.rootDirs) ? { rootDirs: absolute(theirs.rootDirs) } : {}),
      target: isOld ? "es2022" : theirs.target,
      types: theirs.types ?? (hasNode ? ["node"] : []),
      typeRoots,
      paths: { ...pathsOf(theirs, from), ...ownPaths() },
      module: "preserve",
      moduleResolution: "bundler",
      allowImportingTsExtensions: true,
      allowJs: true,
      resolveJsonModule: true,
      skipLibCheck: true,
      noEmit: true,
    },
    // Files that declare names for all others are in no import.
    files: [file, ...absolute(config.files).filter((path) => /\.d\.[cm]?ts$/.test(path))],
    refusesImplicitAny: "strict" in theirs || "noImplicitAny" in theirs,
  };
}

/** Returns the project's own names for its files; `baseUrl`, which TypeScript no longer knows, becomes one of them. */
function pathsOf({ paths, baseUrl }: CompilerOptions, from: string): Record<string, string[]> {
  const base = typeof baseUrl === "string" ? resolve(from, baseUrl) : from;
  const entries = Object.entries((paths ?? {}) as Readonly<Record<string, readonly string[]>>);
  return {
    ...(typeof baseUrl === "string" ? { "*": [join(base, "*")] } : {}),
    ...Object.fromEntries(entries.map(([name, places]) => [name, places.map((place) => resolve(base, place))])),
  };
}

/** Returns where the packages are of which popcheck gives a model its own, wherever the model lies. */
function ownPaths(): Record<string, string[]> {
  const immutable = resolved("immutable/package.json", inPackage("package.json"));
  return {
    "popcheck/model": [fileURLToPath(compiledFile("checker/model/index.d.ts"))],
    "popcheck/spec/*": [fileURLToPath(compiledFile("spec/*"))],
    "popcheck/invariants/*": [fileURLToPath(compiledFile("invariants/*"))],
    ...(immutable === undefined ? {} : { immutable: [dirname(immutable)] }),
  };
}
