/**
 * A project of the user's own, which `popcheck init` writes: a model with its test, ready to be checked. All files but
 * package.json are copies of sources that are compiled and tested with popcheck: docs/examples/, and the protocols that
 * come along.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { UsageError } from "../errors.js";
import { didYouMean } from "../nearest.js";
import { inPackage } from "../package.js";
import { manifestFor } from "./manifest.js";

/** What a project begins with. */
interface Beginning {
  /** What it is, in a sentence. */
  readonly about: string;
  /** The file of the model. */
  readonly model: string;
  /** Options of `check` with which the model comes to something else. */
  readonly variant: string;
  /** Files and folders of this package, by the places that they have in the project. */
  readonly copies: Readonly<Record<string, string>>;
}

const EXAMPLES = "docs/examples";
const TSCONFIG = { "tsconfig.json": `${EXAMPLES}/directory/tsconfig.json` };

/** By name; the first is what is written if none is named. */
const beginnings: Readonly<Record<string, Beginning>> = {
  directory: {
    about: "one page, some caches, and a home that keeps the page's directory",
    model: "protocol.ts",
    variant: "--no-ordered",
    copies: {
      "README.md": `${EXAMPLES}/directory/README.md`,
      "protocol.ts": `${EXAMPLES}/directory/protocol.ts`,
      "protocol.test.ts": `${EXAMPLES}/directory/protocol.test.ts`,
      ...TSCONFIG,
    },
  },
  popcorn: {
    about: "the page coherency protocol of Popcorn, with all its stages and properties",
    model: "popcorn.ts",
    variant: "--stage 4.2 --kernels 2",
    copies: {
      "README.md": `${EXAMPLES}/popcorn/README.md`,
      "popcorn.ts": `${EXAMPLES}/popcorn/popcorn.ts`,
      "popcorn.test.ts": `${EXAMPLES}/popcorn/popcorn.test.ts`,
      "spec/popcorn": "spec/popcorn",
      "invariants/popcorn": "invariants/popcorn",
      ...TSCONFIG,
    },
  },
  german: {
    about: "German's directory-based protocol, as published for Murphi",
    model: "german.ts",
    variant: "--nodes 2",
    copies: {
      "README.md": `${EXAMPLES}/german/README.md`,
      "german.ts": "spec/german.ts",
      "german.test.ts": `${EXAMPLES}/german/german.test.ts`,
      ...TSCONFIG,
    },
  },
};

/** What `from` can be: the models that a project can begin with. */
export const beginningNames: readonly string[] = Object.keys(beginnings);

/** A project that was written. */
export interface WrittenProject {
  readonly folder: string;
  readonly about: string;
  /** The files, sorted; that of the model is among them. */
  readonly files: readonly string[];
  readonly model: string;
  /** Options of `check` with which the model comes to something else. */
  readonly variant: string;
  /** Files that were there: package.json, to which what was missing was added, and settings, which are as they were. */
  readonly kept: readonly string[];
  /** Where `npm install` takes popcheck from, as package.json says it. */
  readonly popcheck: string;
}

/**
 * Writes a project into a folder, which is made if there is none. Nothing that is there is overwritten: a package.json
 * gets what it lacks.
 * @param from the name of the model to begin with: `directory`, `popcorn`, `german`
 * @throws UsageError if files are in the way, or cannot be written, and for a name that is none of those
 */
export function writeProject(folder: string, from = "directory"): WrittenProject {
  const beginning = Object.hasOwn(beginnings, from) ? beginnings[from] : undefined;
  if (beginning === undefined)
    throw new UsageError(
      `a project can begin with ${beginningNames.join(", ")}, not with ${from}${didYouMean(from, beginningNames)}`,
    );
  if (folder === "") throw new UsageError("give a folder, not nothing");
  const texts = new Map<string, string>();
  for (const [place, source] of Object.entries(beginning.copies))
    for (const file of filesAt(source)) {
      const to = join(place, relative(source, file));
      texts.set(to, withOwnImports(readFileSync(inPackage(file), "utf8"), to, beginning));
    }
  const files = [...texts.keys()].sort();
  refuseInTheWay(folder, files);
  const manifest = manifestFor(folder, beginning.model);
  const settings = { ".gitignore": "node_modules/\nout/\n", ...(manifest.isClone ? { ".npmrc": NPMRC } : {}) };
  const kept = [...Object.keys(settings), "package.json"].filter((file) => isThere(folder, file));
  try {
    for (const [file, text] of texts) write(folder, file, text);
    for (const [file, text] of Object.entries(settings)) if (!kept.includes(file)) write(folder, file, text);
    writeFileSync(join(folder, "package.json"), manifest.text, manifest.isThere ? {} : { flag: "wx" });
  } catch (error) {
    throw new UsageError(`${folder} cannot be written: ${(error as Error).message}`, { cause: error });
  }
  const { about, model, variant } = beginning;
  const others = [...Object.keys(settings), "package.json"].filter((file) => !kept.includes(file));
  return { folder, about, model, variant, kept, files: [...files, ...others].sort(), popcheck: manifest.popcheck };
}

/** A link to a clone would have the clone's own vitest and immutable beside those of the project. */
const NPMRC =
  "; popcheck is installed as a copy of its clone, so that it shares the packages of this project\ninstall-links=true\n";

function write(folder: string, file: string, text: string): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { flag: "wx" });
}

const isThere = (folder: string, file: string) => existsSync(join(folder, file));

/** @throws UsageError if one of the files is there already, or if the folder is none */
function refuseInTheWay(folder: string, files: readonly string[]): void {
  if (existsSync(folder) && !statSync(folder).isDirectory()) throw new UsageError(`${folder} is no folder`);
  const inTheWay = files.filter((file) => isThere(folder, file));
  if (inTheWay.length === 0) return;
  const [subject, verb] = inTheWay.length === 1 ? ["a file", "is"] : ["files", "are"];
  throw new UsageError(
    `${subject} of ${resolve(folder) === resolve(".") ? "this folder" : folder} ${verb} in the way: ${inTheWay.join(", ")}\n  Nothing is overwritten, and nothing was written. Name another folder: popcheck init my-protocol`,
  );
}

/** Returns the files at a path of this package, which is a file or a folder. */
function filesAt(path: string): string[] {
  if (!statSync(inPackage(path)).isDirectory()) return [path];
  return readdirSync(inPackage(path), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${path}/${name.split(sep).join("/")}`);
}

/** Returns a source with its imports of what was copied beside it leading there, and no longer into the package. */
function withOwnImports(text: string, file: string, { copies }: Beginning): string {
  return text.replace(/"popcheck\/((?:spec|invariants)\/[^"]+)"/g, (whole, path: string) => {
    const source = [`${path}.ts`, `${path}/index.ts`].find((each) => existsSync(inPackage(each)));
    const copy = Object.entries(copies).find(([, from]) => source === from || source?.startsWith(`${from}/`));
    if (source === undefined || copy === undefined) return whole;
    const [place, from] = copy;
    const to = relative(dirname(file), join(place, relative(from, source))).replace(/\.ts$/, ".js");
    return `"${to.startsWith(".") ? to : `./${to}`}"`;
  });
}
