/** The TypeScript compiler that checks an author's files, which is a program of its own. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { inPackage } from "../package.js";

/** A compiler that can be run. */
export interface Compiler {
  /** TypeScript 7.0.2 */
  readonly name: string;
  readonly program: string;
}

/** The first version that is a program of its own, and understands what popcheck asks of it. */
const NEW_ENOUGH = 7;

/**
 * Returns the TypeScript that the project of `folder` has, if it is new enough, or else the one that comes along with
 * popcheck; undefined if neither is there for this platform.
 */
export function findCompiler(folder: string): Compiler | undefined {
  return compilerSeenFrom(join(folder, "package.json")) ?? compilerSeenFrom(inPackage("package.json"));
}

/** Returns the TypeScript that a file of that path would import. */
function compilerSeenFrom(file: string): Compiler | undefined {
  const manifest = resolved("typescript/package.json", file);
  if (manifest === undefined) return undefined;
  const { version } = createRequire(file)(manifest) as { version: string };
  if (Number.parseInt(version, 10) < NEW_ENOUGH) return undefined;
  const native = resolved(`@typescript/typescript-${process.platform}-${process.arch}/package.json`, manifest);
  if (native === undefined) return undefined;
  const program = join(dirname(native), "lib", process.platform === "win32" ? "tsc.exe" : "tsc");
  return existsSync(program) ? { name: `TypeScript ${version}`, program } : undefined;
}

/** Returns the path of a file of a package, as a file at the path `from` would find it; undefined if it would not. */
export function resolved(file: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(file);
  } catch {
    return undefined;
  }
}
