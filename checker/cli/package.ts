/** Where this package lies. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The compiled files: this one is dist/checker/cli/package.js. */
export const compiledRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const packageRoot = dirname(compiledRoot);

export function inPackage(...path: readonly string[]): string {
  return join(packageRoot, ...path);
}
