/** The built scripts and styles of the pages that popcheck writes and serves. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Assets } from "../../traces/page/html.js";
import { compiledRoot } from "../package.js";

/** @param page the folder and name of a script, and of its style: `traces/page/viewer` */
export function assetsOf(page: string): Assets {
  const read = (file: string) => readFileSync(join(compiledRoot, file), "utf8").trim();
  return { script: read(`${page}.js`), style: read(`${page}.css`) };
}
