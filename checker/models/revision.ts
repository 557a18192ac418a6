/** A model's file as it is in a revision of its git repository: `model.ts@HEAD~1`. */
import { execFileSync } from "node:child_process";
import { existsSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { UsageError } from "../errors.js";
import { loadModel, type NamedModel } from "./models.js";
import { temporaryFolder } from "./temporary-folder.js";

/** A file, and the revision in which it is meant. */
export interface FileRevision {
  readonly file: string;
  readonly revision: string;
}

/** Returns the file and the revision that a word names: `model.ts@HEAD~1`; undefined if it names none, or is a file. */
export function revisionIn(word: string): FileRevision | undefined {
  if (existsSync(word)) return undefined;
  const [, file, revision] = /^(.*?\.(?:[cm]?[jt]sx?|m))@(.*)$/s.exec(word) ?? [];
  return file === undefined || revision === undefined ? undefined : { file, revision };
}

/**
 * Loads a model by its name or its file, or by its file as it is in a revision. The whole tree of the revision is
 * written into a temporary folder, since the file may import others, and removed again. Packages are those that are
 * installed now.
 * @throws UsageError for a model, a revision, or a file in it that does not exist
 * @throws LoadError for a model that cannot be loaded
 */
export async function loadModelOfRevision(word: string): Promise<NamedModel> {
  const named = revisionIn(word);
  if (named === undefined) return loadModel(word);
  const { file, revision } = named;
  const place = existingFolder(dirname(resolve(file)));
  const top = git(place, `${word} is not in a git repository`, "rev-parse", "--show-toplevel").trimEnd();
  const commit = commitOf(place, revision);
  const inside = relative(realpathSync(top), join(realpathSync(place), relative(place, resolve(file))));
  const folder = temporaryFolder("popcheck-revision-");
  try {
    const tree = join(folder, "tree");
    writeTree(top, commit, tree, join(folder, "index"));
    if (!existsSync(join(tree, inside))) throw new UsageError(`the revision ${revision} has no file ${inside}`);
    linkPackages(top, tree, dirname(inside));
    return { ...(await loadModel(join(tree, inside))), reference: word };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns the nearest folder above, or the folder itself, that exists: a revision may have a folder that is gone. */
function existingFolder(folder: string): string {
  return existsSync(folder) ? folder : existingFolder(dirname(folder));
}

/** Returns the commit that a revision means. @throws UsageError if there is none */
function commitOf(place: string, revision: string): string {
  const unknown = `git knows no revision ${revision || "(nothing)"} here`;
  // A word with a dash would be an option of git.
  if (revision === "" || revision.startsWith("-")) throw new UsageError(unknown);
  return git(place, unknown, "rev-parse", "--verify", "--quiet", `${revision}^{commit}`).trimEnd();
}

/** Writes the whole tree of a commit into a folder, by an index of its own: that of the repository stays as it is. */
function writeTree(top: string, commit: string, tree: string, index: string): void {
  const failed = `the tree of ${commit} cannot be written`;
  const environment = { ...process.env, GIT_INDEX_FILE: index };
  gitWith(top, environment, failed, "read-tree", commit);
  gitWith(top, environment, failed, "checkout-index", "--all", "--quiet", `--prefix=${tree}/`);
}

/** Makes the packages that are installed in the folders from a model's file up be found from its tree, too. */
function linkPackages(top: string, tree: string, folder: string): void {
  const [installed, link] = [top, tree].map((root) => join(root, folder, "node_modules"));
  if (existsSync(installed!) && !existsSync(link!)) symlinkSync(installed!, link!);
  if (folder !== ".") linkPackages(top, tree, dirname(folder));
}

function git(place: string, failed: string, ...words: readonly string[]): string {
  return gitWith(place, process.env, failed, ...words);
}

/** Runs git without a shell and without hooks. @throws UsageError with what git says, if it fails */
function gitWith(place: string, env: NodeJS.ProcessEnv, failed: string, ...words: readonly string[]): string {
  const calm = ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"];
  try {
    return execFileSync("git", [...calm, ...words], {
      cwd: place,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { readonly stderr?: string };
    if (code === "ENOENT") throw new UsageError(`${failed}: git cannot be run`, { cause: error });
    const told = (stderr ?? "").trim().split("\n")[0];
    throw new UsageError(told ? `${failed}: ${told}` : failed, { cause: error });
  }
}
