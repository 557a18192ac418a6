/**
 * Where this package's files lie, as source (under vitest) or compiled below dist/. Whoever needs the place of a file asks here: this is the
 * one file that knows its own place.
 */

/** This file's place: the package, `dist/` if it is compiled, and its name. */
const [, packageUrl, compiled = ""] = /^(.*?\/)(dist\/)?checker\/package-files\.[jt]s$/.exec(import.meta.url) ?? [];

/** The folder of the package. */
export const packageFolder = new URL(packageUrl ?? ".", import.meta.url);

/** The folder of the files that run: dist/ if they are compiled, the package itself if not. */
export const runningFolder = new URL(compiled, packageFolder);

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
