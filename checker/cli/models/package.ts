/** Where this package lies. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packageFolder, runningFolder } from "../../package-files.js";

/** The files that run: dist/ when compiled, the package itself under vitest. */
export const compiledRoot = fileURLToPath(runningFolder);

export const packageRoot = fileURLToPath(packageFolder);

export function inPackage(...path: readonly string[]): string {
  return join(packageRoot, ...path);
}

/** Its version, as 0.1.0. */
export function version(): string {
  return (JSON.parse(readFileSync(inPackage("package.json"), "utf8")) as { version: string }).version;
}
