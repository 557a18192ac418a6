/**
 * Whether what runs is what was written. The build records a hash of every source that it compiles; a command compares
 * them with the sources that lie there now. A package that was installed has no sources, and nothing to compare.
 *
 * Contents decide, not times: a file that was only touched has not changed. But a file whose size and time of change
 * (ctime, which no program can set) are as recorded is not read again, so that comparing takes milliseconds.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "./checksum.js";
import { UsageError } from "./errors.js";
import { compiledRoot, packageRoot } from "./package.js";

/** What popcheck is compiled from: folders, and the file that says how. */
const COMPILED = ["checker", "invariants", "spec", "traces", "tsconfig.json"];

/** What a build compiles besides, or compiles with: popcheck runs the same when it changes, and a build is needed. */
const COMPILED_BESIDES = ["test", "docs/examples", "vitest.config.ts", "package.json", "package-lock.json"];

/** What a build depends on. */
const BUILT_FROM = [...COMPILED, ...COMPILED_BESIDES];

/** The names of the files in these folders that make a difference; editors leave others beside them. */
const IS_SOURCE = /^[^.#].*\.(?:tsx?|css|json)$/;

/** A source as the build found it. */
interface Recorded {
  readonly hash: string;
  readonly size: number;
  /** When it was changed, in milliseconds; 0 if that was so shortly before that another change could look alike. */
  readonly changed: number;
}

/** The sources by their paths in the package. */
type Sources = Readonly<Record<string, Recorded>>;

const recordOf = (root: string) => join(root, "dist", "sources.json");
const draftOf = (root: string) => join(root, "dist", "sources.partial.json");

/** How old a change must be, in milliseconds, so that a later one has another time on any file system. */
const DISTINCT = 2000;

/**
 * Begins to record a build of the package at `root`: hashes its sources, and forgets the build before, so that a build
 * that fails leaves nothing that looks whole.
 */
export function recordBuildBegin(root: string): void {
  const now = Date.now();
  const sources = Object.fromEntries(
    sourcesIn(root, BUILT_FROM).map((path) => {
      const { size, ctimeMs } = statSync(join(root, path));
      return [path, { hash: hashOf(root, path), size, changed: now - ctimeMs < DISTINCT ? 0 : ctimeMs }];
    }),
  ) satisfies Sources;
  mkdirSync(join(root, "dist"), { recursive: true });
  rmSync(recordOf(root), { force: true });
  writeFileSync(draftOf(root), JSON.stringify(sources));
}

/** Records that the build of the package at `root` is whole; what `recordBuildBegin` hashed was compiled, or later. */
export function recordBuildEnd(root: string): void {
  renameSync(draftOf(root), recordOf(root));
}

/** Whether all that a build of the package at `root` would compile was compiled as it is now. */
export function isBuilt(root: string): boolean {
  if (!existsSync(recordOf(root))) return false;
  return changedSources(root, builtFrom(root), BUILT_FROM).length === 0;
}

/** @throws UsageError if this package was compiled from other sources than lie in it now */
export function refuseStaleBuild(): void {
  if (compiledRoot !== packageRoot) refuseStale(packageRoot);
}

/** @throws UsageError if the package at `root` was compiled from other sources than lie in it now */
export function refuseStale(root: string): void {
  // An installed package has dist/ alone.
  if (!existsSync(join(root, "checker"))) return;
  if (!existsSync(recordOf(root)))
    throw new UsageError("popcheck was not compiled to the end from the sources beside it\n  Run npm run build.");
  const changed = changedSources(root, builtFrom(root), COMPILED);
  const [first, ...others] = changed;
  if (first === undefined) return;
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  throw new UsageError(
    `the sources have changed since popcheck was compiled: ${first}${more}\n  Run npm run build; until then, the old code would run.`,
  );
}

const builtFrom = (root: string) => JSON.parse(readFileSync(recordOf(root), "utf8")) as Sources;

/** Returns what was changed, added or removed in `parts` since the build, each with the word that says so. */
function changedSources(root: string, built: Sources, parts: readonly string[]): string[] {
  const found = sourcesIn(root, parts);
  const there = new Set(found);
  const isInside = (path: string) => parts.some((part) => path === part || path.startsWith(`${part}/`));
  return [
    ...found.filter((path) => isChanged(root, path, built[path])),
    ...Object.keys(built)
      .filter((path) => isInside(path) && !there.has(path))
      .map((path) => `${path} is gone`),
  ];
}

function isChanged(root: string, path: string, built: Recorded | undefined): boolean {
  if (built === undefined) return true;
  const { size, ctimeMs } = statSync(join(root, path));
  if (size !== built.size) return true;
  return ctimeMs !== built.changed && hashOf(root, path) !== built.hash;
}

function hashOf(root: string, path: string): string {
  return sha256(readFileSync(join(root, path)));
}

/** Returns the paths of the sources in `parts` (folders, files) of the package at `root`, sorted. */
function sourcesIn(root: string, parts: readonly string[]): string[] {
  const found: string[] = [];
  const visit = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      else if (IS_SOURCE.test(entry.name)) found.push(path);
    }
  };
  for (const path of parts) {
    if (!existsSync(join(root, path))) continue;
    if (statSync(join(root, path)).isDirectory()) visit(path);
    else found.push(path);
  }
  return found.sort();
}
