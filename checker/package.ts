/**
 * This package: where its files lie, as source (under vitest) or compiled below dist/, and its version. Whoever needs the place of a file
 * asks here, since this is the one file that knows its own place.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** This file's place: the package, `dist/` if it is compiled, and its name. */
const [, packageUrl, compiled = ""] = /^(.*?\/)(dist\/)?checker\/package\.[jt]s$/.exec(import.meta.url) ?? [];

const packageFolder = new URL(packageUrl ?? ".", import.meta.url);

/** The folder of the package, as a path. */
export const packageRoot = fileURLToPath(packageFolder);

/** The folder of the files that run: dist/ if they are compiled, the package itself if not. */
export const compiledRoot = fileURLToPath(new URL(compiled, packageFolder));

/**
 * A compiled file, also when this one is not compiled: threads and WebAssembly have no other form.
 * @param path the file in the package, as `checker/wasm/expand.wasm`
 */
export function compiledFile(path: string): URL {
  return new URL(`dist/${path}`, packageFolder);
}

/** Whether a file is the checker's own, as source or compiled. @param file its path */
export function isCheckerFile(file: string): boolean {
  const { pathname } = packageFolder;
  return file.startsWith(pathname) && /^(dist\/)?checker\//.test(file.slice(pathname.length));
}

/** Whether a file lies in this package. @param file its path */
export function isPackageFile(file: string): boolean {
  return file.startsWith(packageFolder.pathname);
}

/** The path of a file of the package. @param path its folders and its name */
export function inPackage(...path: readonly string[]): string {
  return join(packageRoot, ...path);
}

/** The version of the package, as 0.1.0. */
export function version(): string {
  return (JSON.parse(readFileSync(inPackage("package.json"), "utf8")) as { version: string }).version;
}
