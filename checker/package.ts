/**
 * Where the files of this package lie, as source (bundled, or in the set-up of tests) or compiled below dist/, and its
 * version. Every other file asks here, since this is the only one that knows its own place.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "./checksum.js";

/** The URL of the package's folder, and `dist/` if this file is compiled. */
const [, packageUrl, compiled = ""] = /^(.*?\/)(dist\/)?checker\/package\.[jt]s$/.exec(import.meta.url) ?? [];

const packageFolder = new URL(packageUrl ?? ".", import.meta.url);

/** The folder of the package, as a path. */
export const packageRoot = resolve(fileURLToPath(packageFolder));

/** The folder of the files that run, as a path: dist/ if they are compiled, else the package itself. */
export const compiledRoot = resolve(fileURLToPath(new URL(compiled, packageFolder)));

/**
 * Returns the URL of a compiled file, even if this file runs as source: threads and WebAssembly exist only compiled.
 * @param path the file's path in the package, as `checker/wasm/expand.wasm`
 */
export function compiledFile(path: string): URL {
  return new URL(`dist/${path}`, packageFolder);
}

/** Returns whether the file at the path `file` belongs to the checker, as source or compiled. */
export function isCheckerFile(file: string): boolean {
  const { pathname } = packageFolder;
  return file.startsWith(pathname) && /^(dist\/)?checker\//.test(file.slice(pathname.length));
}

/** Returns whether the file at the path `file` lies in this package. */
export function isPackageFile(file: string): boolean {
  return file.startsWith(packageFolder.pathname);
}

/** Returns the path of a file of the package. @param path its folders, from the package's on, and its name */
export function inPackage(...path: readonly string[]): string {
  return join(packageRoot, ...path);
}

/** Returns the version of the package, as 0.1.0. */
export function version(): string {
  return (JSON.parse(readFileSync(inPackage("package.json"), "utf8")) as { version: string }).version;
}

/**
 * Returns the files that run below some folders of the package, by their paths from where the compiled files lie, with
 * the SHA-256 of their contents.
 * @param folders `spec`, `checker/model`
 */
export function compiledFilesIn(...folders: readonly string[]): Record<string, string> {
  const files: Record<string, string> = {};
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(compiledRoot, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      else if (/\.(js|tsx?|wasm)$/.test(path) && !path.endsWith(".d.ts"))
        files[path] = checksumOfFile(join(compiledRoot, path));
    }
  };
  for (const folder of folders) visit(folder);
  return files;
}

/** Returns the SHA-256 of Immutable as it is installed: models and the engine run it. */
export function checksumOfImmutable(): string {
  return checksumOfFile(createRequire(import.meta.url).resolve("immutable"));
}

function checksumOfFile(path: string): string {
  return sha256(readFileSync(path));
}
