/**
 * What a model is made of, as checksums: two models with the same source do the same in every state. And what runs it.
 */
import { sha256 } from "../checksum.js";
import { checksumOfImmutable, compiledFilesIn } from "../package.js";

/** A model's source as it was loaded. */
export interface ModelSource {
  /** The SHA-256 of what runs. An edit of a comment, or of a type, leaves it as it is. */
  readonly checksum: string;
  /** By the path of each file that the model is made of, from the model's folder: the SHA-256 of its text. */
  readonly files: Readonly<Record<string, string>>;
}

/** The script that a model's file was made into, with its source map at the end. */
export interface LoadedScript {
  readonly url: string;
  readonly text: string;
}

/** Returns the checksum of several files together. @param files by path: the checksum of its contents */
export function checksumOfFiles(files: Readonly<Record<string, string>>): string {
  const paths = Object.keys(files).sort();
  return sha256(paths.map((path) => `${files[path]} ${path}\n`).join(""));
}

/** Returns the source of the built-in models. They share files, so that an edit of one counts as an edit of all. */
export function builtInSource(): ModelSource {
  const files = compiledFilesIn("spec", "invariants");
  return { checksum: checksumOfFiles(files), files };
}

let program: string | undefined;

/** Returns the checksum of popcheck's own files as they run, and of Immutable. */
export function checksumOfProgram(): string {
  program ??= sha256(`${checksumOfFiles(compiledFilesIn("checker", "traces"))} ${checksumOfImmutable()}`);
  return program;
}

/**
 * Says how a source differs from what it was.
 * @param before the recorded source
 * @returns `lock.ts was edited, far.ts is new`; if the files are the same, how else they can differ
 */
export function differenceOfSources(before: ModelSource, now: ModelSource): string {
  const changes = [
    ...Object.keys(before.files).flatMap((path) => {
      if (!Object.hasOwn(now.files, path)) return [`${path} no longer belongs to it`];
      return now.files[path] === before.files[path] ? [] : [`${path} was edited`];
    }),
    ...Object.keys(now.files)
      .filter((path) => !Object.hasOwn(before.files, path))
      .map((path) => `${path} is new`),
  ];
  if (changes.length === 0) return "its files are the same, but are compiled otherwise (tsconfig.json, or esbuild)";
  const [some, others] = [changes.slice(0, MOST_CHANGES), changes.length - MOST_CHANGES];
  return `${some.join(", ")}${others > 0 ? `, and ${others} files more` : ""}`;
}

/** How many changed files a message names. */
const MOST_CHANGES = 5;
