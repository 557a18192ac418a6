/** The built scripts and styles of the pages that popcheck writes and serves. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Assets } from "../../traces/page/html.js";
import { compiledRoot } from "../package.js";

/** Reads a page's script and style. @param page their folder and name without ending: `traces/page/viewer` */
export function assetsOf(page: string): Assets {
  const read = (file: string) => readFileSync(join(compiledRoot, file), "utf8").trim();
  return { script: read(`${page}.js`), style: read(`${page}.css`) };
}
