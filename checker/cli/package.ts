/** Where this package lies. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The files that run: dist/ when compiled, the package itself under vitest. This file is checker/cli/package.* in it. */
export const compiledRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const packageRoot = existsSync(join(compiledRoot, "package.json")) ? compiledRoot : dirname(compiledRoot);

export function inPackage(...path: readonly string[]): string {
  return join(packageRoot, ...path);
}

/** Its version, as 0.1.0. */
export function version(): string {
  return (JSON.parse(readFileSync(inPackage("package.json"), "utf8")) as { version: string }).version;
}
