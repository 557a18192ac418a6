/** The compiled WebAssembly modules. `npm run build` makes them in dist/ from checker/wasm/assembly/. */
import { readFileSync } from "node:fs";
import { compiledFile } from "../package.js";

export interface Modules {
  /** The expander, over the engine's memory. */
  readonly expand: WebAssembly.Module;
  /** The visited set, over a store's memory. */
  readonly store: WebAssembly.Module;
  /** Sorting and merging for the visited set on disk. */
  readonly merge: WebAssembly.Module;
}

let compiled: Modules | undefined;

/** @throws Error if popcheck was not built */
export function modules(): Modules {
  compiled ??= { expand: compile("expand"), store: compile("store"), merge: compile("merge") };
  return compiled;
}

function compile(name: string): WebAssembly.Module {
  try {
    return new WebAssembly.Module(readFileSync(compiledFile(`checker/wasm/${name}.wasm`)));
  } catch (error) {
    throw new Error(`the expander cannot be loaded: run npm run build (${(error as Error).message})`, { cause: error });
  }
}
