/** The package.json of a project: what it needs, and where popcheck is taken from. */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { UsageError } from "../errors.js";
import { inPackage, packageRoot, version } from "../package.js";

type Entries = Readonly<Record<string, unknown>>;

/** A package.json that is to be written. */
export interface Manifest {
  readonly text: string;
  /** Whether there was one, to which was added what it lacked. */
  readonly isThere: boolean;
  /** Where `npm install` takes popcheck from, as package.json says it. */
  readonly popcheck: string;
  /** Whether that is a clone. */
  readonly isClone: boolean;
}

/** What `npm init` writes as a test, which is none. */
const NO_TEST = /^echo .*no test specified/;

/**
 * Returns the package.json for a folder.
 * @param model the file of the model
 * @throws UsageError if there is one that cannot be read
 */
export function manifestFor(folder: string, model: string): Manifest {
  const file = join(folder, "package.json");
  const isThere = existsSync(file);
  const before = isThere ? read(file) : nameless(folder);
  const own = JSON.parse(readFileSync(inPackage("package.json"), "utf8")) as Record<
    "dependencies" | "devDependencies",
    Readonly<Record<string, string>>
  >;
  const needed: Readonly<Record<string, string | undefined>> = {
    immutable: own.dependencies["immutable"],
    popcheck: popcheckFor(folder),
    typescript: own.dependencies["typescript"],
    vitest: own.devDependencies["vitest"],
  };
  const given = { ...entries(before, "dependencies"), ...entries(before, "devDependencies") };
  const missing = Object.entries(needed).filter(([name]) => !Object.hasOwn(given, name));
  const scripts = entries(before, "scripts");
  const isTest = typeof scripts["test"] === "string" && !NO_TEST.test(scripts["test"]);
  const devDependencies = sorted({ ...entries(before, "devDependencies"), ...Object.fromEntries(missing) });
  const after = {
    ...before,
    scripts: {
      ...scripts,
      ...(isTest ? {} : { test: "tsc && vitest run" }),
      ...(Object.hasOwn(scripts, "check") ? {} : { check: `popcheck check ${model}` }),
    },
    ...(Object.keys(devDependencies).length === 0 ? {} : { devDependencies }),
  };
  return {
    text: `${JSON.stringify(after, null, 2)}\n`,
    isThere,
    popcheck: String(given["popcheck"] ?? needed["popcheck"]),
    isClone: isClone(),
  };
}

/** Returns what a package.json is without: a name, made from that of the folder. */
function nameless(folder: string): Entries {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, "-")
    .replace(/^[.-]+/, "");
  return { name: name || "protocol", private: true, type: "module" };
}

function read(file: string): Entries {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as Entries;
    throw new Error("it is no object");
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function entries(manifest: Entries, name: string): Entries {
  const value = manifest[name];
  return typeof value === "object" && value !== null ? (value as Entries) : {};
}

function sorted(dependencies: Entries): Entries {
  return Object.fromEntries(Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Returns what a package.json in `folder` has to say of popcheck, so that `npm install` finds the one that runs: a
 * clone by its folder, what was installed from a packed file by that file, and anything else by its version.
 */
export function popcheckFor(folder: string): string {
  if (isClone()) return fileIn(folder, packageRoot);
  const packed = packedFile();
  return packed === undefined ? `^${version()}` : fileIn(folder, packed);
}

/** Whether this package is a clone: only that has the checker's sources. */
const isClone = () => existsSync(inPackage("checker"));

function fileIn(folder: string, path: string): string {
  return `file:${relative(resolve(folder), path).replaceAll("\\", "/")}`;
}

/** Returns the packed file that this package was installed from; undefined if npm does not say that it was. */
function packedFile(): string | undefined {
  const modules = dirname(packageRoot);
  const lock = join(modules, ".package-lock.json");
  if (!existsSync(lock)) return undefined;
  const { packages = {} } = JSON.parse(readFileSync(lock, "utf8")) as {
    readonly packages?: Readonly<Record<string, { readonly resolved?: string } | undefined>>;
  };
  const from = packages[`node_modules/${basename(packageRoot)}`]?.resolved;
  if (from === undefined || !from.startsWith("file:")) return undefined;
  const file = resolve(dirname(modules), from.slice("file:".length));
  return existsSync(file) ? file : undefined;
}
